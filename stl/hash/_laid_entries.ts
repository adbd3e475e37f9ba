import type { ByteReader } from "../bytes/byte_reader.ts";
import { BorrowedBytes } from "../core/borrowed_bytes.ts";
import type { ContainerOptions, Storage } from "../core/storage.ts";
import { type AnyNumberElement, NumberElement } from "../elements/number_element.ts";
import type { Kind } from "../elements/variable_element.ts";
import { Memory, NO_BYTES } from "../struct/memory.ts";
import type { RowsClass } from "../rows/rows.ts";
import { columnOver, type EntryIndex, readIndex, wordByte } from "./_entry_index.ts";
import { isVariable, type LaidColumn, LaidVariable } from "./_laid_column.ts";
import type { LaidParts, LaidTable } from "./_laid_table.ts";

/** Where the options of a map or set that lies over bytes have those. */
const LAID: unique symbol = Symbol("laid");

/** Options of what lies over bytes that were looked through. */
export function laidOptions(reader: ByteReader): ContainerOptions {
  const allocator = new BorrowedBytes(new Set([reader.buffer]), undefined);
  return { allocator, [LAID]: reader } as ContainerOptions;
}

/** The bytes that a map or set with these options is to lie over; `undefined` for any other. */
export function readerOf(options: ContainerOptions | undefined): ByteReader | undefined {
  return (options as { readonly [LAID]?: ByteReader } | undefined)?.[LAID];
}

/** What makes the entries of one kind of keys and values. */
export interface LaidKinds<K> {
  readonly key: Kind<unknown>;
  /** None for a set. */
  readonly value: Kind<unknown> | undefined;
  readonly KeyRows: RowsClass<unknown>;
  /** The rows of values that are no single numbers. */
  readonly ValueRows: RowsClass<unknown> | undefined;
  readonly Table: new (parts: LaidParts<K>) => LaidTable<K>;
}

/** The values of a map that lies over bytes, for what walks over them. */
export class LaidCells<V> {
  readonly #column: LaidColumn<V>;
  readonly #storage: Storage;
  #memory: Memory | undefined;

  constructor(column: LaidColumn<V>, storage: Storage) {
    this.#column = column;
    this.#storage = storage;
  }

  /** The value of an entry, as a copy. */
  get(entry: number): V {
    return this.#column.read(entry);
  }

  /** Where accessors look for the value of an entry. */
  memoryOf(): Memory {
    return this.#memory ??= new Memory(this.#column.data!, this.#storage.label, false, this.#storage);
  }

  /** The offset of the value of an entry in that. */
  offsetOf(entry: number): number {
    return entry * this.#column.rowBytes!;
  }

  /** Forgets the bytes. */
  forget(): void {
    if (this.#memory !== undefined) this.#memory.view = NO_BYTES;
  }
}

/** Keys and values that lie over bytes. */
export interface LaidEntries<K, V> {
  readonly table: LaidTable<K>;
  /** The values that are no single numbers. */
  readonly cells: LaidCells<V> | undefined;
}

/** The entries in bytes that were looked through; throws `FormatError` for sections that do not fit to each other. */
export function laidEntries<K, V>(storage: Storage, reader: ByteReader, kinds: LaidKinds<K>): LaidEntries<K, V> {
  const { key, value, KeyRows, ValueRows, Table } = kinds;
  const valueSection = isVariable(key) ? 2 : 1;
  const indexSection = valueSection + (value === undefined ? 0 : isVariable(value) ? 2 : 1);
  const all = value === undefined ? [key] : [key, value];
  // The count is not to be trusted before the keys have that many.
  const keySections = sectionsFor(reader, 0, key, KeyRows, storage);
  const numbers = value instanceof NumberElement
    ? reader.column(valueSection, reader.count, (value as AnyNumberElement).viewType)
    : undefined;
  const valueSections = ValueRows && sectionsFor(reader, valueSection, value!, ValueRows, storage);
  const index = readIndex(reader, indexSection, all);
  const columnAt = <T>(kind: Kind<unknown>, at: number, Rows: RowsClass<unknown>, given: Sections): LaidColumn<T> =>
    columnOf(storage, reader, index, { kind, at, Rows, given }) as LaidColumn<T>;
  const table = new Table({
    storage,
    size: reader.count,
    keys: columnAt<K>(key, 0, KeyRows, keySections),
    slots: index.slots,
    words: index.words,
    taken: index.taken,
    values: numbers as LaidParts<K>["values"],
    refuse: (slot) =>
      reader.refuse(
        indexSection,
        wordByte(slot),
        `slot ${slot} leads to no entry that there is: the index was changed`,
      ),
  });
  if (ValueRows === undefined) return { table, cells: undefined };
  const column = columnAt<V>(value!, valueSection, ValueRows, valueSections!);
  return { table, cells: new LaidCells(column, storage) };
}

type Sections = readonly Uint8Array<ArrayBuffer>[];

/** The sections of a column, as long as the count of entries asks for. */
function sectionsFor(
  reader: ByteReader,
  section: number,
  kind: Kind<unknown>,
  Rows: RowsClass<unknown>,
  storage: Storage,
): Sections {
  if (isVariable(kind)) return [reader.rows(section, reader.count, 4), reader.bytes(section + 1)];
  return [reader.rows(section, reader.count, new Rows(storage, 0).rowBytes!)];
}

/** One column of entries. */
interface Part {
  readonly kind: Kind<unknown>;
  /** Its first section. */
  readonly at: number;
  readonly Rows: RowsClass<unknown>;
  readonly given: Sections;
}

function columnOf(
  storage: Storage,
  reader: ByteReader,
  { hashing, skips }: EntryIndex,
  { kind, at, Rows, given }: Part,
): LaidColumn<unknown> {
  const column = columnOver(kind, Rows, storage, hashing, {
    sections: given,
    skips: skips[at === 0 ? 0 : 1]!,
    refuse: (entry) => reader.refuse(at, entry * 4, `value ${entry} ends behind its section`),
  });
  if (column instanceof LaidVariable && column.end !== given[1]!.length) {
    reader.refuse(at + 1, column.end, "the values end, and their section does not");
  }
  return column;
}
