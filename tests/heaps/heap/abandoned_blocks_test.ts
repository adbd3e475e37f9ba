import assert from "node:assert/strict";
import { test as anyTest } from "node:test";
import { Worker } from "node:worker_threads";
import { backend, library } from "../../../ffi/mod.ts";
import { canLeave } from "../../../heaps/core/subprocess_state.ts";
import { storeOf } from "../../../heaps/heap/heap.ts";
import { abandonedBlocks, Heap, hintIdleThread, mainHeap, UnsupportedError } from "../../../mod.ts";
import { until } from "../../_time.ts";
import { addressOf } from "./_addresses.ts";
import type { Legacy } from "./_leaving_worker.ts";

const LEFT = 500;
const test = library().sharedHeaps ? anyTest : anyTest.skip;

/** Has a Worker leave blocks in the heap, and waits until it has ended. */
async function leaveBlocks(heap: Heap): Promise<void> {
  const worker = new Worker(new URL("./_leaving_worker.ts", import.meta.url));
  const done = new Promise((resolve, reject) => worker.once("message", resolve).once("error", reject));
  const legacy: Legacy = { address: backend().toAddress(storeOf(heap).handle("test")), count: LEFT };
  worker.postMessage(legacy);
  await done;
  await worker.terminate();
  // The thread itself ends a little later.
  await until(() => abandonedBlocks(heap).addresses.length > 0, "the end of the thread");
}

test("abandonedBlocks() lists the blocks that a Worker left, until a thread takes their pages over", async () => {
  using heap = new Heap();
  const own = new Set(Array.from({ length: 2000 }, () => addressOf(heap.allocate(Uint8Array, 100))));
  assert.equal(abandonedBlocks(heap).addresses.length, 0);
  await leaveBlocks(heap);
  const all = heap.blocks().addresses;
  assert.equal(all.length, own.size + LEFT);
  const left = new Set(all.filter((address) => !own.has(address)));
  const { addresses, byteLengths } = abandonedBlocks(heap);
  assert.ok(addresses.length > 0 && addresses.length <= LEFT, `${addresses.length}`);
  assert.ok(addresses.every((address) => left.has(address)));
  assert.ok(byteLengths.every((byteLength) => byteLength >= 500 && byteLength <= 512));
  heap.allocate(Uint8Array, 500);
  assert.equal(abandonedBlocks(heap).addresses.length, 0);
  assert.equal(heap.blocks().addresses.length, own.size + LEFT + 1);
});

anyTest("abandonedBlocks() lists what this thread gave up with hintIdleThread()", {
  skip: canLeave() ? false : "mimalloc 3.6 has hintIdleThread()",
}, () => {
  using heap = new Heap();
  const views = [16, 500, 5000].map((length) => heap.allocate(Uint8Array, length));
  hintIdleThread();
  assert.deepEqual(new Set(abandonedBlocks(heap).addresses), new Set(views.map(addressOf)));
  heap.free(views[1]!);
  assert.deepEqual(new Set(abandonedBlocks(heap).addresses), new Set([addressOf(views[0]!), addressOf(views[2]!)]));
});

test("abandonedBlocks() refuses heaps that others use, and closed ones", () => {
  using heap = new Heap({ name: "common" });
  const other = Heap.attach(heap.share());
  const message = /^Cannot list the abandoned blocks of heap "common": other threads use it/;
  assert.throws(() => abandonedBlocks(heap), { message });
  assert.throws(() => abandonedBlocks(mainHeap()), /other threads use it/);
  other.destroy();
  assert.equal(abandonedBlocks(heap).addresses.length, 0);
  heap.destroy();
  assert.throws(() => abandonedBlocks(heap), { name: "ClosedError" });
});

anyTest("abandonedBlocks() throws UnsupportedError before 3.2.6", {
  skip: library().has("mi_heap_visit_abandoned_blocks"),
}, () => {
  using heap = new Heap();
  assert.throws(() => abandonedBlocks(heap), UnsupportedError);
});
