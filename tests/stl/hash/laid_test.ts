import assert from "node:assert/strict";
import { test } from "node:test";
import { Heap } from "../../../mod.ts";
import { giveBack, mapFile } from "../../../native/mod.ts";
import { HEADER } from "../../../stl/bytes/byte_format.ts";
import {
  anyBytes,
  anyText,
  bool,
  bytes,
  enumeration,
  f16,
  f32,
  f64,
  FormatError,
  HashMap,
  HashSet,
  i16,
  i64,
  type Kind,
  LruMap,
  reference,
  struct,
  text,
  u32,
  u64,
  u8,
} from "../../../stl/mod.ts";
import { numberFrom, Random } from "../../fuzz/_random.ts";
import { Temporary } from "../../ffi/_temporary.ts";
import { chosenBytes, chosenNumber } from "./_chosen_keys.ts";

const SEED = numberFrom("SEED", Math.floor(Math.random() * 2 ** 32));

const Point = struct({ x: f64, id: u8, name: text(5) }, { name: "Point" });
const Small = struct({ a: u8, b: i16 }, { name: "Small" });

type AnyKind = Kind<unknown>;

/** Kinds with what makes a value of an index, other ones for the first few thousand. */
const KINDS: readonly [name: string, kind: AnyKind, valueOf: (index: number) => unknown][] = [
  ["u32", u32 as AnyKind, (index) => Math.imul(index, 0x9e3779b1) >>> 0],
  ["i16", i16 as AnyKind, (index) => index - 1000],
  ["f64", f64 as AnyKind, (index) => index === 0 ? 0 : index === 1 ? NaN : index / 3],
  ["f32", f32 as AnyKind, (index) => index === 0 ? NaN : index],
  ["u64", u64 as AnyKind, (index) => BigInt(index) << 40n],
  ["anyText", anyText as AnyKind, (index) => index === 0 ? "" : `größe ${index}`.repeat(index % 40 === 3 ? 40 : 1)],
  ["anyBytes", anyBytes as AnyKind, (index) => Uint8Array.from(String(index), Number)],
  ["bytes(5)", bytes(5) as AnyKind, (index) => Uint8Array.of(index, index >> 8, 0, 0, 7)],
  ["text(6)", text(6) as AnyKind, (index) => `t${index}`],
  ["Point", Point as unknown as AnyKind, (index) => ({ x: index / 2, id: index & 255, name: `p${index}`.slice(0, 5) })],
];

/** Values that no key can be. */
const VALUES: typeof KINDS = [
  ...KINDS,
  ["bool", bool as AnyKind, (index) => index % 3 === 0],
  ["i64", i64 as AnyKind, (index) => -BigInt(index)],
  ["f16", f16 as AnyKind, (index) => index % 1000],
  ["Small", Small as unknown as AnyKind, (index) => ({ a: index & 255, b: -index })],
];

function sorted(entries: Iterable<unknown>): string[] {
  return Array.from(
    entries,
    (entry) =>
      JSON.stringify(
        entry,
        (_, value) => typeof value === "bigint" ? `${value}n` : Object.is(value, NaN) ? "NaN" : value,
      ),
  )
    .sort();
}

test("HashMap.over() reads what toBytes() of every kind wrote", () => {
  using heap = new Heap({ name: "written" });
  for (const [place, [keyName, key, keyOf]] of KINDS.entries()) {
    // Each with some, so that each is with some.
    for (const [valueName, value, valueOf] of VALUES.filter((_, other) => (place + other) % 3 === 0)) {
      const what = `${keyName} -> ${valueName}`;
      for (const count of [0, 1, 17, 300]) {
        using map = new HashMap(key, value, { allocator: heap, incremental: count === 300 });
        for (let index = 0; index < count; index++) map.set(keyOf(index), valueOf(index + 1));
        const written = map.toBytes();
        const { liveBlocks } = heap;
        const over = HashMap.over(key, value, written);
        assert.equal(over.size, count, what);
        assert.deepEqual(sorted(over.entries()), sorted(map.entries()), what);
        for (let index = 0; index < count; index++) {
          assert.deepEqual(over.get(keyOf(index)), map.get(keyOf(index)), what);
          assert.equal(over.has(keyOf(index)), true);
        }
        for (let index = count; index < count + 20; index++) {
          assert.equal(over.has(keyOf(index)), false, what);
          assert.equal(over.get(keyOf(index)), undefined);
        }
        assert.deepEqual([...over.keys()].length + [...over.values()].length, 2 * count);
        assert.deepEqual(over.toBytes(), written);
        assert.equal(heap.liveBlocks, liveBlocks);
        using again = HashMap.fromBytes(key, value, written, { allocator: heap });
        assert.deepEqual(sorted(again), sorted(map), what);
      }
    }
  }
});

test("HashSet.over() reads what toBytes() of every kind wrote", () => {
  using heap = new Heap({ name: "written" });
  for (const [name, key, keyOf] of KINDS) {
    using set = new HashSet(key, { allocator: heap });
    for (let index = 0; index < 100; index++) set.add(keyOf(index));
    const over = HashSet.over(key, set.toBytes());
    assert.equal(over.size, 100);
    assert.deepEqual(sorted(over), sorted(set), name);
    assert.deepEqual(over.toArray().length, 100);
    let visited = 0;
    over.forEach((one, other) => {
      assert.ok(over.has(one) && Object.is(one, other));
      visited++;
    });
    assert.equal(visited, 100);
    for (let index = 100; index < 120; index++) assert.equal(over.has(keyOf(index)), false, name);
    assert.deepEqual([...over.entries()].length, 100);
    for (const change of ["add", "delete", "clear", "reserve", "shrinkToFit"]) {
      assert.throws(() => (over as unknown as Record<string, (key: unknown) => void>)[change]!(keyOf(1)), {
        name: "TypeError",
        message:
          /^Cannot change a HashSet that lies over bytes: it is only for reading, HashSet\.fromBytes\(\) makes one/,
      });
    }
    over.dispose();
    assert.throws(() => over.has(keyOf(0)), { name: "ClosedError" });
  }
});

/** A map of texts to points, and its bytes. */
function pointBytes(count: number): Uint8Array<ArrayBuffer> {
  using heap = new Heap({ name: "points" });
  using map = new HashMap(anyText, Point, { allocator: heap });
  for (let index = 0; index < count; index++) map.set(`key ${index}`, { x: index, id: index & 255, name: `p${index}` });
  return map.toBytes();
}

test("a HashMap over bytes refuses to change, and stays as it was", () => {
  const given = pointBytes(5);
  const before = given.slice();
  const over = HashMap.over(anyText, Point, given);
  const change = over as unknown as Record<string, (...given: unknown[]) => void>;
  const point = { x: 1, id: 1, name: "new" };
  for (
    const [name, ...parameters] of [
      ["set", "key 1", point],
      ["set", "new", point],
      ["getOrInsert", "key 1", point],
      ["getOrInsertComputed", "new", () => point],
      ["update", "key 1", () => {}],
      ["delete", "key 1"],
      ["delete", "absent"],
      ["clear"],
      ["reserve", 1],
      ["shrinkToFit"],
    ] as const
  ) {
    assert.throws(() => change[name]!(...parameters), {
      name: "TypeError",
      message:
        /^Cannot change a HashMap that lies over bytes: it is only for reading, HashMap\.fromBytes\(\) makes one/,
    });
  }
  assert.deepEqual(given, before);
  assert.deepEqual([over.size, over.capacity, over.bytes, over.closed], [5, 5, given.length, false]);
  assert.ok(over instanceof HashMap);
});

test("a cursor of a HashMap over bytes walks over accessors that look into them", () => {
  const given = pointBytes(50);
  const over = HashMap.over(anyText, Point, given);
  let sum = 0;
  const cursor = over.cursor();
  for (const point of cursor) {
    assert.equal(cursor.key, `key ${point.x}`);
    sum += point.x;
    point.x += 0.5;
  }
  assert.equal(sum, 49 * 25);
  assert.equal(HashMap.over(anyText, Point, given).get("key 7")!.x, 7.5);
  // Its bytes are right again.
  using heap = new Heap({ name: "changed" });
  assert.throws(() => HashMap.fromBytes(anyText, Point, given, { allocator: heap }), { name: "FormatError" });
  using same = HashMap.fromBytes(anyText, Point, over.toBytes(), { allocator: heap });
  assert.equal(same.get("key 7")!.x, 7.5);
  const [point] = over.cursor();
  over.dispose();
  assert.throws(() => point!.x, { name: "ClosedError" });
  const numbers = HashMap.over(u32, u32, new HashMap(u32, u32, { allocator: heap }).toBytes());
  assert.throws(() => (numbers as unknown as typeof over).cursor(), {
    name: "TypeError",
    message: /values\(\) has them/,
  });
});

test("a HashMap over the bytes of a file is closed once those are given back", () => {
  using directory = new Temporary();
  const file = mapFile(directory.write("points.bin", pointBytes(100)));
  const over = HashMap.over(anyText, Point, file);
  assert.equal(over.get("key 99")!.x, 99);
  const walk = over.entries();
  walk.next();
  giveBack(file);
  const message = /taken back by whoever gave its bytes/;
  assert.throws(() => over.get("key 99"), { name: "ClosedError", message });
  assert.throws(() => over.has("absent"), { name: "ClosedError", message });
  assert.throws(() => over.get(5 as never), { name: "ClosedError", message });
  assert.throws(() => [...over], { name: "ClosedError", message });
  assert.throws(() => walk.next(), { name: "ClosedError", message });
  assert.throws(() => over.forEach(() => {}), { name: "ClosedError", message });
  assert.throws(() => over.toBytes(), { name: "ClosedError", message });
  over.dispose();
  over.dispose();
  assert.deepEqual([over.size, over.bytes, over.closed], [0, 0, true]);
  assert.throws(() => over.get("key 99"), { name: "ClosedError", message: /it was disposed/ });
});

test("HashMap.over() refuses other bytes as fromBytes() does, whatever of the header is changed", () => {
  using heap = new Heap({ name: "others" });
  const given = pointBytes(20);
  const headerBytes = 64 + 4 * 8;
  for (let at = 0; at < headerBytes; at++) {
    if (at >= HEADER.checksum && at < HEADER.version) continue;
    for (const change of [1, 0x80, 0xff]) {
      const damaged = given.slice();
      damaged[at]! ^= change;
      assert.throws(() => HashMap.over(anyText, Point, damaged), FormatError, `byte ${at}`);
    }
  }
  for (let length = 0; length < given.length; length += 5) {
    assert.throws(() => HashMap.over(anyText, Point, given.subarray(0, length)), FormatError, `cut at ${length}`);
  }
  assert.throws(() => HashMap.over(anyText, u32, given), { name: "FormatError", message: /the layout is/ });
  assert.throws(() => HashMap.over(u32, Point, given), { name: "FormatError", message: /the layout is/ });
  assert.throws(() => HashSet.over(anyText, given), { name: "FormatError", message: /the kind is HashMap/ });
  using lru = new LruMap(anyText, Point, { allocator: heap, maxEntries: 5 });
  assert.throws(() => HashMap.over(anyText, Point, lru.toBytes()), {
    name: "FormatError",
    message: /the kind is LruMap/,
  });
  for (const value of [null, undefined, "text", given.buffer, [1]]) {
    assert.throws(() => HashMap.over(anyText, Point, value as never), TypeError);
  }
  const moved = new Uint8Array(given.length + 16);
  moved.set(given, 8);
  assert.equal(HashMap.over(anyText, Point, moved.subarray(8, 8 + given.length)).get("key 3")!.x, 3);
  moved.set(given, 4);
  assert.throws(() => HashMap.over(anyText, Point, moved.subarray(4, 4 + given.length)), { name: "RangeError" });
  const shared = new Uint8Array(new SharedArrayBuffer(given.length));
  shared.set(given);
  assert.throws(() => HashMap.over(anyText, Point, shared), { name: "TypeError", message: /other threads share them/ });
  const Node = struct({ next: reference("self") });
  assert.throws(() => HashMap.over(u32, Node, given), { name: "TypeError", message: /references/ });
  assert.throws(() => HashMap.over("u32" as never, Point, given), TypeError);
  class Points extends (HashMap as unknown as new (...given: unknown[]) => object) {}
  const own = (Points as unknown as typeof HashMap).over(anyText, Point, given);
  assert.ok(own instanceof Points);
  assert.equal(own.get("key 3")!.x, 3);
});

test("whatever the sections of bytes have become, a HashMap over them reads nothing beside them", () => {
  const random = new Random(SEED);
  using heap = new Heap({ name: "flipped" });
  const Kind = enumeration({ water: 1, air: 2 });
  const State = struct({ kind: Kind, level: f64 }, { name: "State" });
  using map = new HashMap(anyText, State, { allocator: heap });
  using texts = new HashMap(u32, anyText, { allocator: heap });
  using numbers = new HashMap(f64, bool, { allocator: heap });
  for (let index = 0; index < 60; index++) {
    map.set(`key ${index}`, { kind: index % 2 === 0 ? "water" : "air", level: index });
    texts.set(index, "x".repeat(index));
    numbers.set(index / 2, index % 2 === 0);
  }
  const written = [map, texts, numbers].map((one) => one.toBytes());
  const kinds = [[anyText, State], [u32, anyText], [f64, bool]] as unknown as [AnyKind, AnyKind][];
  const keys = [(index: number) => `key ${index}`, (index: number) => index, (index: number) => index / 2];
  let refused = 0;
  let wrong = 0;
  for (let round = 0; round < 600; round++) {
    const which = round % 3;
    const damaged = written[which]!.slice();
    for (let count = 1 + random.below(30); count > 0; count--) {
      damaged[96 + random.below(damaged.length - 96)] = random.below(256);
    }
    const attempt = (read: () => unknown): void => {
      try {
        if (read() === undefined) wrong++;
      } catch (error) {
        // An enumeration has no such name, or the index leads nowhere.
        assert.ok(error instanceof FormatError || error instanceof RangeError, `SEED=${SEED} ${error}`);
        refused++;
      }
    };
    attempt(() => {
      const over = HashMap.over(...kinds[which]!, damaged);
      assert.equal(over.size, 60);
      for (let index = 0; index < 60; index++) attempt(() => over.get(keys[which]!(index)));
      attempt(() => [...over].length);
      return over;
    });
  }
  assert.ok(refused > 10 && wrong > 10, `SEED=${SEED} ${refused} ${wrong}`);
});

/** What the index of bytes with keys of fixed or variable length says. */
function indexOf(written: Uint8Array<ArrayBuffer>, variable = false): { strong: number; seed: number; key: number } {
  const header = new DataView(written.buffer);
  const skips = variable ? Math.ceil(header.getUint32(HEADER.count, true) / 16) : 0;
  const words = 4 + 2 * Math.ceil(header.getUint32(HEADER.extra, true) / 32) + skips;
  const index = new DataView(written.buffer, written.length - Math.ceil(words / 4) * 16);
  return { strong: index.getUint32(0, true), seed: index.getInt32(4, true), key: index.getInt32(8, true) };
}

test("HashMap.over() finds every key, however full the table is that was written, and whatever was deleted from it", () => {
  const random = new Random(SEED);
  using heap = new Heap({ name: "full" });
  for (let round = 0; round < 60; round++) {
    const count = 1 + random.below(round % 10 === 0 ? 3000 : 120);
    using map = new HashMap(u32, f64, { allocator: heap });
    using texts = new HashMap(anyText, u32, { allocator: heap });
    if (round % 3 === 1) { for (const one of [map, texts]) one.reserve(count); }
    for (let index = 0; index < count; index++) {
      map.set(index * (round + 1), index);
      texts.set(`text ${index}`, index);
    }
    for (let index = 0; index < count; index++) {
      if (random.below(4) > 0 || round % 2 === 0) continue;
      map.delete(index * (round + 1));
      texts.delete(`text ${index}`);
    }
    if (round % 5 === 0) { for (const one of [map, texts]) one.shrinkToFit(); }
    const over = HashMap.over(u32, f64, map.toBytes());
    const textsOver = HashMap.over(anyText, u32, texts.toBytes());
    for (let index = 0; index < count * 2; index++) {
      const key = index * (round + 1);
      assert.equal(over.get(key), map.get(key), `SEED=${SEED} round ${round}`);
      assert.equal(textsOver.get(`text ${index}`), texts.get(`text ${index}`), `SEED=${SEED} round ${round}`);
    }
    assert.equal(over.has(key0(round)), map.has(key0(round)));
  }
});

/** A number that is no multiple of what the keys of a round are. */
function key0(round: number): number {
  return 2 ** 32 - 1 - round;
}

test("the index has slots for the entries that there are, not for those that there was room for", () => {
  using heap = new Heap({ name: "sparse" });
  using map = new HashMap(u32, f64, { allocator: heap, capacity: 100_000 });
  using texts = new HashMap(anyText, f64, { allocator: heap, capacity: 100_000 });
  for (let index = 0; index < 100; index++) {
    map.set(index, index);
    texts.set(`text ${index}`, index);
  }
  assert.ok(map.toBytes().length < 100 * 14 + 300, `${map.toBytes().length}`);
  assert.ok(texts.toBytes().length < 100 * 21 + 300, `${texts.toBytes().length}`);
  const over = HashMap.over(u32, f64, map.toBytes());
  const textsOver = HashMap.over(anyText, f64, texts.toBytes());
  for (let index = 0; index < 100; index++) {
    assert.deepEqual([over.get(index), textsOver.get(`text ${index}`)], [index, index]);
  }
  assert.deepEqual([over.get(100), textsOver.get("text 100")], [undefined, undefined]);
});

test("who chooses keys by the seed in bytes learns neither what the table hashes by then nor what later bytes do", () => {
  using heap = new Heap({ name: "chosen" });
  using map = new HashMap(u32, f64, { allocator: heap });
  map.set(1, 1);
  const { strong, seed } = indexOf(map.toBytes());
  assert.equal(strong, 0);
  const count = 20_000;
  // Its first slots, where each key comes behind all others.
  for (let index = 0; index < count; index++) map.set(chosenNumber(index, seed), index);
  const [first, second] = [indexOf(map.toBytes()), indexOf(map.toBytes())];
  assert.deepEqual([first.strong, second.strong], [1, 1]);
  assert.equal(new Set([seed, first.seed, second.seed, first.key, second.key]).size, 5);
  const over = HashMap.over(u32, f64, map.toBytes());
  for (let index = 0; index < count; index++) assert.equal(over.get(chosenNumber(index, seed)), index);
  assert.equal(over.get(1), map.get(1));
});

test("chosen keys share no slots of the index", () => {
  using heap = new Heap({ name: "chosen" });
  using map = new HashMap(anyBytes, u32, { allocator: heap });
  const count = 2000;
  for (let index = 0; index < count; index++) map.set(chosenBytes(index), index);
  const written = map.toBytes();
  assert.equal(indexOf(written, true).strong, 1);
  const over = HashMap.over(anyBytes, u32, written);
  for (let index = 0; index < count; index++) assert.equal(over.get(chosenBytes(index)), index);
});
