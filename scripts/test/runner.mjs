// deno-lint-ignore-file explicit-function-return-type explicit-module-boundary-types no-console
// Runs steps side by side and adds up what they report.
import os from "node:os";

const seconds = (since) => `${((performance.now() - since) / 1000).toFixed(1)} s`;

/** `3 passed, 1 failed`: the last line of a run is this and nothing else. */
export function formatSummary({ passed, failed }) {
  return `${passed} passed, ${failed} failed`;
}

/** The one line of a step. */
export function formatLine(name, counts, startedAt) {
  const mark = counts.failed > 0 ? "FAILED" : "ok";
  const summary = formatSummary(counts) + (counts.skipped > 0 ? `, ${counts.skipped} skipped` : "");
  return `${mark.padEnd(7)}${name.padEnd(20)}${summary.padEnd(34)}${seconds(startedAt).padStart(9)}`;
}

/** Runs one step; whatever it throws is a failure with the error as its output. */
async function runStep(step, print) {
  const startedAt = performance.now();
  let result;
  try {
    result = await step.run();
  } catch (error) {
    result = {
      passed: 0,
      failed: 1,
      skipped: 0,
      output: String(error?.stack ?? error),
    };
  }
  print(formatLine(step.name, result, startedAt));
  if (step.listsSkipped) { for (const name of result.skippedTests) print(`       skipped: ${name}`); }
  if (result.failed > 0) print(`${result.output.trimEnd()}\n`);
  return result;
}

/**
 * Runs `steps` in order, as many at a time as there are processors (four at
 * most), and returns the sums. Tests therefore share the machine with one
 * another, but never with more than it has processors for.
 */
export async function runSteps(steps, initial, print = console.log) {
  const totals = { ...initial };
  const queue = [...steps];
  const lane = async () => {
    for (let step = queue.shift(); step !== undefined; step = queue.shift()) {
      const result = await runStep(step, print);
      for (const key of ["passed", "failed", "skipped"]) totals[key] += result[key];
    }
  };
  const lanes = Math.min(os.availableParallelism(), 4);
  await Promise.all(Array.from({ length: lanes }, lane));
  return totals;
}
