import assert from "node:assert/strict";
import { test } from "node:test";
import { Worker } from "node:worker_threads";
import { canLeave } from "../../../heaps/core/subprocess_state.ts";
import { Heap, hintIdleThread, mainHeap, Subprocess, UnsupportedError } from "../../../mod.ts";
import { addressOf, assertFilled, fill } from "../_support.ts";

const skip = canLeave() ? false : "mimalloc 3.6 has it";

/** Bytes of the pages in which mimalloc keeps blocks of 1,000 bytes. */
const PAGE = 65_536;

test("hintIdleThread() throws UnsupportedError before 3.6", { skip: skip === false }, () => {
  assert.throws(() => hintIdleThread(), UnsupportedError);
});

for (const hint of [false, true]) {
  const name = hint ? "serves another thread after hintIdleThread()" : "is its own without hintIdleThread()";
  test(`the room between the blocks of a thread ${name}`, { skip }, async () => {
    using heap = new Heap();
    const worker = new Worker(new URL("./_idle_worker.ts", import.meta.url));
    const ask = (message: unknown): Promise<unknown> =>
      new Promise((resolve, reject) => {
        worker.once("error", reject);
        worker.once("message", resolve);
        worker.postMessage(message);
      });
    try {
      const addresses = await ask({ ticket: heap.share(), hint }) as number[];
      assert.equal(addresses.length, 500);
      const pages = new Set(addresses.map((address) => Math.floor(address / PAGE)));
      const views = Array.from({ length: 5000 }, () => heap.allocate(Uint8Array, 1000).fill(170));
      const inside = views.filter((view) => pages.has(Math.floor(addressOf(view) / PAGE))).length;
      if (hint) assert.ok(inside > 2500, `${inside} of 5000 blocks lie between those of the idle thread`);
      else assert.ok(inside < 100, `${inside} of 5000 blocks lie between those of the other thread`);
      assert.equal(await ask("go on"), 0);
      assert.ok(views.every((view) => view.every((byte) => byte === 170)));
    } finally {
      await worker.terminate();
    }
  });
}

test("hintIdleThread() leaves heaps and blocks of the thread as they are", { skip }, () => {
  using part = Subprocess.create();
  const use = (): void => {
    const heap = new Heap();
    const views = [heap, mainHeap()].map((target) => target.allocate(Uint8Array, 5000));
    views.forEach(fill);
    const before = Subprocess.current;
    hintIdleThread();
    hintIdleThread();
    assert.equal(Subprocess.current, before);
    const later = heap.allocate(Uint8Array, 5000).fill(255);
    views.forEach((view, index) => assertFilled(view, index));
    mainHeap().free(views[1]!);
    heap.free(later);
    assertFilled(views[0]!, 0);
    heap.destroy();
  };
  use();
  part.run(use);
  use();
});
