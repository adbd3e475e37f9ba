import type { ContainerKind } from "../bytes/byte_format.ts";
import { ByteReader } from "../bytes/byte_reader.ts";
import { ByteWriter, makeBytes } from "../bytes/byte_writer.ts";
import { checkValues, requirePortable } from "../bytes/readable.ts";
import { sectionsOf } from "../bytes/value_column.ts";
import type { Storage } from "../core/storage.ts";
import type { AnyElement } from "../elements/element.ts";
import { type AnyNumberElement, NumberElement } from "../elements/number_element.ts";
import { type Kind, VariableElement } from "../elements/variable_element.ts";
import type { RowsClass } from "../rows/rows.ts";
import { rowsOf } from "../rows/rows_of.ts";
import type { Cells } from "./_cells.ts";
import { arrange, type Arrangement, indexBytes, writeIndex } from "./_entry_index.ts";
import type { RawValues, Table } from "./table.ts";

/** A table, whatever its keys are. */
type SavedTable = Pick<
  Table<never, unknown>,
  "size" | "strong" | "start" | "taken" | "keySizes" | "saveKeys" | "saveValues" | "restore"
>;

/** Containers whose bytes have an index, so that others can lie over them. */
const INDEXED: ReadonlySet<ContainerKind> = new Set<ContainerKind>(["HashMap", "HashSet"]);

/** How the entries of hash containers of one kind of keys and values become bytes and back. */
export class EntryFormat {
  readonly #kind: ContainerKind;
  readonly #layout: string;
  readonly #kinds: readonly Kind<unknown>[];
  readonly #fixed: readonly AnyElement[];
  readonly #keySections: number;
  readonly #sections: number;
  /** The values, when they are single numbers in the table. */
  readonly #number: AnyNumberElement | undefined;
  /** The rows of keys, which tell their hashes. */
  #KeyRows: RowsClass<unknown> | undefined;

  /** The format of containers of some keys, and values unless they are sets. */
  constructor(kind: ContainerKind, key: Kind<unknown>, value?: Kind<unknown>) {
    const kinds = value === undefined ? [key] : [key, value];
    this.#kind = kind;
    this.#kinds = kinds;
    this.#layout = kinds.map(({ layout }) => layout).join(" -> ");
    this.#fixed = kinds.filter((given) => !(given instanceof VariableElement)) as AnyElement[];
    this.#keySections = sectionsOf(key);
    const index = INDEXED.has(kind) ? 1 : 0;
    this.#sections = this.#keySections + (value === undefined ? 0 : sectionsOf(value)) + index;
    if (value instanceof NumberElement) this.#number = value;
  }

  /** Names the layout of containers of the kinds; throws `TypeError` for references, which `action` would lose. */
  shapeFor(action: string): string {
    requirePortable(action, this.#kind, this.#fixed);
    return `${this.#kind}(${this.#layout})`;
  }

  /** The bytes of a table of rows and its values, in the order of its entries or of `order`. */
  save(table: SavedTable, cells?: Cells<unknown>, order?: Uint32Array): Uint8Array<ArrayBuffer> {
    requirePortable("write", this.#kind, this.#fixed);
    // Also ends the growing of a table, and throws when it is closed.
    do table.start(); while (cells?.gather());
    return this.#write(table, cells, order, undefined);
  }

  /** The bytes of a table and its values, in an order of their own, with the index of that. */
  saveIndexed(storage: Storage, table: SavedTable, cells?: Cells<unknown>): Uint8Array<ArrayBuffer> {
    requirePortable("write", this.#kind, this.#fixed);
    do table.start(); while (cells?.gather());
    const kind = this.#kinds[0]!;
    const Rows = this.#KeyRows ??= rowsOf(kind);
    const arrangement = arrange(table, {
      kind,
      Rows,
      storage,
      makeBytes: (byteLength) => makeBytes(this.#kind, byteLength),
    });
    return this.#write(table, cells, arrangement.order, arrangement);
  }

  #write(
    table: SavedTable,
    cells: Cells<unknown> | undefined,
    order: Uint32Array | undefined,
    index: Arrangement | undefined,
  ): Uint8Array<ArrayBuffer> {
    const { size: count } = table;
    const handles = new Uint32Array(cells === undefined ? 0 : count);
    if (cells !== undefined) table.saveValues(handles as RawValues<unknown>, order);
    const sizes = [...table.keySizes(), ...cells?.sizes(handles) ?? []];
    const number = this.#number;
    if (number !== undefined) sizes.push(count * number.byteLength);
    if (index !== undefined) sizes.push(indexBytes(index.slots, count, this.#kinds));
    const heading = { kind: this.#kind, layout: this.#layout, count, extra: index?.slots ?? 0 };
    const writer = new ByteWriter(heading, sizes);
    table.saveKeys(writer.sections, order);
    const values = writer.sections.slice(this.#keySections);
    if (number !== undefined) this.#saveNumbers(number, table, values[0]!, order);
    else cells?.save(values, handles);
    if (index !== undefined) writeIndex(writer.sections, index, this.#kinds);
    return writer.finish();
  }

  #saveNumbers(
    number: AnyNumberElement,
    table: SavedTable,
    section: Uint8Array<ArrayBuffer>,
    order: Uint32Array | undefined,
  ): void {
    const { buffer, byteOffset } = section;
    table.saveValues(new number.viewType(buffer, byteOffset, table.size) as RawValues<unknown>, order);
    checkValues(number, section, (_, cause) => {
      throw new RangeError(`Cannot write a ${this.#kind}: one of its values is no ${number.name}`, { cause });
    });
  }

  /** Looks through bytes; throws `TypeError` and `FormatError`. */
  read(bytes: Uint8Array): ByteReader {
    requirePortable("read", this.#kind, this.#fixed);
    return new ByteReader(this.#kind, this.#layout, this.#sections, bytes);
  }

  /** Looks through bytes that are used where they are: not at their entries, and without their checksum. */
  readInPlace(bytes: Uint8Array): ByteReader {
    requirePortable("read", this.#kind, this.#fixed);
    return new ByteReader(this.#kind, this.#layout, this.#sections, bytes, true);
  }

  /** Fills an empty table and its values. */
  restore(reader: ByteReader, table: SavedTable, cells?: Cells<unknown>): void {
    const section = this.#keySections;
    if (this.#number === undefined) {
      cells?.restore(reader, section);
      return table.restore(reader, undefined);
    }
    const values = reader.column(section, reader.count, this.#number.viewType) as RawValues<unknown>;
    const { byteLength, name } = this.#number;
    checkValues(
      this.#number,
      reader.bytes(section),
      (index, cause) => reader.refuse(section, index * byteLength, `there is no ${name}`, cause),
    );
    table.restore(reader, values);
  }
}
