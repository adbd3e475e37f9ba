import { ClosedError } from "../heaps/allocator.ts";
import { compileText, specialise } from "./_specialise.ts";
import type { AnyNumberElement } from "./number_element.ts";
import type { Columns } from "./soa_vector.ts";

/** A column of numbers or bigints. */
export interface NumberColumn extends ArrayBufferView<ArrayBuffer> {
  readonly length: number;
  readonly BYTES_PER_ELEMENT: number;
  // Bigints in some, which are handed on without a look.
  [index: number]: number;
  fill(value: number | undefined, start?: number, end?: number): this;
  copyWithin(target: number, start: number, end?: number): this;
  subarray(start?: number, end?: number): this;
}

/** Where an accessor of a row keeps the columns; the list stays the same when they move. */
export const COLUMNS: unique symbol = Symbol("columns");
/** Where an accessor of a row keeps its index. */
export const INDEX: unique symbol = Symbol("index");

/** What every accessor of a row has. */
export interface RowPlace {
  [COLUMNS]: readonly NumberColumn[];
  [INDEX]: number;
}

/** What belongs to one set of columns. */
export interface RowCode {
  /** The accessors. */
  readonly Row: new (columns: readonly NumberColumn[], index: number) => RowPlace;
  /** A row as a plain object. */
  readonly read: (columns: readonly NumberColumn[], index: number) => Record<string, unknown>;
  /** Stores a row. Throws `TypeError` when a column is missing. */
  readonly write: (columns: readonly NumberColumn[], index: number, row: Record<string, unknown>) => void;
}

function refuse(): never {
  throw new ClosedError("Cannot access a row of a SoaVector: its memory was taken back");
}

function refuseMissing(name: string): never {
  throw new TypeError(`Cannot store a row: its column ${name} is missing`);
}

interface Keys {
  readonly COLUMNS: typeof COLUMNS;
  readonly INDEX: typeof INDEX;
  readonly refuse: typeof refuse;
}

const KEYS: Keys = { COLUMNS, INDEX, refuse };

function makeProperty(keys: Keys, place: number, { encode, decode }: AnyNumberElement): PropertyDescriptor {
  const COLUMNS: Keys["COLUMNS"] = keys.COLUMNS;
  const INDEX: Keys["INDEX"] = keys.INDEX;
  const { refuse } = keys;
  return {
    enumerable: true,
    get(this: RowPlace): unknown {
      const stored = this[COLUMNS][place]![this[INDEX]];
      return stored === undefined ? refuse() : decode(stored);
    },
    set(this: RowPlace, value: unknown): void {
      const column = this[COLUMNS][place]!;
      if (this[INDEX] >= column.length) refuse();
      column[this[INDEX]] = encode(value);
    },
  };
}

function makeRowClass(keys: Keys): RowCode["Row"] {
  const COLUMNS: Keys["COLUMNS"] = keys.COLUMNS;
  const INDEX: Keys["INDEX"] = keys.INDEX;
  return class Row implements RowPlace {
    declare [COLUMNS]: readonly NumberColumn[];
    declare [INDEX]: number;

    constructor(columns: readonly NumberColumn[], index: number) {
      this[COLUMNS] = columns;
      this[INDEX] = index;
    }
  };
}

function compileRead(names: readonly string[], elements: readonly AnyNumberElement[]): RowCode["read"] {
  const parts = names.map((name, place) => `${JSON.stringify(name)}: d${place}(columns[${place}][index])`);
  const text = `const [${names.map((_, place) => `d${place}`)}] = parts;
    return (columns, index) => ({ ${parts.join(", ")} });`;
  return compileText<RowCode["read"]>("read row", text, elements.map(({ decode }) => decode)) ??
    ((columns, index) =>
      Object.fromEntries(names.map((name, place) => [name, elements[place]!.decode(columns[place]![index]!)])));
}

function compileWrite(names: readonly string[], elements: readonly AnyNumberElement[]): RowCode["write"] {
  const parts = names.map((name, place) => {
    const key = JSON.stringify(name);
    return `const v${place} = row[${key}]; if (v${place} === undefined) refuse(${key});
      columns[${place}][index] = e${place}(v${place});`;
  });
  const text = `const [refuse, ${names.map((_, place) => `e${place}`)}] = parts;
    return (columns, index, row) => { ${parts.join("\n")} };`;
  const encoders = elements.map(({ encode }) => encode);
  return compileText<RowCode["write"]>("write row", text, [refuseMissing, ...encoders]) ??
    ((columns, index, row) => {
      names.forEach((name, place) => {
        if (row[name] === undefined) refuseMissing(name);
        columns[place]![index] = elements[place]!.encode(row[name]);
      });
    });
}

/** The code for rows of `columns`. */
export function rowCode(columns: Columns): RowCode {
  const [names, elements] = [Object.keys(columns), Object.values(columns)];
  const Row = specialise(makeRowClass, "row")(KEYS);
  const read = compileRead(names, elements);
  const write = compileWrite(names, elements);
  names.forEach((name, place) => {
    const property = specialise(makeProperty, `row ${name}`)(KEYS, place, elements[place]!);
    Object.defineProperty(Row.prototype, name, property);
  });
  function assign(this: RowPlace, values: Readonly<Record<string, unknown>>): RowPlace {
    for (const [name, value] of Object.entries(values)) {
      if (!Object.hasOwn(columns, name)) throw new TypeError(`Cannot assign ${name} of a row: there is no such column`);
      (this as unknown as Record<string, unknown>)[name] = value;
    }
    return this;
  }
  function toObject(this: RowPlace): Record<string, unknown> {
    if (this[INDEX] >= this[COLUMNS][0]!.length) refuse();
    return read(this[COLUMNS], this[INDEX]);
  }
  Object.defineProperties(Row.prototype, { assign: { value: assign }, toObject: { value: toObject } });
  return { Row, read, write };
}
