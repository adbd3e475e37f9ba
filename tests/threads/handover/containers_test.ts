import assert from "node:assert/strict";
import { test as anyTest } from "node:test";
import { setTimeout } from "node:timers/promises";
import { freesAcrossHeaps } from "../../../ffi/shared_heaps.ts";
import { ClosedError, Heap, library, ScopePool } from "../../../mod.ts";
import {
  anyBytes,
  anyText,
  BitSet,
  bool,
  type ContainerOptions,
  Deque,
  f64,
  HashMap,
  HashSet,
  i64,
  LruMap,
  MultiMap,
  PriorityQueue,
  reference,
  SlotMap,
  SoaSlotMap,
  SoaVector,
  SortedMap,
  StringTable,
  struct,
  Text,
  text,
  u32,
  u8,
  Vector,
} from "../../../stl/mod.ts";
import { type Message, receive, send, SendError, takeBack } from "../../../threads/mod.ts";
import { AskedWorker, KeptPort } from "../_workers.ts";
import type { SumOrder } from "./_container_worker.ts";

/** From 3.2.6 to 3.2.8 blocks of the main heap alone are handed over. */
const test = freesAcrossHeaps(library().version) ? anyTest : anyTest.skip;

const Point = struct({ x: f64, index: u32, name: text(6) }, { name: "Point" });

interface PointValue {
  readonly x: number;
  readonly index: number;
  readonly name: string;
}

function pointOf(index: number): PointValue {
  return { x: index / 2, index, name: `p${index}` };
}

/** What a container of each kind is made by, filled from one number to another, and shown as plain data. */
interface Sample {
  make(options: ContainerOptions): object;
  fill(container: never, from: number, to: number): void;
}

function sample<C extends object>(make: Sample["make"] & ((options: ContainerOptions) => C), put: Put<C>): Sample {
  return {
    make,
    fill(container: C, from, to): void {
      for (let index = from; index < to; index++) put(container, index);
    },
  };
}

type Put<C> = (container: C, index: number) => void;

const SAMPLES: Readonly<Record<string, Sample>> = {
  numbers: sample((options) => new Vector(f64, options), (vector, index) => vector.push(index / 4)),
  flags: sample((options) => new Vector(bool, options), (vector, index) => vector.push(index % 3 === 0)),
  points: sample((options) => new Vector(Point, options), (vector, index) => vector.push(pointOf(index))),
  columns: sample(
    (options) => new SoaVector({ a: f64, point: Point, b: u8 }, options),
    (rows, index) => rows.push({ a: index, point: pointOf(index), b: index % 256 }),
  ),
  numbersByNumber: sample((options) => new HashMap(u32, f64, options), (map, index) => {
    map.set(index, index * 2);
    if (index % 5 === 4) map.delete(index - 2);
  }),
  growing: sample(
    (options) => new HashMap(i64, u32, { ...options, incremental: true }),
    (map, index) => map.set(BigInt(index), index),
  ),
  textsByText: sample((options) => new HashMap(anyText, anyText, { ...options, incremental: true }), (map, index) => {
    map.set(`key ${index}`, "v".repeat(index % 40) + index);
    if (index % 5 === 4) map.delete(`key ${index - 2}`);
  }),
  pointsByPoint: sample(
    (options) => new HashMap(Point, Point, options),
    (map, index) => map.set(pointOf(index), pointOf(index + 1)),
  ),
  bytesKeys: sample(
    (options) => new HashMap(anyBytes, u8, options),
    (map, index) => map.set(Uint8Array.of(index % 256, index >>> 8), index % 256),
  ),
  texts: sample((options) => new HashSet(anyText, options), (set, index) => {
    set.add(`text ${index}`);
    if (index % 5 === 4) set.delete(`text ${index - 2}`);
  }),
  seen: sample((options) => new HashSet(u32, options), (set, index) => set.add(index)),
  queue: sample((options) => new Deque(f64, options), (deque, index) => {
    deque.push(index);
    if (index % 3 === 2) deque.shift();
  }),
  pointQueue: sample((options) => new Deque(Point, options), (deque, index) => deque.unshift(pointOf(index))),
  sortedNumbers: sample((options) => new SortedMap(f64, u32, options), (map, index) => {
    map.set(index * 7 % 1000, index);
    if (index % 5 === 4) map.delete((index - 2) * 7 % 1000);
  }),
  sortedTexts: sample((options) => new SortedMap(anyText, anyText, options), (map, index) => {
    map.set(`key ${index * 7 % 1000}`, "v".repeat(index % 40) + index);
    if (index % 5 === 4) map.delete(`key ${(index - 2) * 7 % 1000}`);
  }),
  sortedPoints: sample(
    (options) => new SortedMap(text(6), Point, options),
    (map, index) => map.set(`t${index}`, pointOf(index)),
  ),
  recent: sample((options) => new LruMap(u32, f64, { ...options, maxEntries: 500 }), (map, index) => {
    map.set(index, index / 2);
    map.get(index - 7);
  }),
  recentTexts: sample(
    (options) => new LruMap(anyText, anyText, { ...options, maxBytes: 5000, ttl: 1e9 }),
    (map, index) => map.set(`key ${index}`, "v".repeat(index % 40)),
  ),
  manyByText: sample(
    (options) => new MultiMap(anyText, Point, options),
    (map, index) => map.add(`key ${index % 100}`, pointOf(index)),
  ),
  manyByNumber: sample((options) => new MultiMap(u32, u32, options), (map, index) => {
    map.add(index % 50, index);
    if (index % 5 === 4) map.delete((index - 2) % 50);
  }),
  slots: sample((options) => new SlotMap(Point, options), (map, index) => {
    const handle = map.add(pointOf(index));
    if (index % 3 === 2) map.delete(handle);
  }),
  numberSlots: sample((options) => new SlotMap(f64, options), (map, index) => map.add(index)),
  rowSlots: sample((options) => new SoaSlotMap({ a: f64, point: Point }, options), (map, index) => {
    const handle = map.add({ a: index, point: pointOf(index) });
    if (index % 3 === 2) map.delete(handle);
  }),
  least: sample((options) => new PriorityQueue(f64, options), (queue, index) => {
    queue.push(index * 7 % 1000);
    if (index % 3 === 2) queue.pop();
  }),
  bits: sample((options) => new BitSet(options), (set, index) => set.add(index * 3)),
  interned: sample((options) => new StringTable(options), (table, index) => table.intern(`text ${index % 700}`)),
  report: sample((options) => new Text(options), (report, index) => report.append(`ä${index}`)),
};

function shownOf(value: unknown): string {
  return JSON.stringify(value, (_, each: unknown) => typeof each === "bigint" ? `${each}n` : each);
}

function posted<T>(value: T): Message<T> {
  const port = new KeptPort();
  send(port, value as never);
  return port.posted[0] as Message<T>;
}

for (const [name, { make, fill }] of Object.entries(SAMPLES)) {
  test(`${name}: a container that was sent goes on in another heap, over the same blocks`, () => {
    for (const count of [0, 1, 7, 8, 100, 3000]) {
      using here = new Heap();
      using there = new Heap();
      const sent = make({ allocator: here }) as ReturnType<typeof make> & { closed: boolean };
      fill(sent as never, 0, count);
      const expected = shownOf(sent);
      const message = posted(sent) as Message<object>;
      assert.deepEqual([sent.closed, here.liveBlocks, here.liveBytes], [true, 0, 0]);
      const received = receive(message, there, make) as Disposable;
      assert.equal(shownOf(received), expected);
      const { keys } = message.contents[""]!;
      assert.equal(there.liveBlocks, keys.filter((key) => key !== null).length);
      // It grows, finds and forgets as one does that was always here.
      const same = make({ allocator: there }) as Disposable;
      fill(same as never, 0, count + 200);
      fill(received as never, count, count + 200);
      const sorted = (value: unknown): string => {
        const shown = JSON.parse(shownOf(value));
        return name === "report" ? shown : Array.isArray(shown) ? shownOf(shown.map(shownOf).sort()) : shown;
      };
      assert.equal(sorted(received), sorted(same));
      received[Symbol.dispose]();
      same[Symbol.dispose]();
      assert.equal(there.liveBlocks, 0);
    }
  });
}

test("a Worker gets a message of containers, a struct, a view and plain data, and sends a container back", async () => {
  using heap = new Heap({ name: "here" });
  await using worker = new AskedWorker(new URL("./_container_worker.ts", import.meta.url));
  const index = new HashMap(anyText, u32, { allocator: heap });
  const rows = new Vector(Point, { allocator: heap });
  for (let each = 0; each < 1000; each++) {
    index.set(`key ${each}`, each);
    rows.push(pointOf(each));
  }
  const first = rows.get(0);
  const alone = Point.create(heap, pointOf(7));
  const message = posted({ index, rows, alone, bytes: heap.bytes([1, 2, 3]), add: 5 });
  assert.throws(() => first.x, ClosedError);
  assert.throws(() => alone.x, ClosedError);
  assert.throws(() => index.get("key 1"), ClosedError);
  const back = await worker.ask<Message<HashMap<string, number>>>(message satisfies SumOrder);
  const received = receive(back, heap, (options) => new HashMap(anyText, u32, options));
  assert.equal(received.size, 1001);
  assert.equal(received.get("sum"), 499_500 + 499_500 + 7 + 6 + 5);
  received.dispose();
  heap.close();
});

test("entries of an LruMap end on another thread when they would have ended here", async () => {
  using heap = new Heap();
  // The clock of a Worker begins with that.
  while (performance.now() < 1000) await setTimeout(20);
  const make = (options: ContainerOptions): LruMap<string, number> =>
    new LruMap(anyText, u32, { ...options, maxEntries: 9, ttl: 50 });
  const map = make({ allocator: heap });
  map.set("kept", 1, { ttl: 1e6 });
  map.set("over", 1, { ttl: 0.001 });
  await using worker = new AskedWorker(new URL("./_expiring_worker.ts", import.meta.url));
  const back = await worker.ask<Message<{ left: number; map: LruMap<string, number> }>>(posted(map));
  const received = receive(back, heap, { map: make });
  assert.ok(received.left > 0 && received.left < 1e6 + 50, `${received.left}`);
  assert.deepEqual([received.map.get("kept"), received.map.get("added"), received.map.get("over")], [1, 2, undefined]);
  const left = received.map.getRemainingTTL("added");
  assert.ok(left > 0 && left < 1e6 + 50, `${left}`);
});

test("receive() refuses maps whose limits are others", () => {
  using heap = new Heap();
  const lru = new LruMap(u32, u32, { allocator: heap, maxEntries: 4 });
  lru.set(1, 2);
  const message = posted(lru);
  for (const limits of [{ maxEntries: 5 }, { maxEntries: 4, maxBytes: 100 }, { maxEntries: 4, ttl: 5 }]) {
    const make = (options: ContainerOptions): LruMap<number, number> => new LruMap(u32, u32, { ...options, ...limits });
    assert.throws(() => receive(message, heap, make), { name: "TypeError", message: /another layout, or other kinds/ });
  }
  const onEvict = (): void => {};
  const make = (options: ContainerOptions): LruMap<number, number> =>
    new LruMap(u32, u32, { ...options, maxEntries: 4, onEvict });
  assert.throws(() => receive(message, heap, make), { name: "TypeError", message: /its onEvict is a function/ });
  const received = receive(message, heap, (options) => new LruMap(u32, u32, { ...options, maxEntries: 4 }));
  assert.equal(received.get(1), 2);
});

test("receive() refuses makers of other kinds, and the message is as before", () => {
  using heap = new Heap();
  const map = new HashMap(u32, Point, { allocator: heap });
  map.set(5, pointOf(5));
  const message = posted({ map });
  const wrong: unknown[] = [
    undefined,
    {},
    { map: null },
    { map: Point },
    { map: () => undefined },
    { map: () => ({}) },
    { map: (options: ContainerOptions) => new HashMap(u32, f64, options) },
    { map: (options: ContainerOptions) => new HashMap(Point, u32, options) },
    { map: (options: ContainerOptions) => new HashMap(u32, struct({ x: f64, index: u32 }), options) },
    { map: (options: ContainerOptions) => new HashSet(u32, options) },
    { map: () => new HashMap(u32, Point, { allocator: new Heap() }) },
    { map: (options: ContainerOptions) => new SortedMap(u32, u32, options) },
    (options: ContainerOptions) => new HashMap(u32, Point, options),
  ];
  for (const makers of wrong) assert.throws(() => receive(message, heap, makers as never), TypeError);
  const { liveBlocks } = heap;
  const received = receive(message, heap, { map: (options) => new HashMap(u32, Point, { ...options, capacity: 100 }) });
  assert.deepEqual(received.map.get(5), pointOf(5));
  received.map.dispose();
  assert.equal(heap.liveBlocks, liveBlocks);
});

test("receive() refuses messages whose numbers, kinds or keys were changed", () => {
  using heap = new Heap();
  const make = (options: ContainerOptions): HashMap<number, number> => new HashMap(u32, u32, options);
  const map = make({ allocator: heap });
  for (let each = 0; each < 50; each++) map.set(each, each);
  const vector = new Vector(u32, { allocator: heap });
  vector.push(1);
  const message = posted({ map, vector });
  const { map: contents, vector: other } = message.contents;
  const { numbers, keys } = contents!;
  const changed: unknown[] = [
    ...numbers.map((number, index) => ({ ...contents, numbers: numbers.with(index, number + 1) })),
    { ...contents, numbers: [] },
    { ...contents, numbers: undefined },
    { ...contents, keys: keys.toReversed() },
    { ...contents, keys: [keys[0], null] },
    { ...contents, keys: [...keys, null] },
    { ...contents, keys: other!.keys },
    { ...contents, shape: other!.shape },
    { ...contents, label: "HashSet" },
    null,
    "text",
  ];
  for (const each of changed) {
    const made = { ...message, contents: { map: each } } as unknown as typeof message;
    assert.throws(() => receive(made, heap, { map: make, vector: (options) => new Vector(u32, options) }), TypeError);
  }
  const asView = { handedOver: { map: keys[0]! }, contents: {}, copied: {} } as unknown as Message<{ map: Uint8Array }>;
  assert.throws(() => receive(asView, heap), TypeError);
  const received = receive(message, heap, { map: make, vector: (options) => new Vector(u32, options) });
  assert.deepEqual([received.map.size, received.vector.toArray()], [50, [1]]);
  assert.throws(
    () => receive(message, heap, { map: make, vector: (options) => new Vector(u32, options) }),
    ClosedError,
  );
});

test("send() refuses what cannot be handed over, and changes nothing", async () => {
  using heap = new Heap();
  using pool = new ScopePool();
  using scope = pool.open();
  const port = new KeptPort();
  const Node = struct({ next: reference("self") });
  const rows = new Vector(Point, { allocator: heap });
  rows.push(pointOf(1));
  const nodes = new Vector(Node, { allocator: heap });
  nodes.push({ next: null });
  const closed = new Vector(f64, { allocator: heap });
  closed.dispose();
  const scoped = new Vector(f64, { allocator: scope });
  scoped.push(1);
  const ascending = (a: number, b: number): number => a - b;
  const loading = new LruMap(u32, u32, { allocator: heap, maxEntries: 4 });
  const load = Promise.withResolvers<number>();
  const loaded = loading.getOrFetch(1, () => load.promise);
  const others = [
    new SortedMap(u32, u32, { allocator: heap, compare: ascending }),
    new LruMap(u32, u32, { allocator: heap, maxEntries: 4, onEvict: () => {} }),
    loading,
    new PriorityQueue(u32, { allocator: heap, compare: ascending }),
    new PriorityQueue(Point, { allocator: heap, priority: ({ x }) => x }),
    new SlotMap(Node, { allocator: heap }),
    new MultiMap(u32, Node, { allocator: heap }),
  ];
  for (
    const value of [rows.get(0), nodes, Node.create(heap, { next: null }), scoped, ...others, { rows, same: rows }]
  ) {
    assert.throws(() => send(port, value as never), TypeError);
  }
  for (
    const [index, name] of [[0, "SortedMap: its compare"], [1, "LruMap: its onEvict"], [
      3,
      "PriorityQueue: its",
    ]] as const
  ) {
    const message = new RegExp(`^Cannot hand over a ${name}.* is a function of this thread, send its toBytes\\(\\)`);
    assert.throws(() => send(port, others[index] as never), { message });
  }
  assert.throws(() => send(port, { closed, rows }), ClosedError);
  assert.deepEqual([port.posted.length, rows.length, rows.get(0).index], [0, 1, 1]);
  load.resolve(5);
  await loaded;
  send(port, { rows, loading });
  assert.throws(() => send(port, rows), ClosedError);
  assert.ok(takeBack(port).blocks > 1);
});

test("a container that could not be sent is as it was", () => {
  using heap = new Heap();
  const { port1 } = new MessageChannel();
  const map = new HashMap(anyText, anyText, { allocator: heap });
  for (let each = 0; each < 100; each++) map.set(`key ${each}`, `value ${each}`);
  const rows = new SoaVector({ a: f64, b: Point }, { allocator: heap });
  rows.push({ a: 1, b: pointOf(1) });
  const row = rows.get(0);
  const alone = Point.create(heap, pointOf(3));
  const { liveBlocks, liveBytes } = heap;
  assert.throws(() => send(port1, { map, rows, alone, task: () => 4 }), (error) => {
    assert.ok(error instanceof SendError);
    assert.equal((error.value as { map: unknown }).map, map);
    return true;
  });
  assert.deepEqual([heap.liveBlocks, heap.liveBytes], [liveBlocks, liveBytes]);
  assert.deepEqual([map.get("key 42"), map.size, row.a, alone.index], ["value 42", 100, 1, 3]);
  map.set("more", "x".repeat(10_000));
  assert.equal(map.get("key 99"), "value 99");
  Point.free(heap, alone);
  port1.close();
});

test("a heap that the container owns ends when it was sent, and its blocks go on", () => {
  const own = new Heap();
  using there = new Heap();
  const rows = new Vector(f64, { allocator: own, owned: true });
  for (let each = 0; each < 1000; each++) rows.push(each);
  const message = posted(rows);
  assert.equal(own.closed, true);
  const received = receive(message, there, (options) => new Vector(f64, options));
  assert.deepEqual([received.length, received.get(999), there.liveBlocks], [1000, 999, 1]);
});

test("the limit of the receiver's heap refuses a container, and the message is as before", () => {
  using heap = new Heap();
  using small = new Heap({ limit: 1000 });
  const rows = new Vector(f64, { allocator: heap });
  for (let each = 0; each < 1000; each++) rows.push(each);
  const message = posted(rows);
  assert.throws(() => receive(message, small, (options) => new Vector(f64, options)), { name: "AllocationError" });
  assert.equal(receive(message, heap, (options) => new Vector(f64, options)).length, 1000);
});
