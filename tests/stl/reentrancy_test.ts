import assert from "node:assert/strict";
import { test } from "node:test";
import { Heap } from "../../mod.ts";
import {
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
  struct,
  u32,
  Vector,
} from "../../stl/mod.ts";
import { numberFrom, Random } from "../fuzz/_random.ts";

const SEED = numberFrom("SEED", Math.floor(Math.random() * 2 ** 32));
const Item = struct({ id: u32, x: f64 }, { name: "Item" });
const ROUNDS = 1500;

interface Value {
  readonly id: number;
  readonly x: number;
}

/** A container with what changes it, and what must hold whatever happened. */
interface Subject {
  readonly container: Container;
  readonly changes: readonly ((value: Value, n: number) => unknown)[];
  /** Throws when the container is not whole. */
  readonly check: () => void;
}

function assertMap(map: Iterable<[unknown, unknown]> & { size: number; has(key: never): boolean }): void {
  const keys = Array.from(map, ([key]) => key);
  assert.equal(keys.length, map.size);
  assert.equal(new Set(keys.map((key) => JSON.stringify(key))).size, map.size);
  for (const key of keys) assert.ok(map.has(key as never), JSON.stringify(key));
}

function assertSame(length: number, values: readonly unknown[]): void {
  assert.equal(values.length, length);
}

const SUBJECTS: Readonly<Record<string, (heap: Heap) => Subject>> = {
  Vector(heap): Subject {
    const container = new Vector(Item, { allocator: heap });
    return {
      container,
      changes: [
        (value) => container.push(value),
        (value, n) => container.insert(n % (container.length + 1), value),
        (value, n) => container.length > 0 && container.set(n % container.length, value),
        (value) => container.pushMany([value, value]),
        (value) => container.fill(value),
        () => container.pop(),
        () => container.length > 0 && container.removeAt(0),
      ],
      check: () => assertSame(container.length, container.toArray()),
    };
  },
  SoaVector(heap): Subject {
    const container = new SoaVector({ id: u32, x: f64 }, { allocator: heap });
    return {
      container,
      changes: [
        (value) => container.push(value),
        (value, n) => container.insert(n % (container.length + 1), value),
        (value, n) => container.length > 0 && container.set(n % container.length, value),
        () => container.pop(),
      ],
      check: () => assertSame(container.length, container.toArray()),
    };
  },
  "SoaVector of structs"(heap): Subject {
    const container = new SoaVector({ at: Item, n: u32 }, { allocator: heap });
    return {
      container,
      changes: [
        (value, n) => container.push({ at: value, n }),
        (value, n) => container.insert(n % (container.length + 1), { at: value, n }),
        (value, n) => container.length > 0 && container.set(n % container.length, { at: value, n }),
        (value, n) => container.length > 0 && container.column("at").set(n % container.length, value),
        () => container.pop(),
      ],
      check: () => assertSame(container.length, container.toArray().map(({ at }) => at)),
    };
  },
  Deque(heap): Subject {
    const container = new Deque(Item, { allocator: heap });
    return {
      container,
      changes: [
        (value) => container.push(value),
        (value) => container.unshift(value),
        (value, n) => container.length > 0 && container.set(n % container.length, value),
        () => container.shift(),
      ],
      check: () => assertSame(container.length, container.toArray()),
    };
  },
  SlotMap(heap): Subject {
    const container = new SlotMap(Item, { allocator: heap });
    const handles: number[] = [];
    return {
      container,
      changes: [
        (value) => handles.push(container.add(value)),
        (value, n) => container.has(handles[n % handles.length]!) && container.set(handles[n % handles.length]!, value),
        (_, n) => container.has(handles[n % handles.length]!) && container.delete(handles[n % handles.length]!),
      ],
      check: () => assertMap(container),
    };
  },
  SoaSlotMap(heap): Subject {
    const container = new SoaSlotMap({ at: Item, n: u32 }, { allocator: heap });
    const handles: number[] = [];
    const handle = (n: number): number => handles[n % handles.length]!;
    return {
      container,
      changes: [
        (value, n) => handles.push(container.add({ at: value, n })),
        (value, n) => container.has(handle(n)) && container.set(handle(n), { at: value, n }),
        (value, n) => container.has(handle(n)) && (container.at(handle(n)).at = value as never),
        (_, n) => container.has(handle(n)) && container.delete(handle(n)),
      ],
      check(): void {
        const entries = container.toArray();
        assertSame(container.size, entries.map(([, { at }]) => at));
        for (const [index, [each]] of entries.entries()) assert.equal(container.indexOf(each), index);
      },
    };
  },
  PriorityQueue(heap): Subject {
    const container = new PriorityQueue(Item, { allocator: heap, priority: ({ x }) => x });
    return {
      container,
      changes: [(value) => container.push(value), () => container.pop()],
      check(): void {
        const values = container.toArray();
        assertSame(container.length, values);
        const drained = Array.from(container.drain(), ({ x }) => x);
        assert.deepEqual(drained, values.map(({ x }) => x).sort((a, b) => a - b));
        for (const value of values) container.push(value);
      },
    };
  },
  "HashMap of values"(heap): Subject {
    const container = new HashMap(u32, Item, { allocator: heap });
    return {
      container,
      changes: [(value, n) => container.set(n % 200, value), (_, n) => container.delete(n % 200)],
      check: () => assertMap(container),
    };
  },
  "HashMap of keys, incremental"(heap): Subject {
    const container = new HashMap(Item, Item, { allocator: heap, incremental: true });
    const plain = (n: number): Value => ({ id: n % 200, x: 1 });
    return {
      container,
      changes: [
        (value) => container.set(value, value),
        (_, n) => container.set(plain(n), plain(n)),
        (value) => container.delete(value),
        (_, n) => container.delete(plain(n)),
      ],
      check: () => assertMap(container),
    };
  },
  HashSet(heap): Subject {
    const container = new HashSet(Item, { allocator: heap });
    return {
      container,
      changes: [(value) => container.add(value), (value) => container.delete(value), (value) => container.has(value)],
      check(): void {
        const keys = container.toArray();
        assertSame(container.size, keys);
        for (const key of keys) assert.ok(container.has(key));
      },
    };
  },
  LruMap(heap): Subject {
    const container = new LruMap(Item, Item, { allocator: heap, maxEntries: 100, maxBytes: 3000 });
    const plain = (n: number): Value => ({ id: n % 200, x: 1 });
    return {
      container,
      changes: [
        (value, n) => container.set(plain(n), value),
        (value) => container.set(value, value),
        (value) => container.get(value),
        (_, n) => container.delete(plain(n)),
      ],
      check(): void {
        assertMap(container);
        assert.ok(container.size <= 100);
      },
    };
  },
  MultiMap(heap): Subject {
    const container = new MultiMap(Item, Item, { allocator: heap });
    const plain = (n: number): Value => ({ id: n % 50, x: 1 });
    return {
      container,
      changes: [
        (value, n) => container.add(plain(n), value),
        (value) => container.add(value, value),
        (value) => container.get(value),
        (value) => container.delete(value),
        (value, n) => container.deleteWhere(value, ({ id }) => id % 3 === n % 3),
        (_, n) => container.delete(plain(n)),
      ],
      check(): void {
        const keys = [...container.keys()];
        assertSame(container.keyCount, keys);
        assert.ok(keys.every((key) => container.count(key) > 0));
        assert.equal(keys.reduce((sum, key) => sum + container.get(key).length, 0), container.size);
      },
    };
  },
  SortedMap(heap): Subject {
    const container = new SortedMap(Item, Item, { allocator: heap, compare: (a, b) => a.id - b.id });
    const plain = (n: number): Value => ({ id: n % 200, x: 1 });
    return {
      container,
      changes: [
        (value, n) => container.set(plain(n), value),
        (value) => container.set(value, value),
        (value) => container.delete(value),
        (_, n) => container.delete(plain(n)),
      ],
      check(): void {
        assertMap(container);
        const ids = Array.from(container.keys(), ({ id }) => id);
        assert.deepEqual(ids, ids.toSorted((a, b) => a - b));
      },
    };
  },
};

/** A value that does something when one of its fields is read. */
function nasty(n: number, act: () => void): Value {
  return n % 2 === 0
    ? {
      get id() {
        act();
        return n % 200;
      },
      x: n,
    } // prettier-like layouts would hide what these two differ in
    : {
      id: n % 200,
      get x() {
        act();
        return n;
      },
    };
}

function attempt(subject: Subject, change: () => unknown): void {
  try {
    change();
  } catch (error) {
    // Refusing is right; an inner error of the engine or of an assertion is not.
    const [text, stack] = [String(error), (error as Error).stack!];
    assert.ok(/^(ClosedError|RangeError|TypeError|Error): Cannot /.test(text), stack);
    if (text.startsWith("ClosedError")) assert.ok(subject.container.closed, stack);
  }
}

for (const [name, make] of Object.entries(SUBJECTS)) {
  test(`${name} stays whole when a value that is stored changes it (SEED=${SEED})`, () => {
    const random = new Random(SEED);
    let disposals = 0;
    using heap = new Heap();
    let subject = make(heap);
    const others = [
      () => subject.container.shrinkToFit(),
      () => subject.container.reserve(random.below(500)),
      () => (subject.container as unknown as { clear(): void }).clear(),
      () => subject.container.dispose(),
    ];
    for (let round = 0; round < ROUNDS || disposals === 0 && round < 100 * ROUNDS; round++) {
      const n = random.below(1000);
      const act = (): void => {
        const inner = random.below(200);
        const other = random.once(15) ? others[3]! : random.once(3) ? others[random.below(3)]! : undefined;
        attempt(subject, other ?? (() => random.pick(subject.changes)({ id: inner, x: inner }, inner)));
      };
      const value = random.once(3) ? nasty(n, act) : { id: n % 200, x: n };
      attempt(subject, () => random.pick(subject.changes)(value, n));
      if (subject.container.closed) {
        disposals++;
        assert.equal(heap.liveBlocks, 0);
        subject = make(heap);
      } else if (round % 10 === 0) {
        subject.check();
        assert.equal(heap.liveBytes, subject.container.bytes);
      }
    }
    assert.ok(disposals > 0);
    subject.container.dispose();
    assert.equal(heap.liveBlocks, 0);
  });
}
