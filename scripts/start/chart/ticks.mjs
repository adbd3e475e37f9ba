// deno-lint-ignore-file explicit-function-return-type explicit-module-boundary-types

/**
 * Round numbers from 0 to at least `most`, some four of them.
 *
 * @param {number} most
 * @returns {number[]}
 */
export function ticksUpTo(most) {
  const rough = Math.max(most, Number.MIN_VALUE) / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5, 10].find((unit) => unit * power >= rough) * power;
  const ticks = [0];
  while (ticks.at(-1) < most) ticks.push(Number((ticks.length * step).toPrecision(6)));
  return ticks;
}
