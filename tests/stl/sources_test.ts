import assert from "node:assert/strict";
import { test } from "node:test";
import { Heap } from "../../mod.ts";
import { Deque, f32, f64, i64, SoaVector, struct, u32, Vector } from "../../stl/mod.ts";

const Item = struct({ id: u32, x: f64 }, { name: "Item" });
const item = (id: number): { id: number; x: number } => ({ id, x: id / 2 });
const THREE = [1, 2, 3];
const ITEMS = THREE.map(item);

/** Everything that has `pushMany`, filled with three elements, of numbers or of structs. */
function fillAll(heap: Heap): readonly (Vector<typeof f64> | Vector<typeof Item> | SoaVector<never>)[] {
  const options = { allocator: heap };
  const all = [
    new Vector(f64, options),
    new Deque(f64, options),
    new Deque(f64, { ...options, maxLength: 4 }),
    new Vector(Item, options),
    new Deque(Item, options),
    new Deque(Item, { ...options, maxLength: 4 }),
    new SoaVector(Item, options),
  ];
  for (const list of all) for (const id of THREE) list.push((isOfNumbers(list) ? id : item(id)) as never);
  return all as never;
}

function isOfNumbers(list: object): boolean {
  return (list as { element?: unknown }).element === f64;
}

/** What `list` holds after three elements and `ids`. */
function expected(list: object, ids: readonly number[]): unknown[] {
  const { maxLength = Infinity } = list as { maxLength?: number };
  const all = [...THREE, ...ids].slice(-maxLength);
  return isOfNumbers(list) ? all : all.map(item);
}

test("pushMany() takes the elements of every container, and of itself", () => {
  using heap = new Heap();
  for (const list of fillAll(heap)) {
    for (const source of fillAll(heap)) {
      if (isOfNumbers(source) !== isOfNumbers(list)) continue;
      const before = list.toArray().length;
      list.pushMany(source as never);
      assert.deepEqual(list.toArray().slice(-3), isOfNumbers(list) ? THREE : ITEMS);
      assert.ok(list.length >= Math.min(before + 3, 4));
    }
  }
  for (const list of fillAll(heap)) {
    list.pushMany(list as never);
    assert.deepEqual(list.toArray(), expected(list, THREE));
  }
  for (const list of fillAll(heap)) {
    list.pushMany(list.values() as never);
    assert.deepEqual(list.toArray(), expected(list, THREE));
  }
});

test("pushMany() takes columns, typed arrays of other classes and bigints", () => {
  using heap = new Heap();
  const options = { allocator: heap };
  const items = new Vector(Item, options);
  items.pushMany(ITEMS);
  const numbers = new Vector(f64, options);
  numbers.pushMany(items.column("id"));
  numbers.pushMany(new SoaVector(Item, options).column("x"));
  const floats = new Vector(f32, options);
  floats.pushMany([0.5, 0.25]);
  numbers.pushMany(floats);
  numbers.pushMany(new Float32Array([9]));
  assert.deepEqual(numbers.toArray(), [1, 2, 3, 0.5, 0.25, 9]);
  const bigs = new Vector(i64, options);
  bigs.pushMany(new Set([1n, 2n]));
  bigs.pushMany(bigs);
  assert.deepEqual(bigs.toArray(), [1n, 2n, 1n, 2n]);
});

test("pushMany() reads an iterable that changes the container to its end first", () => {
  using heap = new Heap();
  for (const list of fillAll(heap)) {
    const wrapped = (id: number): never => (isOfNumbers(list) ? id : item(id)) as never;
    const changing = {
      *[Symbol.iterator](): Generator<never> {
        yield wrapped(7);
        list.pop();
        list.push(wrapped(6));
        yield wrapped(8);
      },
    };
    list.pushMany(changing);
    const { maxLength = Infinity } = list as { maxLength?: number };
    const ids = [1, 2, 6, 7, 8].slice(-maxLength);
    assert.deepEqual(list.toArray(), isOfNumbers(list) ? ids : ids.map(item));
  }
});

test("pushMany() adds nothing when one of the values is refused", () => {
  using heap = new Heap();
  for (const list of fillAll(heap)) {
    const bad = isOfNumbers(list) ? [4, Symbol("x")] : [item(4), { id: 5 }];
    assert.throws(() => list.pushMany(bad as never), TypeError);
    assert.deepEqual(list.toArray(), expected(list, []));
    assert.throws(() =>
      list.pushMany((function* (): Generator<never> {
        yield (isOfNumbers(list) ? 4 : item(4)) as never;
        throw new Error("no more");
      })()), /no more/);
    assert.deepEqual(list.toArray(), expected(list, []));
  }
});

test("pushMany() refuses what has no elements, and lengths that no list has", () => {
  using heap = new Heap();
  for (const list of fillAll(heap)) {
    for (const bad of [null, undefined, 5, {}, Symbol("x"), () => 1]) {
      assert.throws(() => list.pushMany(bad as never), {
        name: "TypeError",
        message: /^Cannot push onto a \w+: expected an iterable or an array of values, got /,
      });
    }
    for (const length of [2 ** 40, -1, 0.5, NaN, Infinity]) {
      assert.throws(() => list.pushMany({ length } as never), { name: "RangeError", message: /^Cannot push / });
    }
    assert.deepEqual(list.toArray(), expected(list, []));
  }
});
