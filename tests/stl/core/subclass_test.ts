import assert from "node:assert/strict";
import { test } from "node:test";
import { Heap } from "../../../mod.ts";
import {
  anyText,
  BitSet,
  type Container,
  Deque,
  f64,
  HashMap,
  HashSet,
  LruMap,
  MultiMap,
  Pool,
  PriorityQueue,
  SlotMap,
  SoaSlotMap,
  SoaVector,
  SortedMap,
  StringTable,
  struct,
  Text,
  u32,
  Vector,
} from "../../../stl/mod.ts";

const Item = struct({ id: u32 }, { name: "Item" });

// deno-lint-ignore no-explicit-any -- classes with different parameters, all of which are given as they come
type AnyClass = new (...parameters: any[]) => Container;

/** A container with one element, and what it answers then. */
interface Subject {
  readonly Class: AnyClass & { fromBytes?: unknown };
  readonly kinds: readonly unknown[];
  readonly options?: object;
  // deno-lint-ignore no-explicit-any -- what is asked differs from class to class
  readonly fill: (container: any) => void;
  // deno-lint-ignore no-explicit-any -- as above
  readonly ask: (container: any) => unknown;
  readonly answer: unknown;
}

const SUBJECTS: Readonly<Record<string, Subject>> = {
  Vector: { Class: Vector, kinds: [f64], fill: (c) => c.push(5), ask: (c) => [...c, c.length], answer: [5, 1] },
  "Vector of structs": {
    Class: Vector,
    kinds: [Item],
    fill: (c) => c.push({ id: 5 }),
    ask: (c) => c.get(0).id,
    answer: 5,
  },
  SoaVector: { Class: SoaVector, kinds: [Item], fill: (c) => c.push({ id: 5 }), ask: (c) => c.get(0).id, answer: 5 },
  Deque: { Class: Deque, kinds: [f64], fill: (c) => c.push(5), ask: (c) => [...c, c.length], answer: [5, 1] },
  SlotMap: { Class: SlotMap, kinds: [f64], fill: (c) => c.add(5), ask: (c) => [...c.values(), c.size], answer: [5, 1] },
  SoaSlotMap: {
    Class: SoaSlotMap,
    kinds: [Item],
    fill: (c) => c.add({ id: 5 }),
    ask: (c) => [c.at(c.handleAt(0)).id, c.size],
    answer: [5, 1],
  },
  PriorityQueue: { Class: PriorityQueue, kinds: [f64], fill: (c) => c.push(5), ask: (c) => c.peek(), answer: 5 },
  HashMap: {
    Class: HashMap,
    kinds: [anyText, f64],
    fill: (c) => c.set("a", 5),
    ask: (c) => [...c, c.get("a"), c.size],
    answer: [["a", 5], 5, 1],
  },
  MultiMap: {
    Class: MultiMap,
    kinds: [anyText, f64],
    fill: (c) => c.add("a", 5),
    ask: (c) => [...c, c.get("a"), c.size],
    answer: [["a", 5], [5], 1],
  },
  HashSet: { Class: HashSet, kinds: [f64], fill: (c) => c.add(5), ask: (c) => [...c, c.size], answer: [5, 1] },
  LruMap: {
    Class: LruMap,
    kinds: [f64, anyText],
    options: { maxEntries: 1 },
    fill: (c) => c.set(4, "a").set(5, "b"),
    ask: (c) => [...c, c.maxEntries],
    answer: [[5, "b"], 1],
  },
  SortedMap: {
    Class: SortedMap,
    kinds: [f64, f64],
    fill: (c) => c.set(5, 6),
    ask: (c) => [...c, c.size],
    answer: [[5, 6], 1],
  },
  BitSet: { Class: BitSet, kinds: [], fill: (c) => c.add(5), ask: (c) => [...c], answer: [5] },
  StringTable: {
    Class: StringTable,
    kinds: [],
    fill: (c) => c.intern("a"),
    ask: (c) => [...c, c.size],
    answer: ["a", 1],
  },
  Text: { Class: Text, kinds: [], fill: (c) => c.append("a"), ask: (c) => c.toString(), answer: "a" },
};

for (const [name, { Class, kinds, options, fill, ask, answer }] of Object.entries(SUBJECTS)) {
  test(`a subclass of ${name} has its methods, private fields of its own, and overrides`, () => {
    using heap = new Heap();
    const given = { allocator: heap, ...options };

    class Counted extends Class {
      #disposals = 0;
      readonly label = "counted";

      get disposals(): number {
        return this.#disposals;
      }

      override dispose(): void {
        this.#disposals++;
        super.dispose();
      }
    }

    const container = new Counted(...kinds, given);
    fill(container);
    assert.deepEqual(ask(container), answer);
    assert.ok(container instanceof Counted && container instanceof Class);
    assert.equal(Object.getPrototypeOf(container), Counted.prototype);
    assert.deepEqual([container.constructor, container.label, container.closed], [Counted, "counted", false]);
    assert.equal(container.bytes, heap.liveBytes);
    assert.equal(container.allocator, heap);

    const bytes = container.toBytes();
    const copy = (Counted as unknown as { fromBytes(...parameters: unknown[]): Counted }).fromBytes(
      ...kinds,
      bytes,
      given,
    );
    assert.ok(copy instanceof Counted);
    assert.deepEqual(ask(copy), answer);
    copy[Symbol.dispose]();
    assert.deepEqual([copy.disposals, copy.closed], [1, true]);

    container.dispose();
    assert.deepEqual([container.disposals, heap.liveBlocks], [1, 0]);
    // What is no subclass stays as it was.
    const plain = new Class(...kinds, given);
    fill(plain);
    assert.deepEqual(ask(plain), answer);
    assert.ok(!(plain instanceof Counted));
  });
}

test("a subclass of Pool has its methods", () => {
  using heap = new Heap();
  // It has constructors for views and for structs, of which a class can extend one.
  const PoolOfViews = Pool as unknown as new (type: unknown, length: number, options: object) => Pool<Float64Array>;
  class Counted extends PoolOfViews {
    #taken = 0;

    override acquire(): Float64Array {
      this.#taken++;
      return super.acquire();
    }

    get taken(): number {
      return this.#taken;
    }
  }
  const pool = new (Counted as unknown as new (...parameters: unknown[]) => Counted)(Float64Array, 8, {
    allocator: heap,
  });
  assert.equal(pool.acquire().length, 8);
  assert.equal(pool.taken, 1);
});

test("what only vectors of structs have is not found in others after one of them was extended", () => {
  using heap = new Heap();
  class Items extends (Vector as unknown as new (element: unknown, options: object) => Vector<typeof Item>) {}
  assert.equal(new Items(Item, { allocator: heap }).length, 0);
  const numbers = new Vector(f64, { allocator: heap }) as unknown as Record<string, unknown>;
  assert.equal(numbers["memory"], undefined);
  assert.throws(() => (numbers as unknown as { cursor(): void }).cursor(), {
    name: "TypeError",
    message: "Cannot use Vector.prototype.cursor on this: a Vector of its kind has no such member",
  });
});

test("a method of HashMap.prototype serves every HashMap and refuses what is none", () => {
  using heap = new Heap();
  class Mine extends HashMap<number, number> {}
  const mine = new Mine(u32, u32, { allocator: heap }).set(1, 2);
  const plain = new HashMap(u32, f64, { allocator: heap }).set(1, 3);
  const { get } = HashMap.prototype;
  assert.deepEqual([get.call(mine as never, 1), get.call(plain as never, 1)], [2, 3]);
  assert.throws(() => get.call({} as never, 1), {
    name: "TypeError",
    message: "Cannot use HashMap.prototype.get on this: expected a HashMap",
  });
});
