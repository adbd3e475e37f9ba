import { select } from "../core/select.ts";
import type { Device } from "./device.ts";
import { compareNames } from "./names.ts";

/** The values of the devices of one region, in any order, which is lost. */
export interface RegionValues {
  readonly region: string;
  readonly values: Float64Array;
}

/** The values of each region, by its name, from rows in any order. */
export function valuesOfRegions(rows: Iterable<Pick<Device, "region" | "value">>): RegionValues[] {
  const regions = new Map<string, number[]>();
  for (const { region, value } of rows) {
    const values = regions.get(region);
    if (values === undefined) regions.set(region, [value]);
    else values.push(value);
  }
  return [...regions].sort(([a], [b]) => compareNames(a, b))
    .map(([region, values]) => ({ region, values: Float64Array.from(values) }));
}

/** Count, mean, median and 95th percentile of every region, in JSON. */
export function renderSummary(regions: Iterable<RegionValues>): string {
  const texts: string[] = [];
  for (const { region, values } of regions) {
    const mean = sumOf(values) / values.length;
    const p50 = percentile(values, 0.5);
    const p95 = percentile(values, 0.95);
    texts.push(JSON.stringify({ region, count: values.length, mean, p50, p95 }));
  }
  return `[${texts.join(",")}]`;
}

/** The value that a share of all values do not exceed (the nearest rank). */
function percentile(values: Float64Array, share: number): number {
  const rank = Math.max(1, Math.ceil(values.length * share));
  return select(values, 0, values.length - 1, rank - 1);
}

/** The sum with its rounding errors taken in, so that it is the same in any order. */
function sumOf(values: Float64Array): number {
  let sum = 0;
  let errors = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    const next = sum + value;
    const taken = next - sum;
    errors += (sum - (next - taken)) + (value - taken);
    sum = next;
  }
  return sum + errors;
}
