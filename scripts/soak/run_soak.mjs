// deno-lint-ignore-file explicit-function-return-type explicit-module-boundary-types
// One run of the soak in a process of its own, and the judgement of its figures.
import { run } from "../test/run.mjs";

/** By how much the resident memory may grow within the second half. */
const MOST_GROWTH = 0.1;

const ARGUMENTS = {
  deno: ["run", "--allow-all", "--no-check", "--v8-flags=--expose-gc"],
  bun: ["--expose-gc"],
};

/**
 * Runs the soak under `runtime` with one library, with a `divisor`-th of the
 * work; resolves to one result for each phase, or throws when the run fails.
 */
export async function runSoak({ runtime, executable, library, divisor = 1 }) {
  const { code, output } = await run(executable, [...ARGUMENTS[runtime], "tests/soak/soak.ts"], {
    env: { MIMALLOC_PATH: library.path, SOAK_DIVISOR: String(divisor) },
  });
  if (code !== 0) throw new Error(`Cannot finish the soak of ${runtime} with ${library.version}: ${code}\n${output}`);
  return output.trim().split("\n").map((line) => judge({ runtime, ...JSON.parse(line) }));
}

/**
 * Adds the growth of the resident memory in the second half, and what is wrong
 * with the result. The growth is that of the highest sample from one quarter to
 * the next: a system that takes pages back for a while makes no leak, and hides none.
 */
export function judge(result) {
  const quarter = result.rss.length / 4;
  const third = Math.max(...result.rss.slice(2 * quarter, 3 * quarter));
  const growth = Math.max(...result.rss.slice(3 * quarter)) / third - 1;
  const faults = [];
  if (growth > MOST_GROWTH) faults.push(`the resident memory grew by ${(100 * growth).toFixed(1)} %`);
  if (result.liveBytes !== 0) faults.push(`${result.liveBytes} bytes are live`);
  return { ...result, growth, faults };
}
