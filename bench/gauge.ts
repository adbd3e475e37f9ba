import { spawnSync } from "node:child_process";
import { join } from "node:path";
import process from "node:process";
import { medianInterval, pairedRatios } from "../scripts/allocators/statistics.mjs";
import type { GaugeResult, GaugeRow } from "./result.ts";
import { quantile } from "./statistics.ts";
import type { Gauge } from "./suite.ts";

/** What a program prints: its figures, and what it has to say of those that it cannot give. */
interface Printed {
  readonly [column: string]: number | string | null | undefined;
  readonly note?: string;
}

const FLAGS = process.versions["bun"] === undefined
  ? ["run", "-A", "--no-prompt", "--v8-flags=--expose-gc"]
  : ["--expose-gc"];

/** Runs the program of a gauge for one arm; its messages go to where ours go. */
function runProgram(gauge: Gauge, arm: string): Printed {
  const program = join(import.meta.dirname!, gauge.program);
  const { status, signal, stdout, error } = spawnSync(
    process.execPath,
    [...FLAGS, program, arm, ...gauge.parameters ?? []],
    { encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] },
  );
  if (error !== undefined || status !== 0) {
    const reason = error?.message ?? `it ended with ${status ?? signal}`;
    throw new Error(`Cannot measure ${arm} of "${gauge.name}": ${reason}`);
  }
  return JSON.parse(stdout) as Printed;
}

function medianOf(samples: readonly (number | null)[]): number | null {
  const numbers = samples.filter((sample) => sample !== null).toSorted((a, b) => a - b);
  return numbers.length === 0 ? null : quantile(numbers, 0.5);
}

/** The row of an arm; its ratios are to `first`, the row of the first arm. */
function rowOf(gauge: Gauge, arm: string, printed: readonly Printed[], first: GaugeRow | undefined): GaugeRow {
  const figures: Record<string, number | null> = {};
  const ratios: Record<string, number | null> = {};
  const samples: Record<string, (number | null)[]> = {};
  const intervals: Record<string, [number, number]> = {};
  for (const { key } of gauge.columns) {
    samples[key] = printed.map((one) => typeof one[key] === "number" ? one[key] : null);
    const figure = figures[key] = medianOf(samples[key]);
    const reference = first?.figures[key] ?? null;
    ratios[key] = figure === null || reference === null ? null : figure / reference;
    if (gauge.paired === true && first !== undefined) {
      const paired = pairedRatios(samples[key], first.samples[key]!);
      ratios[key] = medianOf(paired);
      const interval = medianInterval(paired);
      if (interval !== undefined) intervals[key] = interval;
    }
  }
  const note = printed.find((one) => one.note !== undefined)?.note;
  const shown = Object.keys(intervals).length > 0 && { intervals };
  return { arm, figures, ratios, samples, ...shown, ...(note !== undefined && { note }) };
}

/**
 * Runs the processes of a gauge, its arms in turns, every other round backwards.
 *
 * Throws an `Error` when one of them fails: what it has measured is not to be trusted.
 */
export function runGauge(gauge: Gauge): GaugeResult {
  const printed = new Map<string, Printed[]>(gauge.arms.map((arm) => [arm, []]));
  for (let round = 0; round < gauge.rounds; round++) {
    const arms = round % 2 === 0 ? gauge.arms : gauge.arms.toReversed();
    for (const arm of arms) printed.get(arm)!.push(runProgram(gauge, arm));
  }
  const rows: GaugeRow[] = [];
  for (const [arm, all] of printed) rows.push(rowOf(gauge, arm, all, rows[0]));
  const { name, operation, columns } = gauge;
  return { name, operation, columns, rows };
}
