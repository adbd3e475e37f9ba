import assert from "node:assert/strict";
import {
  anyBytes,
  anyText,
  BitSet,
  bool,
  bytes,
  type Container,
  Deque,
  type f64,
  PriorityQueue,
  SlotMap,
  SoaSlotMap,
  SoaVector,
  StringTable,
  Text,
  text,
  u8,
  Vector,
} from "../../../stl/mod.ts";
import { nameOf, type Sample, sampleOf } from "../_kinds.ts";
import type { Serial } from "./_serial.ts";
import { COLUMNS, i64s, make, ODD, pick, SHAPES, whole } from "./_serial_kinds.ts";
import { hashMapOf, hashSetOf, lruMapOf, multiMapOf, namesOf, sortedMapOf } from "./_serial_maps.ts";

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

/** A Vector of one kind. */
function vectorOf(sample: Sample): Serial {
  return {
    kind: "Vector",
    label: `Vector of ${sample.kind.name}`,
    make(allocator, size, random): Container {
      const vector = new Vector(sample.kind, { allocator });
      for (let left = size; left > 0; left--) vector.push(make(sample, random));
      return vector;
    },
    read: (given, allocator) => Vector.fromBytes(sample.kind, given, { allocator }),
    list: (vector: Vector<typeof f64>) => vector.toArray().map(nameOf),
    exercise(vector: Vector<typeof f64>, random): void {
      const model = vector.toArray();
      for (let turn = 0; turn < 20; turn++) {
        const value = make(sample, random) as number;
        model.push(value), vector.push(value);
        const index = random.below(model.length);
        if (random.once(3)) assert.equal(nameOf(vector.removeAt(index)), nameOf(model.splice(index, 1)[0]));
      }
      assert.deepEqual(vector.toArray().map(nameOf), model.map(nameOf));
    },
  };
}

const soaVector: Serial = {
  kind: "SoaVector",
  label: "SoaVector",
  make(allocator, size, random): Container {
    const vector = new SoaVector(COLUMNS, { allocator });
    for (let left = size; left > 0; left--) {
      vector.push({
        price: random.below(100) / 4,
        state: "running",
        hot: random.once(2),
        id: BigInt(random.below(99)),
        name: random.pick(["", "a", "größe"]),
        shape: random.pick(SHAPES),
      });
    }
    return vector;
  },
  read: (given, allocator) => SoaVector.fromBytes(COLUMNS, given, { allocator }),
  list: (vector: SoaVector<typeof COLUMNS>) => vector.toArray(),
  exercise(vector: SoaVector<typeof COLUMNS>): void {
    const model = vector.toArray();
    const added = { price: 1, state: "failed", hot: true, id: 7n, name: "b", shape: SHAPES[0]! } as const;
    vector.push(added);
    assert.deepEqual(vector.toArray(), [...model, added]);
    assert.deepEqual(vector.removeAt(0), [...model, added][0]);
    assert.equal(vector.length, model.length);
  },
};

/** A SlotMap of one kind, with places that were used several times. */
function slotMapOf(sample: Sample, kind: "SlotMap" | "SoaSlotMap" = "SlotMap"): Serial {
  const Class = (kind === "SlotMap" ? SlotMap : SoaSlotMap) as typeof SlotMap;
  return {
    kind,
    label: `${kind} of ${sample.kind.name}`,
    make(allocator, size, random): Container {
      const map = new Class(sample.kind, { allocator });
      const handles: number[] = [];
      for (let left = size; left > 0; left--) {
        handles.push(map.add(make(sample, random)));
        if (random.once(3)) map.delete(random.pick(handles));
      }
      return map;
    },
    read: (given, allocator) => Class.fromBytes(sample.kind, given, { allocator }),
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
  multiMapOf(sampleOf("u32"), whole),
  multiMapOf(sampleOf("anyText"), ODD[1]!),
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
  slotMapOf(ODD[1]!, "SoaSlotMap"),
  queueOf(whole),
  queueOf(ODD[1]!, (job: { id: number }) => job.id),
  dequeOf(i64s),
  vectorOf(whole),
  vectorOf(i64s),
  vectorOf(ODD[0]!),
  vectorOf(ODD[1]!),
  vectorOf(sampleOf("bytes(3)")),
  soaVector,
];
