import { test } from "node:test";
import {
  anyText,
  f64,
  HashMap,
  HashSet,
  LruMap,
  SoaVector,
  StringTable,
  struct,
  Text,
  text,
  u32,
  Vector,
} from "../../stl/mod.ts";
import { assertCloses } from "./_closed.ts";

const Point = struct({ x: f64, id: u32 }, { name: "Point" });

test("Vector of numbers throws ClosedError once its memory is gone", () => {
  assertCloses<Vector<typeof f64>>({
    label: "Vector",
    make: (options) => new Vector(f64, options),
    fill: (vector) => void vector.pushMany(Array.from({ length: 20 }, (_, index) => index)),
    calls: (vector) => [
      () => vector.push(1),
      () => vector.pushMany([1, 2]),
      () => vector.pop(),
      () => vector.get(0),
      () => vector.set(0, 1),
      () => vector.at(0),
      () => vector.insert(0, 1),
      () => vector.removeAt(0),
      () => vector.swapRemove(0),
      () => vector.deleteAt(0),
      () => vector.swapDelete(0),
      () => vector.fill(1),
      () => vector.sort(),
      () => vector.binarySearch(1),
      () => vector.indexOf(1),
      () => vector.includes(1),
      () => vector.forEach(() => {}),
      () => [...vector],
      () => [...vector.entries()],
      () => [...vector.keys()],
      () => vector.toArray(),
      () => vector.length = 5,
      () => vector.clear(),
    ],
  });
});

test("Vector of structs throws ClosedError once its memory is gone", () => {
  assertCloses({
    label: "Vector",
    make: (options) => new Vector(Point, options),
    fill(vector): void {
      for (let index = 0; index < 20; index++) vector.push({ x: index, id: index });
    },
    calls: (vector) => [
      () => vector.push({ x: 1, id: 1 }),
      () => vector.append().x,
      () => vector.pop(),
      () => vector.get(0).x,
      () => vector.set(0, { x: 1, id: 1 }),
      () => vector.at(0)?.x,
      () => vector.insert(0, { x: 1, id: 1 }),
      () => vector.removeAt(0),
      () => vector.swapRemove(0),
      () => vector.deleteAt(0),
      () => vector.swapDelete(0),
      () => vector.fill({ x: 1, id: 1 }),
      () => vector.sort((a, b) => a.x - b.x),
      () => vector.sortBy("x"),
      () => Array.from(vector.cursor(), (point) => point.x),
      () => [...vector.column("x")],
      () => vector.column("x").get(0),
      () => vector.column("x").set(0, 1),
      () => vector.column("x").fill(1),
      () => vector.column("x").toArray(),
      () => vector.column("x").forEach(() => {}),
      () => vector.forEach((point) => point.x),
      () => Array.from(vector, (point) => point.x),
      () => vector.toArray(),
      () => vector.length = 5,
      () => vector.clear(),
    ],
  });
});

test("Vector of texts throws ClosedError once its memory is gone", () => {
  const element = text(8);
  assertCloses<Vector<typeof element>>({
    label: "Vector",
    make: (options) => new Vector(element, options),
    fill: (vector) => void vector.pushMany(["a", "b", "c"]),
    calls: (vector) => [
      () => vector.push("a"),
      () => vector.pop(),
      () => vector.get(0),
      () => vector.sort(),
      () => vector.indexOf("a"),
      () => vector.toArray(),
      () => vector.clear(),
    ],
  });
});

test("SoaVector of texts and structs throws ClosedError once its memory is gone", () => {
  const row = { name: "a", at: { x: 1, id: 2 } };
  assertCloses({
    label: "SoaVector",
    make: (options) => new SoaVector({ name: text(8), at: Point }, options),
    fill(vector): void {
      for (let index = 0; index < 20; index++) vector.push(row);
    },
    calls: (vector) => [
      () => vector.push(row),
      () => vector.pushMany([row]),
      () => vector.pushMany(vector),
      () => vector.pop(),
      () => vector.get(0),
      () => vector.set(0, row),
      () => vector.insert(0, row),
      () => vector.removeAt(0),
      () => vector.swapRemove(0),
      () => vector.deleteAt(0),
      () => vector.swapDelete(0),
      () => vector.column("name"),
      () => [...vector.cursor()],
      () => vector.sortBy("name"),
      () => vector.toArray(),
      () => vector.length = 3,
      () => vector.toBytes(),
    ],
  });
});

test("SoaVector throws ClosedError once its memory is gone", () => {
  assertCloses({
    label: "SoaVector",
    make: (options) => new SoaVector({ x: f64, id: u32 }, options),
    fill(vector): void {
      for (let index = 0; index < 20; index++) vector.push({ x: index, id: index });
    },
    calls: (vector) => [
      () => vector.push({ x: 1, id: 1 }),
      () => vector.pushMany([{ x: 1, id: 1 }]),
      () => vector.pop(),
      () => vector.get(0),
      () => vector.set(0, { x: 1, id: 1 }),
      () => vector.at(0),
      () => vector.insert(0, { x: 1, id: 1 }),
      () => vector.removeAt(0),
      () => vector.swapRemove(0),
      () => vector.deleteAt(0),
      () => vector.swapDelete(0),
      () => vector.column("x"),
      () => [...vector.cursor()],
      () => vector.sortBy("x"),
      () => vector.sort((a, b) => a.x - b.x),
      () => vector.forEach(() => {}),
      () => [...vector],
      () => vector.toArray(),
      () => vector.length = 5,
      () => vector.clear(),
    ],
  });
});

for (const incremental of [false, true]) {
  const mode = incremental ? ", growing a little at a time," : "";
  test(`HashMap${mode} throws ClosedError once its memory is gone`, () => {
    assertCloses<HashMap<number, string>>({
      label: "HashMap",
      make: (options) => new HashMap(u32, anyText, { ...options, incremental }),
      fill(map): void {
        for (let index = 0; index < 20; index++) map.set(index, `value ${index}`);
      },
      calls: (map) => [
        () => map.set(1, "a"),
        () => map.get(1),
        () => map.has(1),
        () => map.delete(1),
        () => map.forEach(() => {}),
        () => [...map],
        () => [...map.keys()],
        () => [...map.values()],
        () => map.toArray(),
        () => map.clear(),
      ],
    });
  });

  test(`HashSet${mode} throws ClosedError once its memory is gone`, () => {
    assertCloses<HashSet<string>>({
      label: "HashSet",
      make: (options) => new HashSet(anyText, { ...options, incremental }),
      fill(set): void {
        for (let index = 0; index < 20; index++) set.add(`key ${index}`);
      },
      calls: (set) => [
        () => set.add("a"),
        () => set.has("a"),
        () => set.delete("a"),
        () => set.forEach(() => {}),
        () => [...set],
        () => set.toArray(),
        () => set.clear(),
      ],
    });
  });
}

test("LruMap throws ClosedError once its memory is gone", () => {
  assertCloses<LruMap<string, number>>({
    label: "LruMap",
    make: (options) => new LruMap(anyText, f64, { ...options, maxEntries: 100 }),
    fill(map): void {
      for (let index = 0; index < 20; index++) map.set(`key ${index}`, index);
    },
    calls: (map) => [
      () => map.set("a", 1),
      () => map.get("a"),
      () => map.peek("a"),
      () => map.has("a"),
      () => map.delete("a"),
      () => map.forEach(() => {}),
      () => [...map],
      () => map.toArray(),
      () => map.clear(),
    ],
  });
});

test("StringTable throws ClosedError once its memory is gone", () => {
  assertCloses<StringTable>({
    label: "StringTable",
    make: (options) => new StringTable(options),
    fill(table): void {
      for (let index = 0; index < 20; index++) table.intern(`text ${index}`);
    },
    calls: (table) => [
      () => table.intern("a"),
      () => table.get(0),
      () => table.compare(0, 1),
      () => [...table],
      () => table.clear(),
    ],
  });
});

test("Text throws ClosedError once its memory is gone", () => {
  assertCloses<Text>({
    label: "Text",
    make: (options) => new Text(options),
    fill: (growing) => void growing.append("0123456789".repeat(10)),
    calls: (growing) => [
      () => growing.append("a"),
      () => growing.toString(),
      () => growing.indexOf("a"),
      () => growing.clear(),
    ],
  });
});
