import type { Group, Shape, Target } from "./suite.ts";
import { SHAPES } from "./suite.ts";
import type { Row, Verdict } from "./result.ts";

interface Judgement {
  readonly statement: string;
  readonly measured: number | null;
  readonly met: boolean | null;
}

/** Judges a target whose arms took `nanoseconds` and `against`; either may be missing. */
function judge(
  target: Target,
  nanoseconds: number | undefined,
  against: number | undefined,
): Judgement {
  if ("atMostNanoseconds" in target) {
    const met = nanoseconds === undefined
      ? null
      : nanoseconds <= target.atMostNanoseconds;
    return {
      statement: `≤ ${target.atMostNanoseconds} ns`,
      measured: nanoseconds ?? null,
      met,
    };
  }
  const known = nanoseconds !== undefined && against !== undefined;
  if ("timesFaster" in target) {
    const measured = known ? against / nanoseconds : null;
    const statement = `≥ ${target.timesFaster} × faster than ${target.against}`;
    return {
      statement,
      measured,
      met: measured === null ? null : measured >= target.timesFaster,
    };
  }
  const measured = known ? nanoseconds / against : null;
  const statement = `≤ ${target.atMost} × ${target.against}`;
  return {
    statement,
    measured,
    met: measured === null ? null : measured <= target.atMost,
  };
}

function namesExist(group: Group, target: Target): void {
  const names = "against" in target
    ? [target.arm, target.against]
    : [target.arm];
  for (const name of names) {
    if (!group.arms.some((arm) => arm.name === name)) {
      throw new RangeError(
        `Cannot judge a target of group "${group.name}": it names "${name}", which is no arm of it`,
      );
    }
  }
}

function shapesOf(group: Group, target: Target): readonly Shape[] {
  const names = "against" in target
    ? [target.arm, target.against]
    : [target.arm];
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
    namesExist(group, target);
    if (target.runtimes !== undefined && !target.runtimes.includes(runtime)) {
      continue;
    }
    for (const shape of shapesOf(group, target)) {
      const time = (name: string): number | undefined =>
        rows.find((row) =>
          row.group === group.name && row.shape === shape && row.arm === name
        )
          ?.nanoseconds;
      const against = "against" in target ? time(target.against) : undefined;
      const judgement = judge(target, time(target.arm), against);
      verdicts.push({
        group: group.name,
        shape,
        arm: target.arm,
        ...judgement,
      });
    }
  }
  return verdicts;
}

/** The verdicts that say that a target was missed. */
export function missed(verdicts: readonly Verdict[]): Verdict[] {
  return verdicts.filter((verdict) => verdict.met === false);
}
