import assert, { deepEqual, notDeepEqual } from "node:assert";
import { test } from "node:test";
import { Heap, ScopePool } from "../../mod.ts";
import { borrow, f64, PriorityQueue, SoaVector, StringTable, Text, Vector } from "../../stl/mod.ts";
import { Everything, everything, SORTS } from "./_sorts.ts";

type Compare = (a: unknown, b: unknown) => void;

/** `expect` of the test library of Bun. */
interface Expected {
  toEqual(other: unknown): void;
  toStrictEqual(other: unknown): void;
}

const BUN_TEST = "bun:test";
const bun: { expect(value: unknown): Expected } | undefined = "Bun" in globalThis ? await import(BUN_TEST) : undefined;

/** Every way to compare of the test libraries, by its name. */
const COMPARES: Readonly<Record<string, Compare>> = {
  deepStrictEqual: assert.deepStrictEqual,
  deepEqual,
  ...(bun !== undefined && {
    toEqual: (a: unknown, b: unknown): void => bun.expect(a).toEqual(b),
    toStrictEqual: (a: unknown, b: unknown): void => bun.expect(a).toStrictEqual(b),
  }),
};

function equals(compare: Compare, a: unknown, b: unknown): boolean {
  try {
    compare(a, b);
    return true;
  } catch (error) {
    if (error instanceof TypeError || error instanceof RangeError) throw error;
    return false;
  }
}

/** The names of the ways to compare by which `a` and `b` are equal. */
function equalBy(a: unknown, b: unknown): string[] {
  return Object.keys(COMPARES).filter((name) => equals(COMPARES[name]!, a, b));
}

const ALL = Object.keys(COMPARES);

for (const { label, make, unordered } of SORTS) {
  test(`${label} is equal to others of the same contents alone`, () => {
    using heap = new Heap();
    const options = { allocator: heap };
    const numbers = Array.from({ length: 40 }, (_, index) => index);
    const one = make(options, numbers);
    assert.deepEqual(equalBy(one, one), ALL);
    assert.deepEqual(equalBy(one, make(options, numbers)), ALL);
    assert.deepEqual(equalBy({ in: [one] }, { in: [make(options, numbers)] }), ALL);
    assert.deepEqual(equalBy(one, make(options, numbers.slice(1))), []);
    assert.deepEqual(equalBy(one, make(options, [])), []);
    assert.deepEqual(equalBy(make(options, []), make(options, [])), ALL);
    if (label.startsWith("Pool")) return;
    const other = make(options, [...numbers.slice(0, 39), 77]);
    for (const pair of [[one, other], [other, one], [[one], [other]]]) assert.deepEqual(equalBy(pair[0], pair[1]), []);
    assert.deepEqual(equalBy(one, make(options, numbers.toReversed())), unordered ? ALL : []);
  });

  test(`${label} that is closed is not equal to one that is open`, () => {
    const heap = new Heap();
    const closed = make({ allocator: heap }, [1, 2]);
    heap.destroy();
    using other = new Heap();
    for (const values of [[1, 2], []]) {
      const open = make({ allocator: other }, values);
      assert.deepEqual([equalBy(closed, open), equalBy(open, closed)], [[], []]);
    }
    if (label.startsWith("Pool")) return;
    using pool = new ScopePool();
    const scope = pool.open();
    const inScope = make({ allocator: scope }, [1, 2]);
    scope.reset();
    assert.deepEqual(equalBy(inScope, make({ allocator: other }, [1, 2])), []);
  });
}

test("Containers of different sorts are not equal", () => {
  using heap = new Heap();
  const made = SORTS.map(({ make }) => make({ allocator: heap }, [1, 2]));
  for (const [index, one] of made.entries()) {
    for (const other of made.slice(index + 1)) assert.throws(() => assert.deepStrictEqual(one, other));
  }
});

test("Accessors of different contents are never equal, wherever they are", () => {
  using heap = new Heap();
  const vectors = [1, 2].map((id) => {
    const vector = new Vector(Everything, { allocator: heap });
    for (const each of [id, id, 3]) vector.push(everything(each));
    return vector;
  });
  const [one, other] = [vectors[0]!, vectors[1]!];
  assert.deepEqual(equalBy(one.get(0), one.get(0)), ALL);
  assert.deepEqual(equalBy(one.get(0), other.get(0)), []);
  assert.deepEqual(equalBy(one.get(0), one.get(2)), []);
  for (const name of ["at", "list", "flags", "shape"] as const) {
    assert.deepEqual(equalBy(one.get(0)[name], other.get(0)[name]), [], name);
    assert.deepEqual(equalBy(one.get(0)[name], one.get(2)[name]), [], name);
  }
  const [alone, changed] = [1, 2].map((id) => Everything.create(heap, everything(id)));
  assert.deepEqual(equalBy(alone, changed), []);
  assert.ok(one.get(0).equals(alone!));

  const rows = [1, 2].map((id) => {
    const vector = new SoaVector({ id: f64, at: Everything }, { allocator: heap });
    vector.push({ id, at: everything(id) });
    vector.push({ id: 3, at: everything(3) });
    return vector;
  });
  assert.deepEqual(equalBy(rows[0]!.get(0), rows[0]!.get(0)), ALL);
  assert.deepEqual(equalBy(rows[0]!.get(0), rows[1]!.get(0)), []);
  assert.deepEqual(equalBy(rows[0]!.get(0), rows[0]!.get(1)), []);
});

test("An accessor of memory that is gone is not equal to a living one, and comparing them works", () => {
  const heap = new Heap();
  const dead = new Vector(Everything, { allocator: heap });
  dead.push(everything(1));
  const accessor = dead.get(0);
  heap.destroy();
  using other = new Heap();
  const alive = Everything.create(other, everything(1));
  assert.deepEqual([equalBy(accessor, alive), equalBy(alive, accessor), equalBy(accessor, accessor)], [[], [], ALL]);
});

test("Cursors are equal at the same place, borrowed views only to themselves", () => {
  using heap = new Heap();
  const vector = new Vector(Everything, { allocator: heap });
  vector.push(everything(1));
  const [one, other] = [vector.cursor(), vector.cursor()];
  assert.deepEqual(equalBy(one, other), ALL);
  other.next();
  assert.deepEqual(equalBy(one, other), []);
  const [zeros, ones] = [heap.allocateZeroed(Float64Array, 2), heap.allocateZeroed(Float64Array, 2).fill(1)];
  borrow(zeros, (a) => borrow(ones, (b) => assert.deepEqual([equalBy(a, b), equalBy(a, a)], [[], ALL])));
});

test("Texts of different bytes are not equal where their strings are", () => {
  using heap = new Heap();
  const options = { allocator: heap };
  const [one, other] = [0x80, 0x81].map((byte) => new Text(options).append(Uint8Array.of(byte)));
  assert.equal(one!.toString(), other!.toString());
  notDeepEqual(one, other);
  assert.deepEqual(equalBy(one, other), []);
  const tables = [0x80, 0x81].map((byte) => {
    const table = new StringTable(options);
    table.internBytes(Uint8Array.of(byte));
    return table;
  });
  assert.deepEqual(equalBy(tables[0], tables[1]), []);
});

test("Queues of equal priorities are equal whatever the order that they were filled in", () => {
  using heap = new Heap();
  const queues = [[1, 2, 3, 4, 5, 6], [6, 4, 2, 5, 3, 1]].map((ids) => {
    const queue = new PriorityQueue(Everything, { allocator: heap, priority: () => 0 });
    for (const id of ids) queue.push(everything(id));
    return queue;
  });
  assert.deepEqual(equalBy(queues[0], queues[1]), ALL);
  queues[0]!.pop();
  assert.deepEqual(equalBy(queues[0], queues[1]), []);
});
