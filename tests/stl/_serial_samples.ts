import assert from "node:assert/strict";
import {
  anyBytes,
  anyText,
  asNumber,
  bits,
  BitSet,
  bool,
  bytes,
  type Container,
  Deque,
  enumeration,
  f64,
  HashMap,
  HashSet,
  i64,
  LruMap,
  PriorityQueue,
  SlotMap,
  SortedMap,
  StringTable,
  struct,
  Text,
  text,
  u64,
  u8,
  union,
} from "../../stl/mod.ts";
import type { Random } from "../fuzz/_random.ts";
import { below, nameOf, type Sample, sampleOf } from "./_kinds.ts";
import type { Serial } from "./_serial.ts";

const State = enumeration({ idle: 1, running: 2, failed: 250 }, u8);
const Shape = union({ circle: f64, square: struct({ side: u8 }), word: text(5) });

/** A struct of which not all bytes are values. */
export const Job = struct({
  id: u8,
  state: State,
  size: asNumber(u64),
  flags: bits({ hot: bool, team: 3 }),
  shape: Shape,
  name: text(7),
}, { name: "Job" });

const SHAPES = [
  { tag: "circle", value: 2.5 },
  { tag: "square", value: { side: 3 } },
  { tag: "word", value: "añe" },
];

function pick<T>(values: readonly T[], random: () => number): T {
  return values[below(random, values.length)]!;
}

function jobOf(random: () => number): unknown {
  return {
    id: below(random, 256),
    state: pick(["idle", "running", "failed"], random),
    size: below(random, 2 ** 30) * 2 ** 20,
    flags: { hot: below(random, 2) === 0, team: below(random, 8) },
    shape: pick(SHAPES, random),
    name: pick(["", "a", "größe", "sechs"], random),
  };
}

/** Kinds of which some bytes are no value. */
const ODD: readonly Sample[] = [
  { kind: State, make: (random) => pick(["idle", "running", "failed"], random) },
  { kind: Job, make: jobOf },
];

function make(sample: Sample, random: Random): unknown {
  return sample.make(() => random.next());
}

type AnyMap = Pick<HashMap<unknown, unknown>, "get" | "set" | "delete" | "size" | "toArray" | "clear" | "shrinkToFit">;

/** Asserts that a map holds exactly what it says, and goes on doing so. */
function exerciseMap(map: AnyMap, key: Sample, value: Sample, random: Random, compared = nameOf): void {
  const model = new Map(map.toArray().map((entry) => [compared(entry[0]), entry] as const));
  const check = (): void => {
    assert.equal(map.size, model.size);
    assert.deepEqual(namesOf(map.toArray()).sort(), namesOf([...model.values()]).sort());
    for (const [known, expected] of model.values()) assert.equal(nameOf(map.get(known)), nameOf(expected));
  };
  check();
  for (const [known] of [...model.values()]) {
    if (!random.once(2)) continue;
    assert.equal(map.delete(known), true, `delete ${nameOf(known)}`);
    model.delete(compared(known));
  }
  for (let turn = 0; turn < 20; turn++) {
    const entry = [make(key, random), make(value, random)] as const;
    map.set(...entry);
    model.set(compared(entry[0]), [model.get(compared(entry[0]))?.[0] ?? entry[0], entry[1]]);
  }
  check();
  map.shrinkToFit();
  check();
  for (const [known] of model.values()) assert.ok(map.delete(known));
  assert.equal(map.size, 0);
}

function namesOf(entries: readonly (readonly unknown[])[]): string[] {
  return entries.map((entry) => entry.map(nameOf).join(" = "));
}

function fill(map: AnyMap, [key, value]: readonly Sample[], size: number, random: Random): void {
  for (let left = size; left > 0; left--) map.set(make(key!, random), make(value!, random));
  if (map.size > 3) map.delete(map.toArray()[1]![0]);
}

/** A HashMap of two kinds. */
export function hashMapOf(key: Sample, value: Sample, incremental = false): Serial {
  return {
    kind: "HashMap",
    label: `HashMap of ${key.kind.name} to ${value.kind.name}${incremental ? ", incremental" : ""}`,
    make(allocator, size, random): Container {
      const map = new HashMap<unknown, unknown>(key.kind, value.kind, { allocator, incremental });
      fill(map, [key, value], size, random);
      return map;
    },
    read: (given, allocator) => HashMap.fromBytes(key.kind, value.kind, given, { allocator, incremental }),
    list: (map: HashMap<unknown, unknown>) => namesOf(map.toArray()).sort(),
    exercise: (map: HashMap<unknown, unknown>, random) => exerciseMap(map, key, value, random),
  };
}

/** An LruMap of two kinds. */
export function lruMapOf(key: Sample, value: Sample): Serial {
  return {
    kind: "LruMap",
    label: `LruMap of ${key.kind.name} to ${value.kind.name}`,
    make(allocator, size, random): Container {
      const map = new LruMap<unknown, unknown>(key.kind, value.kind, { allocator, maxEntries: 10_000 });
      fill(map, [key, value], size, random);
      return map;
    },
    read: (given, allocator) => LruMap.fromBytes(key.kind, value.kind, given, { allocator, maxEntries: 10_000 }),
    list: (map: LruMap<unknown, unknown>) => [namesOf(map.toArray()), map.entryBytes],
    exercise(map: LruMap<unknown, unknown>, random): void {
      exerciseMap(map, key, value, random);
      assert.equal(map.entryBytes, 0);
    },
  };
}

/** A HashSet of one kind. */
export function hashSetOf(key: Sample): Serial {
  return {
    kind: "HashSet",
    label: `HashSet of ${key.kind.name}`,
    make(allocator, size, random): Container {
      const set = new HashSet<unknown>(key.kind, { allocator });
      for (let left = size; left > 0; left--) set.add(make(key, random));
      return set;
    },
    read: (given, allocator) => HashSet.fromBytes(key.kind, given, { allocator }),
    list: (set: HashSet<unknown>) => set.toArray().map(nameOf).sort(),
    exercise(set: HashSet<unknown>, random): void {
      const keys = set.toArray();
      assert.equal(new Set(keys.map(nameOf)).size, set.size);
      for (const known of keys) assert.ok(set.has(known), nameOf(known));
      const added = make(key, random);
      assert.ok(set.add(added).has(added));
      for (const known of set.toArray()) assert.ok(set.delete(known));
      assert.equal(set.size, 0);
    },
  };
}

/** A SortedMap of two kinds. */
export function sortedMapOf(key: Sample, value: Sample, compare?: (a: never, b: never) => number): Serial {
  const options = compare === undefined ? {} : { compare: compare as (a: unknown, b: unknown) => number };
  return {
    kind: "SortedMap",
    label: `SortedMap of ${key.kind.name} to ${value.kind.name}`,
    make(allocator, size, random): Container {
      const map = new SortedMap<unknown, unknown>(key.kind, value.kind, { allocator, ...options });
      fill(map, [key, value], size, random);
      return map;
    },
    read: (given, allocator) =>
      SortedMap.fromBytes<unknown, unknown>(key.kind, value.kind, given, { allocator, ...options }),
    list: (map: SortedMap<unknown, unknown>) => namesOf(map.toArray()),
    exercise: (map: SortedMap<unknown, unknown>, random) =>
      exerciseMap(
        map,
        key,
        value,
        random,
        compare === undefined ? nameOf : (job) => String((job as { id: number }).id),
      ),
  };
}

const stringTable: Serial = {
  kind: "StringTable",
  label: "StringTable",
  make(allocator, size, random): Container {
    const table = new StringTable({ allocator });
    for (let left = size; left > 0; left--) table.intern(make(sampleOf("anyText"), random) as string);
    table.internBytes(Uint8Array.of(0xff, 0xfe));
    return table;
  },
  read: (given, allocator) => StringTable.fromBytes(given, { allocator }),
  list: (table: StringTable) => table.toArray(),
  exercise(table: StringTable, random): void {
    const views = [...table.keys()].map((handle) => table.view(handle).slice());
    views.forEach((view, handle) => assert.equal(table.internBytes(view), handle));
    const added = `${random.next()}`;
    assert.equal(table.intern(added), views.length);
    assert.equal(table.get(views.length), added);
    assert.equal(table.toArray().length, table.size);
  },
};

const growingText: Serial = {
  kind: "Text",
  label: "Text",
  make(allocator, size, random): Container {
    const made = new Text({ allocator });
    for (let left = size; left > 0; left--) made.append(make(sampleOf("anyText"), random) as string);
    return made;
  },
  read: (given, allocator) => Text.fromBytes(given, { allocator }),
  list: (made: Text) => made.toString(),
  exercise(made: Text): void {
    const before = made.toString();
    assert.equal(made.append("größe").toString(), `${before}größe`);
    assert.ok(made.endsWith("größe"));
  },
};

const bitSet: Serial = {
  kind: "BitSet",
  label: "BitSet",
  make(allocator, size, random): Container {
    const set = new BitSet({ allocator });
    for (let left = size; left > 0; left--) set.add(random.below(size * 20));
    return set;
  },
  read: (given, allocator) => BitSet.fromBytes(given, { allocator }),
  list: (set: BitSet) => set.toArray(),
  exercise(set: BitSet, random): void {
    const members = set.toArray();
    assert.equal(members.length, set.size);
    const added = random.below(5000);
    set.add(added);
    assert.deepEqual(set.toArray(), [...new Set([...members, added])].sort((a, b) => a - b));
    for (const member of set.toArray()) assert.ok(set.delete(member));
    assert.equal(set.size, 0);
  },
};

/** A Deque of one kind, whose elements go on at the start of its memory. */
function dequeOf(sample: Sample): Serial {
  return {
    kind: "Deque",
    label: `Deque of ${sample.kind.name}`,
    make(allocator, size, random): Container {
      const deque = new Deque(sample.kind, { allocator });
      for (let left = size; left > 0; left--) deque.push(make(sample, random));
      for (let left = size >> 1; left > 0; left--) deque.push(deque.shift());
      return deque;
    },
    read: (given, allocator) => Deque.fromBytes(sample.kind, given, { allocator }),
    list: (deque: Deque<typeof f64>) => deque.toArray().map(nameOf),
    exercise(deque: Deque<typeof f64>, random): void {
      const model = deque.toArray();
      for (let turn = 0; turn < 20; turn++) {
        const value = make(sample, random) as number;
        if (random.once(2)) model.push(value), deque.push(value);
        else model.unshift(value), deque.unshift(value);
        if (random.once(3)) assert.deepEqual(deque.shift(), model.shift());
      }
      assert.deepEqual(deque.toArray().map(nameOf), model.map(nameOf));
    },
  };
}

/** A SlotMap of one kind, with places that were used several times. */
function slotMapOf(sample: Sample): Serial {
  return {
    kind: "SlotMap",
    label: `SlotMap of ${sample.kind.name}`,
    make(allocator, size, random): Container {
      const map = new SlotMap(sample.kind, { allocator });
      const handles: number[] = [];
      for (let left = size; left > 0; left--) {
        handles.push(map.add(make(sample, random)));
        if (random.once(3)) map.delete(random.pick(handles));
      }
      return map;
    },
    read: (given, allocator) => SlotMap.fromBytes(sample.kind, given, { allocator }),
    list: (map: SlotMap<typeof f64>) => namesOf(map.toArray()),
    exercise(map: SlotMap<typeof f64>, random): void {
      const model = new Map(map.toArray());
      assert.equal(map.size, model.size);
      for (let turn = 0; turn < 20; turn++) {
        const value = make(sample, random) as number;
        const handle = map.add(value);
        assert.ok(Number.isSafeInteger(handle) && !model.has(handle), `${handle}`);
        model.set(handle, value);
        const gone = random.pick([...model.keys()]);
        if (random.once(2)) assert.equal(map.delete(gone), model.delete(gone));
        assert.equal(map.has(gone), model.has(gone));
      }
      for (const [handle, value] of model) assert.equal(nameOf(map.get(handle)), nameOf(value));
      map.clear();
      map.shrinkToFit();
      for (const handle of model.keys()) assert.equal(map.has(handle), false);
      assert.ok(map.has(map.add(make(sample, random) as number)));
    },
  };
}

function drain(queue: PriorityQueue<typeof f64>): unknown[] {
  return [...queue.drain()];
}

/** A PriorityQueue of one kind. */
function queueOf(sample: Sample, priority?: (value: never) => number): Serial {
  const options = priority === undefined ? {} : { priority: priority as (value: unknown) => number };
  const rank = options.priority ?? Number;
  return {
    kind: "PriorityQueue",
    label: `PriorityQueue of ${sample.kind.name}`,
    make(allocator, size, random): Container {
      const queue = new PriorityQueue(sample.kind as typeof f64, { allocator, ...options });
      for (let left = size; left > 0; left--) queue.push(make(sample, random) as number);
      if (size > 2) queue.pop();
      return queue;
    },
    read: (given, allocator) => PriorityQueue.fromBytes(sample.kind as typeof f64, given, { allocator, ...options }),
    list: (queue: PriorityQueue<typeof f64>) => queue.toArray().map(nameOf),
    exercise(queue: PriorityQueue<typeof f64>, random): void {
      const model = queue.toArray();
      const added = make(sample, random) as number;
      queue.push(added);
      const ranks = drain(queue).map(rank);
      assert.deepEqual(ranks, [...model, added].map(rank).sort((a, b) => compareRanks(a, b)));
    },
  };
}

function compareRanks(a: number, b: number): number {
  return Number.isNaN(a) ? Number(!Number.isNaN(b)) : Number.isNaN(b) ? -1 : a - b;
}

/** Whole numbers only: -0 and 0 are equal there, and compared by name here. */
const whole: Sample = { kind: f64, make: (random) => Math.floor(random() * 1000) / 4 };
const i64s: Sample = { kind: i64, make: (random) => BigInt(Math.floor(random() * 100)) - 50n };

/** One of each kind of container, small enough to be changed in every bit. */
export const SERIALS: readonly Serial[] = [
  hashMapOf(sampleOf("u32"), sampleOf("f64")),
  hashMapOf(sampleOf("f64"), ODD[0]!, true),
  hashMapOf(sampleOf("anyText"), sampleOf("anyBytes")),
  hashMapOf(sampleOf("bytes(3)"), ODD[1]!),
  hashMapOf(ODD[1]!, sampleOf("u64")),
  hashMapOf({ kind: bool, make: (random) => random() < 0.5 }, { kind: anyText, make: () => "größe" }),
  hashSetOf(sampleOf("f64")),
  hashSetOf({ kind: text(7), make: (random) => pick(["a", "é", "größe", "sechs"], random) }),
  hashSetOf({ kind: anyBytes, make: (random) => Uint8Array.of(random() * 256) }),
  lruMapOf(sampleOf("u32"), sampleOf("anyText")),
  lruMapOf(sampleOf("anyText"), sampleOf("f64")),
  lruMapOf({ kind: bytes(5), make: (random) => new Uint8Array(5).fill(random() * 256) }, ODD[1]!),
  sortedMapOf(sampleOf("f64"), sampleOf("anyText")),
  sortedMapOf(sampleOf("anyText"), ODD[1]!),
  sortedMapOf(ODD[1]!, { kind: u8, make: () => 7 }, (a: { id: number }, b: { id: number }) => a.id - b.id),
  stringTable,
  growingText,
  bitSet,
  dequeOf(whole),
  dequeOf(ODD[1]!),
  slotMapOf(whole),
  slotMapOf(ODD[0]!),
  queueOf(whole),
  queueOf(ODD[1]!, (job: { id: number }) => job.id),
  dequeOf(i64s),
];
