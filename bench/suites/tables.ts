import type { Column, Gauge, Suite } from "../suite.ts";

const columns: readonly Column[] = [
  { key: "time", title: "time", unit: "ms" },
  { key: "resident", title: "memory of the process", unit: "MiB" },
];

const common = { columns, rounds: 6, paired: true } as const;

const csv: Gauge = {
  ...common,
  name: "CSV of a million rows",
  operation: "read station, time and value of 1 million lines into columns, stations as numbers",
  program: "tables/programs/csv.ts",
  parameters: ["1000000", "seconds"],
  arms: ["parser by hand", "split into objects", "readCsv"],
  targets: [{ arm: "readCsv", column: "time", timesFaster: 2, against: "split into objects" }],
};

const timestamps: Gauge = {
  ...csv,
  name: "CSV of a million rows with dates",
  operation: "the same with times as 2024-05-07T09:30:00Z",
  parameters: ["1000000", "dates"],
};

const groups: Gauge = {
  ...common,
  name: "5 million rows by station",
  operation: "count, sum and mean of 5 million values of 500 stations in columns",
  program: "tables/programs/groups.ts",
  parameters: ["5000000", "500"],
  arms: ["Map", "groupBy", "HashMap.update", "update by hand"],
  targets: [
    { arm: "groupBy", column: "time", timesFaster: 1.5, against: "Map" },
    {
      arm: "HashMap.update",
      column: "time",
      timesFaster: 1.5,
      against: "Map",
      // A table of typed arrays that calls a function with an accessor, and neither checks nor ends anything.
      floor: { arm: "update by hand", margin: 1.25 },
    },
  ],
};

const sparse: Gauge = {
  ...groups,
  name: "5 million rows by 100,000 numbers",
  operation: "the same by numbers of 32 bits, 100,000 different ones",
  parameters: ["5000000", "sparse"],
};

const arrow: Gauge = {
  ...common,
  name: "Arrow table of a million rows",
  operation: "make a table of apache-arrow of three columns of 1 million rows, or take one over",
  program: "tables/programs/arrow.ts",
  parameters: ["1000000"],
  arms: ["vectorFromArray", "toArrow", "fromArrow"],
  targets: [{ arm: "toArrow", column: "time", timesFaster: 10, against: "vectorFromArray" }],
};

/** What tables cost beside what programs write by hand. */
export const suite: Suite = { name: "tables", groups: [], gauges: [csv, timestamps, groups, sparse, arrow] };
