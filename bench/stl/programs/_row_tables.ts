import { MemPool } from "@thi.ng/malloc";
import { View } from "structurae";
import { Heap } from "../../../heaps/heap/heap.ts";
import { f64, SoaVector, struct, u32, Vector } from "../../../stl/mod.ts";
import { scatter } from "../hash_keys.ts";

/** Rows { x, y, id, team } in one way of keeping them. */
export interface RowTable {
  /** Makes `count` rows, row i with x = i, y = i / 2, an id without order and one of eight teams. */
  build(count: number): void;
  /** The sum of x. */
  scan(): number;
  /** Adds y to x in every row. */
  update(): void;
  /** Brings the rows in the order of their ids, where that can be done. */
  sort?(): void;
  /** The sum of the ids and, when they are in order, how many rows are not smaller than the one before. */
  check(): { ids: number; ordered: number };
  release(): void;
}

interface Row {
  x: number;
  y: number;
  id: number;
  team: number;
}

/** The ids of `check`, over any way to read one. */
function checkIds(count: number, idAt: (index: number) => number): { ids: number; ordered: number } {
  let ids = 0;
  let ordered = 0;
  for (let i = 0, last = 0; i < count; i++) {
    const id = idAt(i);
    ids += id;
    if (id >= last) ordered++;
    last = id;
  }
  return { ids, ordered };
}

/** Plain objects in an Array. */
export class Objects implements RowTable {
  #rows: Row[] = [];

  build(count: number): void {
    const rows = this.#rows = [] as Row[];
    // x and y are half numbers, so that they are kept as floating-point numbers like those of the others.
    for (let i = 0; i < count; i++) rows.push({ x: i + 0.5, y: i / 2 + 0.25, id: scatter(i), team: i & 7 });
  }

  scan(): number {
    let sum = 0;
    for (const row of this.#rows) sum += row.x;
    return sum;
  }

  update(): void {
    for (const row of this.#rows) row.x += row.y;
  }

  sort(): void {
    this.#rows.sort((a, b) => a.id - b.id);
  }

  check(): { ids: number; ordered: number } {
    return checkIds(this.#rows.length, (i) => this.#rows[i]!.id);
  }

  release(): void {
    this.#rows = [];
  }
}

/** One typed array per field, as long as needed from the beginning. */
export class TypedArrays implements RowTable {
  #x = new Float64Array(0);
  #y = new Float64Array(0);
  #id = new Uint32Array(0);
  #team = new Uint32Array(0);

  build(count: number): void {
    const x = this.#x = new Float64Array(count);
    const y = this.#y = new Float64Array(count);
    const id = this.#id = new Uint32Array(count);
    const team = this.#team = new Uint32Array(count);
    for (let i = 0; i < count; i++) {
      x[i] = i + 0.5;
      y[i] = i / 2 + 0.25;
      id[i] = scatter(i);
      team[i] = i & 7;
    }
  }

  scan(): number {
    let sum = 0;
    const x = this.#x;
    for (let i = 0; i < x.length; i++) sum += x[i]!;
    return sum;
  }

  update(): void {
    const x = this.#x;
    const y = this.#y;
    for (let i = 0; i < x.length; i++) x[i]! += y[i]!;
  }

  sort(): void {
    const id = this.#id;
    const order = Uint32Array.from({ length: id.length }, (_, i) => i).sort((a, b) => id[a]! - id[b]!);
    this.#x = Float64Array.from(order, (from) => this.#x[from]!);
    this.#y = Float64Array.from(order, (from) => this.#y[from]!);
    this.#team = Uint32Array.from(order, (from) => this.#team[from]!);
    this.#id = Uint32Array.from(order, (from) => id[from]!);
  }

  check(): { ids: number; ordered: number } {
    return checkIds(this.#id.length, (i) => this.#id[i]!);
  }

  release(): void {
    this.#x = this.#y = new Float64Array(0);
    this.#id = this.#team = new Uint32Array(0);
  }
}

const RowStruct = struct({ x: f64, y: f64, id: u32, team: u32 });

/** Structs one after the other, which grow. */
export class Structs implements RowTable {
  readonly #heap = new Heap({ name: "bench" });
  readonly #rows = new Vector(RowStruct, { allocator: this.#heap });

  build(count: number): void {
    const rows = this.#rows;
    for (let i = 0; i < count; i++) rows.push({ x: i + 0.5, y: i / 2 + 0.25, id: scatter(i), team: i & 7 });
  }

  scan(): number {
    let sum = 0;
    const x = this.#rows.column("x");
    for (let i = 0; i < x.length; i++) sum += x.get(i);
    return sum;
  }

  update(): void {
    const x = this.#rows.column("x");
    const y = this.#rows.column("y");
    for (let i = 0; i < x.length; i++) x.set(i, x.get(i) + y.get(i));
  }

  protected reserve(count: number): void {
    this.#rows.reserve(count);
  }

  sort(): void {
    this.#rows.sortBy("id");
  }

  check(): { ids: number; ordered: number } {
    const cursor = this.#rows.cursor();
    return checkIds(this.#rows.length, (i) => cursor.move(i).id);
  }

  release(): void {
    this.#heap.destroy();
  }
}

/** The same with room for all rows from the beginning. */
export class ReservedStructs extends Structs {
  override build(count: number): void {
    this.reserve(count);
    super.build(count);
  }
}

/** One column per field, which grow. */
export class Columns implements RowTable {
  readonly #heap = new Heap({ name: "bench" });
  readonly #rows = new SoaVector({ x: f64, y: f64, id: u32, team: u32 }, { allocator: this.#heap });

  build(count: number): void {
    for (let i = 0; i < count; i++) this.#rows.push({ x: i + 0.5, y: i / 2 + 0.25, id: scatter(i), team: i & 7 });
  }

  scan(): number {
    let sum = 0;
    const x = this.#rows.column("x");
    for (let i = 0; i < x.length; i++) sum += x[i]!;
    return sum;
  }

  update(): void {
    const x = this.#rows.column("x");
    const y = this.#rows.column("y");
    for (let i = 0; i < x.length; i++) x[i]! += y[i]!;
  }

  sort(): void {
    this.#rows.sortBy("id");
  }

  check(): { ids: number; ordered: number } {
    const ids = this.#rows.column("id");
    return checkIds(ids.length, (i) => ids[i]!);
  }

  release(): void {
    this.#heap.destroy();
  }
}

const number = (btype: string): { type: "number"; btype: string } => ({ type: "number", btype });

// deno-lint-ignore no-explicit-any -- its types know no array of objects that is made with a length
const StructuraeRows: any = new View().create({
  type: "array",
  items: {
    $id: "Row",
    type: "object",
    properties: { x: number("float64"), y: number("float64"), id: number("uint32"), team: number("uint32") },
  },
  // deno-lint-ignore no-explicit-any -- as above
} as any);

/** Views of structurae, over a buffer that is as long as needed from the beginning. */
export class Structurae implements RowTable {
  // deno-lint-ignore no-explicit-any -- as above
  #rows: any;

  build(count: number): void {
    const rows = this.#rows = new StructuraeRows(new ArrayBuffer(StructuraeRows.getLength(count)));
    for (let i = 0; i < count; i++) {
      rows.set(i, { x: i + 0.5, y: i / 2 + 0.25, id: scatter(i), team: i & 7 });
    }
  }

  scan(): number {
    let sum = 0;
    const rows = this.#rows;
    for (let i = 0; i < rows.size; i++) sum += rows.getView(i).get("x");
    return sum;
  }

  update(): void {
    const rows = this.#rows;
    for (let i = 0; i < rows.size; i++) {
      const row = rows.getView(i);
      row.set("x", row.get("x") + row.get("y"));
    }
  }

  check(): { ids: number; ordered: number } {
    return checkIds(this.#rows.size, (i) => this.#rows.getView(i).get("id"));
  }

  release(): void {
    this.#rows = undefined;
  }
}

const ROW_BYTES = 24;

/** A block of @thi.ng/malloc for each row, whose addresses are kept in a typed array. */
export class Blocks implements RowTable {
  #addresses = new Uint32Array(0);
  #f64 = new Float64Array(0);
  #u32 = new Uint32Array(0);

  build(count: number): void {
    // Each block has a header.
    const buffer = new ArrayBuffer(count * (ROW_BYTES + 16) + 4096);
    const pool = new MemPool({ buf: buffer });
    const f64 = this.#f64 = new Float64Array(buffer);
    const u32 = this.#u32 = new Uint32Array(buffer);
    const addresses = this.#addresses = new Uint32Array(count);
    for (let i = 0; i < count; i++) {
      const address = addresses[i] = pool.malloc(ROW_BYTES);
      f64[address >>> 3] = i + 0.5;
      f64[(address >>> 3) + 1] = i / 2 + 0.25;
      u32[(address >>> 2) + 4] = scatter(i);
      u32[(address >>> 2) + 5] = i & 7;
    }
  }

  scan(): number {
    let sum = 0;
    const f64 = this.#f64;
    for (const address of this.#addresses) sum += f64[address >>> 3]!;
    return sum;
  }

  update(): void {
    const f64 = this.#f64;
    for (const address of this.#addresses) f64[address >>> 3]! += f64[(address >>> 3) + 1]!;
  }

  sort(): void {
    const u32 = this.#u32;
    this.#addresses.sort((a, b) => u32[(a >>> 2) + 4]! - u32[(b >>> 2) + 4]!);
  }

  check(): { ids: number; ordered: number } {
    const u32 = this.#u32;
    return checkIds(this.#addresses.length, (i) => u32[(this.#addresses[i]! >>> 2) + 4]!);
  }

  release(): void {
    this.#f64 = new Float64Array(0);
    this.#u32 = new Uint32Array(0);
    this.#addresses = new Uint32Array(0);
  }
}
