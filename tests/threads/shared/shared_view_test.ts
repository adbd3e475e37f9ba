import assert from "node:assert/strict";
import { once } from "node:events";
import { test } from "node:test";
import { Worker } from "node:worker_threads";
import { ClosedError, Heap, mainHeap } from "../../../mod.ts";
import { Channel, SharedView, type SharedViewTicket } from "../../../threads/mod.ts";
import { u32 } from "../../../stl/mod.ts";
import { LONG_WAIT, until } from "../../_time.ts";
import type { Given } from "./_shared_worker.ts";

function start(given: Given): { worker: Worker; done: Promise<unknown> } {
  const worker = new Worker(new URL("./_shared_worker.ts", import.meta.url), { workerData: given });
  return { worker, done: once(worker, "message") };
}

test("one writes, or several read, and who has not borrowed it sees nothing", () => {
  using first = new SharedView(Float64Array, 100, { name: "samples" });
  using second = SharedView.attach<Float64ArrayConstructor>(first.share());
  using third = SharedView.attach<Float64ArrayConstructor>(structuredClone(first.share()));
  assert.equal(first.view.length, 0);
  const view = first.tryBorrow()!;
  assert.ok(view.length === 100 && view.every((each) => each === 0));
  view.fill(2.5);
  assert.equal(first.view, view);
  assert.equal(first.holders.length, 1);
  assert.deepEqual([second.tryBorrow(), second.tryBorrowReading(), second.view.length], [undefined, undefined, 0]);
  assert.throws(() => first.tryBorrow(), { message: /borrowed here already/ });
  first.release();
  first.release();
  assert.deepEqual([view.length, first.view.length, first.holders], [0, 0, []]);
  const [read, also] = [second.tryBorrowReading()!, third.tryBorrowReading()!];
  assert.deepEqual([read[99], also[0], first.holders.length], [2.5, 2.5, 2]);
  assert.equal(first.tryBorrow(), undefined);
  second.release();
  assert.equal(first.tryBorrow(), undefined);
  third.release();
  assert.equal(first.tryBorrow()?.[50], 2.5);
  first.release();
});

test("close() names the threads that use the view, and the last that leaves frees the memory", () => {
  const before = mainHeap().liveBytes;
  const first = new SharedView(Uint32Array, 1000);
  assert.equal(mainHeap().liveBytes - before, 4000);
  const ticket = first.share();
  const second = SharedView.attach<Uint32ArrayConstructor>(ticket);
  assert.throws(() => first.close(), { message: /the threads ".+" use it/ });
  assert.equal(first.users.length, 1);
  second.tryBorrow()![0] = 7;
  first.dispose();
  first.dispose();
  assert.equal(mainHeap().liveBytes, before);
  assert.equal(second.view[0], 7);
  second.dispose();
  assert.deepEqual([second.closed, second.view.length, second.users, second.holders], [true, 0, [], []]);
  assert.throws(() => SharedView.attach(ticket), ClosedError);
  for (const call of [() => second.tryBorrow(), () => second.share(), () => second.borrow()]) {
    assert.throws(call, ClosedError);
  }
  const alone = new SharedView(Uint8Array, 10);
  alone.close();
  assert.equal(alone.closed, true);
});

test("SharedView.attach() refuses forged tickets, other words and tickets of other things, and joins nobody", () => {
  const before = mainHeap().liveBlocks;
  const shared = new SharedView(Uint8Array, 10);
  using other = new SharedView(Uint8Array, 10);
  using channel = new Channel(u32, { capacity: 16 });
  using heap = new Heap();
  const ticket = shared.share();
  const { key, words } = ticket;
  const digit = key.at(-1) === "0" ? "1" : "0";
  const wrong: unknown[] = [
    undefined,
    {},
    { ...ticket, key: key.slice(0, -1) + digit },
    { ...ticket, key: heap.share().key },
    channel.share(),
    { ...ticket, words: other.share().words },
    { ...ticket, words: new SharedArrayBuffer(words.byteLength) },
    { ...ticket, words: undefined },
  ];
  for (const each of wrong) assert.throws(() => SharedView.attach(each as SharedViewTicket), TypeError);
  assert.throws(() => Channel.attach(ticket as never, u32), TypeError);
  assert.throws(() => new SharedView(Array as never, 4), TypeError);
  assert.throws(() => new SharedView(Uint8Array, 0), RangeError);
  assert.equal(shared.users.length, 0);
  shared.dispose();
  assert.equal(mainHeap().liveBlocks, before + 2);
});

test("a shared view refuses wrong types, lengths, options and timeouts", async () => {
  for (const length of [0, -1, 1.5, NaN, "5", 2 ** 32]) {
    assert.throws(() => new SharedView(Uint8Array, length as number), { name: /^(Range|Type|Allocation)Error$/ });
  }
  for (const type of [undefined, null, Array, "Uint8Array"]) {
    assert.throws(() => new SharedView(type as never, 8), TypeError);
  }
  assert.throws(() => new SharedView(Uint8Array, 8, null as never), TypeError);
  using shared = new SharedView(DataView, 8);
  using same = SharedView.attach<DataViewConstructor>(shared.share());
  assert.equal(shared.tryBorrow()?.byteLength, 8);
  for (const timeout of [-1, NaN, "5", null]) {
    assert.throws(() => same.borrow({ timeout: timeout as number }), RangeError);
    assert.throws(() => same.borrowReading({ timeout: timeout as number }), RangeError);
    await assert.rejects(same.borrowReadingAsync({ timeout: timeout as number }), RangeError);
  }
  assert.throws(() => same.borrowReading({ timeout: 5 }), { message: /use borrowAsync\(\)/ });
});

test("62 threads read at once, and one more waits until one of them has given the view back", () => {
  using shared = new SharedView(Uint8Array, 8);
  const ticket = shared.share();
  const readers = Array.from({ length: 63 }, () => SharedView.attach<Uint8ArrayConstructor>(ticket));
  const last = readers[62]!;
  for (const reader of readers.slice(0, 62)) assert.equal(reader.tryBorrowReading()?.length, 8);
  assert.deepEqual([last.tryBorrowReading(), shared.tryBorrow()], [undefined, undefined]);
  readers[30]!.release();
  assert.equal(last.tryBorrowReading()?.length, 8);
  assert.throws(() => last.tryBorrowReading(), { message: /borrowed here already/ });
  for (const reader of readers) reader.dispose();
  assert.equal(shared.tryBorrow()?.length, 8);
});

test("what waits for a view on a thread that leaves it is told so", async () => {
  using shared = new SharedView(Uint8Array, 8);
  const same = SharedView.attach<Uint8ArrayConstructor>(shared.share());
  shared.tryBorrow();
  const waiting = assert.rejects(same.borrowAsync(), ClosedError);
  same.dispose();
  await waiting;
  await assert.rejects(same.borrowReadingAsync(), ClosedError);
  for (const call of [() => same.borrowReading(), () => same.tryBorrowReading()]) assert.throws(call, ClosedError);
});

test("words that something else has changed let nobody out of the memory", () => {
  using shared = new SharedView(Uint8Array, 8);
  using same = SharedView.attach<Uint8ArrayConstructor>(shared.share());
  const words = new Int32Array(shared.share().words);
  for (const value of [-1, 2 ** 31 - 1, 131_073, 5]) {
    words.fill(value, 0, 64);
    assert.ok(Array.isArray(shared.holders));
    for (const view of [shared.tryBorrow(), same.tryBorrowReading()]) assert.ok((view?.length ?? 8) === 8);
    shared.release();
    same.release();
  }
  words.fill(0, 0, 64);
  assert.equal(shared.tryBorrow()?.length, 8);
});

test("release() keeps what the program has moved away, and nobody else gets it", () => {
  const shared = new SharedView(Uint8Array, 1000);
  using same = SharedView.attach(shared.share());
  const moved = new Uint8Array(shared.tryBorrow()!.fill(4).buffer.transfer());
  assert.throws(() => shared.release(), { message: /moved away/ });
  assert.throws(() => shared.dispose(), { message: /moved away/ });
  assert.equal(same.tryBorrow(), undefined);
  assert.ok(moved.every((byte) => byte === 4));
});

test("waiting on the main thread is refused, and borrowAsync() gives up after its timeout", async () => {
  using shared = new SharedView(Uint8Array, 10);
  using same = SharedView.attach<Uint8ArrayConstructor>(shared.share());
  assert.equal((await shared.borrowAsync())?.length, 10);
  assert.throws(() => same.borrow(), { message: /use borrowAsync\(\)/ });
  assert.equal(await same.borrowReadingAsync({ timeout: 20 }), undefined);
  await assert.rejects(same.borrowAsync({ timeout: -1 }), RangeError);
  const waiting = same.borrowAsync();
  shared.release();
  assert.equal((await waiting)?.length, 10);
});

test("two Workers and the main thread add to the same numbers in turns, and lose nothing", async () => {
  using shared = new SharedView(Float64Array, 50);
  const given = { ticket: shared.share(), todo: "count", turns: 500 } as const;
  const workers = [start({ ...given, name: "one" }), start({ ...given, name: "two" })];
  for (let turn = 0; turn < 100; turn++) {
    const view = (await shared.borrowAsync())!;
    for (let index = 0; index < view.length; index++) view[index]! += 1;
    shared.release();
  }
  await Promise.all(workers.map(({ done }) => done));
  const view = (await shared.borrowReadingAsync())!;
  assert.deepEqual([...view], Array(50).fill(1100));
  shared.release();
  assert.deepEqual(shared.users, []);
  await Promise.all(workers.map(({ worker }) => worker.terminate()));
});

test("a Worker that is terminated with the view has it no more, and what it may have moved is not freed", async () => {
  const shared = new SharedView(Float64Array, 50);
  const { worker, done } = start({ ticket: shared.share(), todo: "keep", turns: 0, name: "keeper" });
  await done;
  assert.deepEqual([shared.holders, shared.users, shared.tryBorrow()], [["keeper"], ["keeper"], undefined]);
  assert.throws(() => shared.close(), { message: /"keeper"/ });
  await worker.terminate();
  const view = await shared.borrowAsync({ timeout: LONG_WAIT });
  assert.equal(view?.length, 50);
  await until(() => shared.users.length === 0, "the end of the thread");
  const ticket = shared.share();
  shared.dispose();
  // Nobody is left, but the Worker had a buffer over the memory.
  using again = SharedView.attach(ticket);
  assert.equal(again.closed, false);
});
