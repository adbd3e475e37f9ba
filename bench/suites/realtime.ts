import { ARMS } from "../realtime/arms.ts";
import type { Column, Gauge, GaugeTarget, Suite } from "../suite.ts";

const columns: readonly Column[] = [
  { key: "min", title: "min", unit: "ns" },
  { key: "mean", title: "mean", unit: "ns" },
  { key: "max", title: "max", unit: "ns" },
  { key: "variance", title: "variance", unit: "ns²" },
  { key: "deviation", title: "standard deviation", unit: "ns" },
  { key: "p999", title: "99.9 %", unit: "ns" },
  { key: "p9999", title: "99.99 %", unit: "ns" },
  { key: "ownP999", title: "99.9 % undisturbed", unit: "ns" },
  { key: "ownP9999", title: "99.99 % undisturbed", unit: "ns" },
  { key: "freeMean", title: "free, mean", unit: "ns" },
  { key: "freeMax", title: "free, max", unit: "ns" },
  { key: "faults", title: "page faults", unit: "times" },
  { key: "newPages", title: "new pages", unit: "times" },
  { key: "switches", title: "changes of thread", unit: "times" },
  { key: "collections", title: "collections", unit: "times" },
  { key: "scheduler", title: "with the scheduler", unit: "ms" },
];

const PAGE = "RealtimeHeap, page";

/**
 * Rarer than one in a thousand falls against a plain heap; the page variant makes no page. In Bun 1.4 the longest times are
 * those in which the runtime makes the buffer, whoever has the memory: an ordinary array has them too.
 */
const targets: readonly GaugeTarget[] = [
  ...["p999", "ownP999", "ownP9999"].map((column) => ({
    arm: PAGE,
    column,
    atMost: 1,
    against: "plain heap",
    floor: { arm: "new Uint8Array", margin: 1 },
  })),
  { arm: PAGE, column: "newPages", atMostOf: 0, unit: "times" },
];

function loat(name: string, neighbour: "alone" | "worker", held: readonly GaugeTarget[]): Gauge {
  return {
    name,
    operation: "18,000 allocations of 8 to 20,480 B, at most 2,000 live; a clock around each",
    program: "realtime/programs/loat.ts",
    parameters: [neighbour],
    arms: Object.keys(ARMS),
    columns,
    rounds: 5,
    targets: held,
  };
}

function whole(program: "audio" | "game", operation: string): Gauge {
  return {
    name: `whole program: ${program}`,
    operation,
    program: "realtime/programs/whole.ts",
    parameters: [program],
    arms: ["plain", "page", "segment"],
    columns: [
      { key: "milliseconds", title: "time", unit: "ms" },
      { key: "requested", title: "requested", unit: "MiB" },
      { key: "resident", title: "resident", unit: "MiB" },
    ],
    rounds: 5,
    targets: ["page", "segment"].map((arm) => ({ arm, column: "milliseconds", atMost: 1.12, against: "plain" })),
  };
}

/** The paper's workload from JavaScript, and what real-time heaps cost whole programs. */
export const suite: Suite = {
  name: "realtime",
  groups: [],
  gauges: [
    loat("the paper's workload", "alone", targets),
    loat("the paper's workload beside a Worker", "worker", []),
    whole("audio", "200,000 blocks of examples/audio_loop on a heap, as fast as it can"),
    whole("game", "120 ticks of examples/game_loop with 200,000 entities on a heap"),
  ],
};
