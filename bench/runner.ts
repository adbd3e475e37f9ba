import { measure } from "mitata";
import { setImmediate } from "node:timers/promises";
import { runGauge } from "./gauge.ts";
import type { GaugeResult, Measurement, Missing, Row, Verdict } from "./result.ts";
import { summarise, type Summary } from "./statistics.ts";
import {
  type Arm,
  BURST_OPERATIONS,
  type Effort,
  type Group,
  type Run,
  type Shape,
  SHAPES,
  type Suite,
  Unavailable,
} from "./suite.ts";
import { judgeGauge, judgeGroup } from "./targets.ts";

/**
 * A full measurement. TurboFan needs 0.3 to 1 million calls before a call site
 * of an FFI function reaches its final speed.
 */
export const FULL_EFFORT: Effort = {
  rounds: 21,
  sliceMilliseconds: 10,
  warmUpOperations: 1_000_000,
  warmUpMilliseconds: 200,
};

/** An arm returned another checksum than its group asks for: it did not do the work. */
export class ChecksumError extends Error {
  /** Names the arm and both checksums. */
  constructor(label: string, expected: number, actual: number) {
    super(
      `Cannot trust ${label}: its checksum is ${actual} where ${expected} proves the work`,
    );
    this.name = "ChecksumError";
  }
}

/** An arm compiled and bound for one shape. */
interface Contender {
  readonly arm: Arm;
  readonly label: string;
  readonly bindings: unknown;
  /** Times `units` slices of the shape's smallest piece of work; milliseconds. */
  readonly time: (units: number) => Promise<number> | number;
  readonly operationsPerUnit: number;
  readonly samples: number[];
  units: number;
}

/** Compiles the text of a function again, so that it has type feedback of its own. */
function compileAnew<F>(source: string, label: string): F {
  return new Function(
    `"use strict"; /* ${label} */ return (${source});`,
  )() as F;
}

type Check = (operations: number, sum: number) => void;
type Timer = (
  run: Run,
  units: number,
  check: Check,
) => Promise<number> | number;

function timeLoop(run: Run, units: number, check: Check): number {
  const start = performance.now();
  const sum = run(units);
  const elapsed = performance.now() - start;
  check(units, sum);
  return elapsed;
}

function timeCalls(run: Run, units: number, check: Check): number {
  let sum = 0;
  const start = performance.now();
  for (let i = 0; i < units; i++) sum += run(1);
  const elapsed = performance.now() - start;
  check(units, sum);
  return elapsed;
}

/**
 * One for all arms and blind to which it calls: were `run` inlined here, it
 * would stay at 105 ns per FFI call for ever, because V8 does not optimise this
 * function further (Deno 2.9).
 */
async function timeBursts(
  run: Run,
  units: number,
  check: Check,
): Promise<number> {
  let elapsed = 0;
  for (let unit = 0; unit < units; unit++) {
    await setImmediate();
    const start = performance.now();
    const sum = run(BURST_OPERATIONS);
    elapsed += performance.now() - start;
    check(BURST_OPERATIONS, sum);
  }
  return elapsed;
}

/** Shows `timeBursts` so many functions that the compilers give up on inlining. */
async function blindBursts(): Promise<void> {
  for (let i = 0; i < 8; i++) {
    const run = compileAnew<Run>("(operations) => operations", `blind ${i}`);
    await timeBursts(run, 10, () => {});
  }
}

/** A timer of its own for each arm: a shared one would see many functions at one call site. */
function timerFor(shape: Shape, label: string): Timer {
  if (shape === "loop") return compileAnew(timeLoop.toString(), label);
  if (shape === "call") return compileAnew(timeCalls.toString(), label);
  return timeBursts;
}

function expectedChecksum(
  group: Group,
  shape: Shape,
  operations: number,
): number {
  return shape === "call" ? operations * group.checksum(1) : group.checksum(operations);
}

function prepare(
  suite: string,
  group: Group,
  arm: Arm,
  shape: Shape,
): Contender | Missing {
  const label = `${suite} / ${group.name} / ${arm.name} / ${shape}`;
  const bindings = arm.bind();
  if (bindings instanceof Unavailable) {
    return { group: group.name, arm: arm.name, reason: bindings.reason };
  }
  const make = compileAnew<(bindings: unknown) => Run>(
    arm.run.toString(),
    label,
  );
  const run = make(bindings);
  const timer = timerFor(shape, label);
  const check: Check = (operations, sum) => {
    const expected = expectedChecksum(group, shape, operations);
    if (sum !== expected) throw new ChecksumError(label, expected, sum);
  };
  return {
    arm,
    label,
    bindings,
    time: (units) => timer(run, units, check),
    operationsPerUnit: shape === "burst" ? BURST_OPERATIONS : 1,
    samples: [],
    units: 1,
  };
}

/** Runs an arm until it is compiled for good, then fixes how much work a slice holds. */
async function warmUp(contender: Contender, effort: Effort): Promise<void> {
  const begin = performance.now();
  let operations = 0;
  let units = contender.operationsPerUnit === 1 ? Math.min(100, effort.warmUpOperations) : 1;
  while (true) {
    const elapsed = await contender.time(units);
    operations += units * contender.operationsPerUnit;
    const wanted = units * effort.sliceMilliseconds / Math.max(elapsed, 0.001);
    contender.units = Math.max(1, Math.round(wanted));
    if (operations >= effort.warmUpOperations) return;
    if (performance.now() - begin >= effort.warmUpMilliseconds) return;
    units = Math.min(contender.units, units * 2);
  }
}

/** The part of a slice that runs before the clock starts. */
const LEAD_IN = 1 / 3;

/**
 * Times one slice of every arm. Before the clock starts, the arm runs until the
 * garbage of the one before is collected: `Scope.allocate` seemed to take 15 %
 * longer next to `new Float64Array(8)`. Calling the collector instead is worse:
 * V8 shrinks its nursery, and `new Float64Array(8)` takes twice as long. Every
 * other round goes backwards, so that neighbours change.
 */
async function playRound(
  contenders: readonly Contender[],
  backwards: boolean,
): Promise<void> {
  const order = backwards ? contenders.toReversed() : contenders;
  for (const contender of order) {
    await contender.time(Math.ceil(contender.units * LEAD_IN));
    const elapsed = await contender.time(contender.units);
    const operations = contender.units * contender.operationsPerUnit;
    contender.samples.push(elapsed * 1e6 / operations);
  }
}

/** What `--expose-gc` shows; called once per group and shape, so that no group inherits a heap. */
const { gc: collectGarbage } = globalThis as { gc?: () => void };

async function playRounds(
  contenders: readonly Contender[],
  effort: Effort,
): Promise<void> {
  let round = 0;
  // mitata counts the rounds and runs one more, its own warm-up, first. It orders
  // benchmarks one after the other, so the whole round is its one benchmark.
  await measure(() => playRound(contenders, round++ % 2 === 1), {
    gc: collectGarbage ?? false,
    warmup_samples: 0,
    min_samples: effort.rounds,
    max_samples: effort.rounds,
    min_cpu_time: 0,
  });
  for (const contender of contenders) contender.samples.shift();
}

function rowsOf(
  group: Group,
  shape: Shape,
  contenders: readonly Contender[],
): Row[] {
  const summaries = new Map<string, Summary>();
  for (const { arm, samples } of contenders) {
    summaries.set(arm.name, summarise(samples));
  }
  return contenders.map(({ arm, samples, units, operationsPerUnit }) => {
    const summary = summaries.get(arm.name) as Summary;
    const ratios: Record<string, number> = {};
    for (const [name, other] of summaries) {
      if (name !== arm.name) {
        ratios[name] = summary.nanoseconds / other.nanoseconds;
      }
    }
    const operations = samples.length * units * operationsPerUnit;
    return {
      group: group.name,
      shape,
      arm: arm.name,
      ...summary,
      operations,
      ratios,
    };
  });
}

async function measureShape(
  suite: string,
  group: Group,
  shape: Shape,
  effort: Effort,
): Promise<{ rows: Row[]; missing: Missing[] }> {
  const contenders: Contender[] = [];
  const missing: Missing[] = [];
  for (const arm of group.arms) {
    if (arm.shapes !== undefined && !arm.shapes.includes(shape)) continue;
    const prepared = prepare(suite, group, arm, shape);
    if ("reason" in prepared) missing.push(prepared);
    else contenders.push(prepared);
  }
  try {
    for (const contender of contenders) await warmUp(contender, effort);
    await playRounds(contenders, effort);
  } finally {
    for (const { arm, bindings } of contenders) arm.release?.(bindings);
  }
  return { rows: rowsOf(group, shape, contenders), missing };
}

/**
 * Measures every group of a suite in every shape and judges its targets.
 *
 * Throws a {@linkcode ChecksumError} when an arm did not do the work.
 */
export async function runSuite(
  suite: Suite,
  runtime: string,
  effort: Effort = FULL_EFFORT,
): Promise<Measurement> {
  const rows: Row[] = [];
  const verdicts: Verdict[] = [];
  const missing = new Map<string, Missing>();
  await blindBursts();
  for (const group of suite.groups) {
    for (const shape of SHAPES) {
      const measured = await measureShape(suite.name, group, shape, { ...effort, ...group.effort });
      rows.push(...measured.rows);
      for (const one of measured.missing) {
        missing.set(`${one.group} / ${one.arm}`, one);
      }
    }
    verdicts.push(...judgeGroup(group, rows, runtime));
  }
  const groups = suite.groups.map(({ name, operation }) => ({
    name,
    operation,
  }));
  const gauges: GaugeResult[] = [];
  for (const gauge of suite.gauges ?? []) {
    const result = runGauge(gauge);
    gauges.push(result);
    verdicts.push(...judgeGauge(gauge, result.rows, runtime));
  }
  return { groups, rows, verdicts, missing: [...missing.values()], gauges };
}
