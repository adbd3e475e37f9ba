import { Buffer } from "node:buffer";
import assert from "node:assert/strict";
import { test } from "node:test";
import { Heap } from "../../../mod.ts";
import {
  anyBytes,
  anyText,
  array,
  bytes,
  enumeration,
  f64,
  HashMap,
  HashSet,
  i8,
  type Kind,
  LruMap,
  SortedMap,
  struct,
  Text,
  text,
  u32,
  u64,
  u8,
  union,
} from "../../../stl/mod.ts";
import process from "node:process";
import { checksumOf, HEADER } from "../../../stl/bytes/byte_format.ts";
import { assertQuick } from "../../_time.ts";
import { numberFrom, Random } from "../../fuzz/_random.ts";

const SEED = numberFrom("SEED", Math.floor(Math.random() * 2 ** 32));

/** What maps and sets have in common. */
interface Keyed {
  readonly size: number;
  has(key: unknown): boolean;
  delete(key: unknown): boolean;
  keys(): Iterable<unknown>;
  forEach(visit: (value: unknown, key: unknown) => void): void;
  dispose(): void;
}

interface Make {
  (key: Kind<unknown>, heap: Heap): Keyed;
}

function put(container: Keyed, key: unknown): void {
  if ("add" in container) (container as unknown as HashSet<unknown>).add(key);
  else (container as unknown as HashMap<unknown, number>).set(key, 1);
}

const CONTAINERS: Readonly<Record<string, Make>> = {
  HashMap: (key, heap) => new HashMap(key, u32, { allocator: heap }) as Keyed,
  "HashMap, incremental": (key, heap) => new HashMap(key, u32, { allocator: heap, incremental: true }) as Keyed,
  HashSet: (key, heap) => new HashSet(key, { allocator: heap }) as unknown as Keyed,
  LruMap: (key, heap) => new LruMap(key, u32, { allocator: heap, maxEntries: 10_000 }) as Keyed,
};

const Point = struct({ x: i8, label: text(4) }, { name: "Point" });
const Shape = union({ circle: struct({ radius: f64 }), square: struct({ side: f64 }) });
const State = enumeration({ idle: 0, running: 1 }, u8);

/** Of each kind a key, and what its kind cannot store. */
const CANNOT: readonly (readonly [Kind<unknown>, unknown, readonly unknown[]])[] = [
  [u32, 5, [-1, 2 ** 32, 0.5, NaN, "5", null, undefined, {}, 5n]],
  [i8, 5, [200, -129, 1.5, "5"]],
  [u64, 5n, [-1n, 2n ** 64n, 5, "5"]],
  [text(4), "abcd", ["abcdef", "a\0b", "ééé", 5, null]],
  [bytes(4), new Uint8Array(4), [new Uint8Array(3), new Uint8Array(5), "abcd", [0, 0, 0, 0]]],
  [State, "idle", ["gone", 5, undefined]],
  [anyText, "a", [5, null, new Uint8Array(1)]],
  [anyBytes, Uint8Array.of(1), ["a", [1], null]],
  [Point, { x: 1, label: "ab" }, [{ x: 1, label: "abcde" }, { x: 1, label: 5 }, { x: 1 }, {}, null, undefined]],
  [Shape, { tag: "circle", value: { radius: 1 } }, [{ tag: "line", value: {} }, { tag: "circle", value: {} }]],
  [struct({ list: array(u8, 2) }), { list: [1, 2] }, [{ list: [1] }, { list: [1, 2, 3] }]],
] as unknown as readonly (readonly [Kind<unknown>, unknown, readonly unknown[]])[];

for (const [name, make] of Object.entries(CONTAINERS)) {
  test(`${name} has no key that its kind cannot store, and refuses to add it`, () => {
    using heap = new Heap();
    for (const [kind, key, others] of CANNOT) {
      const container = make(kind, heap);
      put(container, key);
      assert.ok(container.has(key), kind.name);
      for (const other of others) {
        assert.deepEqual(
          [container.has(other), container.delete(other)],
          [false, false],
          `${kind.name} ${String(other)}`,
        );
        if ("get" in container) assert.equal((container as unknown as HashMap<unknown, number>).get(other), undefined);
        assert.throws(() => put(container, other), /^(RangeError|TypeError): Cannot /, `${kind.name} ${String(other)}`);
      }
      assert.equal(container.size, 1);
    }
  });

  test(`${name} lets through what a getter of a key throws`, () => {
    using heap = new Heap();
    const container = make(Point as Kind<unknown>, heap);
    const key = {
      get x(): number {
        throw new RangeError("mine");
      },
      label: "a",
    };
    for (const call of [() => container.has(key), () => container.delete(key), () => put(container, key)]) {
      assert.throws(call, { name: "RangeError", message: "mine" });
    }
  });

  test(`${name} never visits a key twice nor leaves one out while others are deleted (SEED=${SEED})`, () => {
    const random = new Random(SEED);
    let ended = 0;
    let finished = 0;
    for (let round = 0; round < 300; round++) {
      using heap = new Heap();
      const container = make((round % 2 === 0 ? u32 : anyText) as Kind<unknown>, heap);
      const keyOf = (n: number): unknown => round % 2 === 0 ? n : String(n);
      const present = new Set<unknown>();
      for (let n = 0; n < 60; n++) {
        put(container, keyOf(n));
        present.add(keyOf(n));
      }
      const seen = new Set<unknown>();
      const visit = (key: unknown): void => {
        assert.ok(!seen.has(key), `${key} came twice`);
        assert.ok(present.has(key), `${key} was deleted before`);
        seen.add(key);
        if (!random.once(30)) return;
        const other = random.once(3) ? key : keyOf(random.below(60));
        assert.equal(container.delete(other), present.delete(other));
      };
      try {
        if (random.once(2)) { for (const key of container.keys()) visit(key); }
        else container.forEach((_, key) => visit(key));
        for (const key of present) assert.ok(seen.has(key), `${key} was left out`);
        finished++;
      } catch (error) {
        assert.match(String(error), /^Error: Cannot go on iterating over a \w+: an entry was added or deleted/);
        ended++;
      }
    }
    assert.ok(ended > 10 && (finished > 0 || name === "LruMap"), `${ended} ended, ${finished} finished`);
  });

  test(`${name} takes no memory to look for a key that is longer than all of its own`, () => {
    using heap = new Heap();
    const container = make(anyText as Kind<unknown>, heap);
    put(container, "short");
    const long = "x".repeat(2 ** 24);
    const before = process.memoryUsage().arrayBuffers;
    // Encoding 16 MiB takes 1 ms or more each time.
    assertQuick(400, () => {
      for (let n = 0; n < 500; n++) assert.equal(container.has(long), false);
    });
    assert.ok(process.memoryUsage().arrayBuffers - before < 2 ** 22);
  });
}

test("maps give back what a long key and a long value were encoded in", () => {
  using heap = new Heap();
  const maps = Array.from({ length: 16 }, () => new HashMap(anyText, anyText, { allocator: heap }));
  const long = "é".repeat(200_000);
  const before = process.memoryUsage().arrayBuffers;
  const held = (): number => process.memoryUsage().arrayBuffers - before - heap.liveBytes;
  for (const map of maps) {
    map.set(long, long);
    assert.equal(map.get(long), long);
    map.delete(long);
    map.shrinkToFit();
  }
  gc();
  // They kept 1.2 MB for each key and each value.
  assert.ok(held() < 8 * 2 ** 20, `${held()} bytes`);
});

test("Text gives back what a long text was encoded in", () => {
  using heap = new Heap();
  const report = new Text({ allocator: heap });
  const before = process.memoryUsage().arrayBuffers;
  for (let n = 0; n < 8; n++) {
    report.append("é".repeat(2_000_000)).clear();
    report.shrinkToFit();
  }
  gc();
  assert.ok(process.memoryUsage().arrayBuffers - before < 8 * 2 ** 20);
});

function gc(): void {
  (globalThis as { gc?: () => void; Bun?: { gc(now: boolean): void } }).gc?.();
  (globalThis as { Bun?: { gc(now: boolean): void } }).Bun?.gc(true);
}

test("changing one text takes no longer because a map holds a million empty ones", () => {
  using heap = new Heap();
  const map = new HashMap(u32, anyText, { allocator: heap });
  for (let n = 0; n < 1_000_000; n++) map.set(n, "");
  // Each few of them walked over a million rows: 5 ms.
  assertQuick(2000, () => {
    for (let n = 0; n < 20_000; n++) map.set(7, `text ${n}`);
  });
  assert.equal(map.get(7), "text 19999");
  assert.equal(map.get(8), "");
  // What they leave behind is bounded by what the rows take anyway.
  assert.ok(map.bytes < 40_000_000, `${map.bytes} bytes`);
});

test("deleting needs no memory", () => {
  using heap = new Heap();
  const map = new HashMap(u32, anyText, { allocator: heap });
  const lru = new LruMap(u32, anyText, { allocator: heap, maxEntries: 1000 });
  for (let n = 0; n < 1000; n++) {
    map.set(n, `value ${n}`);
    lru.set(n, `value ${n}`);
  }
  const { liveBytes } = heap;
  for (let n = 0; n < 1000; n++) assert.ok(map.delete(n) && lru.delete(n));
  assert.equal(heap.liveBytes, liveBytes);
  for (let n = 0; n < 1000; n++) {
    map.set(n, `other ${n}`);
    lru.set(n, `other ${n}`);
  }
  for (let n = 0; n < 1000; n++) assert.deepEqual([map.get(n), lru.get(n)], [`other ${n}`, `other ${n}`]);
});

test("fromBytes() refuses values whose texts are no UTF-8, in every map", () => {
  using heap = new Heap();
  const Row = struct({ n: u8, name: text(4) }, { name: "Row" });
  const Either = union({ word: text(4), row: Row });
  const values: readonly (readonly [Kind<unknown>, unknown])[] = [
    [text(4), "abcd"],
    [Row, { n: 1, name: "abcd" }],
    [struct({ list: array(text(4), 2) }), { list: ["abcd", "efgh"] }],
    [Either, { tag: "word", value: "abcd" }],
  ] as unknown as readonly (readonly [Kind<unknown>, unknown])[];
  const classes = { HashMap, LruMap, SortedMap } as unknown as Record<string, typeof HashMap>;
  for (const [name, Class] of Object.entries(classes)) {
    for (const [kind, value] of values) {
      const options = { allocator: heap, ...(name === "LruMap" && { maxEntries: 9 }) };
      const map = new Class(u32, kind, options).set(1, value);
      const written = map.toBytes();
      assert.deepEqual([...Class.fromBytes(u32, kind, written, options)], [...map]);
      assert.throws(
        () => Class.fromBytes(u32, kind, forge(written), options),
        { name: "FormatError", message: /^Cannot read a \w+: at byte \d+ there is / },
        `${name} of ${kind.name}`,
      );
    }
  }
});

/** The same bytes with 0xff in place of the "b" of "abcd", and the checksum of that. */
function forge(written: Uint8Array): Uint8Array {
  const bytes = Uint8Array.from(written);
  // Not of the hashes and seeds beside it, which may be any bytes.
  bytes[Buffer.from(written).indexOf("abcd") + 1] = 0xff;
  checksumOf(bytes).forEach((half, index) =>
    new DataView(bytes.buffer).setUint32(HEADER.checksum + index * 4, half, true)
  );
  return bytes;
}
