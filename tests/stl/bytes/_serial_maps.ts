import assert from "node:assert/strict";
import { type Container, type f64, HashMap, HashSet, LruMap, MultiMap, SortedMap } from "../../../stl/mod.ts";
import type { Random } from "../../fuzz/_random.ts";
import { nameOf, type Sample } from "../_kinds.ts";
import type { Serial } from "./_serial.ts";
import { make } from "./_serial_kinds.ts";

interface AnyMap {
  readonly size: number;
  get(key: unknown): unknown;
  set(key: unknown, value: unknown): unknown;
  delete(key: unknown): boolean;
  toArray(): [unknown, unknown][];
  clear(): void;
  shrinkToFit(): void;
}

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

export function namesOf(entries: readonly (readonly unknown[])[]): string[] {
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

/** A MultiMap of two kinds, with several values of some keys. */
export function multiMapOf(key: Sample, value: Sample): Serial {
  const names = (map: MultiMap<unknown, typeof f64>): string[] => map.toArray().map((pair) => nameOf(pair)).sort();
  return {
    kind: "MultiMap",
    label: `MultiMap of ${key.kind.name} to ${value.kind.name}`,
    make(allocator, size, random): Container {
      const map = new MultiMap<unknown, typeof f64>(key.kind, value.kind, { allocator });
      let last = make(key, random);
      for (let left = size; left > 0; left--) {
        if (random.once(2)) last = make(key, random);
        map.add(last, make(value, random) as number);
      }
      return map;
    },
    read: (given, allocator) => MultiMap.fromBytes<unknown, typeof f64>(key.kind, value.kind, given, { allocator }),
    list: names,
    exercise(map: MultiMap<unknown, typeof f64>, random): void {
      const added = make(key, random);
      const [stored, before] = [make(value, random) as number, map.count(added)];
      assert.equal(nameOf(map.add(added, stored).get(added).at(-1)), nameOf(stored));
      assert.equal(map.delete(added), before + 1);
      for (const known of [...map.keys()]) assert.ok(map.delete(known) > 0);
      assert.deepEqual([map.size, map.keyCount], [0, 0]);
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
