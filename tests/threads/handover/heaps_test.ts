import assert from "node:assert/strict";
import { once } from "node:events";
import process from "node:process";
import { test as anyTest } from "node:test";
import { Worker } from "node:worker_threads";
import { destroysWhole } from "../../../heaps/core/heap_end.ts";
import { Arena, ClosedError, Heap, library, mainHeap, stats, visitHeaps } from "../../../mod.ts";
import { anyText, f64, HashMap, u32, Vector } from "../../../stl/mod.ts";
import { endWorkers, type Message, receive, send, SendError, takeBack, threads } from "../../../threads/mod.ts";
import { KeptPort } from "../_workers.ts";
import type { Order, Sent } from "./_heap_worker.ts";

const { sharedHeaps } = library();
/** With guard pages the blocks of a heap are freed one by one, so somebody has to know them. */
const isGuarded = sharedHeaps && !destroysWhole();
const test = sharedHeaps && !isGuarded ? anyTest : anyTest.skip;
const options = { skip: process.platform === "linux" ? false : "nothing tells that a thread has ended" };

/** A Worker, and the mark of its thread. */
class Receiver {
  readonly worker: Worker;
  readonly name: string;

  constructor(name: string) {
    this.name = name;
    this.worker = new Worker(new URL("./_heap_worker.ts", import.meta.url), { workerData: name });
  }

  async ask<A>(order: Order): Promise<A> {
    this.worker.postMessage(order);
    const [answer] = await once(this.worker, "message");
    return answer as A;
  }

  /** Terminates it, and waits until its thread is gone. */
  async end(): Promise<void> {
    const realm = threads().find(({ name }) => name === this.name);
    await this.worker.terminate();
    if (realm === undefined) return;
    while (threads().some(({ number }) => number === realm.number)) await new Promise((go) => setTimeout(go, 5));
  }
}

/** Sends a value as the port of a test would, and gives the message. */
function posted<T extends object>(value: T): Message<T> {
  const port = new KeptPort();
  send(port, value as never);
  return port.posted[0] as Message<T>;
}

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

/** A heap with ten blocks that nobody sends, 1,000 bytes each, and what is sent. */
function made(): Sent & { readonly rest: Uint8Array<ArrayBuffer>[] } {
  const heap = new Heap({ name: "frames", limit: 500_000 });
  const rest = Array.from({ length: 10 }, () => heap.allocate(Uint8Array, 1000));
  const names = new HashMap(anyText, u32, { allocator: heap });
  names.set("apple", 4);
  return { heap, names, pixels: heap.allocate(Uint8Array, 100_000).fill(3), rest };
}

anyTest("send() refuses a heap before 3.3", { skip: sharedHeaps }, () => {
  using heap = new Heap();
  const view = heap.allocate(Uint8Array, 10).fill(7);
  assert.throws(() => posted(heap), { name: "UnsupportedError", message: /sending a heap/ });
  assert.deepEqual([heap.closed, view[3]], [false, 7]);
});

anyTest("a heap goes with guard pages when all of its blocks are in the message", { skip: !isGuarded }, () => {
  const { heap, names, pixels, rest } = made();
  assert.throws(() => posted({ heap, names, pixels }), { name: "UnsupportedError", message: /more blocks than those/ });
  for (const view of rest) heap.free(view);
  const message = posted({ heap, names, pixels });
  using received = receive(message, undefined, { names: (options) => new HashMap(anyText, u32, options) }).heap;
  assert.ok(received.liveBytes >= 100_000);
});

test("a Worker gets a heap with its name, limit, figures and what lies in it, and ends it there", async () => {
  const before = countHeaps();
  const receiver = new Receiver("receiver of a heap");
  const { heap, names, pixels, rest } = made();
  const { liveBytes, liveBlocks } = heap;
  const message = posted({ heap, names, pixels });
  assert.deepEqual([heap.closed, names.closed, pixels.length, heap.liveBytes, heap.liveBlocks], [true, true, 0, 0, 0]);
  assert.ok(rest.every(({ length }) => length === 0));
  assert.throws(() => heap.allocate(Uint8Array, 1), ClosedError);
  heap.destroy();
  const answer = await receiver.ask({ todo: "use", message });
  assert.deepEqual(answer, {
    name: "frames",
    limit: 500_000,
    liveBytes,
    liveBlocks,
    found: [4, 100_000, 3, true],
    refused: "AllocationError",
    after: 0,
  });
  await receiver.end();
  endWorkers("destroy");
  assertHeaps(before);
});

test("a heap goes to a Worker and comes back, and is destroyed once", async () => {
  const before = countHeaps();
  const receiver = new Receiver("ping-pong");
  let sent: Sent = made();
  for (let round = 0; round < 5; round++) {
    const { heap, names, pixels } = sent;
    const back = await receiver.ask<Message<Sent>>({ todo: "return", message: posted({ heap, names, pixels }) });
    sent = receive(back, undefined, { names: (options) => new HashMap(anyText, u32, options) });
    assert.equal(sent.heap.liveBlocks >= 12, true);
    assert.deepEqual([sent.names.get("apple"), sent.pixels[99_999]], [4, 3]);
  }
  sent.heap.destroy();
  assert.deepEqual([sent.pixels.length, sent.heap.liveBytes], [0, 0]);
  await receiver.end();
  endWorkers("destroy");
  assertHeaps(before);
});

test("what is on its way counts, and takeBack() destroys a heap that nobody receives", () => {
  takeBack();
  const before = countHeaps();
  const { heap } = made();
  const { liveBytes, liveBlocks } = heap;
  const message = posted(heap);
  const { bytesOnTheWay, blocksOnTheWay } = stats({ threads: true }).live!;
  assert.deepEqual([bytesOnTheWay, blocksOnTheWay], [liveBytes, liveBlocks]);
  assert.deepEqual(takeBack(), { blocks: liveBlocks, bytes: liveBytes });
  assert.throws(() => receive(message), ClosedError);
  assert.deepEqual(takeBack(), { blocks: 0, bytes: 0 });
  assertHeaps(before);
});

test("a heap is received once, and its key is good for nothing else", () => {
  const message = posted(made().heap);
  const { name, key } = message.heaps[""]!;
  assert.throws(() => Heap.attach({ name, key }), TypeError);
  assert.throws(() => receive({ ...message, heaps: {}, handedOver: { "": key } } as never), TypeError);
  for (const wrong of [`${key.slice(0, -1)}${key.endsWith("0") ? 1 : 0}`, "", null, 4, {}]) {
    assert.throws(() => receive({ ...message, heaps: { "": { name, key: wrong } } } as never), TypeError);
  }
  assert.throws(() => receive({ ...message, heaps: { "": { name: 4, key } } } as never), TypeError);
  assert.throws(() => receive({ ...message, heaps: 4 } as never), TypeError);
  using heap = receive(message);
  assert.equal(heap.liveBlocks >= 11, true);
  assert.throws(() => receive(message), ClosedError);
  assert.throws(() => heap.close(), /blocks .* are live/);
});

test("a message that cannot be received is as before", () => {
  const { heap, names, pixels } = made();
  const message = posted({ heap, names, pixels });
  const before = threads().find(({ main }) => main)!.heaps;
  assert.throws(() => receive(message, undefined, { names: (options) => new HashMap(u32, u32, options) as never }), {
    name: "TypeError",
  });
  assert.equal(threads().find(({ main }) => main)!.heaps, before);
  const received = receive(message, undefined, { names: (options) => new HashMap(anyText, u32, options) });
  assert.deepEqual([received.names.get("apple"), received.pixels[5], received.heap.limit], [4, 3, 500_000]);
  received.heap.destroy();
});

test("a heap that could not be posted stays, with all that was in it", () => {
  const { heap, names, pixels, rest } = made();
  const { liveBytes, liveBlocks } = heap;
  let error: unknown;
  try {
    send(new KeptPort(), { heap, names, pixels, task: () => {} } as never);
  } catch (caught) {
    error = caught;
  }
  assert.ok(error instanceof SendError);
  const value = error.value as Sent;
  assert.equal(value.heap, heap);
  assert.deepEqual([heap.closed, heap.liveBytes, heap.liveBlocks], [false, liveBytes, liveBlocks]);
  assert.deepEqual([value.names.get("apple"), value.pixels[50]], [4, 3]);
  assert.ok(rest.every(({ length }) => length === 0));
  heap.free(value.pixels);
  value.names.set("pear", 5);
  const before = countHeaps();
  heap.destroy();
  if (library().has("mi_subproc_visit_heaps")) assertHeaps(before - 1);
});

test("what could not be sent lies in its heap as before, and goes with that", () => {
  const { heap, names, pixels } = made();
  let error: unknown;
  try {
    send(new KeptPort(), { names, pixels, task: () => {} } as never);
  } catch (caught) {
    error = caught;
  }
  assert.ok(error instanceof SendError);
  const { liveBytes, liveBlocks } = heap;
  const message = posted({ heap, ...(error.value as Omit<Sent, "heap">), task: undefined });
  using received = receive(message, undefined, { names: (options) => new HashMap(anyText, u32, options) }).heap;
  assert.deepEqual([received.liveBytes, received.liveBlocks], [liveBytes, liveBlocks]);
});

test("send() refuses heaps that belong to this thread, and changes nothing", async () => {
  using other = new Heap();
  using heap = new Heap();
  const view = heap.allocate(Uint8Array, 100).fill(7);
  assert.throws(() => posted(mainHeap()), { name: "TypeError", message: /it is a MainHeap/ });
  using special = new class Special extends Heap {}();
  assert.throws(() => posted(special), { name: "TypeError", message: /it is a Special/ });
  assert.throws(() => posted({ one: heap, two: heap }), /the same memory twice/);
  const closed = new Heap();
  closed.destroy();
  assert.throws(() => posted(closed), ClosedError);
  const holding = heap.hold(view, new Promise<void>((resolve) => setTimeout(resolve, 20)));
  assert.throws(() => posted(heap), /1 promises hold a view/);
  await holding;
  other.allocate(Uint8Array, 10);
  const guest = receive(posted(other.allocate(Uint8Array, 10)), heap);
  assert.throws(() => posted(heap), /blocks that another heap handed over/);
  heap.free(guest);
  assert.deepEqual([view.length, view[99], heap.closed], [100, 7, false]);
  // From here on it never ends.
  using kept = new Heap();
  kept.allocate(Uint8Array, 100).buffer.transfer();
  assert.throws(() => posted(kept), /has moved a buffer of it away/);
});

test("send() refuses a heap in an arena", () => {
  using arena = Arena.reserve(64 * 2 ** 20);
  using heap = new Heap({ arena });
  assert.throws(() => posted(heap), { name: "TypeError", message: /the arena belongs to this thread/ });
  assert.equal(heap.closed, false);
});

test("a shared heap is sent as any other, and ends when its last user has left", () => {
  const before = countHeaps();
  const heap = new Heap();
  const same = Heap.attach(heap.share());
  const view = same.allocate(Uint8Array, 1000).fill(5);
  const vector = new Vector(f64, { allocator: heap });
  vector.push(2);
  const received = receive(posted({ heap, vector }), undefined, { vector: (options) => new Vector(f64, options) });
  assert.equal(received.vector.get(0), 2);
  received.heap.destroy();
  assert.ok(view.every((byte) => byte === 5));
  if (library().has("mi_subproc_visit_heaps")) assertHeaps(before + 1);
  same.destroy();
  assertHeaps(before);
});

for (const todo of ["keep", "send", "stop before", "stop after"] as const) {
  test(`a heap of a Worker that is terminated is found, whatever it was about to do: ${todo}`, options, async () => {
    endWorkers("destroy");
    takeBack();
    const before = countHeaps();
    const name = `ends at ${todo}`;
    const receiver = new Receiver(name);
    const { heap, names, pixels } = made();
    const message = todo === "keep" ? posted({ heap, names, pixels }) : undefined;
    if (message === undefined) heap.destroy();
    await receiver.ask({ todo, ...message && { message } });
    await receiver.end();
    const end = endWorkers("destroy").find((each) => each.name === name)!;
    const isSent = todo === "send" || todo === "stop after";
    assert.deepEqual(takeBack(), isSent ? { blocks: 1, bytes: 70_000 } : { blocks: 0, bytes: 0 });
    assert.equal(end.destroyedHeaps, isSent ? 0 : 1);
    assertHeaps(before);
  });
}
