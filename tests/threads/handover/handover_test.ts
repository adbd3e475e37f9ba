import assert from "node:assert/strict";
import { once } from "node:events";
import { test as anyTest } from "node:test";
import { Worker } from "node:worker_threads";
import { freesAcrossHeaps } from "../../../ffi/shared_heaps.ts";
import { Arena, ClosedError, Heap, library, mainHeap, ScopePool, stats } from "../../../mod.ts";
import { type Message, receive, send, SendError, takeBack } from "../../../threads/mod.ts";
import { ofArenas } from "../../_arenas.ts";
import { until } from "../../_time.ts";
import { AskedWorker, KeptPort } from "../_workers.ts";
import type { Order } from "./_echo_worker.ts";

/** From 3.2.6 to 3.2.8 blocks of the main heap alone are handed over. */
const isRefused = !freesAcrossHeaps(library().version);
const test = isRefused ? anyTest.skip : anyTest;

anyTest("send() refuses blocks of any but the main heap on mimalloc 3.2", { skip: !isRefused }, () => {
  using heap = new Heap();
  const view = heap.allocate(Uint8Array, 10);
  assert.throws(() => posted(view), { name: "UnsupportedError" });
  assert.equal(heap.free(view), undefined);
  const message = posted(mainHeap().allocate(Uint8Array, 10).fill(5));
  const received = receive(message, heap);
  assert.deepEqual([...received], Array(10).fill(5));
  assert.deepEqual([...receive(posted(received), heap)], Array(10).fill(5));
});

type Bytes = Uint8Array<ArrayBuffer>;

const ECHO = new URL("./_echo_worker.ts", import.meta.url);

/** Sends a view as the port of a test would, and gives the message. */
function posted<T extends object>(value: T): Message<T> {
  const port = new KeptPort();
  send(port, value as never);
  return port.posted[0] as Message<T>;
}

test("send() empties a view and receive() gives it to a Worker, which frees it there", async () => {
  using heap = new Heap();
  await using echo = new AskedWorker(ECHO);
  const view = heap.allocate(Uint8Array, 1000).fill(3);
  const message = posted(view);
  assert.deepEqual([view.length, heap.liveBytes, heap.liveBlocks], [0, 0, 0]);
  const answer = await echo.ask({ todo: "free", message } satisfies Order);
  assert.deepEqual(answer, { sum: 3000, liveBytes: 1000, after: 0 });
  assert.equal(heap.closed, false);
  heap.close();
});

test("a Worker sends back what it received, and it comes to the heap that is named", async () => {
  using heap = new Heap();
  using other = new Heap();
  await using echo = new AskedWorker(ECHO);
  for (let round = 0; round < 50; round++) {
    const bytes = heap.allocate(Uint8Array, 100 + round).fill(round);
    const back = await echo.ask<Message<Bytes>>({ todo: "return", message: posted(bytes) } satisfies Order);
    const again = receive(back, other);
    assert.equal(again.length, 100 + round);
    assert.ok(again.every((byte) => byte === round));
    assert.ok(other.owns(again));
    assert.throws(() => heap.free(again), TypeError);
    other.free(again);
  }
  assert.deepEqual([heap.liveBytes, other.liveBytes], [0, 0]);
});

test("what a Worker received outlives the heap that it was allocated in", async () => {
  await using echo = new AskedWorker(ECHO);
  const heap = new Heap();
  const kept = posted(heap.allocate(Uint8Array, 5000).fill(9));
  const neighbour = heap.allocate(Uint8Array, 5000).fill(1);
  heap.destroy();
  assert.equal(neighbour.length, 0);
  // Takes the memory that a destroyed heap would have left.
  using others = new Heap();
  for (let block = 0; block < 200; block++) others.allocate(Uint8Array, 5000).fill(255);
  assert.deepEqual(await echo.ask({ todo: "sum", message: kept } satisfies Order), {
    sum: 45_000,
    liveBytes: 5000,
    after: 5000,
  });
});

test("receive() puts views into the heap that is named, which counts, limits and frees them", () => {
  using heap = new Heap();
  const message = posted(heap.allocate(Float64Array, 100).fill(1.5));
  using small = new Heap({ limit: 799 });
  assert.throws(() => receive(message, small), { name: "AllocationError" });
  const large = new Heap({ limit: 1600 });
  const view = receive(message, large);
  assert.deepEqual([view.length, view[99], large.liveBytes, large.liveBlocks], [100, 1.5, 800, 1]);
  const longer = large.reallocate(view, 150);
  assert.deepEqual([view.length, longer.length, longer[99], large.liveBytes], [0, 150, 1.5, 1200]);
  heap.destroy();
  longer.fill(2.5);
  large.destroy();
  assert.deepEqual([longer.length, large.liveBytes], [0, 0]);
});

test("receive() without a heap puts views into the main heap", () => {
  using heap = new Heap();
  const before = mainHeap().liveBytes;
  const view = receive(posted(heap.allocate(Uint8Array, 100)));
  assert.equal(mainHeap().liveBytes, before + 100);
  mainHeap().free(view);
  assert.equal(mainHeap().liveBytes, before);
});

test("send() keeps the class, the alignment and the emptiness of a view", () => {
  using heap = new Heap();
  const aligned = heap.allocateZeroed(DataView, 64, { alignment: 2 ** 17, offset: 3 });
  const message = posted({ aligned, halves: heap.allocate(Float16Array, 3).fill(0.5), nothing: heap.bytes([]) });
  const { aligned: block, halves, nothing } = receive(message, heap);
  assert.ok(block instanceof DataView && block.byteLength === 64);
  assert.ok(halves instanceof Float16Array && halves[2] === 0.5);
  assert.ok(nothing instanceof Uint8Array && nothing.length === 0);
  assert.equal(heap.liveBlocks, 3);
  for (const view of [block, halves, nothing]) heap.free(view);
  heap.close();
});

test("send() copies what is no view, and hands every view of an object over", () => {
  using heap = new Heap();
  const rows = heap.allocate(Uint32Array, 4).fill(7);
  const columns = heap.allocate(Uint8Array, 4).fill(8);
  const { id, names, ...views } = receive(posted({ id: 4, rows, columns, names: ["a", { b: 1n }] }), heap);
  assert.deepEqual([id, names], [4, ["a", { b: 1n }]]);
  assert.deepEqual([[...views.rows], [...views.columns]], [[7, 7, 7, 7], [8, 8, 8, 8]]);
  assert.equal(heap.liveBlocks, 2);
});

test("receive() refuses a message that was received, and the views of the first stay as they are", async () => {
  using heap = new Heap();
  await using echo = new AskedWorker(ECHO);
  const message = posted(heap.allocate(Uint8Array, 10).fill(5));
  const view = receive(message, heap);
  assert.throws(() => receive(message, heap), ClosedError);
  assert.deepEqual(await echo.ask({ todo: "sum", message } satisfies Order), { error: "ClosedError" });
  assert.deepEqual([...view], Array(10).fill(5));
  heap.free(view);
  assert.throws(() => receive(message, heap), ClosedError);
  // Somebody else has the place by now.
  const next = posted(heap.allocate(Uint8Array, 10));
  assert.throws(() => receive(message, heap), ClosedError);
  receive(next, heap);
});

test("receive() takes all views of a message or none", () => {
  using heap = new Heap();
  const message = posted({ a: heap.allocate(Uint8Array, 10), b: heap.allocate(Uint8Array, 20) });
  const { b } = message.handedOver;
  const part = { handedOver: { b: b! }, contents: {}, heaps: {}, copied: undefined } as Message<Bytes>;
  receive({ ...part, copied: {} } as unknown as Message<{ b: Bytes }>, heap);
  assert.throws(() => receive(message, heap), ClosedError);
  assert.equal(heap.liveBlocks, 1);
  assert.deepEqual(takeBack(), { blocks: 1, bytes: 10 });
});

test("receive() refuses what send() did not make, and forged keys", () => {
  using heap = new Heap();
  const message = posted(heap.allocate(Uint8Array, 10).fill(5));
  const key = message.handedOver[""]!;
  const ticket = heap.share().key;
  const digit = key.at(-1) === "0" ? "1" : "0";
  const forged = [key.slice(0, -1) + digit, key.toUpperCase() + " ", "", `0-1-${"0".repeat(32)}`, null, 7, ticket];
  for (const wrong of forged) {
    const made = { handedOver: { "": wrong }, copied: undefined } as unknown as Message<Bytes>;
    assert.throws(() => receive(made, heap), (error: Error) => {
      assert.ok(error instanceof TypeError || error instanceof ClosedError, String(error));
      return true;
    });
  }
  for (const wrong of [undefined, null, 3, "text", {}, { handedOver: null }, { handedOver: {} }, []]) {
    assert.throws(() => receive(wrong as never, heap), { name: "TypeError", message: /^Cannot receive/ });
  }
  assert.deepEqual([...receive(message, heap)], Array(10).fill(5));
});

test("Heap.attach() refuses the key of a message, and receive() the key of a ticket", () => {
  using heap = new Heap();
  const key = posted(heap.allocate(Uint8Array, 10)).handedOver[""]!;
  assert.throws(() => Heap.attach({ name: "x", key }), TypeError);
  assert.equal(takeBack().blocks, 1);
});

test("send() refuses what no heap handed out whole, and changes nothing", () => {
  using heap = new Heap();
  using pool = new ScopePool();
  using scope = pool.open();
  const view = heap.allocate(Uint8Array, 100).fill(1);
  const freed = heap.allocate(Uint8Array, 100);
  heap.free(freed);
  const port = new KeptPort();
  const wrong = [
    new Uint8Array(4),
    view.subarray(1),
    scope.allocate(Uint8Array, 8),
    scope.allocate(Uint8Array, 100_000),
    freed,
    { view, plain: new Uint8Array(4) },
    { view, again: view },
    { id: 4 },
    {},
    null,
    7,
    undefined,
  ];
  for (const value of wrong) assert.throws(() => send(port, value as never), TypeError);
  for (const none of [undefined, null, {}, { postMessage: 4 }]) {
    assert.throws(() => send(none as never, view), { name: "TypeError", message: /^Cannot send/ });
  }
  assert.deepEqual([port.posted.length, view.length, view[99], heap.liveBlocks], [0, 100, 1, 1]);
});

test("send() gives everything back in new views when postMessage() refuses the rest", () => {
  using heap = new Heap();
  const view = heap.allocate(Uint8Array, 100).fill(6);
  const { port1 } = new MessageChannel();
  let error: unknown;
  try {
    send(port1, { view, task: () => 4 });
  } catch (thrown) {
    error = thrown;
  }
  assert.ok(error instanceof SendError);
  assert.equal((error.cause as Error).name, "DataCloneError");
  const { view: again } = error.value as { view: Bytes };
  assert.deepEqual([view.length, again.length, again[99], heap.liveBlocks], [0, 100, 6, 1]);
  heap.free(again);
  heap.close();
  port1.close();
});

test("a received view that the program moves away is never freed, nor is the heap that it lies in", () => {
  const heap = new Heap();
  using other = new Heap();
  const view = receive(posted(heap.allocate(Uint8Array, 4000).fill(4)), other);
  const moved = new Uint8Array(view.buffer.transfer());
  other.destroy();
  heap.destroy();
  assert.equal(other.escapedBlocks, 1);
  using garbage = new Heap();
  for (let block = 0; block < 200; block++) garbage.allocate(Uint8Array, 4000).fill(255);
  assert.ok(moved.every((byte) => byte === 4));
});

test("takeBack() frees what nobody has received, and receive() refuses it from then on", () => {
  using heap = new Heap();
  const port = new KeptPort();
  const other = new KeptPort();
  for (let each = 0; each < 200; each++) send(port, heap.allocate(Uint8Array, 100));
  send(other, heap.allocate(Uint8Array, 7));
  receive(port.posted[3] as Message<Bytes>, heap);
  assert.deepEqual(takeBack(port), { blocks: 199, bytes: 19_900 });
  assert.throws(() => receive(port.posted[4] as Message<Bytes>, heap), ClosedError);
  assert.deepEqual(takeBack(), { blocks: 1, bytes: 7 });
  assert.throws(() => takeBack(4 as never), TypeError);
});

test("what was sent to a Worker is freed when that has ended without receiving it", async () => {
  takeBack();
  using heap = new Heap();
  const worker = new Worker("setInterval(() => {}, 1000)", { eval: true });
  await once(worker, "online");
  const message: { data?: Message<Bytes> } = {};
  const spy = {
    on: worker.on.bind(worker),
    terminate: () => worker.terminate(),
    postMessage: (posted: unknown) => {
      message.data = posted as Message<Bytes>;
      worker.postMessage(posted);
    },
  };
  send(spy, heap.allocate(Uint8Array, 1000));
  await worker.terminate();
  // It is freed when the thread is gone, which is a little later.
  await until(() => stats({ threads: true }).live!.blocksOnTheWay === 0, "the end of the thread");
  assert.throws(() => receive(message.data!, heap), ClosedError);
  assert.deepEqual(takeBack(spy), { blocks: 0, bytes: 0 });
});

test("a block of a heap in an arena is refused on 2.x, where its memory would become everybody's", ofArenas, () => {
  using arena = Arena.reserve(32 * 2 ** 20);
  using heap = new Heap({ arena });
  const view = heap.allocate(Uint8Array, 100);
  if (library().version.major >= 3) return void receive(posted(view), heap);
  assert.throws(() => posted(view), { name: "UnsupportedError" });
  assert.equal(view.length, 100);
});
