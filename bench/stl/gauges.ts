import type { Column, Gauge, GaugeTarget } from "../suite.ts";

const ROWS = 10_000_000;

const rowColumns: readonly Column[] = [
  { key: "build", title: "build", unit: "ms" },
  { key: "scan", title: "scan a column", unit: "ms" },
  { key: "update", title: "update", unit: "ms" },
  { key: "bytes", title: "memory per row", unit: "B" },
];

const rows: Gauge = {
  name: "10 million rows",
  operation: "build rows { x: f64, y: f64, id: u32, team: u32 }, add up x, add y to x in each",
  program: "stl/programs/rows.ts",
  parameters: [`${ROWS}`],
  arms: [
    "objects in an Array",
    "typed arrays by hand",
    "Vector of structs",
    "Vector, reserved",
    "SoaVector",
    "structurae",
    "@thi.ng/malloc",
  ],
  columns: rowColumns,
  rounds: 2,
  targets: [
    {
      arm: "Vector, reserved",
      column: "build",
      timesFaster: 4,
      against: "objects in an Array",
      floor: { arm: "typed arrays by hand", margin: 1.25 },
    },
    { arm: "Vector of structs", column: "bytes", atMost: 0.5, against: "objects in an Array" },
    { arm: "SoaVector", column: "bytes", atMost: 0.5, against: "objects in an Array" },
  ],
};

const sortedRows: Gauge = {
  name: "10 million rows sorted",
  operation: "bring the same rows in the order of their ids",
  program: "stl/programs/rows.ts",
  parameters: [`${ROWS}`, "sort"],
  arms: ["objects in an Array", "typed arrays by hand", "Vector of structs", "SoaVector"],
  columns: [{ key: "sort", title: "sort", unit: "ms" }],
  rounds: 1,
  targets: [],
};

const entities: Gauge = {
  name: "200,000 entities under handles",
  operation: "a tick: move all, some 330 die and are born, look 10,000 of them up by their handles",
  program: "stl/programs/entities.ts",
  parameters: ["200000"],
  arms: ["typed arrays by hand", "objects", "SoaSlotMap"],
  columns: [
    { key: "tick", title: "p50", unit: "ms" },
    { key: "slowest", title: "p99", unit: "ms" },
    { key: "resident", title: "memory of the process", unit: "MiB" },
  ],
  rounds: 6,
  paired: true,
  targets: [
    { arm: "SoaSlotMap", column: "tick", atMost: 1.3, against: "typed arrays by hand" },
    { arm: "SoaSlotMap", column: "tick", timesFaster: 3, against: "objects", runtimes: ["deno"] },
  ],
};

const sessions: Gauge = {
  name: "500,000 sessions",
  operation: "find the session of a token and note the request, or begin one, for which the oldest one goes",
  program: "stl/programs/sessions.ts",
  parameters: ["500000"],
  arms: ["lru-cache", "LruMap"],
  columns: [
    { key: "request", title: "a request, of the processor", unit: "ns" },
    { key: "resident", title: "memory of the process", unit: "MiB" },
  ],
  rounds: 3,
  paired: true,
  targets: [
    { arm: "LruMap", column: "request", atMost: 1, against: "lru-cache" },
    { arm: "LruMap", column: "resident", atMost: 0.5, against: "lru-cache" },
  ],
};

const twoKeys: Gauge = {
  name: "5.16 million rows by two keys",
  operation: "sort rows { station: u32, time: u32, value: f32 } by station, and the latest first",
  program: "stl/programs/two_keys.ts",
  parameters: ["5160000"],
  arms: ["radix by hand", "sortBy"],
  columns: [
    { key: "time", title: "sort", unit: "ms" },
    { key: "scratch", title: "more memory, of that of the keys", unit: "times" },
  ],
  rounds: 6,
  paired: true,
  targets: [
    { arm: "sortBy", column: "time", atMost: 1.2, against: "radix by hand" },
    // As much as the keys, and some pages of the runtime.
    { arm: "sortBy", column: "scratch", atMostOf: 1.01, unit: "times" },
  ],
};

const opening: Gauge = {
  name: "opening a file of 62 MB",
  operation: "from the path of 5.16 million rows that toBytes() wrote to columns that can be read",
  program: "stl/programs/opening.ts",
  parameters: ["5160000"],
  arms: ["readFileSync and fromBytes", "mapFile and over"],
  columns: [{ key: "time", title: "open", unit: "ms" }],
  rounds: 3,
  targets: [{ arm: "mapFile and over", column: "time", atMostOf: 5, unit: "ms" }],
};

const readings: Gauge = {
  name: "3 million readings kept",
  operation: "500 more, then the 95th percentile of each of 200 stations over the last 100,000",
  program: "stl/programs/readings.ts",
  parameters: ["3000000"],
  arms: ["objects in an Array", "typed arrays by hand", "SoaVector"],
  columns: [
    { key: "median", title: "p50", unit: "ms" },
    { key: "slowest", title: "p99", unit: "ms" },
    { key: "resident", title: "memory of the process per reading", unit: "B" },
  ],
  // The slowest turns of a process are few: what they take moves by a tenth.
  rounds: 7,
  paired: true,
  targets: [
    { arm: "SoaVector", column: "median", atMost: 1.05, against: "typed arrays by hand" },
    { arm: "SoaVector", column: "slowest", atMost: 1.05, against: "typed arrays by hand" },
    { arm: "SoaVector", column: "resident", atMost: 1.1, against: "typed arrays by hand" },
  ],
};

const mapColumns: readonly Column[] = [
  { key: "insert", title: "insert", unit: "ns" },
  { key: "hit", title: "hit", unit: "ns" },
  { key: "miss", title: "miss", unit: "ns" },
  { key: "delete", title: "delete", unit: "ns" },
  { key: "iterate", title: "iterate", unit: "ns" },
  { key: "resident", title: "memory per entry", unit: "B" },
  { key: "held", title: ".bytes per entry", unit: "B" },
];

function maps(kind: "u32" | "bytes", millions: number, rounds: number, targets: readonly GaugeTarget[]): Gauge {
  const keys = kind === "u32" ? "u32" : "16-byte keys";
  // Beyond 2^24 entries there is no Map in Deno.
  const arms = millions > 16 ? ["HashMap"] : ["Map", "HashMap"];
  return {
    name: `map of ${millions} million, ${keys} to f64`,
    operation: kind === "u32" ? "each operation per entry" : "each operation per entry; Map needs strings of the bytes",
    program: "stl/programs/maps.ts",
    parameters: [`${millions}`, kind],
    arms,
    columns: mapColumns,
    rounds,
    targets,
  };
}

const pauseColumns: readonly Column[] = [
  { key: "call", title: "longest set()", unit: "ms" },
  { key: "turn", title: "longest turn", unit: "ms" },
  { key: "collection", title: "full collection", unit: "ms" },
];

function pauses(kind: "u32" | "text", rounds: number, targets: readonly GaugeTarget[]): Gauge {
  return {
    name: `pauses with 5 million entries, ${kind} to f64`,
    operation: "fill a map, then make ordinary garbage for a second while it lives",
    program: "stl/programs/pauses.ts",
    parameters: [kind],
    arms: ["Map", "HashMap", "HashMap, incremental", "no map"],
    columns: pauseColumns,
    rounds,
    targets,
  };
}

const most: Gauge = {
  name: "entries until failure",
  operation: "add u32 to f64, or u32, until one is refused or there are 2^25",
  program: "stl/programs/most.ts",
  arms: ["Map", "HashMap", "Set", "HashSet"],
  columns: [{ key: "entries", title: "entries", unit: "entries" }],
  rounds: 1,
  targets: [
    { arm: "HashMap", column: "entries", atLeastOf: 30_000_000, unit: "entries" },
    { arm: "HashSet", column: "entries", atLeastOf: 30_000_000, unit: "entries" },
  ],
};

/** Memory, pauses and limits of containers, each in a process of its own. */
export const gauges: readonly Gauge[] = [
  rows,
  sortedRows,
  readings,
  entities,
  sessions,
  twoKeys,
  opening,
  maps("u32", 1, 1, []),
  maps("u32", 4, 1, [{ arm: "HashMap", column: "resident", atMostOf: 24, unit: "B" }]),
  maps("u32", 30, 1, [{ arm: "HashMap", column: "resident", atMostOf: 24, unit: "B" }]),
  maps("bytes", 1, 1, []),
  maps("bytes", 4, 1, []),
  maps("bytes", 30, 1, []),
  pauses("u32", 3, [
    {
      arm: "HashMap",
      column: "turn",
      atMost: 0.25,
      against: "Map",
      runtimes: ["deno"],
      floor: { arm: "no map", margin: 1.25 },
    },
    { arm: "HashMap", column: "collection", atMost: 0.25, against: "Map", runtimes: ["deno"] },
    { arm: "HashMap, incremental", column: "call", atMost: 0.25, against: "Map" },
  ]),
  pauses("text", 1, [{ arm: "HashMap, incremental", column: "call", atMost: 0.25, against: "Map" }]),
  most,
];
