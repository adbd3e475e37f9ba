import { Heap } from "../../heaps/heap/heap.ts";
import { f64, HashMap, u32 } from "../../stl/mod.ts";
import { type Arm, arm, type Group, type Target } from "../suite.ts";
import { type Keys, keysOf } from "./hash_keys.ts";

const MILLION = 1_000_000;

/** One operation of these groups takes up to two seconds. */
const FEW = { rounds: 3, warmUpOperations: 1 };

interface Numbers {
  get(key: number): number | undefined;
  set(key: number, value: number): unknown;
  delete(key: number): boolean;
  forEach(visit: (value: number) => void): void;
}

function fill<M extends Numbers>(map: M, keys: Uint32Array): M {
  for (let i = 0; i < keys.length; i++) map.set(keys[i]!, i);
  return map;
}

function buildMap(count: number): Arm {
  return arm({
    name: "Map",
    shapes: ["loop"],
    bind: () => keysOf(count),
    run: ({ keys }) => (operations) => {
      let size = 0;
      for (let i = 0; i < operations; i++) {
        const map = new Map<number, number>();
        for (let k = 0; k < keys.length; k++) map.set(keys[k]!, k);
        size += map.size;
      }
      return size;
    },
  });
}

function buildHashMap(count: number, name: string, options: { capacity?: number; incremental?: boolean }): Arm {
  return arm({
    name,
    shapes: ["loop"],
    bind: () => {
      const heap = new Heap({ name: "bench" });
      return { ...keysOf(count), heap, make: () => new HashMap(u32, f64, { allocator: heap, ...options }) };
    },
    release: ({ heap }) => heap.close(),
    run: ({ keys, make }) => (operations) => {
      let size = 0;
      for (let i = 0; i < operations; i++) {
        const map = make();
        for (let k = 0; k < keys.length; k++) map.set(keys[k]!, k);
        size += map.size;
        map.dispose();
      }
      return size;
    },
  });
}

function build(millions: number, targets: readonly Target[]): Group {
  const count = millions * MILLION;
  return {
    name: `build a map of ${millions} million`,
    operation: `an empty map gets ${millions} million entries u32 to f64`,
    checksum: (operations) => operations * count,
    arms: [
      buildMap(count),
      buildHashMap(count, "HashMap", {}),
      buildHashMap(count, "HashMap with capacity", { capacity: count }),
      buildHashMap(count, "HashMap, incremental", { incremental: true }),
    ],
    targets,
    effort: FEW,
  };
}

interface Work {
  readonly name: string;
  readonly operation: string;
  readonly run: (bindings: Keys & { map: Numbers }) => (operations: number) => number;
  readonly checksum: (operations: number, count: number) => number;
  readonly targets: readonly Target[];
  readonly few?: boolean;
}

function mapArm(work: Work, count: number): Arm {
  return arm({
    name: "Map",
    shapes: work.few ? ["loop"] : ["loop", "burst"],
    bind: () => {
      const keys = keysOf(count);
      return { ...keys, map: fill(new Map<number, number>(), keys.keys) };
    },
    run: work.run,
  });
}

function hashMapArm(work: Work, count: number): Arm {
  return arm({
    name: "HashMap",
    shapes: work.few ? ["loop"] : ["loop", "burst"],
    bind: () => {
      const keys = keysOf(count);
      const heap = new Heap({ name: "bench" });
      return { ...keys, heap, map: fill(new HashMap(u32, f64, { allocator: heap }), keys.keys) };
    },
    release: ({ heap }) => heap.destroy(),
    run: work.run,
  });
}

function measured(work: Work, millions: number): Group {
  const count = millions * MILLION;
  return {
    name: `${work.name}, ${millions} million`,
    operation: work.operation,
    checksum: (operations) => work.checksum(operations, count),
    arms: [mapArm(work, count), hashMapArm(work, count)],
    targets: work.targets,
    ...(work.few && { effort: FEW }),
  };
}

const hit: Work = {
  name: "hit",
  operation: "get() of a key that is there, in an order of its own",
  checksum: (operations) => operations,
  run: ({ map, shuffled }) => {
    let next = 0;
    return (operations) => {
      let found = 0;
      for (let i = 0; i < operations; i++) {
        if (map.get(shuffled[next]!) !== undefined) found++;
        if (++next === shuffled.length) next = 0;
      }
      return found;
    };
  },
  targets: [
    { arm: "HashMap", timesFaster: 2, against: "Map", runtimes: ["deno"] },
    { arm: "HashMap", timesFaster: 1, against: "Map", runtimes: ["bun"] },
  ],
};

const miss: Work = {
  name: "miss",
  operation: "get() of a key that is not there",
  checksum: (operations) => operations,
  run: ({ map, absent }) => {
    let next = 0;
    return (operations) => {
      let missing = 0;
      for (let i = 0; i < operations; i++) {
        if (map.get(absent[next]!) === undefined) missing++;
        if (++next === absent.length) next = 0;
      }
      return missing;
    };
  },
  targets: [],
};

const replace: Work = {
  name: "delete and add",
  operation: "delete() of a key and set() of another one",
  checksum: (operations) => operations,
  run: ({ map, shuffled, absent }) => {
    let next = 0;
    // Whether the present turn brings back the keys that the one before has removed.
    let back = false;
    return (operations) => {
      let deleted = 0;
      for (let i = 0; i < operations; i++) {
        if (map.delete(back ? absent[next]! : shuffled[next]!)) deleted++;
        map.set(back ? shuffled[next]! : absent[next]!, next);
        if (++next === shuffled.length) {
          next = 0;
          back = !back;
        }
      }
      return deleted;
    };
  },
  targets: [],
};

const iterate: Work = {
  name: "iterate",
  operation: "forEach() over all entries",
  checksum: (operations, count) => operations * (count * (count - 1) / 2),
  run: ({ map }) => (operations) => {
    let sum = 0;
    for (let i = 0; i < operations; i++) {
      map.forEach((value) => {
        sum += value;
      });
    }
    return sum;
  },
  targets: [],
  few: true,
};

/** What is done with a map of numbers, beyond every cache; other sizes are measured in processes of their own. */
export const mapGroups: readonly Group[] = [
  build(4, [{ arm: "HashMap", timesFaster: 2.5, against: "Map" }]),
  ...[hit, miss, replace, iterate].map((work) => measured(work, 4)),
];
