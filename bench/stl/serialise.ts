import { deserialize, serialize } from "node:v8";
import { Heap } from "../../heaps/heap/heap.ts";
import { f64, HashMap, struct, u32, Vector } from "../../stl/mod.ts";
import { type Arm, arm, type Group } from "../suite.ts";

const MILLION = 1_000_000;

/** One operation of these groups takes up to a second. */
const FEW = { rounds: 5, warmUpOperations: 1 };

const Row = struct({ x: f64, y: f64, id: u32, team: u32 });

interface RowObject {
  readonly x: number;
  readonly y: number;
  readonly id: number;
  readonly team: number;
}

/** A way to keep a million of something outside of a process. */
interface Way<T, B> {
  readonly name: string;
  readonly make: (heap: Heap) => T;
  readonly write: (value: T) => B;
  /** Makes it again, and returns how much there is. */
  readonly read: (written: B, heap: Heap) => number;
}

function rowAt(id: number): RowObject {
  return { x: id / 2, y: -id, id, team: id & 7 };
}

function keyAt(index: number): number {
  return Math.imul(index, 0x9e3779b1) >>> 0;
}

function makeObjects(): RowObject[] {
  return Array.from({ length: MILLION }, (_, id) => rowAt(id));
}

function makeMap(): Map<number, number> {
  return new Map(Array.from({ length: MILLION }, (_, index) => [keyAt(index), index]));
}

function makeRows(allocator: Heap): Vector<typeof Row> {
  const rows = new Vector(Row, { allocator });
  for (let id = 0; id < MILLION; id++) rows.push(rowAt(id));
  return rows;
}

function makeHashMap(allocator: Heap): HashMap<number, number> {
  const map = new HashMap(u32, f64, { allocator });
  for (let index = 0; index < MILLION; index++) map.set(keyAt(index), index);
  return map;
}

function way<T, B>(given: Way<T, B>): Way<unknown, unknown> {
  return given as unknown as Way<unknown, unknown>;
}

const ROWS: readonly Way<unknown, unknown>[] = [
  way({
    name: "JSON of objects",
    make: makeObjects,
    write: (rows: RowObject[]) => JSON.stringify(rows),
    read: (text) => JSON.parse(text).length,
  }),
  way({
    name: "node:v8 of objects",
    make: makeObjects,
    write: (rows: RowObject[]) => serialize(rows),
    read: (bytes) => deserialize(bytes).length,
  }),
  way({
    name: "Vector of structs",
    make: makeRows,
    write: (rows) => rows.toBytes(),
    read(bytes, allocator): number {
      using rows = Vector.fromBytes(Row, bytes, { allocator });
      return rows.length;
    },
  }),
];

const MAPS: readonly Way<unknown, unknown>[] = [
  way({
    name: "JSON of a Map",
    make: makeMap,
    write: (map: Map<number, number>) => JSON.stringify([...map]),
    read: (text) => new Map(JSON.parse(text)).size,
  }),
  way({
    name: "node:v8 of a Map",
    make: makeMap,
    write: (map: Map<number, number>) => serialize(map),
    read: (bytes) => deserialize(bytes).size,
  }),
  way({
    name: "HashMap",
    make: makeHashMap,
    write: (map) => map.toBytes(),
    read(bytes, allocator): number {
      using map = HashMap.fromBytes(u32, f64, bytes, { allocator });
      return map.size;
    },
  }),
];

function writing({ name, make, write }: Way<unknown, unknown>): Arm {
  return arm({
    name,
    shapes: ["loop"],
    bind: () => {
      const heap = new Heap({ name: "bench" });
      return { heap, value: make(heap), write };
    },
    release: ({ heap }) => heap.destroy(),
    run: ({ value, write }) => (operations) => {
      let written = 0;
      for (let i = 0; i < operations; i++) if (write(value) !== undefined) written++;
      return written;
    },
  });
}

function reading({ name, make, write, read }: Way<unknown, unknown>): Arm {
  return arm({
    name,
    shapes: ["loop"],
    bind: () => {
      const heap = new Heap({ name: "bench" });
      return { heap, written: write(make(heap)), read };
    },
    release: ({ heap }) => heap.destroy(),
    run: ({ heap, written, read }) => (operations) => {
      let size = 0;
      for (let i = 0; i < operations; i++) size += read(written, heap);
      return size;
    },
  });
}

function groups(what: string, ways: readonly Way<unknown, unknown>[]): Group[] {
  const common = { targets: [], effort: FEW };
  return [
    {
      ...common,
      name: `write ${what}`,
      operation: `make bytes or a text of a million ${what}`,
      checksum: (operations) => operations,
      arms: ways.map(writing),
    },
    {
      ...common,
      name: `read ${what}`,
      operation: `make a million ${what} of that again`,
      checksum: (operations) => operations * MILLION,
      arms: ways.map(reading),
    },
  ];
}

/** Containers as bytes, beside what programs do with objects and a Map. */
export const serialiseGroups: readonly Group[] = [
  ...groups("rows", ROWS),
  ...groups("entries u32 to f64", MAPS),
];
