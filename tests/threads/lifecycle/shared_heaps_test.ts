import assert from "node:assert/strict";
import { once } from "node:events";
import process from "node:process";
import { test as anyTest } from "node:test";
import { Worker } from "node:worker_threads";
import { Heap, type HeapTicket, library, visitHeaps } from "../../../mod.ts";
import { endWorkers, nameThread, receive, send, takeBack, threads } from "../../../threads/mod.ts";
import { KeptPort } from "../_workers.ts";
import type { Given } from "./_ending_worker.ts";

const test = library().sharedHeaps ? anyTest : anyTest.skip;
const options = { skip: process.platform === "linux" ? false : "nothing tells that a thread has ended" };

function countHeaps(): number {
  let count = 0;
  if (library().has("mi_subproc_visit_heaps")) visitHeaps(() => void count++);
  return count;
}

/** Asserts that there are no more than `most` heaps; those of other tests in the process may go meanwhile. */
function assertHeaps(most: number): void {
  const count = countHeaps();
  assert.ok(count <= most, `${count} heaps instead of ${most}`);
}

test("a heap names the threads that use it too, and says when nobody does any more", options, async () => {
  endWorkers("destroy");
  const before = countHeaps();
  const workerData: Given = { name: "sharing", end: "wait", share: true };
  const worker = new Worker(new URL("./_ending_worker.ts", import.meta.url), { workerData });
  const [ticket] = await once(worker, "message") as [HeapTicket];
  const heap = Heap.attach(ticket);
  assert.deepEqual(heap.users, ["sharing"]);
  assert.equal(await heap.whenAlone({ timeout: 5 }), false);
  const alone = heap.whenAlone();
  await worker.terminate();
  while (threads().some(({ name }) => name === "sharing")) await new Promise((resolve) => setTimeout(resolve, 5));
  assert.deepEqual(heap.users, ["sharing (ended)"]);
  assert.equal(await heap.whenAlone({ timeout: 5 }), false);
  endWorkers("destroy");
  assert.ok(await alone);
  assert.deepEqual(heap.users, []);
  heap.destroy();
  assertHeaps(before);
});

test("blocks that were sent use the heap that they lie in, on the way and where they are received", async () => {
  nameThread("main of the test");
  takeBack();
  using other = new Heap();
  const heap = new Heap();
  assert.deepEqual([heap.users, await heap.whenAlone()], [[], true]);
  const port = new KeptPort();
  send(port, heap.allocate(Uint8Array, 100));
  assert.deepEqual(heap.users, ["main of the test"]);
  const view = receive(port.posted[0] as never, other) as Uint8Array<ArrayBuffer>;
  assert.deepEqual([heap.users, await heap.whenAlone({ timeout: 0 })], [["main of the test"], false]);
  other.free(view);
  assert.deepEqual([heap.users, await heap.whenAlone({ timeout: 0 })], [[], true]);
  heap.destroy();
});

anyTest("whenAlone() refuses what is no timeout", async () => {
  using heap = new Heap();
  for (const timeout of [-1, NaN, "5", null]) {
    await assert.rejects(heap.whenAlone({ timeout: timeout as never }), RangeError);
  }
  await assert.rejects(heap.whenAlone(null as never), TypeError);
});
