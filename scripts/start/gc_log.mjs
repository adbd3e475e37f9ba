// deno-lint-ignore-file explicit-function-return-type explicit-module-boundary-types
// What the runtimes write about their garbage collections when they are asked.

/** How to ask each runtime. */
export const GC_LOG = {
  deno: { arguments: ["--v8-flags=--trace-gc"], environment: {} },
  bun: { arguments: [], environment: { BUN_JSC_logGC: "1" } },
};

/** `[1:0x5] 17 ms: … MB, pooled: 0.0 MB, 3.61 / 0.00 ms (+ 5.4 ms in 3 steps since …` */
const V8_PAUSE_REGEXP = /^\[\d+:0x[0-9a-f]+\] +(\d+) ms: .* MB, ([\d.]+) \/ [\d.]+ ms +(?:\(\+ ([\d.]+) ms in)?/gm;
/** `… p=0.435342ms (max …`, once for each pause of a collection */
const JSC_PAUSE_REGEXP = / p=([\d.]+)ms/g;

/**
 * Milliseconds that the program stood still for the garbage collector, from all that it wrote, and the longest time
 * at once; `undefined` when it wrote nothing about that.
 *
 * V8 writes when its buffer is full, often long after the collection, and says when that was: `from` and `to`, in
 * milliseconds from its start, tell which count. JSC writes at once, and no time.
 *
 * @param {string} output
 * @param {{ from?: number, to?: number }} when
 * @returns {{ total: number, longest: number } | undefined}
 */
export function readPauses(output, { from = 0, to = Infinity } = {}) {
  const pauses = [...output.matchAll(JSC_PAUSE_REGEXP)].map(([, pause]) => Number(pause));
  let told = pauses.length > 0;
  let steps = 0;
  for (const [, at, pause, inSteps = "0"] of output.matchAll(V8_PAUSE_REGEXP)) {
    told = true;
    if (at < from || at > to) continue;
    pauses.push(Number(pause));
    steps += Number(inSteps);
  }
  return told ? sumOf(pauses, steps) : undefined;
}

function sumOf(pauses, steps) {
  return { total: pauses.reduce((sum, pause) => sum + pause, steps), longest: Math.max(0, ...pauses) };
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
