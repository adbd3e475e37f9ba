// deno-lint-ignore-file explicit-function-return-type explicit-module-boundary-types
// The suite and the examples under either runtime.
import { mkdirSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { judge } from "./junit.mjs";
import { run } from "./run.mjs";
import { ROOT } from "./sources.mjs";

// Bun stops a test after 5 seconds unless told otherwise; Deno has no limit.
const BUN_TIMEOUT = String(5 * 60_000);

/** The arguments of a test run that writes a JUnit report to `report`. */
const ARGUMENTS = {
  deno: (report, files, { check }) => [
    "test",
    "--allow-all",
    ...(check ? [] : ["--no-check"]),
    `--junit-path=${report}`,
    ...files,
  ],
  bun: (report, files) => [
    "test",
    "--timeout",
    BUN_TIMEOUT,
    "--reporter=junit",
    `--reporter-outfile=${report}`,
    ...files.map((file) => `./${file}`),
  ],
};

/**
 * Runs test files under `runtime` ("deno" or "bun") with one library and returns
 * the counts. `check` makes Deno check the types of the files first.
 */
export async function runSuite(
  { name, runtime, executable, library, files, check = false, minutes = 20 },
) {
  const reports = path.join(ROOT, ".tmp", "reports");
  mkdirSync(reports, { recursive: true });
  const report = path.join(reports, `${name.replaceAll(":", "-")}.xml`);
  // A report of an earlier run must never be taken for this one.
  rmSync(report, { force: true });
  const finished = await run(
    executable,
    ARGUMENTS[runtime](report, files, { check }),
    {
      minutes,
      env: {
        MIMALLOC_PATH: library.path,
        EXPECTED_MIMALLOC_VERSION: library.version,
      },
    },
  );
  return judge(finished, readIfThere(report), files);
}

function readIfThere(file) {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if (error.code === "ENOENT") return "";
    throw error;
  }
}
