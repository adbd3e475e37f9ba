// deno-lint-ignore-file explicit-function-return-type explicit-module-boundary-types
// What the runtimes write about their garbage collections when they are asked.

/** How to ask each runtime. */
export const GC_LOG = {
  deno: { arguments: ["--v8-flags=--trace-gc"], environment: {} },
  bun: { arguments: [], environment: { BUN_JSC_logGC: "1" } },
};

/** `… MB, pooled: 0.0 MB, 3.61 / 0.00 ms (+ 5.4 ms in 3 steps since …` */
const V8_PAUSE_REGEXP = /^\[\d+:0x[0-9a-f]+\] .* MB, ([\d.]+) \/ [\d.]+ ms +(?:\(\+ ([\d.]+) ms in)?/gm;
/** `… p=0.435342ms (max …`, once for each pause of a collection */
const JSC_PAUSE_REGEXP = / p=([\d.]+)ms/g;

/**
 * Milliseconds that the program stood still for the garbage collector, from all that it wrote, and the longest time
 * at once; `undefined` when it wrote nothing about that.
 *
 * @param {string} output
 * @returns {{ total: number, longest: number } | undefined}
 */
export function readPauses(output) {
  const pauses = [];
  let steps = 0;
  for (const [, pause, inSteps = "0"] of output.matchAll(V8_PAUSE_REGEXP)) {
    pauses.push(Number(pause));
    steps += Number(inSteps);
  }
  for (const [, pause] of output.matchAll(JSC_PAUSE_REGEXP)) pauses.push(Number(pause));
  if (pauses.length === 0) return undefined;
  return { total: pauses.reduce((sum, pause) => sum + pause, steps), longest: Math.max(...pauses) };
}

/**
 * Takes the log of collections out of an output, which leaves what the program
 * and the runtime said.
 *
 * @param {string} output
 * @returns {string}
 */
export function withoutGcLog(output) {
  return output.replaceAll(
    /^(\[\d+:0x|\[GC<|GC END|Requesting GC|GC ).*\n?/gm,
    "",
  );
}
