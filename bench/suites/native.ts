import type { Gauge, Suite } from "../suite.ts";

const inserts: Gauge = {
  name: "rows into SQLite",
  operation: "insert a text, an integer and a number; 200,000 times into a table in memory",
  program: "native/programs/inserts.ts",
  parameters: ["200000"],
  arms: ["ordinary arrays", "openLibrary"],
  columns: [{ key: "row", title: "a row", unit: "ns" }],
  rounds: 6,
  paired: true,
  targets: [{ arm: "openLibrary", column: "row", atMost: 1.05, against: "ordinary arrays" }],
};

/** What calls of C libraries cost beside the binding of the runtime. */
export const suite: Suite = { name: "native", groups: [], gauges: [inserts] };
