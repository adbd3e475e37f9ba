import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { test } from "node:test";
import { AllocationError, Heap } from "../../../mod.ts";
import { HEADER } from "../../../stl/bytes/byte_format.ts";
import {
  anyText,
  array,
  Deque,
  enumeration,
  f64,
  FormatError,
  HashMap,
  LruMap,
  PriorityQueue,
  reference,
  SlotMap,
  SortedMap,
  StringTable,
  struct,
  Text,
  u32,
  u8,
  union,
} from "../../../stl/mod.ts";
import { forge } from "./_serial.ts";

const Point = struct({ x: f64, y: f64 }, { name: "Point" });
const Other = struct({ x: f64, z: f64 }, { name: "Other" });

function pointsOf(heap: Heap): Uint8Array<ArrayBuffer> {
  using points = new Deque(Point, { allocator: heap });
  points.push({ x: 1, y: 2 });
  return points.toBytes();
}

/** Bytes with some numbers of 64 bits changed and a checksum that is right. */
function changed(bytes: Uint8Array<ArrayBuffer>, numbers: Record<number, bigint>): Uint8Array<ArrayBuffer> {
  const copy = bytes.slice();
  const view = new DataView(copy.buffer);
  for (const [at, number] of Object.entries(numbers)) view.setBigUint64(Number(at), number, true);
  forge(copy);
  return copy;
}

function refusal(bytes: Uint8Array, heap: Heap): FormatError {
  try {
    Deque.fromBytes(Point, bytes, { allocator: heap });
  } catch (error) {
    assert.ok(error instanceof FormatError, `${error}`);
    assert.equal(heap.liveBlocks, 0);
    return error;
  }
  return assert.fail("nothing was thrown");
}

test("toBytes() writes the same bytes on every machine", () => {
  using heap = new Heap();
  using deque = new Deque(u32, { allocator: heap });
  for (const value of [1, 2, 0x1020304]) deque.push(value);
  assert.equal(
    deque.toBytes().toHex(),
    "896d69430d0a1a0a5c1d4707d882191a010000000200000006636a7ee483421660000000000000000300000000000000000000000000000001000000000000000c00000000000000000000000000000001000000020000000403020100000000",
  );
});

test("fromBytes() names the byte and the fault", () => {
  using heap = new Heap();
  const bytes = pointsOf(heap);
  const byteLength = bytes.length;
  const cases: [bytes: Uint8Array<ArrayBuffer>, byteOffset: number, message: RegExp][] = [
    [new Uint8Array(0), 0, /^Cannot read a Deque: at byte 0 they end, and a header has 64 bytes$/],
    [new Uint8Array(100), 0, /at byte 0 they are no container/],
    [bytes.subarray(0, 70), 70, /at byte 70 they end, and 96 bytes were written$/],
    [new Uint8Array([...bytes, 0]), byteLength, /at byte 96 they go on to 97, and 96 bytes were written$/],
    [
      changed(bytes, { [HEADER.version]: 2n }),
      HEADER.version,
      /the version of the format is 2, and this library reads 1$/,
    ],
    [changed(bytes, { [HEADER.version]: 1n + (7n << 32n) }), HEADER.kind, /the kind is HashMap$/],
    [changed(bytes, { [HEADER.version]: 1n + (99n << 32n) }), HEADER.kind, /the kind is 99$/],
    [
      changed(bytes, { [HEADER.layout]: 5n }),
      HEADER.layout,
      /the layout is 0x0{15}5, and that of struct.+"x".+ is 0x[0-9a-f]{16}$/,
    ],
    [
      changed(bytes, { [HEADER.count]: 2n ** 53n - 1n }),
      HEADER.byteEnd,
      /section 0 has 16 bytes, and 9007199254740991 times 16/,
    ],
    [changed(bytes, { [HEADER.count]: 2n ** 53n }), HEADER.count, /there is 0x0020000000000000, above 2\^53$/],
    [changed(bytes, { [HEADER.count]: 2n ** 64n - 1n }), HEADER.count, /above 2\^53$/],
    [changed(bytes, { [HEADER.count]: 0n }), HEADER.byteEnd, /section 0 has 16 bytes, and 0 times 16 are 0$/],
    [changed(bytes, { [HEADER.sections]: 2n }), HEADER.sections, /there are 2 sections, and it has 1$/],
    [changed(bytes, { [HEADER.byteEnd]: 17n }), HEADER.byteEnd, /section 0 has 17 bytes, and there are 16$/],
    [changed(bytes, { [HEADER.byteEnd]: 2n ** 53n - 1n }), HEADER.byteEnd, /section 0 has 9007199254740991 bytes/],
    [
      changed(bytes, { [HEADER.byteEnd]: 0n }),
      byteLength - 16,
      /at byte 80 the last section ends, and there are 96 bytes$/,
    ],
  ];
  for (const [given, byteOffset, message] of cases) {
    const error = refusal(given, heap);
    assert.match(error.message, message);
    assert.equal(error.byteOffset, byteOffset, error.message);
  }
  bytes[90]! ^= 4;
  assert.match(refusal(bytes, heap).message, /at byte 8 the checksum is 0x\w{16}, and that of the bytes is 0x\w{16}: /);
});

test("fromBytes() refuses the bytes of another struct, with both hashes", () => {
  using heap = new Heap();
  const bytes = pointsOf(heap);
  assert.throws(
    () => Deque.fromBytes(Other, bytes, { allocator: heap }),
    { name: "FormatError", byteOffset: HEADER.layout, message: /0x[0-9a-f]{16}.+"z".+0x[0-9a-f]{16}/ },
  );
});

test("fromBytes() refuses enumerations with other names or numbers", () => {
  using heap = new Heap();
  const one = enumeration({ "a=1,b": 2 });
  using deque = new Deque(one, { allocator: heap });
  deque.push("a=1,b");
  const bytes = deque.toBytes();
  for (const other of [enumeration({ a: 1, b: 2 }), enumeration({ "a=1,b": 3 }), u32]) {
    assert.throws(() => Deque.fromBytes<typeof u32>(other as typeof u32, bytes, { allocator: heap }), {
      name: "FormatError",
      byteOffset: HEADER.layout,
    });
  }
  using copy = Deque.fromBytes(enumeration({ "a=1,b": 2 }), bytes, { allocator: heap });
  assert.deepEqual(copy.toArray(), ["a=1,b"]);
});

test("fromBytes() accepts bytes of any memory, and refuses what is not bytes", () => {
  using heap = new Heap();
  const bytes = pointsOf(heap);
  const shared = new Uint8Array(new SharedArrayBuffer(bytes.length));
  shared.set(bytes);
  for (const given of [shared, Buffer.from(bytes), Buffer.from([0, ...bytes]).subarray(1), heap.bytes(bytes)]) {
    using points = Deque.fromBytes(Point, given, { allocator: heap });
    assert.deepEqual(points.toArray(), [{ x: 1, y: 2 }]);
  }
  for (const given of [bytes.buffer, "bytes", undefined, new DataView(bytes.buffer)]) {
    assert.throws(() => Deque.fromBytes(Point, given as never, { allocator: heap }), {
      name: "TypeError",
      message: /^Cannot read a Deque: its bytes are no Uint8Array but of type /,
    });
  }
  structuredClone(bytes, { transfer: [bytes.buffer] });
  assert.throws(() => Deque.fromBytes(Point, bytes, { allocator: heap }), { name: "FormatError", byteOffset: 0 });
});

test("fromBytes() asks for no memory before it knows that the bytes are there", () => {
  using heap = new Heap({ limit: 4096 });
  const map = new HashMap(u32, f64, { allocator: heap });
  map.set(1, 2);
  const bytes = map.toBytes();
  map.dispose();
  const forged = changed(bytes, { [HEADER.count]: 2n ** 40n });
  assert.throws(() => HashMap.fromBytes(u32, f64, forged, { allocator: heap }), { name: "FormatError" });
  assert.throws(() => HashMap.fromBytes(u32, f64, bytes, { allocator: heap, capacity: 1e6 }), AllocationError);
  assert.equal(heap.liveBlocks, 0);
});

test("fromBytes() that runs out of memory frees what it made and leaves the allocator open", () => {
  using source = new Heap();
  using map = new HashMap(anyText, anyText, { allocator: source });
  for (let i = 0; i < 200; i++) map.set(`key ${i}`, `value ${i}`.repeat(10));
  const bytes = map.toBytes();
  let failures = 0;
  for (let limit = 500; limit < 60_000; limit += 500) {
    const heap = new Heap({ limit });
    try {
      const copy = HashMap.fromBytes(anyText, anyText, bytes, { allocator: heap, owned: true });
      assert.equal(copy.size, 200);
      copy.dispose();
      assert.ok(heap.closed);
    } catch (error) {
      assert.ok(error instanceof AllocationError, `${error}`);
      assert.deepEqual([heap.closed, heap.liveBlocks], [false, 0]);
      failures++;
      heap.close();
    }
  }
  assert.ok(failures > 10 && failures < 119, `${failures}`);
});

test("toBytes() refuses containers of references", () => {
  using heap = new Heap();
  const Node = struct({ value: f64, next: reference("self") }, { name: "Node" });
  const List = struct({ all: array(reference(() => Point), 2) }, { name: "List" });
  const Either = struct({ one: union({ point: reference(() => Point), number: f64 }) }, { name: "Either" });
  for (const element of [Node, List, Either]) {
    using deque = new Deque(element, { allocator: heap });
    const message = new RegExp(`^Cannot write a Deque: references in a ${element.name} lead nowhere in other memory$`);
    assert.throws(() => deque.toBytes(), { name: "TypeError", message });
    assert.throws(() => Deque.fromBytes(element, new Uint8Array(96), { allocator: heap }), {
      name: "TypeError",
      message: /^Cannot read a Deque: references in /,
    });
  }
  using map = new HashMap(u32, Node, { allocator: heap });
  assert.throws(() => map.toBytes(), { name: "TypeError" });
  using named = new Deque(enumeration({ reference: 0 }), { allocator: heap });
  assert.equal(named.toBytes().length, 80);
});

test("toBytes() refuses values that fromBytes() could not read", () => {
  using heap = new Heap();
  const State = enumeration({ on: 1, off: 2 }, u8);
  const Switch = struct({ state: State }, { name: "Switch" });
  using deque = new Deque(Switch, { allocator: heap });
  deque.push({ state: "on" });
  const bytes = deque.toBytes();
  const forged = changed(bytes, {});
  forged[80] = 7;
  forge(forged);
  assert.throws(() => Deque.fromBytes(Switch, forged, { allocator: heap }), {
    name: "FormatError",
    byteOffset: 80,
    message: "Cannot read a Deque: at byte 80 there is no Switch",
    cause: new RangeError("Cannot read number 7: none of on, off has it"),
  });
});

test("handles of a SlotMap and a StringTable are valid after fromBytes()", () => {
  using heap = new Heap();
  using timers = new SlotMap(f64, { allocator: heap });
  const handles = Array.from({ length: 9 }, (_, i) => timers.add(i));
  for (const place of [1, 4, 8]) timers.delete(handles[place]!);
  const reused = timers.add(50);
  timers.delete(timers.add(51));
  using copy = SlotMap.fromBytes(f64, timers.toBytes(), { allocator: heap });
  assert.deepEqual(copy.toArray(), timers.toArray());
  assert.equal(copy.get(reused), 50);
  for (const place of [1, 4, 8]) assert.equal(copy.has(handles[place]!), false);
  for (let i = 0; i < 20; i++) assert.ok(!handles.includes(copy.add(i)));
  timers.clear();
  timers.shrinkToFit();
  using empty = SlotMap.fromBytes(f64, timers.toBytes(), { allocator: heap });
  assert.ok(![...handles, reused].includes(empty.add(1)));

  using words = new StringTable({ allocator: heap });
  const handle = words.intern("größe");
  words.internBytes(Uint8Array.of(0xff));
  using table = StringTable.fromBytes(words.toBytes(), { allocator: heap });
  assert.deepEqual([table.get(handle), table.handleOf("größe"), table.view(1)[0]], ["größe", handle, 0xff]);
});

test("LruMap.fromBytes() keeps the order, and drops what a smaller map has no room for", () => {
  using heap = new Heap();
  using pages = new LruMap(anyText, u32, { allocator: heap, maxEntries: 9 });
  for (const [index, key] of ["a", "b", "c", "d"].entries()) pages.set(key, index);
  pages.get("a");
  const bytes = pages.toBytes();
  using same = LruMap.fromBytes(anyText, u32, bytes, { allocator: heap, maxEntries: 9 });
  assert.deepEqual([...same.keys()], ["a", "d", "c", "b"]);
  const gone: string[] = [];
  const onEvict = (key: string): unknown => gone.push(key);
  using fewer = LruMap.fromBytes(anyText, u32, bytes, { allocator: heap, maxEntries: 2, onEvict });
  assert.deepEqual([[...fewer.keys()], gone], [["a", "d"], ["b", "c"]]);
  using smaller = LruMap.fromBytes(anyText, u32, bytes, { allocator: heap, maxBytes: 11 });
  assert.deepEqual([[...smaller.keys()], smaller.entryBytes], [["a", "d"], 10]);
  const { liveBlocks } = heap;
  const refuse = (): never => {
    throw new Error("no");
  };
  assert.throws(
    () => LruMap.fromBytes(anyText, u32, bytes, { allocator: heap, maxEntries: 1, onEvict: refuse }),
    /^Error: no$/,
  );
  assert.equal(heap.liveBlocks, liveBlocks);
});

test("Deque.fromBytes() with maxLength keeps the last elements", () => {
  using heap = new Heap();
  using all = new Deque(u32, { allocator: heap });
  for (let i = 0; i < 10; i++) all.push(i);
  using last = Deque.fromBytes(u32, all.toBytes(), { allocator: heap, maxLength: 3 });
  last.push(10);
  assert.deepEqual(last.toArray(), [8, 9, 10]);
});

test("PriorityQueue.fromBytes() and SortedMap.fromBytes() accept another order", () => {
  using heap = new Heap();
  using queue = new PriorityQueue(f64, { allocator: heap });
  for (const value of [5, 1, 4, 2, 3]) queue.push(value);
  const greatest = { allocator: heap, compare: (a: number, b: number) => b - a };
  using reversed = PriorityQueue.fromBytes(f64, queue.toBytes(), greatest);
  assert.deepEqual([...reversed.drain()], [5, 4, 3, 2, 1]);
  using same = PriorityQueue.fromBytes(f64, queue.toBytes(), { allocator: heap });
  assert.deepEqual(same.toArray(), queue.toArray());
  using map = new SortedMap(f64, u32, { allocator: heap });
  map.set(1, 10).set(2, 20);
  using downwards = SortedMap.fromBytes(f64, u32, map.toBytes(), greatest);
  assert.deepEqual([...downwards], [[2, 20], [1, 10]]);
  const { liveBlocks } = heap;
  const compare = (): never => {
    throw new Error("no");
  };
  assert.throws(() => SortedMap.fromBytes(f64, u32, map.toBytes(), { allocator: heap, compare }), /^Error: no$/);
  assert.throws(() => PriorityQueue.fromBytes(f64, queue.toBytes(), { allocator: heap, compare }), /^Error: no$/);
  assert.throws(
    () => SortedMap.fromBytes(f64, u32, map.toBytes(), { allocator: heap, compare: () => 0 }),
    { name: "FormatError", message: /key 1 is equal to one before it/ },
  );
  assert.equal(heap.liveBlocks, liveBlocks);
});

test("fromBytes() refuses what is not an element, and a missing allocator, as the constructor does", () => {
  using heap = new Heap();
  const bytes = pointsOf(heap);
  assert.throws(() => Deque.fromBytes("Point" as never, bytes, { allocator: heap }), { name: "TypeError" });
  assert.throws(() => Deque.fromBytes(Point, bytes, {} as never), { message: /it needs an allocator/ });
  assert.throws(() => Deque.fromBytes(Point, bytes, undefined as never), { message: /it needs an allocator/ });
  assert.throws(() => HashMap.fromBytes(u32, "f64" as never, bytes, { allocator: heap }), { name: "TypeError" });
  using text = new Text({ allocator: heap });
  assert.throws(() => Text.fromBytes(text.toBytes(), undefined as never), { message: /it needs an allocator/ });
  const closed = new Heap();
  closed.destroy();
  assert.throws(() => Deque.fromBytes(Point, bytes, { allocator: closed }), { name: "ClosedError" });
});
