import { accessError, type Memory } from "./_place.ts";
import { refuseIndex } from "./_refuse.ts";
import { specialise } from "./_specialise.ts";
import type { Rows } from "./cursor.ts";
import type { Element } from "./element.ts";

/** One field of every struct of a vector: a strided view, which follows the vector as it grows and moves. */
export interface Column<T> extends Iterable<T> {
  /** Number of elements, that of the vector. */
  readonly length: number;
  /** The field of the element at `index`. Throws `RangeError` when there is none. */
  get(index: number): T;
  /** Stores the field of the element at `index`. Throws `RangeError` when there is none. */
  set(index: number, value: T): void;
  /** Stores the same value in every element. */
  fill(value: T): this;
  /** Calls `visit` with every value and its index. */
  forEach(visit: (value: T, index: number) => void): void;
  /** The values as an ordinary array. */
  toArray(): T[];
}

const TOOLS = { accessError, refuseIndex };

/** What a column is taken from. */
interface MemoryRows extends Rows {
  readonly memory: Memory;
}

type ColumnClass = new (rows: MemoryRows) => Column<unknown>;

/** Makes the class of the columns of one field; see {@linkcode specialise} for its limits. */
function makeClass(
  { accessError, refuseIndex }: typeof TOOLS,
  { read, write }: Element<unknown>,
  rowBytes: number,
  offset: number,
): ColumnClass {
  return class Column {
    readonly #rows: MemoryRows;
    readonly #memory: Memory;

    constructor(rows: MemoryRows) {
      this.#rows = rows;
      this.#memory = rows.memory;
    }

    get length(): number {
      return this.#rows.length;
    }

    get(index: number): unknown {
      if (!(index >>> 0 === index && index < this.#rows.length)) this.refuse("read", index);
      try {
        return read(this.#memory.view, index * rowBytes + offset);
      } catch (error) {
        throw accessError(error, this.#memory);
      }
    }

    set(index: number, value: unknown): void {
      if (!(index >>> 0 === index && index < this.#rows.length)) this.refuse("set", index);
      try {
        write(this.#memory.view, index * rowBytes + offset, value);
      } catch (error) {
        throw accessError(error, this.#memory);
      }
    }

    refuse(action: string, index: number): never {
      this.#rows.requireOpen(action);
      return refuseIndex(action, index, "column", this.#rows.length);
    }

    fill(value: unknown): this {
      for (let index = 0; index < this.#rows.length; index++) this.set(index, value);
      return this;
    }

    forEach(visit: (value: unknown, index: number) => void): void {
      this.#rows.requireOpen("read");
      for (let index = 0; index < this.#rows.length; index++) visit(this.get(index), index);
    }

    toArray(): unknown[] {
      return Array.from({ length: this.#rows.length }, (_, index) => this.get(index));
    }

    *[Symbol.iterator](): Iterator<unknown> {
      this.#rows.requireOpen("read");
      for (let index = 0; index < this.#rows.length; index++) yield this.get(index);
    }
  };
}

const classes = new WeakMap<object, Map<string, ColumnClass>>();

/** The column of the field `name` of `struct`, with its element at `offset` of each row of `rowBytes`. */
export function createColumn<T>(
  rows: MemoryRows,
  struct: { readonly name: string; readonly byteLength: number },
  field: {
    readonly name: string;
    readonly element: Element<T, never>;
    readonly byteOffset: number;
  },
): Column<T> {
  const known = classes.get(struct) ?? new Map<string, ColumnClass>();
  classes.set(struct, known);
  let Class = known.get(field.name);
  if (Class === undefined) {
    const label = `column ${struct.name}.${field.name}`;
    const element = field.element as unknown as Element<unknown>;
    Class = specialise(makeClass, label)(TOOLS, element, struct.byteLength, field.byteOffset);
    known.set(field.name, Class);
  }
  return new Class(rows) as Column<T>;
}
