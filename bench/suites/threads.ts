import type { Column, Gauge, Suite } from "../suite.ts";
import { RAW, SEND } from "../threads/workloads/memory_of.ts";

const sizes: readonly Column[] = [
  { key: "k1", title: "1 KiB", unit: "ns" },
  { key: "k64", title: "64 KiB", unit: "ns" },
  { key: "m1", title: "1 MiB", unit: "ns" },
  { key: "m64", title: "64 MiB", unit: "ns" },
  { key: "growth", title: "64 MiB against 1 KiB", unit: "times" },
];

const handover: Gauge = {
  name: "handing over",
  operation: "a block to another thread: half of a round trip to a Worker, which changes a byte of it",
  program: "threads/programs/handover.ts",
  arms: ["send", "postMessage, copy", "transfer list", "SharedArrayBuffer"],
  columns: sizes,
  rounds: 3,
  targets: [
    // V8 and JavaScriptCore count the bytes of what is received, and collect garbage for 64 MiB: whoever moves an
    // ordinary buffer has the same.
    {
      arm: "send",
      column: "m64",
      timesFaster: 100,
      against: "postMessage, copy",
      floor: { arm: "transfer list", margin: 1 },
    },
    { arm: "send", column: "growth", atMostOf: 2, unit: "times", floor: { arm: "transfer list", margin: 1 } },
  ],
};

const channel: Gauge = {
  name: "messages of 64 bytes",
  operation: "200,000 messages of eight numbers to a Worker that adds one of them up",
  program: "threads/programs/channel.ts",
  arms: ["Channel", "postMessage"],
  columns: [{ key: "message", title: "each", unit: "ns" }],
  rounds: 3,
  targets: [{ arm: "Channel", column: "message", timesFaster: 5, against: "postMessage" }],
};

const parallel: Gauge = {
  name: "one task over a million numbers",
  operation: "20 square roots for each of 1,048,576 numbers, in place, in 32 chunks",
  program: "threads/programs/parallel.ts",
  arms: ["one thread", "1 Worker", "2 Workers"],
  columns: [{ key: "pass", title: "a pass", unit: "ms" }],
  rounds: 3,
  targets: [{ arm: "2 Workers", column: "pass", timesFaster: 1.7, against: "one thread" }],
};

const shortWorkers: Gauge = {
  name: "short Workers",
  operation: "1,000 Workers one after the other; endWorkers() destroys the heaps of those that have left one open",
  program: "threads/programs/short_workers.ts",
  arms: ["dlopen alone", "a heap left open"],
  columns: [
    { key: "nothing", title: "a Worker that does nothing leaves", unit: "KiB" },
    { key: "each", title: "one of the arm", unit: "KiB" },
    { key: "over", title: "more", unit: "KiB" },
  ],
  rounds: 1,
  targets: [{
    arm: "a heap left open",
    column: "over",
    atMostOf: 16,
    unit: "KiB",
    floor: { arm: "dlopen alone", margin: 1 },
  }],
};

/** A workload of mimalloc-bench that hands blocks from thread to thread. */
function workload(name: string, operation: string): Gauge {
  return {
    name: `${name} in Workers`,
    operation,
    program: "threads/programs/workload.ts",
    parameters: [name],
    arms: ["C", RAW, SEND],
    columns: [
      { key: "block", title: "a block", unit: "ns" },
      { key: "starting", title: "Workers start", unit: "ms" },
      { key: "peak", title: "most in RAM", unit: "MiB" },
      { key: "live", title: "in use at the end", unit: "B" },
    ],
    rounds: 3,
    targets: [{ arm: SEND, column: "live", atMostOf: 0, unit: "B" }],
  };
}

const workloads: readonly Gauge[] = [
  workload(
    "larson",
    "two servers replace one of 5,000 blocks of 8 to 1,000 B at random; Workers end, and others go on with their blocks",
  ),
  workload("xmalloc-test", "two Workers allocate blocks of 64 B and write to them, two others free them"),
  workload(
    "mstress",
    "in each of 25 rounds two new Workers allocate 22,500 blocks, mostly of 8 to 512 B, check every word of what they free, " +
      "and swap some through a table that outlives them",
  ),
];

/** Memory and messages between threads against what the runtimes have, and work on several threads against one. */
export const suite: Suite = {
  name: "threads",
  groups: [],
  gauges: [handover, channel, parallel, shortWorkers, ...workloads],
};
