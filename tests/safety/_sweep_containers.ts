// deno-lint-ignore-file no-explicit-any -- calls as JavaScript makes them, with whatever it has
import process from "node:process";
import { Heap } from "../../mod.ts";
import {
  anyBytes,
  anyText,
  array,
  asNumber,
  bigEndian,
  bits,
  BitSet,
  bool,
  bytes,
  Deque,
  enumeration,
  f64,
  HashMap,
  HashSet,
  i64,
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
  text,
  u32,
  u8,
  union,
  Vector,
} from "../../stl/mod.ts";
import { methodsOf } from "./_hostile_values.ts";
import { type Subject, Sweep } from "./_sweep.ts";

const LIMIT = 4 * 2 ** 20;
/** What classes of containers share with each other and programs do not see. */
const INTERNAL =
  /^(makeRoom|requireOpen|refuse|none|extend|zeroRow|readRow|store|storeSlowly|restore|lieOver|requireRow|replaceFirst|replaceLast|finish)$/;

const Point = struct({ x: f64, id: u32 }, { name: "Point" });
const Rich = struct({
  x: f64,
  name: text(4),
  list: array(f64, 2),
  either: union({ a: f64, b: u32 }),
  flags: bits({ low: 3, high: 5 }),
  yes: bool,
  big: i64,
  code: bytes(2),
}, { name: "Rich" });
const point = { x: 1, id: 2 };
const rich = {
  x: 1,
  name: "a",
  list: [1, 2],
  either: { tag: "b", value: 7 },
  flags: { low: 1, high: 2 },
  yes: true,
  big: 5n,
  code: new Uint8Array(2),
} as const;

/** The same of vectors alone. */
const INTERNAL_OF_VECTORS = /^(append|has)$/;

/** A container, with a key and a value of its kind. */
interface Made {
  readonly object: any;
  readonly owner?: Disposable;
  readonly firsts?: readonly unknown[];
}

type Make = (allocator: Heap) => any;

const CONTAINERS: Readonly<Record<string, readonly [make: Make, ...firsts: unknown[]]>> = {
  "Vector of f64": [(allocator) => filled(new Vector(f64, { allocator }), [1, 2, 3])],
  "Vector of i64": [(allocator) => filled(new Vector(i64, { allocator }), [1n, 2n])],
  "Vector of bool": [(allocator) => filled(new Vector(bool, { allocator }), [true])],
  "Vector of text": [(allocator) => filled(new Vector(text(4), { allocator }), ["a", "b"])],
  "Vector of bytes": [(allocator) => filled(new Vector(bytes(2), { allocator }), [new Uint8Array(2)])],
  "Vector of structs": [(allocator) => filled(new Vector(Point, { allocator }), [point, point])],
  "Vector of rich structs": [(allocator) => filled(new Vector(Rich as any, { allocator }), [rich, rich])],
  "Vector of an enumeration": [(allocator) => filled(new Vector(enumeration({ a: 0, b: 1 }), { allocator }), ["a"])],
  "Vector of asNumber": [(allocator) => filled(new Vector(asNumber(i64), { allocator }), [1])],
  "Vector of bigEndian": [(allocator) => filled(new Vector(bigEndian(u32) as any, { allocator }), [1])],
  "Vector of arrays": [(allocator) => filled(new Vector(array(u8, 3) as any, { allocator }), [[1, 2, 3]])],
  SoaVector: [(allocator) => filled(new SoaVector(Point, { allocator }), [point])],
  "SoaVector of rich structs": [(allocator) => filled(new SoaVector(Rich as any, { allocator }), [rich])],
  Deque: [(allocator) => filled(new Deque(f64, { allocator }), [1, 2])],
  "Deque with a limit": [(allocator) => filled(new Deque(Point, { allocator, maxLength: 2 }), [point])],
  PriorityQueue: [(allocator) => filled(new PriorityQueue(Point, { allocator, priority: (row) => row?.x }), [point])],
  "PriorityQueue of numbers": [(allocator) => filled(new PriorityQueue(f64, { allocator, priority: (x) => x }), [1])],
  SoaSlotMap: [(allocator) => added(new SoaSlotMap(Point, { allocator }), point)],
  "SoaSlotMap of rich structs": [(allocator) => added(new SoaSlotMap(Rich as any, { allocator }), rich)],
  SlotMap: [(allocator) => added(new SlotMap(Point, { allocator }), point)],
  "SlotMap of numbers": [(allocator) => added(new SlotMap(f64, { allocator }), 1)],
  Pool: [(allocator) => new Pool(Point, { allocator })],
  "Pool, checked": [(allocator) => new Pool(Float64Array, 4, { allocator, checked: true })],
  "Pool of views": [(allocator) => new Pool(Float64Array, 4, { allocator })],
  "HashMap of u32": [(allocator) => new HashMap(u32, f64, { allocator }).set(1, 2), 1],
  "HashMap of texts": [(allocator) => new HashMap(anyText, Point, { allocator }).set("a", point), "a"],
  "HashMap of structs": [
    (allocator) => new HashMap(Rich as any, anyBytes, { allocator }).set(rich, new Uint8Array(3)),
    rich,
  ],
  "HashMap of i64, incremental": [
    (allocator) => new HashMap(i64, anyText, { allocator, incremental: true }).set(5n, "a"),
    5n,
  ],
  "HashMap of fixed texts": [
    (allocator) => new HashMap(text(4), enumeration({ a: 0 }), { allocator }).set("k", "a"),
    "k",
  ],
  HashSet: [(allocator) => new HashSet(f64, { allocator }).add(1)],
  "HashSet of bytes": [(allocator) => new HashSet(bytes(4), { allocator }).add(new Uint8Array(4))],
  "HashSet of unions": [
    (allocator) => new HashSet(union({ a: f64, b: u32 }) as any, { allocator }).add({ tag: "a", value: 1 }),
  ],
  LruMap: [(allocator) => new LruMap(u32, anyText, { allocator, maxEntries: 4 }).set(1, "a"), 1],
  "LruMap of structs": [(allocator) => new LruMap(Point, f64, { allocator, maxBytes: 400 }).set(point, 1), point],
  MultiMap: [(allocator) => new MultiMap(u32, Point, { allocator }).add(1, point).add(1, point), 1],
  "MultiMap of structs": [(allocator) => new MultiMap(Rich as any, f64, { allocator }).add(rich, 1), rich],
  SortedMap: [(allocator) => new SortedMap(f64, Point, { allocator }).set(1, point), 1],
  "SortedMap of i64": [(allocator) => new SortedMap(i64, f64, { allocator }).set(1n, 2), 1n],
  "SortedMap of texts": [(allocator) => new SortedMap(anyText, anyText, { allocator }).set("a", "b"), "a"],
  "SortedMap of structs": [
    (allocator) => new SortedMap(Point, u32, { allocator, compare: (a, b) => a.x - b.x }).set(point, 1),
    point,
  ],
  StringTable: [(allocator) => {
    const table = new StringTable({ allocator });
    table.intern("a");
    return table;
  }],
  Text: [(allocator) => new Text({ allocator }).append("abc")],
  BitSet: [(allocator) => new BitSet({ allocator }).add(3)],
};

function filled(container: any, values: readonly unknown[]): unknown {
  for (const value of values) container.push(value);
  return container;
}

function added(map: any, value: unknown): unknown {
  map.add(value);
  return map;
}

/** What is reached through a container. */
const PARTS: Readonly<Record<string, (allocator: Heap) => Made>> = {
  "an accessor": (allocator) => part(filled(new Vector(Rich as any, { allocator }), [rich]), (vector) => vector.at(0)),
  "an array in a struct": (allocator) =>
    part(filled(new Vector(Rich as any, { allocator }), [rich]), (vector) => vector.at(0).list),
  "a union in a struct": (allocator) =>
    part(filled(new Vector(Rich as any, { allocator }), [rich]), (vector) => vector.at(0).either),
  "bits in a struct": (allocator) =>
    part(filled(new Vector(Rich as any, { allocator }), [rich]), (vector) => vector.at(0).flags),
  "a cursor": (allocator) => part(filled(new Vector(Point, { allocator }), [point]), (vector) => vector.cursor()),
  "a cursor of columns": (allocator) =>
    part(filled(new SoaVector(Point, { allocator }), [point]), (vector) => vector.cursor()),
  "a column of texts": (allocator) =>
    part(filled(new SoaVector(Rich as any, { allocator }), [rich]), (vector) => vector.column("name")),
  "a row of a SoaSlotMap": (allocator) =>
    part(added(new SoaSlotMap(Rich as any, { allocator }), rich), (map) => map.at(map.handleAt(0))),
  "a column of a Vector": (allocator) =>
    part(filled(new Vector(Rich as any, { allocator }), [rich]), (vector) => vector.column("name")),
};

function part(owner: any, of: (owner: any) => unknown): Made {
  return { object: of(owner), owner };
}

function contentsOf(object: any): unknown {
  if (object.closed) return "closed";
  if (typeof object.toJSON === "function") return JSON.stringify(object, plain);
  return String(object);
}

function plain(_: string, value: unknown): unknown {
  return typeof value === "bigint" ? `${value}n` : value;
}

class ContainerSubject implements Subject {
  readonly name: string;
  readonly #make: (allocator: Heap) => Made;
  #heap = new Heap({ limit: LIMIT });
  #made: Made;

  constructor(name: string, make: (allocator: Heap) => Made) {
    this.name = name;
    this.#make = make;
    this.#made = make(this.#heap);
  }

  get object(): any {
    return this.#made.object;
  }

  get owner(): any {
    return this.#made.owner ?? this.#made.object;
  }

  state(): unknown {
    const { owner } = this;
    // Room that was made for what is refused in the end may stay, but counts.
    const uncounted = this.#heap.liveBytes - owner.bytes;
    return [uncounted, contentsOf(owner), contentsOf(this.#made.object)];
  }

  renew(): void {
    this.owner[Symbol.dispose]();
    if (this.#heap.liveBlocks !== 0) throw new Error(`Blocks of ${this.name} are left`);
    this.#made = this.#make(this.#heap);
  }

  end(): void {
    this.#heap.destroy();
  }
}

function settersOf(object: object): PropertyKey[] {
  const names: PropertyKey[] = [];
  for (let level = object; level !== Object.prototype && level !== null; level = Object.getPrototypeOf(level)) {
    for (const key of Reflect.ownKeys(level)) {
      if (Object.getOwnPropertyDescriptor(level, key)!.set !== undefined) names.push(key);
    }
  }
  return names;
}

function sweepObject(sweep: Sweep, subject: ContainerSubject, firsts: readonly unknown[]): void {
  for (const method of methodsOf(subject.object)) {
    const name = String(method);
    if (INTERNAL.test(name) || typeof method === "symbol") continue;
    if (INTERNAL_OF_VECTORS.test(name) && subject.object instanceof Vector) continue;
    const call = (...given: unknown[]): unknown => subject.object[method](...given);
    sweep.call(subject, `${name}(value)`, (value) => call(value));
    if (subject.object[method].length < 2 && !/^(forEach|sort|fill|subarray|slice|entries|toArray)$/.test(name)) {
      continue;
    }
    sweep.call(subject, `${name}(value, value, value)`, (value, again) => call(value, again(), again()));
    for (const first of [name === "forEach" ? () => {} : firsts[0] ?? 0]) {
      sweep.call(subject, `${name}(${typeof first}, value)`, (value) => call(first, value));
    }
  }
  for (const key of settersOf(subject.object)) {
    sweep.call(subject, `${String(key)} = value`, (value) => subject.object[key] = value);
  }
}

Error.stackTraceLimit = 0;
const sweep = new Sweep();
const only = new RegExp(process.argv.slice(2).find((word) => !word.startsWith("--")) ?? "");
for (const [name, [make, ...firsts]] of Object.entries(CONTAINERS)) {
  if (!only.test(name)) continue;
  const subject = new ContainerSubject(name, (allocator) => ({ object: make(allocator) }));
  sweepObject(sweep, subject, firsts);
  subject.end();
}
for (const [name, make] of Object.entries(PARTS)) {
  if (!only.test(name)) continue;
  const subject = new ContainerSubject(name, make);
  sweepObject(sweep, subject, []);
  subject.end();
}
sweep.report();
