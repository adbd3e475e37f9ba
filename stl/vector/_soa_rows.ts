import { ClosedError } from "../../heaps/allocator.ts";
import { COMPARED_TAG, namedParts, pictured, type Portrait } from "../core/portrait.ts";
import { compileText, literalOf, MOST_COMPILED, specialise } from "../core/specialise.ts";
import type { AnyNumberElement } from "../elements/number_element.ts";
import { bool, typeStoredAsIs } from "../elements/numbers.ts";
import { MEMORY, type Memory, OFFSET, PARTS, type Place } from "../struct/memory.ts";
import { inField, requireObject, toBigInt, toNumber } from "../struct/convert.ts";
import { type CompoundElement, isCompound } from "../struct/property.ts";
import { type ColumnBytes, type ColumnPlan, readerOf, type Staging, stagingOf, writerOf } from "./_soa_columns.ts";

/** Where an accessor of a row keeps the columns; the list stays the same when they move. */
export const COLUMNS: unique symbol = Symbol("columns");
/** Where an accessor of a row keeps its index. */
export const INDEX: unique symbol = Symbol("index");

/** What every accessor of a row has. */
export interface RowPlace {
  [COLUMNS]: readonly ColumnBytes[];
  [INDEX]: number;
}

/** What it has where some columns hold anything but numbers. */
interface PackedPlace extends RowPlace {
  [PARTS]: Place[] | undefined;
}

/** A row as a plain object. */
export type PlainRow = Record<string, unknown>;

/** What a row is stored in; getters of the row may have removed the one that it is to replace. */
interface RowsOfVector {
  /** Throws unless there is a row at an index. */
  requireRow(action: string, index: number): void;
}

/** What belongs to one set of columns. */
export interface RowCode {
  /** The accessors. */
  readonly Row: new (columns: readonly ColumnBytes[], index: number) => RowPlace;
  /** A row as a plain object. */
  readonly read: (columns: readonly ColumnBytes[], index: number) => PlainRow;
  /**
   * Stores a row: in place of one of `vector`, or a new one without it; false, and nothing is stored, when not every
   * column has its memory and room for it. Throws `TypeError` when a column is missing, and what the columns throw; then
   * nothing has changed.
   */
  readonly write: (columns: readonly ColumnBytes[], index: number, row: PlainRow, vector?: RowsOfVector) => boolean;
  /** Whether every column has its memory and room for the row at an index. */
  readonly hasRow: (columns: readonly ColumnBytes[], index: number) => boolean;
  /** Copies the row at `from` to `to`. */
  readonly move: (columns: readonly ColumnBytes[], to: number, from: number) => void;
}

function refuse(): never {
  throw new ClosedError("Cannot access a row: it was deleted, or its memory was taken back");
}

function refuseMissing(name: string): never {
  throw new TypeError(`Cannot store a row: its column ${name} is missing`);
}

interface Keys {
  readonly COLUMNS: typeof COLUMNS;
  readonly INDEX: typeof INDEX;
  readonly OFFSET: typeof OFFSET;
  readonly PARTS: typeof PARTS;
  readonly refuse: typeof refuse;
}

const KEYS: Keys = { COLUMNS, INDEX, OFFSET, PARTS, refuse };

interface NumberPropertyParts extends Keys {
  readonly inField: typeof inField;
  readonly name: string;
  /** The number of the column. */
  readonly place: number;
  readonly element: AnyNumberElement;
}

/** Makes the property of a column of numbers. */
function defineNumberProperty(parts: NumberPropertyParts): PropertyDescriptor {
  const COLUMNS: Keys["COLUMNS"] = parts.COLUMNS;
  const INDEX: Keys["INDEX"] = parts.INDEX;
  const { inField, name, place, refuse, element } = parts;
  const { encode, decode } = element;
  return {
    get(this: RowPlace): unknown {
      const stored = this[COLUMNS][place]![this[INDEX]];
      return stored === undefined ? refuse() : decode(stored);
    },
    set(this: RowPlace, value: unknown): void {
      const column = this[COLUMNS][place]!;
      if (this[INDEX] >= column.length) refuse();
      try {
        column[this[INDEX]] = encode(value);
      } catch (error) {
        throw inField(error, name);
      }
    },
  };
}

interface PackedPropertyParts extends Keys {
  readonly inField: typeof inField;
  readonly name: string;
  /** The number of the column. */
  readonly place: number;
  readonly unit: number;
  readonly part: number;
  readonly read: (memory: Memory, index: number) => unknown;
  readonly write: (memory: Memory, index: number, value: unknown) => void;
  readonly open: CompoundElement<unknown, unknown, Place>["open"] | undefined;
}

/** Makes the property of a column of bytes; that of an element that has accessors gives one. */
function definePackedProperty(parts: PackedPropertyParts): PropertyDescriptor {
  const COLUMNS: Keys["COLUMNS"] = parts.COLUMNS;
  const INDEX: Keys["INDEX"] = parts.INDEX;
  const OFFSET: Keys["OFFSET"] = parts.OFFSET;
  const PARTS: Keys["PARTS"] = parts.PARTS;
  const { inField, name, open, part, place, read, refuse, unit, write } = parts;
  function getValue(this: PackedPlace): unknown {
    if ((this[INDEX] + 1) * unit > this[COLUMNS][place]!.length) refuse();
    return read(this[COLUMNS][part] as object as Memory, this[INDEX]);
  }
  function getPart(this: PackedPlace): Place {
    if ((this[INDEX] + 1) * unit > this[COLUMNS][place]!.length) refuse();
    const parts = this[PARTS] ??= [];
    const found = parts[part] ??= open!(this[COLUMNS][part] as object as Memory, 0);
    found[OFFSET] = this[INDEX] * unit;
    return found;
  }
  return {
    get: open === undefined ? getValue : getPart,
    set(this: PackedPlace, value: unknown): void {
      if ((this[INDEX] + 1) * unit > this[COLUMNS][place]!.length) refuse();
      try {
        write(this[COLUMNS][part] as object as Memory, this[INDEX], value);
      } catch (error) {
        throw inField(error, name);
      }
    },
  };
}

function defineRow(keys: Keys): RowCode["Row"] {
  const COLUMNS: Keys["COLUMNS"] = keys.COLUMNS;
  const INDEX: Keys["INDEX"] = keys.INDEX;
  return class Row implements RowPlace {
    declare [COLUMNS]: readonly ColumnBytes[];
    declare [INDEX]: number;

    constructor(columns: readonly ColumnBytes[], index: number) {
      this[COLUMNS] = columns;
      this[INDEX] = index;
    }
  };
}

function definePackedRow(keys: Keys): RowCode["Row"] {
  const COLUMNS: Keys["COLUMNS"] = keys.COLUMNS;
  const INDEX: Keys["INDEX"] = keys.INDEX;
  const PARTS: Keys["PARTS"] = keys.PARTS;
  return class Row implements PackedPlace {
    declare [COLUMNS]: readonly ColumnBytes[];
    declare [INDEX]: number;
    declare [PARTS]: Place[] | undefined;

    constructor(columns: readonly ColumnBytes[], index: number) {
      this[COLUMNS] = columns;
      this[INDEX] = index;
      this[PARTS] = undefined;
    }
  };
}

function compileRead(plans: readonly ColumnPlan[]): RowCode["read"] {
  if (plans.length > MOST_COMPILED) return readOneByOne(plans);
  const readers = plans.map((plan) => plan.number?.decode ?? readerOf(plan));
  const parts = plans.map(({ name, part }, place) =>
    `${literalOf(name)}: ${part < 0 ? `d${place}(columns[${place}][index])` : `d${place}(columns[${part}], index)`}`
  );
  const text = `const [${plans.map((_, place) => `d${place}`)}] = parts;
    return (columns, index) => ({ ${parts.join(", ")} });`;
  return compileText<RowCode["read"]>(text, readers) ?? readOneByOne(plans);
}

function readOneByOne(plans: readonly ColumnPlan[]): RowCode["read"] {
  return (columns, index) =>
    Object.fromEntries(plans.map(({ name, number, part }, place) => [
      name,
      number === undefined
        ? readerOf(plans[place]!)(columns[part] as object as Memory, index)
        : number.decode(columns[place]![index]!),
    ]));
}

/** What a column stores for a value, found before the first column is stored: anything may be refused. */
function prepareOf(plan: ColumnPlan, { stage }: Staging): (value: unknown) => unknown {
  const { name, number } = plan;
  if (number === undefined) return naming(stage, name);
  const { encode, viewType } = number;
  const convert = (viewType as unknown) === BigInt64Array || (viewType as unknown) === BigUint64Array
    ? toBigInt
    : toNumber;
  return naming((value) => convert(encode(value), name), name);
}

/** `prepare` with errors that name the column. */
function naming<T>(prepare: (value: unknown) => T, name: string): (value: unknown) => T {
  return (value) => {
    try {
      return prepare(value);
    } catch (error) {
      throw inField(error, name);
    }
  };
}

/** The only type of values that a column takes; `undefined` where it takes names, values of some range, or no numbers. */
function plainTypeOf({ number }: ColumnPlan): "number" | "bigint" | "boolean" | undefined {
  if (number === bool) return "boolean";
  return number === undefined ? undefined : typeStoredAsIs(number);
}

/** The text that is true for a value of column `place` which has to be looked at more closely, or is missing. */
function textOfDoubt(plan: ColumnPlan, place: number): string {
  const type = plainTypeOf(plan);
  return type === undefined ? `v${place} === undefined` : `typeof v${place} !== "${type}"`;
}

/** The text that is true when a column has a row at an index. */
function textOfRoom(plan: ColumnPlan, column: string): string {
  // Asking four columns for their length makes a push slower by a fifth than reading them, in Deno 2.9.
  if (plainTypeOf(plan) === "number") return `${column}[index] !== undefined`;
  return `${plan.unit === 1 ? "index" : `index * ${plan.unit}`} < ${column}.length`;
}

/** The text that prepares what column `place` stores. */
function textOfPrepare(plan: ColumnPlan, place: number): string {
  const type = plainTypeOf(plan);
  if (type !== undefined) return `const x${place} = v${place}${type === "boolean" ? " ? 1 : 0" : ""};`;
  if (plan.number === undefined) return `const x${place} = p${place}(v${place});`;
  // Most are stored as they are. Without a closure around it, with which a row takes 1.8 times as long in Deno 2.9.
  return `let x${place};
    try { x${place} = e${place}(v${place}); } catch (error) { throw inField(error, ${literalOf(plan.name)}); }
    if (typeof x${place} !== "number") x${place} = p${place}(v${place});`;
}

// The text is kept short: from a certain length on compilers inline it no more, and a row takes twice as long.
function compileWrite(plans: readonly ColumnPlan[]): RowCode["write"] {
  const staging = plans.map(stagingOf);
  const prepare = plans.map((plan, place) => prepareOf(plan, staging[place]!));
  const writeValues = valuesWriterOf(plans, staging, prepare);
  const writeOneByOne: RowCode["write"] = (columns, index, row, vector) =>
    writeValues(columns, index, plans.map(({ name }) => (row as PlainRow | undefined)?.[name]), vector);
  if (plans.length > MOST_COMPILED) return writeOneByOne;
  const list = (letter: string): string => plans.map((_, place) => letter + place).join();
  const rooms = plans.map((plan, place) => textOfRoom(plan, `k${place}`));
  const stores = plans.map(({ part }, place) =>
    part < 0 ? `k${place}[index] = x${place};` : `c${place}(columns[${part}], index, x${place});`
  );
  const text = `const [refuse, inField, writeValues, ${list("e")}, ${list("p")}, ${list("c")}] = parts;
    return (columns, index, row, vector) => {
      if (row === undefined || row === null) refuse(${literalOf(plans[0]!.name)});
      ${plans.map(({ name }, place) => `const v${place} = row[${literalOf(name)}];`).join("\n")}
      if (${plans.map(textOfDoubt).join(" || ")}) return writeValues(columns, index, [${list("v")}], vector);
      ${plans.map(textOfPrepare).join("\n")}
      if (vector !== undefined) vector.requireRow("set", index);
      const ${plans.map((_, place) => `k${place} = columns[${place}]`)};
      if (!(${rooms.join(" && ")})) return false;
      ${stores.join("\n")}
      return true;
    };`;
  const parts = [...plans.map(({ number }) => number?.encode), ...prepare, ...staging.map(({ commit }) => commit)];
  return compileText<RowCode["write"]>(text, [refuseMissing, inField, writeValues, ...parts]) ?? writeOneByOne;
}

type WriteValues = (
  columns: readonly ColumnBytes[],
  index: number,
  values: readonly unknown[],
  vector?: RowsOfVector,
) => boolean;

/** What stores a row whose values were read already. */
function valuesWriterOf(
  plans: readonly ColumnPlan[],
  staging: readonly Staging[],
  prepare: readonly ((value: unknown) => unknown)[],
): WriteValues {
  return (columns, index, values, vector) => {
    const prepared = plans.map(({ name }, place) => {
      if (values[place] === undefined) refuseMissing(name);
      return prepare[place]!(values[place]);
    });
    vector?.requireRow("set", index);
    if (!plans.every(({ unit }, place) => index * unit < columns[place]!.length)) return false;
    plans.forEach(({ part }, place) => {
      if (part < 0) columns[place]![index] = prepared[place] as number;
      else staging[place]!.commit(columns[part] as object as Memory, index, prepared[place] as DataView<ArrayBuffer>);
    });
    return true;
  };
}

/** What tells whether every column has its memory and a row at an index. */
function compileHasRow(plans: readonly ColumnPlan[]): RowCode["hasRow"] {
  const tests = plans.map((plan, place) => textOfRoom(plan, `columns[${place}]`));
  return compileText<RowCode["hasRow"]>(`return (columns, index) => ${tests.join(" && ")};`, []) ??
    ((columns, index) => plans.every(({ unit }, place) => index * unit < columns[place]!.length));
}

/** What copies a row to another place. */
function compileMove(plans: readonly ColumnPlan[]): RowCode["move"] {
  function moveOneByOne(columns: readonly ColumnBytes[], to: number, from: number): void {
    plans.forEach(({ unit }, place) => columns[place]!.copyWithin(to * unit, from * unit, (from + 1) * unit));
  }
  if (plans.length > MOST_COMPILED) return moveOneByOne;
  const moves = plans.map(({ unit }, place) =>
    unit === 1
      ? `columns[${place}][to] = columns[${place}][from];`
      : `columns[${place}].copyWithin(to * ${unit}, from * ${unit}, (from + 1) * ${unit});`
  );
  return compileText<RowCode["move"]>(`return (columns, to, from) => { ${moves.join("\n")} };`, []) ?? moveOneByOne;
}

function rowPropertyOf(plan: ColumnPlan, place: number, shared: boolean): PropertyDescriptor {
  const { element, name, number, unit, part } = plan;
  const open = isCompound(element) ? element.open.bind(element) : undefined;
  const { get, set } = number === undefined
    ? (shared ? definePackedProperty : specialise(definePackedProperty))({
      ...KEYS,
      inField,
      name,
      place,
      unit,
      part,
      read: readerOf(plan),
      write: writerOf(plan),
      open,
    })
    : (shared ? defineNumberProperty : specialise(defineNumberProperty))({
      ...KEYS,
      inField,
      name,
      place,
      element: number,
    });
  return { enumerable: true, get: get!, ...(!plan.readonly && { set: set! }) };
}

function methodsOf(plans: readonly ColumnPlan[], read: RowCode["read"]): PropertyDescriptorMap {
  const staging = plans.map(stagingOf);
  const prepare = plans.map((plan, place) => prepareOf(plan, staging[place]!));
  const writable = plans.filter(({ readonly }) => !readonly).map(({ name }) => name);
  const { unit } = plans[0]!;
  function assign(this: RowPlace, values: Readonly<PlainRow>): RowPlace {
    // What accessors have are properties of their prototypes.
    const names = INDEX in requireObject(values) || MEMORY in values ? writable : Object.keys(values);
    const places = names.map((name) => {
      const place = plans.findIndex((plan) => plan.name === name);
      if (place >= 0 && !plans[place]!.readonly) return place;
      const state = place < 0 ? "there is no such column" : "it is readonly";
      throw new TypeError(`Cannot assign ${name} of a row: ${state}`);
    });
    const prepared = places.map((place) => prepare[place]!(values[plans[place]!.name]));
    const [columns, index] = [this[COLUMNS], this[INDEX]];
    for (const place of places) if ((index + 1) * plans[place]!.unit > columns[place]!.length) refuse();
    places.forEach((place, at) => {
      const { part } = plans[place]!;
      if (part < 0) columns[place]![index] = prepared[at] as number;
      else staging[place]!.commit(columns[part] as object as Memory, index, prepared[at] as DataView<ArrayBuffer>);
    });
    return this;
  }
  function toObject(this: PackedPlace): PlainRow {
    if ((this[INDEX] + 1) * unit > this[COLUMNS][0]!.length) refuse();
    return read(this[COLUMNS], this[INDEX]);
  }
  return { ...COMPARED_TAG, ...showing(plans), assign: { value: assign }, toObject: { value: toObject } };
}

/** What shows rows. */
function showing(plans: readonly ColumnPlan[]): PropertyDescriptorMap {
  const [names, { unit }] = [plans.map(({ name }) => name), plans[0]!];
  function portrait(row: object): Portrait {
    const { [COLUMNS]: columns, [INDEX]: index } = row as RowPlace;
    return {
      name: "Row",
      closed: (index + 1) * unit > columns[0]!.length,
      size: names.length,
      counted: false,
      brackets: "{}",
      place: [columns, index],
      parts: () => namedParts(row, names),
    };
  }
  return pictured(portrait, (row) => (row as { toObject(): unknown }).toObject());
}

/** The code for rows of columns. */
export function rowCode(plans: readonly ColumnPlan[]): RowCode {
  const packed = plans.some(({ part }) => part >= 0);
  const Row = specialise(packed ? definePackedRow : defineRow)(KEYS);
  const read = compileRead(plans);
  const write = compileWrite(plans);
  const shared = plans.length > MOST_COMPILED;
  plans.forEach((plan, place) => Object.defineProperty(Row.prototype, plan.name, rowPropertyOf(plan, place, shared)));
  Object.defineProperties(Row.prototype, methodsOf(plans, read));
  return { Row, read, write, hasRow: compileHasRow(plans), move: compileMove(plans) };
}
