// deno-lint-ignore-file explicit-function-return-type explicit-module-boundary-types
import { decimal, median } from "../statistics.mjs";
import { FIGURES, ratiosOf } from "./figures.mjs";

/** This library against objects: what a figure may come to as a part of theirs. */
const AT_MOST = {
  p50: 0.6,
  p99: { deno: 0.7, bun: 0.3 },
  p999: 1,
  worst: 1,
  rest: 0.5,
  peak: 0.5,
  cpu: 0.7,
};
/** How many times as long as this library objects have to take. */
const TIMES_FASTER = { build: 2, reload: 10 };

/**
 * What this library set out to reach against objects, whether it did, by which figure, and what a server without
 * devices would come to.
 *
 * @param {"deno" | "bun"} runtime
 * @param {{ arms: Record<string, object> }[]} runs
 * @returns {{ name: string, wanted: string, found: string, floor: string, met: boolean }[]}
 */
export function judgeTargets(runtime, runs) {
  const parts = Object.entries(AT_MOST).map(([figure, limit]) => {
    const most = limit[runtime] ?? limit;
    const found = median(ratiosOf(runs, figure, "memory", "objects"));
    return target(
      figure,
      `≤ ${decimal(most, 2)} ×`,
      found,
      found <= most,
      floorOf(runs, (run) => ofFloor(run, figure, "floor", "objects")),
    );
  });
  const times = Object.entries(TIMES_FASTER).map(([figure, least]) => {
    const found = median(ratiosOf(runs, figure, "objects", "memory"));
    const floor = figure === "reload" ? floorOf(runs, (run) => ofFloor(run, figure, "objects", "floor")) : "";
    return target(figure, `${least} × faster`, found, found >= least, floor);
  });
  return [...times, ...parts];
}

/** A figure of a server without devices (of its reload, of reading the file alone) and of objects, divided. */
function ofFloor({ arms, floor }, figure, above, below) {
  const of = { floor, objects: arms.objects };
  return FIGURES[figure].value(of[above]) / FIGURES[figure].value(of[below]);
}

function floorOf(runs, ratio) {
  const middle = median(runs.map(ratio));
  return Number.isNaN(middle) ? "" : `${decimal(middle, 2)} ×`;
}

function target(figure, wanted, found, met, floor = "") {
  return { name: FIGURES[figure].name.replace(/,[^,]*$/, ""), wanted, found: `${decimal(found, 2)} ×`, floor, met };
}

/**
 * The rows of the table of targets, the head first.
 *
 * @param {Record<string, { arms: Record<string, object> }[]>} byRuntime
 * @returns {string[][]}
 */
export function targetRows(byRuntime) {
  const rows = Object.entries(byRuntime).flatMap(([runtime, runs]) =>
    judgeTargets(runtime, runs).map(({ name, wanted, found, floor, met }) => [
      `${runtime}: ${name}`,
      wanted,
      found,
      floor,
      met ? "met" : "missed",
    ])
  );
  return [["this library against objects", "wanted", "found", "without devices", ""], ...rows];
}
