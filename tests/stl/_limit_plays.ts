import assert from "node:assert/strict";
import type { Heap } from "../../mod.ts";
import {
  anyText,
  BitSet,
  bytes,
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
  StringTable,
  struct,
  Text,
  u32,
  Vector,
} from "../../stl/mod.ts";
import type { Random } from "../fuzz/_random.ts";
import { nameOf } from "./_kinds.ts";

/** A step: what is done to the container, and then to the model when that did not fail. */
export interface Step {
  readonly run: () => unknown;
  readonly apply: () => unknown;
}

/** A container beside its model, for steps any of which may run out of memory. */
export interface Play {
  readonly container: Container;
  /** A random step. */
  step(random: Random): Step;
  /** Asserts that the container holds what the model does. */
  check(): void;
}

/** Makes plays of one container. */
export interface PlayMaker {
  readonly label: string;
  readonly make: (heap: Heap) => Play;
}

const nothing = (): void => {};

/** Steps that change no contents. */
function sizing(container: Container, random: Random): Step {
  const capacity = random.below(600);
  return random.once(2)
    ? { run: () => container.reserve(capacity), apply: nothing }
    : { run: () => container.shrinkToFit(), apply: nothing };
}

interface AnyMap extends Container {
  readonly size: number;
  get(key: unknown): unknown;
  set(key: unknown, value: unknown): unknown;
  delete(key: unknown): boolean;
  toArray(): [unknown, unknown][];
  clear(): void;
}

function mapPlay(
  map: AnyMap,
  keyOf: (random: Random) => unknown,
  valueOf: (random: Random) => unknown,
): Play {
  const model = new Map<string, readonly [unknown, unknown]>();
  return {
    container: map,
    step(random): Step {
      const choice = random.below(40);
      if (choice === 0) return sizing(map, random);
      if (choice === 1 && random.once(5)) return { run: () => map.clear(), apply: () => model.clear() };
      const key = keyOf(random);
      const value = valueOf(random);
      if (choice < 15) return { run: () => map.delete(key), apply: () => model.delete(nameOf(key)) };
      return { run: () => map.set(key, value), apply: () => model.set(nameOf(key), [key, value]) };
    },
    check(): void {
      assert.equal(map.size, model.size);
      const names = (entries: Iterable<readonly unknown[]>): string[] =>
        Array.from(entries, (entry) => entry.map(nameOf).join()).sort();
      assert.deepEqual(names(map.toArray()), names(model.values()));
      for (const [key, value] of model.values()) assert.equal(nameOf(map.get(key)), nameOf(value));
    },
  };
}

/** An LruMap may have lost its oldest entries when it runs out of memory, and nothing else. */
function lruPlay(map: LruMap<string, string>): Play {
  let model: [string, string][] = [];
  return {
    container: map,
    step(random): Step {
      if (random.once(40)) return sizing(map, random);
      const key = textOf(random);
      const value = textOf(random);
      if (random.once(3)) {
        return {
          run: () => map.delete(key),
          apply: () => model = model.filter(([known]) => known !== key),
        };
      }
      return {
        run: () => map.set(key, value),
        apply: () => {
          model = [[key, value], ...model.filter(([known]) => known !== key)];
          while (model.length > map.maxEntries) model.pop();
        },
      };
    },
    check(): void {
      const entries = map.toArray();
      // An entry that is to be replaced counts as used before others go.
      const known = new Map(model);
      for (const [key, value] of entries) assert.equal(known.get(key), value);
      const bytes = entries.flat().reduce((sum, text) => sum + new TextEncoder().encode(text).length, 0);
      assert.deepEqual([map.entryBytes, map.size], [bytes, entries.length]);
      model = entries;
    },
  };
}

function textOf(random: Random): string {
  const number = random.below(300);
  return `${"é€a"[number % 3]}${number}`.padEnd(random.once(4) ? 200 : 5, "-");
}

interface List extends Container {
  readonly length: number;
  push(value: never): unknown;
  pop(): unknown;
  toArray(): unknown[];
}

function listPlay(list: List, valueOf: (random: Random) => unknown): Play {
  const model: unknown[] = [];
  return {
    container: list,
    step(random): Step {
      const choice = random.below(20);
      if (choice === 0) return sizing(list, random);
      if (choice < 8) return { run: () => list.pop(), apply: () => model.pop() };
      const value = valueOf(random);
      return { run: () => list.push(value as never), apply: () => model.push(value) };
    },
    check: () => assert.deepEqual(list.toArray().map(nameOf), model.map(nameOf)),
  };
}

function queuePlay(queue: PriorityQueue<typeof Row>): Play {
  let model: unknown[] = [];
  return {
    container: queue,
    step(random): Step {
      const choice = random.below(20);
      if (choice === 0) return sizing(queue, random);
      const refresh = (): unknown => model = queue.toArray();
      if (choice < 8) return { run: () => queue.pop(), apply: refresh };
      return { run: () => queue.push({ x: random.next(), id: 1 }), apply: refresh };
    },
    check(): void {
      const ranks = queue.toArray();
      assert.deepEqual(ranks, model);
      ranks.forEach(({ x }, place) => assert.ok(place === 0 || ranks[(place - 1) >>> 2]!.x <= x));
    },
  };
}

function slotsOf(container: SlotMap<typeof f64>): Slots {
  return {
    container,
    add: (value) => container.add(value),
    delete: (handle) => container.delete(handle),
    toArray: () => container.toArray(),
  };
}

/** What numbers are put into that are found by handles. */
interface Slots {
  readonly container: SlotMap<typeof f64> | SoaSlotMap<{ x: typeof f64 }>;
  readonly add: (value: number) => number;
  readonly delete: (handle: number) => boolean;
  readonly toArray: () => [number, number][];
}

function slotPlay(map: Slots): Play {
  const model = new Map<number, number>();
  let added = 0;
  return {
    container: map.container,
    step(random): Step {
      const choice = random.below(20);
      if (choice === 0) return sizing(map.container, random);
      const handle = random.pick([...model.keys(), 0]);
      if (choice < 8) return { run: () => map.delete(handle), apply: () => model.delete(handle) };
      const value = random.next();
      return { run: () => added = map.add(value), apply: () => model.set(added, value) };
    },
    check(): void {
      assert.deepEqual(map.toArray().sort(([a], [b]) => a - b), [...model].sort(([a], [b]) => a - b));
    },
  };
}

function bitPlay(set: BitSet): Play {
  const model = new Set<number>();
  return {
    container: set,
    step(random): Step {
      if (random.once(20)) return sizing(set, random);
      const value = random.below(random.once(20) ? 100_000 : 2000);
      if (random.once(3)) return { run: () => set.delete(value), apply: () => model.delete(value) };
      return { run: () => set.add(value), apply: () => model.add(value) };
    },
    check: () => assert.deepEqual(set.toArray(), [...model].sort((a, b) => a - b)),
  };
}

function tablePlay(table: StringTable): Play {
  let model: string[] = [];
  return {
    container: table,
    step(random): Step {
      if (random.once(20)) return sizing(table, random);
      if (random.once(50)) return { run: () => table.clear(), apply: () => model = [] };
      const text = textOf(random);
      const handle = model.includes(text) ? model.indexOf(text) : model.length;
      return {
        run: () => assert.equal(table.intern(text), handle),
        apply: () => model[handle] = text,
      };
    },
    check(): void {
      assert.deepEqual(table.toArray(), model);
      model.forEach((text, handle) => assert.equal(table.handleOf(text), handle));
    },
  };
}

function textPlay(text: Text): Play {
  let model = "";
  return {
    container: text,
    step(random): Step {
      if (random.once(10)) return sizing(text, random);
      if (random.once(10)) return { run: () => text.clear(), apply: () => model = "" };
      const part = textOf(random);
      return { run: () => text.append(part), apply: () => model += part };
    },
    check: () => assert.equal(text.toString(), model),
  };
}

const Row = struct({ x: f64, id: u32 }, { name: "Row" });
const rowOf = (random: Random): unknown => ({ x: random.next(), id: random.below(9) });
const numberOf = (random: Random): number => random.below(300);
const digestOf = (random: Random): Uint8Array => new Uint8Array(16).fill(random.below(200));

function setPlay(set: HashSet<unknown>): Play {
  const map = {
    get: (key: unknown) => set.has(key) ? 1 : undefined,
    set: (key: unknown) => set.add(key),
    delete: (key: unknown) => set.delete(key),
    clear: () => set.clear(),
    reserve: (capacity: number) => set.reserve(capacity),
    shrinkToFit: () => set.shrinkToFit(),
    toArray: () => set.toArray().map((key) => [key, 1]),
  };
  const size = { get: () => set.size };
  const play = mapPlay(Object.defineProperty(map, "size", size) as unknown as AnyMap, digestOf, () => 1);
  return { ...play, container: set };
}

function multiPlay<K>(map: MultiMap<K, typeof Row>, keyOf: (random: Random) => K): Play {
  const model = new Map<string, { readonly key: K; readonly values: unknown[] }>();
  return {
    container: map,
    step(random): Step {
      const choice = random.below(40);
      if (choice === 0) return sizing(map, random);
      if (choice === 1 && random.once(5)) return { run: () => map.clear(), apply: () => model.clear() };
      const [key, value] = [keyOf(random), rowOf(random) as { x: number; id: number }];
      const name = nameOf(key);
      if (choice < 6) return { run: () => map.delete(key), apply: () => model.delete(name) };
      return {
        run: () => map.add(key, value),
        apply: (): void => {
          if (model.has(name)) model.get(name)!.values.push(value);
          else model.set(name, { key, values: [value] });
        },
      };
    },
    check(): void {
      assert.equal(map.keyCount, model.size);
      for (const { key, values } of model.values()) assert.deepEqual(map.get(key), values);
      assert.equal(map.size, [...model.values()].reduce((sum, { values }) => sum + values.length, 0));
    },
  };
}

/** Every container. */
export const PLAYS: readonly PlayMaker[] = [
  {
    label: "HashMap of numbers",
    make: (allocator) => mapPlay(new HashMap<unknown, unknown>(u32, f64, { allocator }), numberOf, numberOf),
  },
  {
    label: "HashMap of numbers, incremental",
    make: (allocator) =>
      mapPlay(new HashMap<unknown, unknown>(u32, Row, { allocator, incremental: true }), numberOf, rowOf),
  },
  {
    label: "HashMap of texts",
    make: (allocator) => mapPlay(new HashMap(anyText, anyText, { allocator }) as unknown as AnyMap, textOf, textOf),
  },
  {
    label: "HashMap of texts, incremental",
    make: (allocator) =>
      mapPlay(new HashMap(anyText, anyText, { allocator, incremental: true }) as unknown as AnyMap, textOf, textOf),
  },
  {
    label: "HashMap of bytes to structs",
    make: (allocator) => mapPlay(new HashMap<unknown, unknown>(bytes(16), Row, { allocator }), digestOf, rowOf),
  },
  { label: "HashSet", make: (allocator) => setPlay(new HashSet<unknown>(bytes(16), { allocator })) },
  {
    label: "LruMap",
    make: (allocator) => lruPlay(new LruMap(anyText, anyText, { allocator, maxEntries: 150 })),
  },
  {
    label: "SortedMap of numbers",
    make: (allocator) => mapPlay(new SortedMap<unknown, unknown>(f64, Row, { allocator }), numberOf, rowOf),
  },
  {
    label: "SortedMap of texts",
    make: (allocator) => mapPlay(new SortedMap(anyText, anyText, { allocator }) as unknown as AnyMap, textOf, textOf),
  },
  {
    label: "MultiMap",
    make: (allocator) => multiPlay(new MultiMap(u32, Row, { allocator }), numberOf),
  },
  {
    label: "MultiMap of texts",
    make: (allocator) => multiPlay(new MultiMap(anyText, Row, { allocator }), textOf),
  },
  { label: "StringTable", make: (allocator) => tablePlay(new StringTable({ allocator })) },
  { label: "Text", make: (allocator) => textPlay(new Text({ allocator })) },
  { label: "BitSet", make: (allocator) => bitPlay(new BitSet({ allocator })) },
  { label: "SlotMap", make: (allocator) => slotPlay(slotsOf(new SlotMap(f64, { allocator }))) },
  {
    label: "SoaSlotMap",
    make: (allocator) => {
      const map = new SoaSlotMap({ x: f64 }, { allocator });
      return slotPlay({
        container: map,
        add: (x) => map.add({ x }),
        delete: (handle) => map.delete(handle),
        toArray: () => map.toArray().map(([handle, { x }]) => [handle, x]),
      });
    },
  },
  { label: "Deque", make: (allocator) => listPlay(new Deque(Row, { allocator }) as unknown as List, rowOf) },
  {
    label: "PriorityQueue",
    make: (allocator) => queuePlay(new PriorityQueue(Row, { allocator, priority: ({ x }) => x })),
  },
  { label: "Vector of numbers", make: (allocator) => listPlay(new Vector(f64, { allocator }), numberOf) },
  { label: "Vector of structs", make: (allocator) => listPlay(new Vector(Row, { allocator }), rowOf) },
  { label: "SoaVector", make: (allocator) => listPlay(new SoaVector({ x: f64, id: u32 }, { allocator }), rowOf) },
  {
    label: "SoaVector of structs and digests",
    make: (allocator) =>
      listPlay(
        new SoaVector({ at: Row, digest: bytes(16), x: f64 }, { allocator }),
        (random) => ({ at: rowOf(random), digest: digestOf(random), x: random.next() }),
      ),
  },
];
