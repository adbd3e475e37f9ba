#!/usr/bin/env node
// deno-lint-ignore-file explicit-function-return-type no-console
// `npm start`: setup, then the request-scope example under load on both
// runtimes, once with scopes and once with ordinary typed arrays.
import { Buffer } from "node:buffer";
import { readFileSync } from "node:fs";
import { availableParallelism, cpus } from "node:os";
import { dirname, join, relative } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { generateMeasurements, listMeasurements } from "./generate_measurements.mjs";
import { setup } from "./setup.mjs";
import { SetupError } from "./setup/setup_error.mjs";
import { ARMS, compareArms } from "./start/compare_arms.mjs";
import { faults, figureRows } from "./start/figures.mjs";
import { CONNECTIONS } from "./start/load.mjs";
import { Progress } from "./start/progress.mjs";
import { referenceSummary } from "./start/reference_summary.mjs";
import { formatTable } from "./start/table.mjs";

const DATA = ".data/measurements";
const HELP = `npm start [-- options]

  --markdown   print the tables as markdown
  --help       this text

SEED=<number> in the environment chooses other files and another order.
`;

async function main() {
  const { markdown, help } = parseOptions(process.argv.slice(2));
  if (help) return console.log(HELP);
  process.chdir(join(dirname(fileURLToPath(import.meta.url)), ".."));
  const tools = await setup();
  const seed = Number(process.env.SEED ?? 1);
  const progress = new Progress();
  const files = loadFiles(seed, progress);
  const library = process.env.MIMALLOC_PATH ?? tools.libraries.at(-1).path;
  console.log(introduction(files, library, seed));
  const found = [];
  for (const runtime of ["deno", "bun"]) {
    const results = await compareArms({
      runtime,
      executable: tools[runtime],
      library,
      files,
      seed,
      progress,
    });
    progress.clear();
    console.log(`\n${formatTable(figureRows(runtime, results), { markdown })}`);
    found.push(...faults(runtime, results));
  }
  report(found);
}

function report(found) {
  if (found.length > 0) {
    for (const fault of found) console.error(fault);
    process.exitCode = 1;
    return;
  }
  console.log(
    "\nEvery answer was as expected; nothing is live, escaped or in quarantine.",
  );
}

function parseOptions(args) {
  const unknown = args.find((arg) => !["--markdown", "--help"].includes(arg));
  if (unknown) throw new SetupError(`Cannot take ${unknown}`, "there is no such option", "try npm start -- --help");
  return {
    markdown: args.includes("--markdown"),
    help: args.includes("--help"),
  };
}

/** The files on disk with the answers that they have to get. */
function loadFiles(seed, progress) {
  progress.show("Reading the files of measurements");
  const names = listMeasurements(DATA, seed) ??
    generateMeasurements(DATA, seed);
  const files = names.map((name) => {
    const body = readFileSync(join(DATA, name));
    return {
      name,
      body,
      expected: Buffer.from(referenceSummary(body.toString())),
    };
  });
  progress.clear();
  return files;
}

function introduction(files, library, seed) {
  const bytes = files.reduce((sum, { body }) => sum + body.length, 0);
  return [
    `POST /summary with ${files.length} files (${(bytes / 1e6).toFixed(1)} MB, seed ${seed}),`,
    `${CONNECTIONS} keep-alive connections, ${ARMS.join(" and ")} in turns, one server loaded at a time;`,
    `client and server share ${availableParallelism()} × ${cpus()[0]?.model ?? "processor"}; ${relative(".", library)}`,
    "",
    "scopes:   the columns of a request lie in a scope of @mimalloc/ffi, which ends with the request",
    "ordinary: the same code with new Float64Array(n), left to the garbage collector",
    "ratio:    scopes / ordinary; above 1 is better for requests/s, below 1 for all the others",
    "",
    "This takes about a minute.",
  ].join("\n");
}

// Leaving by process.exit() is what ends the servers too.
process.once("SIGINT", () => process.exit(130));
process.once("SIGTERM", () => process.exit(143));

try {
  await main();
} catch (error) {
  // Its message says all; of anything else, where it came from is needed.
  console.error(error instanceof SetupError ? error.message : error?.stack ?? error);
  process.exitCode = 1;
}
