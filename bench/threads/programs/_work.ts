/** Work that scales: arithmetic on each number, which is in memory once. */
export function refine(values: Float64Array): number {
  let total = 0;
  for (let index = 0; index < values.length; index++) {
    let value = values[index]!;
    for (let step = 0; step < 20; step++) value = value * 0.999 + Math.sqrt(value + step);
    total += values[index] = value % 1000;
  }
  return total;
}
