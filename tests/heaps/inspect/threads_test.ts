import assert from "node:assert/strict";
import { once } from "node:events";
import process from "node:process";
import { test } from "node:test";
import { setTimeout } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import { freesAcrossHeaps } from "../../../ffi/shared_heaps.ts";
import { Heap, library, stats } from "../../../mod.ts";
import { nameThread, receive, send, threads } from "../../../threads/mod.ts";
import { KeptPort } from "../../threads/_workers.ts";

const SEED = Number(process.env["SEED"] ?? Date.now() % 1_000_000);

/** Resolves when all four Workers have come to `turn`, without ever waiting for a message of theirs. */
async function reached(turns: Int32Array, turn: number): Promise<void> {
  while ([0, 1, 2, 3].some((index) => Atomics.load(turns, index) < turn)) await setTimeout(2);
}

test(`stats({ threads: true }) is the sum of what four Workers count, to the byte (SEED=${SEED})`, async () => {
  const turns = new Int32Array(new SharedArrayBuffer(64));
  const counts = new Float64Array(new SharedArrayBuffer(64));
  const url = new URL("./_counting_worker.ts", import.meta.url);
  const workers = [0, 1, 2, 3].map((index) =>
    new Worker(url, { workerData: { index, seed: SEED + index, turns, counts } })
  );
  await Promise.all(workers.map((worker) => once(worker, "message")));
  const resume = (turn: number): void => {
    Atomics.store(turns, 8, turn);
    Atomics.notify(turns, 8);
  };
  for (let turn = 1; turn <= 5; turn++) {
    await reached(turns, turn);
    const { live } = stats({ threads: true });
    const theirs = live!.threads.filter(({ name }) => name.startsWith("counter "));
    assert.equal(theirs.length, 4);
    // A pool keeps one chunk ready, whose size is no matter here.
    for (const { name, liveBytes, liveBlocks, heaps, main } of theirs) {
      const index = Number(name.at(-1));
      assert.deepEqual([heaps, main], [4, false]);
      assert.equal(liveBlocks - counts[index * 2 + 1]!, 1);
      assert.equal(liveBytes - counts[index * 2]!, 65_536);
    }
    assert.equal(live!.bytes, live!.threads.reduce((total, { liveBytes }) => total + liveBytes, 0));
    resume(turn);
  }
  await reached(turns, 6);
  for (const { name, liveBytes, liveBlocks } of threads()) {
    if (name.startsWith("counter ")) assert.deepEqual([liveBytes, liveBlocks], [0, 0]);
  }
  resume(6);
  await Promise.all(workers.map((worker) => worker.terminate()));
  while (threads().some(({ name }) => name.startsWith("counter "))) await setTimeout(2);
});

const whereSent = {
  skip: freesAcrossHeaps(library().version) ? false : "3.2 hands over blocks of the main heap alone",
};

test("threads() tells what the heaps of a thread hold after each kind of call", whereSent, () => {
  // Each file of the tests may have a thread of its own that counts for a main one.
  nameThread(`asked ${SEED}`);
  const own = (): [number, number, number] => {
    const { liveBytes, liveBlocks, heaps } = threads().find(({ name }) => name === `asked ${SEED}`)!;
    return [liveBytes, liveBlocks, heaps];
  };
  const before = own();
  const since = (): number[] => own().map((figure, index) => figure - before[index]!);
  const heap = new Heap();
  const view = heap.allocate(Uint8Array, 1000);
  const moved = heap.allocate(Uint8Array, 500);
  heap.allocate(Uint8Array, 10);
  assert.deepEqual(since(), [1510, 3, 1]);
  heap.reallocate(view, 2000);
  assert.deepEqual(since(), [2510, 3, 1]);
  moved.buffer.transfer();
  assert.throws(() => heap.free(moved), TypeError);
  const port = new KeptPort();
  send(port, heap.bytes([1, 2, 3]));
  assert.deepEqual(since(), [2510, 3, 1]);
  const { live } = stats({ threads: true });
  assert.deepEqual([live!.bytesOnTheWay, live!.blocksOnTheWay], [3, 1]);
  heap.free(receive(port.posted[0] as never, heap));
  heap.destroy();
  // What was moved away is not live any more, and never freed.
  assert.deepEqual(since(), [0, 0, 0]);
  assert.equal(stats({ threads: true }).live!.blocksOnTheWay, 0);
});

test("nameThread() keeps 128 bytes and cuts no character", () => {
  nameThread(`${"ß".repeat(63)}x€`);
  assert.ok(threads().some(({ name }) => name === `${"ß".repeat(63)}x`));
  nameThread("main");
  assert.throws(() => nameThread(4 as never), TypeError);
});

test("stats() has no totals of threads unless they are asked for", () => {
  assert.equal(stats().live, undefined);
});
