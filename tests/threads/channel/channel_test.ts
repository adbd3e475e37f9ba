import assert from "node:assert/strict";
import { once } from "node:events";
import process from "node:process";
import { test } from "node:test";
import { setTimeout } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import { ClosedError, Heap, mainHeap } from "../../../mod.ts";
import { anyBytes, anyText, array, bool, f64, i64, reference, struct, text, u32, u8 } from "../../../stl/mod.ts";
import { Channel, type ChannelTicket, endWorkers } from "../../../threads/mod.ts";
import { until } from "../../_time.ts";
import { Item } from "./_channel_values.ts";
import type { Given } from "./_channel_worker.ts";

/** A Worker with a channel, terminated at the end of its `using`. */
class ChannelWorker implements AsyncDisposable {
  readonly #worker: Worker;
  readonly #answer: Promise<unknown[]>;

  constructor(given: Given) {
    this.#worker = new Worker(new URL("./_channel_worker.ts", import.meta.url), { workerData: given });
    this.#answer = once(this.#worker, "message");
  }

  async answer<A>(): Promise<A> {
    const [answer] = await this.#answer;
    return answer as A;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#worker.terminate();
  }
}

const SEED = Number(process.env["SEED"] ?? Date.now() % 2 ** 31);

test("a channel carries messages in their order, says when it is full, and takes more once some were received", () => {
  using channel = new Channel(u32, { capacity: 20 });
  assert.equal(channel.capacity, 32);
  for (let lap = 0; lap < 5; lap++) {
    for (let index = 0; index < 32; index++) assert.equal(channel.trySend(lap * 100 + index), true);
    assert.equal(channel.trySend(999), false);
    assert.equal(channel.length, 32);
    for (let index = 0; index < 32; index++) assert.equal(channel.tryReceive(), lap * 100 + index);
    assert.deepEqual([channel.tryReceive(), channel.length], [undefined, 0]);
  }
});

test("a channel keeps what was sent when it is closed, and then ends", async () => {
  using channel = new Channel(u32, { capacity: 16 });
  channel.trySend(1);
  channel.trySend(2);
  channel.close();
  channel.close();
  assert.deepEqual([channel.closed, channel.ended], [true, false]);
  assert.throws(() => channel.trySend(3), ClosedError);
  assert.throws(() => channel.send(3), ClosedError);
  await assert.rejects(channel.sendAsync(3), ClosedError);
  assert.equal(channel.receive(), 1);
  assert.deepEqual([...channel], [2]);
  assert.deepEqual([channel.closed, channel.ended, channel.tryReceive()], [true, true, undefined]);
  assert.deepEqual([channel.receive(), await channel.receiveAsync()], [undefined, undefined]);
});

test("a channel carries every kind of message", () => {
  const Point = struct({ x: f64, tags: array(u8, 3), name: text(8) });
  const cases = [
    [u8, 255],
    [i64, -5n],
    [bool, true],
    [f64, Math.PI],
    [text(5), "añb"],
    [Point, { x: 1.5, tags: [1, 2, 3], name: "here" }],
    [array(u32, 100), Array.from({ length: 100 }, (_, index) => index)],
    [anyText, "ﬁne ✓"],
    [anyText, ""],
    [anyText, "y".repeat(1024)],
    [anyBytes, new Uint8Array(0)],
    [anyBytes, Uint8Array.from({ length: 1024 }, (_, index) => index)],
  ] as const;
  for (const [kind, value] of cases) {
    using channel = new Channel(kind as never, { capacity: 16 });
    using same = Channel.attach(channel.share(), kind as never);
    for (let lap = 0; lap < 40; lap++) {
      assert.equal(channel.trySend(value as never), true);
      assert.deepEqual(same.tryReceive(), value);
    }
  }
});

test("what is received is a copy", () => {
  using channel = new Channel(anyBytes, { capacity: 16, messageBytes: 4 });
  channel.trySend(Uint8Array.of(1, 2));
  const first = channel.tryReceive()!;
  for (let lap = 0; lap < 16; lap++) channel.trySend(Uint8Array.of(9, 9));
  assert.deepEqual([...first], [1, 2]);
});

test("a message that is no message of the kind is refused, and changes nothing", () => {
  using texts = new Channel(anyText, { capacity: 16, messageBytes: 8 });
  assert.throws(() => texts.trySend("123456789"), { name: "RangeError", message: /at most 8 bytes/ });
  assert.throws(() => texts.trySend("ääääa"), RangeError);
  assert.throws(() => texts.trySend(5 as never), RangeError);
  assert.throws(() => texts.trySend(null as never), TypeError);
  using points = new Channel(struct({ x: f64 }), { capacity: 16 });
  assert.throws(() => points.trySend({} as never), TypeError);
  const failing = {
    get x(): number {
      throw new Error("on purpose");
    },
  };
  assert.throws(() => points.trySend(failing), /on purpose/);
  const nested = {
    get x(): number {
      points.trySend({ x: 1 });
      return 2;
    },
  };
  assert.throws(() => points.trySend(nested), /inside of a getter/);
  assert.deepEqual([texts.length, points.length], [0, 0]);
  points.trySend({ x: 3 });
  assert.deepEqual(points.tryReceive(), { x: 3 });
});

test("a channel refuses what it cannot be made of", () => {
  const Node = struct({ next: reference("self") });
  assert.throws(() => new Channel(Node, { capacity: 16 }), { name: "TypeError", message: /references/ });
  for (const kind of [undefined, null, {}, "u32", 4]) {
    assert.throws(() => new Channel(kind as never, { capacity: 16 }), TypeError);
  }
  for (const capacity of [0, -1, 1.5, NaN, 2 ** 20 + 1, "16", undefined]) {
    assert.throws(() => new Channel(u32, { capacity: capacity as number }), RangeError);
  }
  for (const messageBytes of [0, -1, 1.5, 2 ** 24 + 1, NaN]) {
    assert.throws(() => new Channel(anyText, { capacity: 16, messageBytes }), RangeError);
  }
  assert.throws(() => new Channel(u32, { capacity: 16, messageBytes: 8 }), RangeError);
  assert.throws(() => new Channel(anyBytes, { capacity: 2 ** 20, messageBytes: 2 ** 13 }), RangeError);
  assert.throws(() => new Channel(array(u8, 2 ** 24 + 8), { capacity: 16 }), { message: /more than 16777216 bytes/ });
  for (const options of [undefined, null, 5]) assert.throws(() => new Channel(u32, options as never), TypeError);
});

test("waits refuse a timeout that is none, on every thread", () => {
  using channel = new Channel(u32, { capacity: 16 });
  for (const timeout of [-1, NaN, "5", null]) {
    assert.throws(() => channel.receive({ timeout: timeout as number }), RangeError);
  }
  while (channel.trySend(1));
  for (const timeout of [-1, NaN, "5", null]) {
    assert.throws(() => channel.send(1, { timeout: timeout as number }), RangeError);
  }
  assert.equal(channel.length, 16);
});

test("what waits on a thread that leaves the channel is told so", async () => {
  const channel = new Channel(u32, { capacity: 16 });
  using full = new Channel(u32, { capacity: 16 });
  const same = Channel.attach(full.share(), u32);
  const receiving = channel.receiveAsync();
  while (same.trySend(1));
  const sending = assert.rejects(same.sendAsync(2), ClosedError);
  channel.dispose();
  same.dispose();
  assert.equal(await receiving, undefined);
  await sending;
  await assert.rejects(channel.receiveAsync(), ClosedError);
  await assert.rejects(channel.sendAsync(1), ClosedError);
  for (const call of [() => channel.receive(), () => channel.send(1)]) assert.throws(call, ClosedError);
});

/** An element of the program, which runs code of it. */
function elementThat(read: () => number): typeof u32 {
  return { ...u32, byteLength: 4, name: "u32", layout: u32.layout, read } as unknown as typeof u32;
}

test("a message that cannot be read is passed over, and no other one is read meanwhile", () => {
  let count = 0;
  const Failing = elementThat(() => {
    if (count++ === 0) throw new Error("on purpose");
    return 7;
  });
  using channel = new Channel(Failing, { capacity: 16 });
  channel.trySend(1);
  channel.trySend(2);
  assert.throws(() => channel.tryReceive(), /on purpose/);
  assert.deepEqual([channel.tryReceive(), channel.tryReceive()], [7, undefined]);
  const Nested = elementThat(() => nested.tryReceive() ?? 0);
  using nested: Channel<number> = new Channel<number>(Nested, { capacity: 16 });
  nested.trySend(1);
  assert.throws(() => nested.tryReceive(), /while a message of the same channel is read/);
  assert.deepEqual([nested.length, nested.tryReceive()], [0, undefined]);
});

test("Channel.attach() refuses forged and stale tickets, other words and other kinds, and joins nobody", () => {
  const before = mainHeap().liveBlocks;
  const channel = new Channel(u32, { capacity: 16 });
  using other = new Channel(u32, { capacity: 16 });
  using heap = new Heap();
  const ticket = channel.share();
  const { key, words } = ticket;
  const digit = key.at(-1) === "0" ? "1" : "0";
  const wrong: unknown[] = [
    undefined,
    null,
    {},
    { ...ticket, key: key.slice(0, -1) + digit },
    { ...ticket, key: "" },
    { ...ticket, key: 7 },
    { ...ticket, key: heap.share().key },
    { ...ticket, words: undefined },
    { ...ticket, words: new SharedArrayBuffer(words.byteLength) },
    { ...ticket, words: new SharedArrayBuffer(8) },
    { ...ticket, words: new ArrayBuffer(words.byteLength) },
    { ...ticket, words: other.share().words },
  ];
  for (const each of wrong) assert.throws(() => Channel.attach(each as ChannelTicket, u32), TypeError);
  for (const kind of [f64, struct({ x: u32 }), anyText, { ...u32, byteLength: 8 }, undefined]) {
    assert.throws(
      () => Channel.attach(ticket, kind as never),
      (error: Error) => /^(Type|Range)Error$/.test(error.name),
    );
  }
  assert.throws(() => Heap.attach(ticket), TypeError);
  channel.dispose();
  assert.equal(mainHeap().liveBlocks, before + 1);
  assert.throws(() => Channel.attach(ticket, u32), ClosedError);
  const next = Array.from({ length: 4 }, () => new Channel(u32, { capacity: 16 }));
  assert.throws(() => Channel.attach(ticket, u32), ClosedError);
  for (const each of next) each.dispose();
});

test("a channel takes its memory at once, keeps it until its last user has left, and gives it back", () => {
  const before = mainHeap().liveBytes;
  const channel = new Channel(f64, { capacity: 1024 });
  const taken = mainHeap().liveBytes - before;
  assert.equal(taken, 8192);
  const same = Channel.attach(channel.share(), f64);
  for (let index = 0; index < 10_000; index++) {
    same.trySend(index);
    channel.tryReceive();
  }
  assert.equal(mainHeap().liveBytes - before, taken);
  same.trySend(5);
  const ticket = channel.share();
  same.dispose();
  same.dispose();
  assert.equal(channel.tryReceive(), 5);
  const third = Channel.attach(ticket, f64);
  channel.dispose();
  assert.equal(mainHeap().liveBytes, before);
  assert.equal(third.closed, true);
  third.dispose();
  assert.throws(() => Channel.attach(ticket, f64), ClosedError);
  for (const call of [() => channel.share(), () => channel.trySend(1), () => channel.tryReceive()]) {
    assert.throws(call, ClosedError);
  }
  assert.deepEqual([channel.closed, channel.ended, [...channel]], [true, true, []]);
});

test("one thread receives at a time, and another is told which", () => {
  using channel = new Channel(u32, { capacity: 16 });
  using same = Channel.attach(channel.share(), u32);
  same.trySend(1);
  assert.equal(channel.tryReceive(), 1);
  assert.throws(() => same.tryReceive(), { name: "Error", message: /the thread ".+" does/ });
});

test("waiting on the main thread is refused where it would stop the program", () => {
  using channel = new Channel(u32, { capacity: 16 });
  assert.throws(() => channel.receive(), { message: /use receiveAsync\(\)/ });
  assert.throws(() => [...channel], { message: /main thread/ });
  while (channel.trySend(1));
  assert.throws(() => channel.send(2), { message: /use sendAsync\(\)/ });
  assert.equal(channel.receive(), 1);
});

test("receiveAsync() and sendAsync() give up after their timeout, and refuse one that is none", async () => {
  using channel = new Channel(u32, { capacity: 16 });
  const start = performance.now();
  assert.equal(await channel.receiveAsync({ timeout: 30 }), undefined);
  while (channel.trySend(1));
  assert.equal(await channel.sendAsync(2, { timeout: 30 }), false);
  assert.ok(performance.now() - start >= 58);
  assert.equal(await channel.receiveAsync({ timeout: 0 }), 1);
  assert.equal(await channel.sendAsync(2, { timeout: 0 }), true);
  for (const timeout of [-1, NaN, "5", null]) {
    await assert.rejects(channel.receiveAsync({ timeout: timeout as number }), RangeError);
    await assert.rejects(channel.sendAsync(2, { timeout: timeout as number }), RangeError);
  }
});

test(`messages of three Workers arrive once each, those of each in their order (SEED=${SEED})`, async () => {
  const count = 20_000;
  using channel = new Channel(Item, { capacity: 64 });
  const given = { ticket: channel.share(), todo: "send", count, seed: SEED } as const;
  await using _first = new ChannelWorker({ ...given, sender: 0 });
  await using _second = new ChannelWorker({ ...given, sender: 1 });
  await using _third = new ChannelWorker({ ...given, sender: 2 });
  const received = [0, 0, 0];
  for await (const { sender, index, value } of channel) {
    assert.equal(index, received[sender]);
    assert.equal(value, index / 2);
    received[sender]!++;
    if (received.every((each) => each === count)) break;
  }
  assert.deepEqual(received, [count, count, count]);
  assert.equal(channel.tryReceive(), undefined);
});

test("a Worker waits for messages, and sendAsync() for the Worker", async () => {
  using channel = new Channel(Item, { capacity: 16 });
  await using receiver = new ChannelWorker({ ticket: channel.share(), todo: "receive" });
  for (let index = 0; index < 2000; index++) await channel.sendAsync({ sender: 0, index, value: 0 });
  channel.close();
  const indexes = await receiver.answer<number[]>();
  assert.deepEqual(indexes, Array.from({ length: 2000 }, (_, index) => index));
});

test("the first user may leave, and the others go on with its memory", async () => {
  const channel = new Channel(Item, { capacity: 1024 });
  await using receiver = new ChannelWorker({ ticket: channel.share(), todo: "receive" });
  for (let index = 0; index < 1024; index++) await channel.sendAsync({ sender: 0, index, value: 0 });
  while (channel.length === 1024) await setTimeout(5);
  channel.close();
  channel.dispose();
  assert.equal((await receiver.answer<number[]>()).length, 1024);
});

test("a wait ends when the only Worker that could send was terminated", async () => {
  using channel = new Channel(Item, { capacity: 16 });
  {
    await using sender = new ChannelWorker({ ticket: channel.share(), todo: "claim" });
    assert.equal(await sender.answer(), "claimed");
  }
  channel.trySend({ sender: 1, index: 7, value: 0 });
  assert.equal(channel.tryReceive(), undefined);
  assert.equal((await channel.receiveAsync())?.index, 7);
  assert.equal(await channel.receiveAsync(), undefined);
  assert.deepEqual([channel.closed, channel.ended], [true, true]);
});

test("a program that polls gets past what a terminated Worker has begun too", async () => {
  using channel = new Channel(Item, { capacity: 16 });
  {
    await using sender = new ChannelWorker({ ticket: channel.share(), todo: "claim" });
    assert.equal(await sender.answer(), "claimed");
  }
  channel.trySend({ sender: 1, index: 7, value: 0 });
  let item;
  await until(() => (item = channel.tryReceive()) !== undefined, "the end of the thread");
  assert.equal(item!.index, 7);
});

test("sendAsync() throws when the receiver was terminated, and no room will come", async () => {
  using channel = new Channel(Item, { capacity: 16 });
  {
    await using receiver = new ChannelWorker({ ticket: channel.share(), todo: "attach" });
    assert.equal(await receiver.answer(), "attached");
  }
  const item = { sender: 0, index: 0, value: 0 };
  await assert.rejects(async () => {
    for (;;) await channel.sendAsync(item);
  }, ClosedError);
});

test("endWorkers() frees the channel that a terminated Worker was the last one to use", async () => {
  const channel = new Channel(Item, { capacity: 16 });
  const ticket = channel.share();
  {
    await using worker = new ChannelWorker({ ticket, todo: "attach", sender: 99 });
    assert.equal(await worker.answer(), "attached");
    channel.dispose();
  }
  await until(() => endWorkers("destroy").some(({ name }) => name === "worker 99"), "the end of the thread");
  assert.throws(() => Channel.attach(ticket, Item), ClosedError);
});

test(`words that something else has changed lose messages, and reach no memory (SEED=${SEED})`, () => {
  let state = SEED;
  const next = (): number => state = Math.imul(state ^ state >>> 15, 0x2c1b3c6d) + 0x9e3779b9 | 0;
  for (let round = 0; round < 30; round++) {
    using channel = new Channel(anyText, { capacity: 16, messageBytes: 8 });
    const words = new Int32Array(channel.share().words);
    for (let step = 0; step < 50; step++) {
      words[next() >>> 0 % words.length] = next();
      words[(next() >>> 0) % words.length] = next() % 4;
      try {
        channel.trySend("12345678");
        const message = channel.tryReceive();
        assert.ok(message === undefined || message.length <= 8);
      } catch (error) {
        assert.match(String(error), /closed|were changed|the thread/);
      }
    }
  }
});
