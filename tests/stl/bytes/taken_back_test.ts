import assert from "node:assert/strict";
import { test } from "node:test";
import { type Allocator, Heap } from "../../../mod.ts";
import {
  anyBytes,
  anyText,
  BitSet,
  type Container,
  Deque,
  f64,
  HashMap,
  HashSet,
  LruMap,
  MultiMap,
  PriorityQueue,
  SlotMap,
  SoaSlotMap,
  SoaVector,
  SortedMap,
  StringTable,
  struct,
  Text,
  text,
  u32,
  Vector,
} from "../../../stl/mod.ts";

type Bytes = Uint8Array<ArrayBuffer>;

const Row = struct({ at: f64, name: text(8) }, { name: "Row" });
const columns = { at: f64, name: text(8) };
const row = { at: 1.5, name: "Bern" };
const byText = (a: unknown, b: unknown): number => String(a) < String(b) ? -1 : String(a) > String(b) ? 1 : 0;

type Restored = (bytes: Bytes, allocator: Allocator) => Disposable;

/** A container of each kind with contents, and what makes it again. */
const KINDS: Readonly<Record<string, readonly [fill: (heap: Heap) => Container, again: Restored]>> = {
  "Vector of numbers": [
    (allocator) => {
      const vector = new Vector(f64, { allocator });
      vector.pushMany([1, 2, 3]);
      return vector;
    },
    (bytes, allocator) => Vector.fromBytes(f64, bytes, { allocator }),
  ],
  "Vector of structs": [
    (allocator) => {
      const vector = new Vector(Row, { allocator });
      vector.push(row);
      return vector;
    },
    (bytes, allocator) => Vector.fromBytes(Row, bytes, { allocator }),
  ],
  SoaVector: [
    (allocator) => {
      const vector = new SoaVector(columns, { allocator });
      vector.push(row);
      return vector;
    },
    (bytes, allocator) => SoaVector.fromBytes(columns, bytes, { allocator }),
  ],
  SoaSlotMap: [
    (allocator) => {
      const map = new SoaSlotMap(columns, { allocator });
      map.add(row);
      return map;
    },
    (bytes, allocator) => SoaSlotMap.fromBytes(columns, bytes, { allocator }),
  ],
  SlotMap: [
    (allocator) => {
      const map = new SlotMap(Row, { allocator });
      map.add(row);
      return map;
    },
    (bytes, allocator) => SlotMap.fromBytes(Row, bytes, { allocator }),
  ],
  Deque: [
    (allocator) => {
      const deque = new Deque(Row, { allocator });
      deque.push(row);
      return deque;
    },
    (bytes, allocator) => Deque.fromBytes(Row, bytes, { allocator }),
  ],
  PriorityQueue: [
    (allocator) => {
      const queue = new PriorityQueue(u32, { allocator, compare: byText });
      for (let value = 0; value < 20; value++) queue.push(value);
      return queue;
    },
    (bytes, allocator) => PriorityQueue.fromBytes(u32, bytes, { allocator, compare: byText }),
  ],
  HashMap: [
    (allocator) => new HashMap(anyText, Row, { allocator }).set("key", row),
    (bytes, allocator) => HashMap.fromBytes(anyText, Row, bytes, { allocator }),
  ],
  HashSet: [
    (allocator) => new HashSet(anyBytes, { allocator }).add(Uint8Array.of(1)),
    (bytes, allocator) => HashSet.fromBytes(anyBytes, bytes, { allocator }),
  ],
  LruMap: [
    (allocator) => new LruMap(anyText, u32, { allocator, maxEntries: 9 }).set("key", 1),
    (bytes, allocator) => LruMap.fromBytes(anyText, u32, bytes, { allocator, maxEntries: 9 }),
  ],
  MultiMap: [
    (allocator) => new MultiMap(anyText, u32, { allocator }).add("key", 1),
    (bytes, allocator) => MultiMap.fromBytes(anyText, u32, bytes, { allocator }),
  ],
  SortedMap: [
    (allocator) => {
      const map = new SortedMap(anyBytes, anyText, { allocator, compare: byText });
      for (let key = 0; key < 20; key++) map.set(Uint8Array.of(key + 10), "value");
      return map;
    },
    (bytes, allocator) => SortedMap.fromBytes(anyBytes, anyText, bytes, { allocator, compare: byText }),
  ],
  StringTable: [
    (allocator) => {
      const table = new StringTable({ allocator });
      for (let number = 0; number < 20; number++) table.intern(`${number}`.repeat(40));
      return table;
    },
    (bytes, allocator) => StringTable.fromBytes(bytes, { allocator }),
  ],
  Text: [
    (allocator) => {
      const long = new Text({ allocator });
      long.append("grüezi".repeat(50));
      return long;
    },
    (bytes, allocator) => Text.fromBytes(bytes, { allocator }),
  ],
  BitSet: [
    (allocator) => new BitSet({ allocator }).add(5).add(500),
    (bytes, allocator) => BitSet.fromBytes(bytes, { allocator }),
  ],
};

/** What takes the memory of bytes away. */
const WAYS: Readonly<Record<string, (buffer: ArrayBuffer) => void>> = {
  "moved away": (buffer) => void (buffer.detached || buffer.transfer()),
  "made shorter": (buffer) => buffer.resize(70),
};

/** A heap that calls `meanwhile` when it is asked for memory the `count`th time. */
function interrupted(heap: Heap, count: number, meanwhile: () => void): Allocator {
  let asked = 0;
  return new Proxy(heap, {
    get(target, key): unknown {
      const value: unknown = Reflect.get(target, key, target);
      if (typeof value !== "function") return value;
      return (...given: unknown[]): unknown => {
        if (/allocate/.test(String(key)) && ++asked === count) meanwhile();
        return Reflect.apply(value, target, given);
      };
    },
  });
}

for (const [way, take] of Object.entries(WAYS)) {
  test(`fromBytes() leaves nothing when its bytes are ${way} meanwhile`, () => {
    using heap = new Heap();
    for (const [kind, [fill, again]] of Object.entries(KINDS)) {
      const container = fill(heap);
      const written = container.toBytes();
      container.dispose();
      for (const count of [1, 2, 3]) {
        const bytes = new Uint8Array(new ArrayBuffer(written.length, { maxByteLength: written.length }));
        bytes.set(written);
        let isTaken = false;
        const allocator = interrupted(heap, count, () => {
          isTaken = true;
          take(bytes.buffer);
        });
        let made: Disposable | undefined;
        try {
          made = again(bytes, allocator);
        } catch (error) {
          const { name, message } = error as Error;
          assert.equal(name, "ClosedError", `${kind}, ${count}: ${message}`);
          assert.match(message, /^Cannot read a \w+: its bytes were taken back meanwhile$/);
        }
        assert.equal(made === undefined, isTaken, `${kind}, ${count}`);
        made?.[Symbol.dispose]();
        assert.equal(heap.liveBlocks, 0, `${kind}, ${count}`);
      }
    }
  });
}

test("SortedMap.fromBytes() leaves nothing when its order takes the bytes back", () => {
  using heap = new Heap();
  const [fill] = KINDS["SortedMap"]!;
  const bytes = fill(heap).toBytes();
  const { liveBlocks } = heap;
  const compare = (a: unknown, b: unknown): number => {
    if (!bytes.buffer.detached) bytes.buffer.transfer();
    return byText(a, b);
  };
  assert.throws(() => SortedMap.fromBytes(anyBytes, anyText, bytes, { allocator: heap, compare }), {
    name: "ClosedError",
    message: "Cannot read a SortedMap: its bytes were taken back meanwhile",
  });
  assert.equal(heap.liveBlocks, liveBlocks);
});
