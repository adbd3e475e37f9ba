import { refuseNested, shown } from "../core/refuse.ts";
import type { Storage } from "../core/storage.ts";
import { isElement } from "../elements/check.ts";
import type { AnyElement, Element } from "../elements/element.ts";
import { type AnyNumberElement, NumberElement } from "../elements/number_element.ts";
import { paddingOf, rangesOf } from "../struct/layout.ts";
import { accessError, isEnded, Memory, NO_BYTES, storeAgain } from "../struct/memory.ts";
import { ReadonlyField } from "../struct/readonly_field.ts";
import { holdsSelf } from "../struct/self_reference.ts";
import { type AnyStruct, Struct } from "../struct/struct.ts";
import { partsWriterOf } from "../elements/parts_writer.ts";
import { copyRanges } from "../struct/whole.ts";
import { type Column, createColumn } from "./column.ts";
import type { VectorRows } from "./cursor.ts";
import type { Columns } from "./soa_vector.ts";

/** What a column lies in: the numbers or bigints themselves, or the bytes of anything else. */
export interface ColumnBytes extends ArrayBufferView<ArrayBuffer> {
  readonly length: number;
  readonly BYTES_PER_ELEMENT: number;
  // Bigints in some, which are handed on without a look.
  [index: number]: number;
  fill(value: number | undefined, start?: number, end?: number): this;
  copyWithin(target: number, start: number, end?: number): this;
  set(values: ColumnBytes, start?: number): void;
  slice(start?: number, end?: number): this;
  subarray(start?: number, end?: number): this;
}

/** What messages and bytes call containers whose rows lie in columns. */
export type SoaLabel = "SoaVector" | "SoaSlotMap";

/** One column of a vector of rows. */
export interface ColumnPlan {
  /** The name. */
  readonly name: string;
  /** What messages call the container of the rows. */
  readonly label: SoaLabel;
  /** What it holds. */
  readonly element: AnyElement;
  /** Its element when it is a column of numbers. */
  readonly number: AnyNumberElement | undefined;
  /** Whether it is stored with the whole row only. */
  readonly readonly: boolean;
  /** What it lies in. */
  readonly viewType: new (buffer: ArrayBuffer, byteOffset?: number, length?: number) => ColumnBytes;
  /** How many elements of that each row takes. */
  readonly unit: number;
  /** Where the memory of a column of anything but numbers is, behind all columns; -1 for numbers. */
  readonly part: number;
  /** Whether some bytes of a row mean nothing, which are zero then. */
  readonly padded: boolean;
  /** Bytes of one row. */
  readonly byteLength: number;
}

type Plans = readonly ColumnPlan[];

/** The element of a column. */
function columnElement(field: Columns[string]): AnyElement {
  return field instanceof ReadonlyField ? field.element : field;
}

/** The fields of a struct as columns; any others as they are. */
export function columnsOf(given: Columns | AnyStruct): Columns {
  // Later changes of the object do not matter.
  if (!(given instanceof Struct)) return { ...given };
  const { fields } = given as AnyStruct;
  return Object.fromEntries(
    fields.map(({ name, element, readonly }) => [name, readonly ? new ReadonlyField(element) : element]),
  );
}

/** What every row has itself. */
const RESERVED: readonly string[] = ["toObject", "toJSON", "assign", "__proto__"];

/** Throws `TypeError` for what no vector of rows can have. */
export function checkColumns(columns: Columns, label: SoaLabel): void {
  const pairs = Object.entries(columns);
  if (pairs.length === 0) throw new TypeError(`Cannot make a ${label}: it has no columns, name at least one`);
  for (const [name, field] of pairs) {
    const state = RESERVED.includes(name) ? "every row has that itself" : refusalOf(field, label);
    if (state !== undefined) throw new TypeError(`Cannot make a ${label} with column ${name}: ${state}`);
  }
}

function refusalOf(field: unknown, label: SoaLabel): string | undefined {
  const element = columnElement(Object(field) as Columns[string]);
  if (!isElement(element)) return `expected an element like f64 or a struct, got ${shown(field)}`;
  return holdsSelf(element) ? `reference("self") needs a struct, as in new ${label}(Node, options)` : undefined;
}

/** How each of `columns` lies in memory. */
export function plansOf(columns: Columns, label: SoaLabel): ColumnPlan[] {
  let part = Object.keys(columns).length;
  return Object.entries(columns).map(([name, field]) => {
    const element = columnElement(field);
    const number = element instanceof NumberElement ? element as AnyNumberElement : undefined;
    return {
      name,
      label,
      element,
      number,
      readonly: field instanceof ReadonlyField,
      viewType: number?.viewType ?? Uint8Array,
      unit: number === undefined ? element.byteLength : 1,
      part: number === undefined ? part++ : -1,
      padded: number === undefined && paddingOf(element) > 0,
      byteLength: element.byteLength,
    };
  });
}

/** Memories for the columns of anything but numbers, to be kept behind all columns. */
export function memoriesOf(plans: Plans, storage: Storage): ColumnBytes[] {
  const packed = plans.filter(({ part }) => part >= 0);
  return packed.map(() => new Memory(NO_BYTES, storage.label, false, storage) as object as ColumnBytes);
}

/** Columns for `length` rows in memory that nobody else has, with the memories of {@linkcode memoriesOf}. */
export function scratchColumns(plans: Plans, length: number): ColumnBytes[] {
  const columns = plans.map(({ byteLength, viewType }) => new viewType(new ArrayBuffer(length * byteLength)));
  const packed = columns.filter((_, place) => plans[place]!.part >= 0);
  const memories = packed.map(({ buffer }) =>
    new Memory(new DataView(buffer), plans[0]!.label) as object as ColumnBytes
  );
  return [...columns, ...memories];
}

/** What reads the row at an index of a column of anything but numbers. */
export function readerOf({ element, unit }: ColumnPlan): (memory: Memory, index: number) => unknown {
  const { read } = element;
  return (memory, index) => {
    try {
      return read(memory.view, index * unit);
    } catch (error) {
      throw accessError(error, memory);
    }
  };
}

/** What stores the row at an index of a column of anything but numbers. */
export function writerOf(
  { element, unit, label }: ColumnPlan,
): (memory: Memory, index: number, value: unknown) => void {
  const { write } = element as unknown as Element<unknown>;
  return (memory, index, value) => {
    const { view } = memory;
    try {
      write(view, index * unit, value);
    } catch (error) {
      if (view !== memory.view && !isEnded(memory)) refuseNested(label);
      throw accessError(error, memory);
    }
    if (view !== memory.view) storeAgain(view, memory, index * unit, unit);
  };
}

/** How a column of anything but numbers is stored in two steps, so that a later column may still be refused. */
export interface Staging {
  /** A copy of a value, with its getters run. */
  readonly stage: (value: unknown) => DataView<ArrayBuffer>;
  /** Stores a copy in the row at an index; it must not be used again. */
  readonly commit: (memory: Memory, index: number, staged: DataView<ArrayBuffer>) => void;
}

/** Both steps for one column. */
export function stagingOf({ element, unit }: ColumnPlan): Staging {
  const write = partsWriterOf(element);
  const ranges = rangesOf(element);
  let spare: DataView<ArrayBuffer> | undefined;
  return {
    stage(value): DataView<ArrayBuffer> {
      // A getter of the value may stage another one meanwhile.
      const staged = spare ?? new DataView(new ArrayBuffer(unit));
      spare = undefined;
      write(staged, 0, value);
      return staged;
    },
    commit(memory, index, staged): void {
      try {
        copyRanges(staged, memory.view, index * unit, ranges);
      } catch (error) {
        throw accessError(error, memory);
      }
      spare = staged;
    },
  };
}

/** A column of anything but numbers of a vector. */
export function packedColumn(vector: VectorRows, memory: Memory, plan: ColumnPlan): Column<unknown> {
  return createColumn(new PackedRows(vector, memory), plan, { element: plan.element, byteOffset: 0 });
}

/** The rows of a vector with the memory of one of its columns. */
class PackedRows implements VectorRows {
  readonly vector: VectorRows;
  // Private, so that test libraries compare the vector alone.
  readonly #memory: Memory;

  constructor(vector: VectorRows, memory: Memory) {
    this.vector = vector;
    this.#memory = memory;
  }

  get memory(): Memory {
    return this.#memory;
  }

  get length(): number {
    return this.vector.length;
  }

  get closed(): boolean {
    return this.vector.closed;
  }

  requireOpen(action: string): void {
    this.vector.requireOpen(action);
  }
}

/** Moves row `length` to `index`; those from there on move up. */
export function insertLast(views: readonly ColumnBytes[], plans: Plans, index: number, length: number): void {
  for (let place = 0; place < plans.length; place++) {
    const [view, { unit }] = [views[place]!, plans[place]!];
    const row = view.slice(length * unit, (length + 1) * unit);
    view.copyWithin((index + 1) * unit, index * unit, length * unit);
    view.set(row, index * unit);
  }
}

/** Moves those after row `index` of `length` rows down. */
export function removeRow(views: readonly ColumnBytes[], plans: Plans, index: number, length: number): void {
  if (index === length - 1) return;
  for (let place = 0; place < plans.length; place++) {
    const { unit } = plans[place]!;
    views[place]!.copyWithin(index * unit, (index + 1) * unit, length * unit);
  }
}
