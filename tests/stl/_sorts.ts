import type { Allocator } from "../../mod.ts";
import {
  anyText,
  array,
  bits,
  BitSet,
  bool,
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
  text,
  u32,
  u8,
  union,
  Vector,
} from "../../stl/mod.ts";

/** A sort of containers with what it is shown, compared and written as. */
export interface Sort {
  /** What it is called. */
  readonly label: string;
  /** Makes one of these values, in the order given. */
  readonly make: (options: { readonly allocator: Allocator }, values: readonly number[]) => object;
  /** What `console.log` shows of 1 and 2, with double quotes. */
  readonly shown: string;
  /** What `JSON.stringify` makes of 1 and 2. */
  readonly json: string;
  /** Whether the order of values is no part of it. */
  readonly unordered?: boolean;
}

/** A struct with a part of every kind. */
export const Everything = struct({
  id: u32,
  at: struct({ x: f64 }, { name: "Point" }),
  list: array(u8, 2),
  flags: bits({ on: bool, level: 3 }),
  shape: union({ none: u8, circle: struct({ radius: f64 }, { name: "Circle" }) }),
}, { name: "Everything" });

/** One of these structs. */
export function everything(id: number): Parameters<typeof Everything.write>[2] {
  const circle = { tag: "circle", value: { radius: id } } as const;
  return { id, at: { x: id / 2 }, list: [id, 0], flags: { on: true, level: id }, shape: circle };
}

// Kinds are the same elements for two containers of a sort, or the containers are not of the same class.
const ShortText = text(4);
const columns = { x: f64, id: u32 };
const textColumns = { name: ShortText };
const Point = struct({ x: f64, id: u32 }, { name: "Point" });

function point(id: number): { x: number; id: number } {
  return { x: id / 2, id };
}

/** Every sort of containers. */
export const SORTS: readonly Sort[] = [
  {
    label: "Vector of numbers",
    make(options, values): object {
      const vector = new Vector(f64, options);
      vector.pushMany(values);
      return vector;
    },
    shown: "Vector(2) [ 1, 2 ]",
    json: "[1,2]",
  },
  {
    label: "Vector of structs",
    make(options, values): object {
      const vector = new Vector(Point, options);
      for (const value of values) vector.push(point(value));
      return vector;
    },
    shown: "Vector(2) [ Point { x: 0.5, id: 1 }, Point { x: 1, id: 2 } ]",
    json: '[{"x":0.5,"id":1},{"x":1,"id":2}]',
  },
  {
    label: "Vector of texts",
    make(options, values): object {
      const vector = new Vector(ShortText, options);
      for (const value of values) vector.push(`a${value}`);
      return vector;
    },
    shown: 'Vector(2) [ "a1", "a2" ]',
    json: '["a1","a2"]',
  },
  {
    label: "SoaVector",
    make(options, values): object {
      const vector = new SoaVector(columns, options);
      for (const value of values) vector.push(point(value));
      return vector;
    },
    shown: "SoaVector(2) [ Row { x: 0.5, id: 1 }, Row { x: 1, id: 2 } ]",
    json: '[{"x":0.5,"id":1},{"x":1,"id":2}]',
  },
  {
    label: "Column",
    make(options, values): object {
      const vector = new Vector(Point, options);
      for (const value of values) vector.push(point(value));
      return vector.column("id");
    },
    shown: "Column(2) [ 1, 2 ]",
    json: "[1,2]",
  },
  {
    label: "Column of a SoaVector",
    make(options, values): object {
      const vector = new SoaVector(textColumns, options);
      for (const value of values) vector.push({ name: `a${value}` });
      return vector.column("name");
    },
    shown: 'Column(2) [ "a1", "a2" ]',
    json: '["a1","a2"]',
  },
  {
    label: "Deque",
    make(options, values): object {
      const deque = new Deque(f64, options);
      for (const value of values) deque.push(value);
      return deque;
    },
    shown: "Deque(2) [ 1, 2 ]",
    json: "[1,2]",
  },
  {
    label: "PriorityQueue",
    make(options, values): object {
      const queue = new PriorityQueue(Point, { ...options, priority: ({ id }) => id });
      for (const value of values) queue.push(point(value));
      return queue;
    },
    shown: "PriorityQueue(2) [ { x: 0.5, id: 1 }, { x: 1, id: 2 } ]",
    json: '[{"x":0.5,"id":1},{"x":1,"id":2}]',
    unordered: true,
  },
  {
    label: "SlotMap",
    make(options, values): object {
      const map = new SlotMap(f64, options);
      for (const value of values) map.add(value);
      return map;
    },
    shown: "SlotMap(2) { 4294967296 => 1, 4294967297 => 2 }",
    json: "[[4294967296,1],[4294967297,2]]",
  },
  {
    label: "SoaSlotMap",
    make(options, values): object {
      const map = new SoaSlotMap(Point, options);
      for (const value of values) map.add(point(value));
      return map;
    },
    shown: "SoaSlotMap(2) { 4294967296 => { x: 0.5, id: 1 }, 4294967297 => { x: 1, id: 2 } }",
    json: '[[4294967296,{"x":0.5,"id":1}],[4294967297,{"x":1,"id":2}]]',
  },
  {
    label: "BitSet",
    make(options, values): object {
      const set = new BitSet(options);
      for (const value of values) set.add(value);
      return set;
    },
    shown: "BitSet(2) { 1, 2 }",
    json: "[1,2]",
    unordered: true,
  },
  {
    label: "HashMap",
    make(options, values): object {
      const map = new HashMap(u32, Point, options);
      for (const value of values) map.set(value, point(value));
      return map;
    },
    shown: "HashMap(2) { 1 => { x: 0.5, id: 1 }, 2 => { x: 1, id: 2 } }",
    json: '[[1,{"x":0.5,"id":1}],[2,{"x":1,"id":2}]]',
    unordered: true,
  },
  {
    label: "HashMap of structs to texts",
    make(options, values): object {
      const map = new HashMap(Point, anyText, options);
      for (const value of values) map.set(point(value), `a${value}`);
      return map;
    },
    shown: 'HashMap(2) { { x: 0.5, id: 1 } => "a1", { x: 1, id: 2 } => "a2" }',
    json: '[[{"x":0.5,"id":1},"a1"],[{"x":1,"id":2},"a2"]]',
    unordered: true,
  },
  {
    label: "MultiMap",
    make(options, values): object {
      const map = new MultiMap(u32, Point, options);
      for (const value of values) map.add(value, point(value));
      return map;
    },
    shown: "MultiMap(2) { 1 => { x: 0.5, id: 1 }, 2 => { x: 1, id: 2 } }",
    json: '[[1,{"x":0.5,"id":1}],[2,{"x":1,"id":2}]]',
    unordered: true,
  },
  {
    label: "HashSet",
    make(options, values): object {
      const set = new HashSet(u32, options);
      for (const value of values) set.add(value);
      return set;
    },
    shown: "HashSet(2) { 1, 2 }",
    json: "[1,2]",
    unordered: true,
  },
  {
    label: "HashMap that grows a little at a time",
    make(options, values): object {
      const map = new HashMap(u32, u32, { ...options, incremental: true });
      for (const value of values) map.set(value, value);
      return map;
    },
    shown: "HashMap(2) { 1 => 1, 2 => 2 }",
    json: "[[1,1],[2,2]]",
    unordered: true,
  },
  {
    label: "LruMap",
    make(options, values): object {
      const map = new LruMap(u32, f64, { ...options, maxEntries: 1000 });
      for (const value of values) map.set(value, value);
      return map;
    },
    shown: "LruMap(2) { 1 => 1, 2 => 2 }",
    json: "[[1,1],[2,2]]",
    unordered: true,
  },
  {
    label: "SortedMap",
    make(options, values): object {
      const map = new SortedMap(u32, anyText, options);
      for (const value of values) map.set(value, `a${value}`);
      return map;
    },
    shown: 'SortedMap(2) { 1 => "a1", 2 => "a2" }',
    json: '[[1,"a1"],[2,"a2"]]',
    unordered: true,
  },
  {
    label: "StringTable",
    make(options, values): object {
      const table = new StringTable(options);
      for (const value of values) table.intern(`a${value}`);
      return table;
    },
    shown: 'StringTable(2) [ "a1", "a2" ]',
    json: '["a1","a2"]',
  },
  {
    label: "Text",
    make(options, values): object {
      const whole = new Text(options);
      for (const value of values) whole.append(`ä${value}`);
      return whole;
    },
    shown: 'Text(6) "ä1ä2"',
    json: '"ä1ä2"',
  },
  {
    label: "Pool of views",
    make(options, values): object {
      const pool = new Pool(Float32Array, 4, options);
      for (let index = 0; index < values.length; index++) pool.acquire();
      return pool;
    },
    shown: "Pool of Float32Array { live: 2, idle: 0, highWater: 2, acquired: 2, bytes: 32 }",
    json: '{"live":2,"idle":0,"highWater":2,"acquired":2,"bytes":32}',
    unordered: true,
  },
];
