// deno-lint-ignore-file explicit-function-return-type explicit-module-boundary-types
import { Answers } from "./answers.mjs";
import { FleetRequests } from "./requests.mjs";
import { Resident } from "./resident.mjs";

/** The stores in order of their columns, by the names that the example has for them. */
export const ARMS = ["memory", "objects", "sqlite"];
const SNAPSHOTS = ".data/fleet";
/** Steps before anything counts. */
const WARM_UP = 30;
const ROUNDS = 2;
/** Milliseconds of the open loop in a round. */
const ROUND = 3_300;
/** Steps of each connection of the closed loop in a round. */
const CLOSED_STEPS = 4;
/** Shortest time from step to step, and what it is a multiple of. */
const PERIOD = 25;
const PERIOD_UNIT = 5;
/** The slowest arm is at work for at most this share of the time. */
const LOAD = 0.6;

/**
 * Serves the same devices from every store on one runtime, each in a process of its own, and loads one after the
 * other in turns, so that whatever else the machine does meets all of them.
 *
 * @param {{
 *   runtime: "deno" | "bun",
 *   executable: string,
 *   library: string,
 *   devices: number,
 *   seed: number,
 *   period?: number,
 *   progress: import("../progress.mjs").Progress,
 * }} options `period` in milliseconds as an earlier run found it
 * @returns what was measured of each arm by name and of a server without devices, the period, and how many answers
 *   were compared
 */
export async function compareStores({ runtime, progress, period, ...options }) {
  const answers = new Answers();
  const requests = new FleetRequests(options);
  const arms = ARMS.map((arm) =>
    new Resident({ runtime, arm, answers, snapshot: `${SNAPSHOTS}/${runtime}-${arm}.snapshot`, ...options })
  );
  const inTurns = async (what, work) => {
    for (const arm of arms) {
      progress.show(`${runtime}, ${arm.arm}: ${what}`);
      await work(arm);
    }
  };
  try {
    await inTurns(`making ${options.devices.toLocaleString("en")} devices`, (arm) => arm.build());
    const first = requests.inOrder(1, WARM_UP);
    const needed = [];
    await inTurns("warm-up", async (arm) => needed.push(stepMilliseconds(await arm.warmUp(first))));
    period ??= choosePeriod(needed);
    const lookups = requests.inOrder(1, Math.ceil(ROUND / period)).filter(({ kind }) => kind === "lookup");
    const floor = await measureFloor(runtime, options, { lookups, period }, progress);
    let step = WARM_UP + 1;
    for (let round = 1; round <= ROUNDS; round++) {
      const steps = Math.ceil(ROUND / period);
      const open = requests.inOrder(step, steps);
      step += steps;
      const closed = requests.forConnections(step - 1, CLOSED_STEPS);
      await inTurns(`round ${round} of ${ROUNDS}`, async (arm) => {
        await arm.open(open, period);
        await arm.closed(closed);
      });
    }
    progress.show(`${runtime}: all at rest`);
    await Promise.all(arms.map((arm) => arm.rest()));
    await inTurns("summary of all devices", (arm) => arm.summarise());
    progress.show(`${runtime}: all save and stop`);
    await Promise.all(arms.map((arm) => arm.stop()));
    floor.loadMilliseconds = arms[0].readSnapshot();
    await inTurns("restart", (arm) => arm.reload());
    return { period, floor, compared: answers.compared, arms: Object.fromEntries(arms.map((arm) => [arm.arm, arm])) };
  } finally {
    for (const arm of arms) arm.kill();
  }
}

/**
 * What the runtime alone takes, in the form of an arm: its memory, and the look-ups of a round in a store that has
 * nothing, sent when they are due.
 *
 * @returns {Promise<{ results: object[], cpuSeconds: number, restBytes: number | undefined, peakBytes: number | undefined }>}
 */
async function measureFloor(runtime, options, { lookups, period }, progress) {
  progress.show(`${runtime}: a server without devices`);
  const snapshot = `${SNAPSHOTS}/${runtime}-empty.snapshot`;
  const server = new Resident({ ...options, runtime, arm: "memory", devices: 0, snapshot, answers: new Answers() });
  try {
    await server.build();
    await server.warmUp(lookups);
    await server.open(lookups, period);
    const bytes = server.residentBytes();
    return { results: server.results, cpuSeconds: server.cpuSeconds, restBytes: bytes, peakBytes: bytes };
  } finally {
    server.kill();
  }
}

/** What a step takes once the server is warm. */
function stepMilliseconds(milliseconds) {
  const perStep = milliseconds.length / WARM_UP;
  const half = milliseconds.slice(milliseconds.length / 2);
  return half.reduce((sum, each) => sum + each, 0) / half.length * perStep;
}

/**
 * The time from step to step that every arm can just hold.
 *
 * @param {number[]} needed milliseconds that each arm needs for a step
 */
export function choosePeriod(needed) {
  const units = Math.max(...needed) / LOAD / PERIOD_UNIT;
  return Math.max(PERIOD, Math.ceil(units) * PERIOD_UNIT);
}
