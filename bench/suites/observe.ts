import type { Column, GaugeTarget, Suite } from "../suite.ts";

const columns: readonly Column[] = [
  { key: "block", title: "Heap.allocate + free", unit: "ns" },
  { key: "scope", title: "Scope.allocate, 20 in a scope", unit: "ns" },
  { key: "vector", title: "Vector: make, push, dispose", unit: "ns" },
  { key: "map", title: "HashMap: make, set, dispose", unit: "ns" },
];

const ARMS = ["off", "was on", "countAllocations", "SiteProfiler", "LeakDetector", "both", "LeakDetector, all"];

/** What is left once everything is switched off again, and what looking at one in so many costs a loop of allocations. */
const costs: readonly GaugeTarget[] = [
  ...columns.map(({ key }) => ({ arm: "was on", column: key, atMost: 1.05, against: "off" })),
  ...["SiteProfiler", "LeakDetector"].flatMap((arm) =>
    ["block", "vector", "map"].map((column) => ({ arm, column, atMost: 1.25, against: "off" }))
  ),
];

const OBSERVERS = ["LeakDetector", "SiteProfiler", "both"];

/** What allocations cost while somebody looks at who makes them, and what a service does. */
export const suite: Suite = {
  name: "observe",
  groups: [],
  gauges: [
    {
      name: "cost of observation",
      operation:
        "blocks of 64 B in a heap and in scopes, and containers of one entry; each arm in processes of its own",
      program: "observe/programs/cost.ts",
      arms: ARMS,
      columns,
      rounds: 6,
      paired: true,
      targets: costs,
    },
    {
      name: "resident service",
      operation:
        "1,200 requests and more with 2,000 reports or 1,000 look-ups to examples/fleet with 20,000 devices, without a network",
      program: "observe/programs/service.ts",
      arms: ["off", ...OBSERVERS],
      columns: [
        { key: "processor", title: "time of the processor", unit: "ms" },
        { key: "milliseconds", title: "time", unit: "ms" },
      ],
      rounds: 20,
      paired: true,
      targets: OBSERVERS.map((arm) => ({ arm, column: "processor", atMost: 1.03, against: "off" })),
    },
  ],
};
