import type { GaugeRow, Row, Verdict } from "./result.ts";
import { type Bound, type Gauge, type Group, type Shape, SHAPES, type Target } from "./suite.ts";

/** The median of an arm, of a group in one shape or of a gauge in one column; undefined when it could not run. */
type Times = (arm: string) => number | undefined;

/** What targets of groups and of gauges have in common. */
type Judged = Bound & Pick<Target, "arm" | "floor">;

function stateBound(bound: Bound): string {
  if ("atMostOf" in bound) return `≤ ${bound.atMostOf} ${bound.unit}`;
  if ("atLeastOf" in bound) return `≥ ${bound.atLeastOf} ${bound.unit}`;
  if ("atMostNanoseconds" in bound) return `≤ ${bound.atMostNanoseconds} ns`;
  return "timesFaster" in bound
    ? `≥ ${bound.timesFaster} × faster than ${bound.against}`
    : `≤ ${bound.atMost} × ${bound.against}`;
}

/** The figure of which the bound speaks; null when an arm could not run. */
function figure(
  bound: Bound,
  value: number,
  times: Times,
): number | null {
  if (!("against" in bound)) return value;
  const against = times(bound.against);
  if (against === undefined) return null;
  return "timesFaster" in bound ? against / value : value / against;
}

function isMet(bound: Bound, measured: number): boolean {
  if ("timesFaster" in bound) return measured >= bound.timesFaster;
  if ("atLeastOf" in bound) return measured >= bound.atLeastOf;
  if ("atMostOf" in bound) return measured <= bound.atMostOf;
  return measured <=
    ("atMost" in bound ? bound.atMost : bound.atMostNanoseconds);
}

/** Whether an arm that is as slow as the suite grants over the floor would miss the target too. */
function isBelowFloor(target: Judged, times: Times): boolean {
  if (target.floor === undefined) return false;
  const floor = times(target.floor.arm);
  if (floor === undefined) return false;
  const least = figure(target, floor * target.floor.margin, times);
  return least !== null && !isMet(target, least);
}

function judge(
  target: Judged,
  times: Times,
): Pick<Verdict, "statement" | "measured" | "status"> {
  const statement = stateBound(target);
  const nanoseconds = times(target.arm);
  const measured = nanoseconds === undefined ? null : figure(target, nanoseconds, times);
  if (measured === null) return { statement, measured, status: "not measured" };
  if (isMet(target, measured)) return { statement, measured, status: "met" };
  const status = isBelowFloor(target, times) ? "floor" : "missed";
  return { statement, measured, status };
}

function namesOf(target: Judged): string[] {
  const names = "against" in target ? [target.arm, target.against] : [target.arm];
  return target.floor === undefined ? names : [...names, target.floor.arm];
}

function requireArms(group: string, arms: readonly string[], target: Judged): void {
  for (const name of namesOf(target)) {
    if (arms.includes(name)) continue;
    throw new RangeError(`Cannot judge a target of group "${group}": it names "${name}", which is no arm of it`);
  }
}

function shapesOf(group: Group, target: Target): readonly Shape[] {
  const names = namesOf(target);
  const arms = group.arms.filter((arm) => names.includes(arm.name));
  return (target.shapes ?? SHAPES).filter((shape) =>
    arms.every((arm) => arm.shapes === undefined || arm.shapes.includes(shape))
  );
}

/**
 * Holds the targets of a group against its rows on `runtime`.
 *
 * Throws a `RangeError` when a target names an arm that the group has not.
 */
export function judgeGroup(
  group: Group,
  rows: readonly Row[],
  runtime: string,
): Verdict[] {
  const verdicts: Verdict[] = [];
  for (const target of group.targets) {
    requireArms(group.name, group.arms.map(({ name }) => name), target);
    if (target.runtimes !== undefined && !target.runtimes.includes(runtime)) {
      continue;
    }
    for (const shape of shapesOf(group, target)) {
      const times: Times = (arm) =>
        rows.find((row) => row.group === group.name && row.shape === shape && row.arm === arm)
          ?.nanoseconds;
      verdicts.push({
        group: group.name,
        shape,
        arm: target.arm,
        ...judge(target, times),
      });
    }
  }
  return verdicts;
}

/**
 * Holds the targets of a gauge against its rows on `runtime`.
 *
 * Throws a `RangeError` when a target names an arm or a column that the gauge has not.
 */
export function judgeGauge(gauge: Gauge, rows: readonly GaugeRow[], runtime: string): Verdict[] {
  const verdicts: Verdict[] = [];
  for (const target of gauge.targets) {
    requireArms(gauge.name, gauge.arms, target);
    const column = gauge.columns.find(({ key }) => key === target.column);
    if (column === undefined) {
      throw new RangeError(`Cannot judge a target of "${gauge.name}": it has no column "${target.column}"`);
    }
    if (target.runtimes !== undefined && !target.runtimes.includes(runtime)) continue;
    const figures: Times = (arm) => {
      const row = rows.find((each) => each.arm === arm);
      // Against the first arm a paired gauge has the ratio itself.
      const compared = gauge.paired === true && "against" in target && target.against === gauge.arms[0];
      if (!compared || row === undefined) return row?.figures[column.key] ?? undefined;
      return row === rows[0] ? 1 : row.ratios[column.key] ?? undefined;
    };
    verdicts.push({ group: gauge.name, shape: column.title, arm: target.arm, ...judge(target, figures) });
  }
  return verdicts;
}

/** The verdicts that say that a target was missed and could have been met. */
export function missed(verdicts: readonly Verdict[]): Verdict[] {
  return verdicts.filter((verdict) => verdict.status === "missed");
}
