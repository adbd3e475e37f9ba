import { refuseIndex } from "../core/indexes.ts";
import { type Part, type Portrait, shownBy } from "../core/portrait.ts";
import { refuseNested, requireFunction } from "../core/refuse.ts";
import { specialise } from "../core/specialise.ts";
import { type ValuesClass, valuesClass } from "../core/values.ts";
import type { AnyElement, Element } from "../elements/element.ts";
import { accessError, isEnded, type Memory, storeAgain } from "../struct/memory.ts";
import type { VectorRows } from "./cursor.ts";

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
  /** The same for `JSON.stringify`. */
  toJSON(): T[];
}

/** What a column is taken from. */
interface MemoryRows extends VectorRows {
  readonly memory: Memory;
}

type ColumnClass = new (rows: MemoryRows, offset: number) => Column<unknown>;

/** What the class uses besides globals. */
interface ColumnParts {
  readonly Values: ValuesClass;
  readonly accessError: typeof accessError;
  readonly element: Element<unknown>;
  readonly isEnded: typeof isEnded;
  readonly refuseIndex: typeof refuseIndex;
  readonly refuseNested: typeof refuseNested;
  readonly requireFunction: typeof requireFunction;
  readonly storeAgain: typeof storeAgain;
  /** Bytes from one element of the vector to the next. */
  readonly rowBytes: number;
}

/** Makes the class of the columns of a struct with one kind of element. */
function defineColumn(parts: ColumnParts): ColumnClass {
  const { Values, accessError, element, isEnded, refuseIndex, refuseNested, requireFunction, rowBytes, storeAgain } =
    parts;
  const { byteLength, read, write } = element;
  return class Column {
    // Not private, so that test libraries compare them.
    readonly rows: MemoryRows;
    readonly offset: number;
    readonly #memory: Memory;

    constructor(rows: MemoryRows, offset: number) {
      this.rows = rows;
      this.#memory = rows.memory;
      this.offset = offset;
    }

    get length(): number {
      return this.rows.length;
    }

    get(index: number): unknown {
      if (!(typeof index === "number" && index >>> 0 === index && index < this.rows.length)) this.refuse("read", index);
      try {
        return read(this.#memory.view, index * rowBytes + this.offset);
      } catch (error) {
        throw accessError(error, this.#memory);
      }
    }

    set(index: number, value: unknown): void {
      if (!(typeof index === "number" && index >>> 0 === index && index < this.rows.length)) this.refuse("set", index);
      const { view } = this.#memory;
      try {
        write(view, index * rowBytes + this.offset, value);
      } catch (error) {
        if (view !== this.#memory.view && !isEnded(this.#memory)) refuseNested("Vector");
        throw accessError(error, this.#memory);
      }
      // A getter of the value may have removed the element, or moved all.
      if (index >= this.rows.length) this.refuse("set", index);
      if (view !== this.#memory.view) storeAgain(view, this.#memory, index * rowBytes + this.offset, byteLength);
    }

    refuse(action: string, index: number): never {
      this.rows.requireOpen(action);
      return refuseIndex(action, index, "column", this.rows.length);
    }

    fill(value: unknown): this {
      this.rows.requireOpen("fill");
      if (this.rows.length === 0) return this;
      this.set(0, value);
      const { view } = this.#memory;
      const bytes = new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
      const [start, end] = [this.offset, this.offset + byteLength];
      for (let index = 1; index < this.rows.length; index++) bytes.copyWithin(index * rowBytes + start, start, end);
      return this;
    }

    forEach(visit: (value: unknown, index: number) => void): void {
      this.rows.requireOpen("read");
      requireFunction("visit a column with", visit);
      for (let index = 0; index < this.rows.length; index++) visit(this.get(index), index);
    }

    toArray(): unknown[] {
      this.rows.requireOpen("read");
      const values: unknown[] = [];
      for (let index = 0; index < this.rows.length; index++) values.push(this.get(index));
      return values;
    }

    toJSON(): unknown[] {
      return this.toArray();
    }

    [Symbol.iterator](): Iterator<unknown> {
      this.rows.requireOpen("read");
      return new Values(this);
    }
  };
}

// One class for every kind of element in a struct, not for every field: a loop that takes columns as its arguments then
// meets one class. With a class for every field it takes twice as long per access in Bun 1.4.
const classes = new WeakMap<object, Map<AnyElement, ColumnClass>>();

function portraitOf(column: object): Portrait {
  const { rows, length } = column as Column<unknown> & { readonly rows: MemoryRows };
  return {
    name: "Column",
    closed: rows.closed,
    size: length,
    counted: true,
    brackets: "[]",
    place: [column],
    parts: () => Iterator.from(column as Column<unknown>).map((value): Part => [value]),
  };
}

/** What has fields. */
interface HasFields extends AnyElement {
  readonly field: (name: string) => { readonly element: Element<unknown, never>; readonly byteOffset: number };
}

/** The column of the field `name` of the elements of a vector. Throws `TypeError` when they are not structs. */
export function columnOf(rows: MemoryRows, element: Element<unknown>, name: string): Column<unknown> {
  return createColumn(rows, element, fieldOf(element, name));
}

/** The field `name` of `element`. Throws `TypeError` when it is not a struct. */
export function fieldOf(element: Element<unknown>, name: string): ReturnType<HasFields["field"]> {
  const struct = element as unknown as HasFields;
  if (struct.field !== undefined) return struct.field(name);
  throw new TypeError(`Cannot view column ${String(name)} of a Vector of ${element.name}: it holds no structs`);
}

/** The column of the field `name` of `struct`, with its element at `byteOffset` of each row. */
export function createColumn<T>(
  rows: MemoryRows,
  struct: { readonly byteLength: number },
  field: { readonly element: Element<T, never>; readonly byteOffset: number },
): Column<T> {
  const known = classes.get(struct) ?? new Map<AnyElement, ColumnClass>();
  classes.set(struct, known);
  const element = field.element as unknown as Element<unknown>;
  let Class = known.get(element);
  if (Class === undefined) {
    Class = specialise(defineColumn)({
      Values: valuesClass(),
      accessError,
      element,
      isEnded,
      refuseIndex,
      refuseNested,
      requireFunction,
      storeAgain,
      rowBytes: struct.byteLength,
    });
    Object.defineProperties(Class.prototype, shownBy(portraitOf));
    known.set(element, Class);
  }
  return new Class(rows, field.byteOffset) as Column<T>;
}
