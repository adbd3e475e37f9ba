/**
 * Prints what the passing of time does: how many profilers live on in C that never ran, ran in heaps that were
 * destroyed, ran in sub-processes that were destroyed, and ran in a heap that lives, when they are closed and later;
 * and asserts that a profiler with an interval of a second has written a file after it, and none before.
 */
import assert from "node:assert/strict";
import path from "node:path";
import process from "node:process";
import { Heap, library, Profiler, Subprocess, visitHeaps } from "../../../mod.ts";
import { until } from "../../_time.ts";

const KIND_COUNT = 10;
const directory = process.env["PROFILES"]!;
let count = 0;

/** How many heaps there are; each profiler has one. */
function countHeaps(): number {
  let heaps = 0;
  visitHeaps(() => void heaps++);
  return heaps;
}

function makeProfiler(of: Heap | Subprocess, runs = true): Profiler {
  const profiler = new Profiler({ path: path.join(directory, `time ${++count}`), of, sampleRate: 1 });
  if (runs) profiler.start();
  return profiler;
}

const timed = new Heap();
const slow = new Profiler({ path: path.join(directory, "timed"), of: timed, sampleRate: 4096, timeInterval: 1 });
const started = performance.now();
slow.start();
for (let index = 0; index < 4000; index++) timed.allocate(Uint8Array, 8192);
// On a busy machine that takes longer than the interval.
assert.ok(slow.files().length === 0 || performance.now() - started > 1000, "a snapshot came too early");

const living = new Heap();
const before = countHeaps();
const old: Uint8Array<ArrayBuffer>[] = [];
for (let index = 0; index < KIND_COUNT; index++) {
  makeProfiler(living, false).close();
  using heap = new Heap();
  using first = makeProfiler(heap);
  using plugin = Subprocess.create();
  using second = makeProfiler(plugin);
  plugin.run(() => second.stop());
  first.stop();
  using third = makeProfiler(living);
  for (let block = 0; block < 1000; block++) old.push(living.allocate(Uint8Array, 8192));
  assert.ok(third.running);
}
const closed = countHeaps() - before;
await until(() => countHeaps() - before === KIND_COUNT);
// What the deleted ones had has new owners now, which nothing may write to when old blocks are freed.
library().bind("process").collect(true);
const others = [16, 32, 48, 64, 96, 128, 512, 4096, 65_536].flatMap((size) =>
  Array.from({ length: Math.min(1000, 2 ** 21 / size) }, () => timed.allocate(Uint8Array, size).fill(0xa5))
);
using last = makeProfiler(living);
for (const view of old) living.free(view);
assert.ok(last.running && others.every((view) => view.every((byte) => byte === 0xa5)), "memory was written to");
const kept = countHeaps() - before - 1;

for (let index = 0; index < 4000; index++) timed.allocate(Uint8Array, 8192);
assert.ok(slow.files().length > 0, "no snapshot came");
process.stdout.write(`${closed} ${kept}\n`);
