// deno-lint-ignore-file explicit-function-return-type explicit-module-boundary-types -- types are in the JSDoc
import process from "node:process";
import { hasApt } from "./apt.mjs";
import { findCommand, runCommand } from "./run_command.mjs";

/** Programs of the system that some tests run, and the packages of Debian that have them. */
const TOOLS = [
  { command: "chromium", package: "chromium" },
  { command: "prometheus", package: "prometheus" },
  { command: "promtool", package: "prometheus" },
  { command: "valgrind", package: "valgrind" },
];

const ENVIRONMENT = { LC_ALL: "C", DEBIAN_FRONTEND: "noninteractive" };

/**
 * Installs the programs that some tests run and that are missing, with apt and as root only; elsewhere it says which
 * tests are not run. Nothing else needs them.
 *
 * @param {(line: string) => void} report Takes each line
 * @returns {Promise<string[]>} The programs that are missing
 */
export async function provideTestTools(report) {
  const packages = new Set(listMissing().map((tool) => tool.package));
  if (packages.size > 0 && process.getuid?.() === 0 && hasApt()) await install([...packages], report);
  const missing = listMissing().map(({ command }) => command);
  if (missing.length > 0) {
    report(`not run: tests that need ${missing.join(" and ")}, which npm test installs with apt when it runs as root`);
  }
  return missing;
}

function listMissing() {
  return TOOLS.filter(({ command }) => findCommand(command) === undefined);
}

async function install(packages, report) {
  report(`Installing ${packages.join(" and ")} for tests`);
  const words = ["install", "--yes", "--no-install-recommends", ...packages];
  const first = await runCommand("apt-get", words, { env: ENVIRONMENT });
  if (first.ok) return;
  // The lists of packages may be missing, or older than the mirror.
  await runCommand("apt-get", ["update"], { env: ENVIRONMENT });
  const second = await runCommand("apt-get", words, { env: ENVIRONMENT });
  if (!second.ok) report(`Cannot install ${packages.join(" and ")}: ${second.stderr.trim() || second.failure}`);
}
