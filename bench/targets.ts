import type { Row, Verdict } from "./result.ts";
import { type Bound, type Group, type Shape, SHAPES, type Target } from "./suite.ts";

/** The median time of an arm of the group in the shape; undefined when it could not run. */
type Times = (arm: string) => number | undefined;

function stateBound(bound: Bound): string {
  if ("atMostNanoseconds" in bound) return `≤ ${bound.atMostNanoseconds} ns`;
  return "timesFaster" in bound
    ? `≥ ${bound.timesFaster} × faster than ${bound.against}`
    : `≤ ${bound.atMost} × ${bound.against}`;
}

/** The figure of which the bound speaks; null when an arm could not run. */
function figure(
  bound: Bound,
  nanoseconds: number,
  times: Times,
): number | null {
  if ("atMostNanoseconds" in bound) return nanoseconds;
  const against = times(bound.against);
  if (against === undefined) return null;
  return "timesFaster" in bound ? against / nanoseconds : nanoseconds / against;
}

function isMet(bound: Bound, measured: number): boolean {
  if ("timesFaster" in bound) return measured >= bound.timesFaster;
  return measured <=
    ("atMost" in bound ? bound.atMost : bound.atMostNanoseconds);
}

/** Whether an arm that is as slow as the suite grants over the floor would miss the target too. */
function isBelowFloor(target: Target, times: Times): boolean {
  if (target.floor === undefined) return false;
  const floor = times(target.floor.arm);
  if (floor === undefined) return false;
  const least = figure(target, floor * target.floor.margin, times);
  return least !== null && !isMet(target, least);
}

function judge(
  target: Target,
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

function namesOf(target: Target): string[] {
  const names = "against" in target ? [target.arm, target.against] : [target.arm];
  return target.floor === undefined ? names : [...names, target.floor.arm];
}

function requireArms(group: Group, target: Target): void {
  for (const name of namesOf(target)) {
    if (!group.arms.some((arm) => arm.name === name)) {
      throw new RangeError(
        `Cannot judge a target of group "${group.name}": it names "${name}", which is no arm of it`,
      );
    }
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
    requireArms(group, target);
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

/** The verdicts that say that a target was missed and could have been met. */
export function missed(verdicts: readonly Verdict[]): Verdict[] {
  return verdicts.filter((verdict) => verdict.status === "missed");
}
