import assert from "node:assert/strict";
import { test } from "node:test";
import { Heap, ScopePool } from "../../../mod.ts";
import {
  BitSet,
  type ContainerOptions,
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
  Text,
  u32,
  Vector,
} from "../../../stl/mod.ts";

type Make = (options: ContainerOptions & Record<string, never>) => Disposable;

const CAPACITY =
  "BitSet, Deque, HashMap, HashSet, MultiMap, PriorityQueue, SlotMap, SoaSlotMap, SortedMap, StringTable can be made with it, ";

/** Every container, with an option that another one has or that is misspelt, what it has itself, and what is said. */
const MAKERS: readonly (readonly [label: string, wrong: string, own: readonly string[], make: Make, hint?: string])[] =
  [
    ["BitSet", "length", ["capacity"], (options) => new BitSet(options)],
    [
      "Deque",
      "maxlength",
      ["capacity", "maxLength"],
      (options) => new Deque(f64, options),
      "the nearest is maxLength, ",
    ],
    [
      "HashMap",
      "ttl",
      ["capacity", "incremental"],
      (options) => new HashMap(u32, f64, options),
      "LruMap can be made with it, ",
    ],
    [
      "HashSet",
      "maxEntries",
      ["capacity", "incremental"],
      (options) => new HashSet(u32, options),
      "LruMap can be made with it, ",
    ],
    [
      "LruMap",
      "max",
      ["maxEntries", "maxBytes", "ttl", "onEvict"],
      (options) => new LruMap(u32, f64, Object.setPrototypeOf({ maxEntries: 5 }, options)),
      "the nearest is maxEntries, ",
    ],
    [
      "MultiMap",
      "maxEntries",
      ["capacity"],
      (options) => new MultiMap(u32, f64, options),
      "LruMap can be made with it, ",
    ],
    ["Pool of Float64Array", "limit", ["name", "checked"], (options) => new Pool(Float64Array, 4, options)],
    [
      "PriorityQueue",
      "comparator",
      ["capacity", "compare", "priority"],
      (options) => new PriorityQueue(f64, options),
      "the nearest is compare, ",
    ],
    ["SlotMap", "size", ["capacity"], (options) => new SlotMap(f64, options)],
    ["SoaSlotMap", "size", ["capacity"], (options) => new SoaSlotMap({ x: f64 }, options)],
    ["SoaVector", "capacity", [], (options) => new SoaVector({ x: f64 }, options), CAPACITY],
    [
      "SortedMap",
      "compareFn",
      ["capacity", "compare"],
      (options) => new SortedMap(u32, f64, options),
      "the nearest is compare, ",
    ],
    ["StringTable", "owner", ["capacity"], (options) => new StringTable(options), "the nearest is owned, "],
    ["Text", "encoding", [], (options) => new Text(options)],
    ["Vector", "capacity", [], (options) => new Vector(f64, options), CAPACITY],
  ];

for (const [label, wrong, own, make, hint = ""] of MAKERS) {
  test(`a ${label} refuses the option ${wrong} and names those that it has`, () => {
    using heap = new Heap();
    const message = `Cannot make a ${label} with the option ${wrong}: ${hint}it has ${
      ["allocator", "owned", ...own].join(", ")
    }`;
    assert.throws(() => make({ allocator: heap, [wrong]: 5 } as never), { name: "TypeError", message });
    assert.throws(() => make(Object.create({ allocator: heap, [wrong]: 5 }) as never), { message });
    assert.equal(heap.liveBlocks, 0);
    make({ allocator: heap, [wrong]: undefined } as never)[Symbol.dispose]();
    const all = Object.fromEntries(own.map((name) => [name, undefined]));
    make({ allocator: heap, owned: false, ...all } as never)[Symbol.dispose]();
  });
}

test("heaps and scope pools refuse an option that they do not have", () => {
  assert.throws(() => new Heap({ limits: 5 } as never), {
    name: "TypeError",
    message: "Cannot make a heap with the option limits: the nearest is limit, there are name, limit, arena, trace",
  });
  assert.throws(() => new ScopePool({ chunkSize: 65_536 } as never), {
    name: "TypeError",
    message:
      "Cannot make a scope pool with the option chunkSize: the nearest is chunkBytes, there are name, arena, limit, chunkBytes, retainBytes, maxRetained",
  });
  new Heap({ limits: undefined } as never).destroy();
});
