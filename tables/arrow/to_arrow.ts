import { refuseArgument } from "../../heaps/argument.ts";
import { type AnyNumberElement, NumberElement } from "../../stl/elements/number_element.ts";
import { bool } from "../../stl/elements/numbers.ts";
import type { StringTable } from "../../stl/text/string_table.ts";
import type { Column } from "../../stl/vector/column.ts";
import { type Columns, SoaVector } from "../../stl/vector/soa_vector.ts";
import { DataTable } from "../table/data_table.ts";
import { Dictionary } from "../table/dictionary.ts";
import { isText } from "../table/empty_as.ts";
import type { ArrowModule } from "./arrow_module.ts";

/** What is taken of the module here: its types need not be known, only what is made with them. */
interface Maker {
  readonly Table: new (columns: Readonly<Record<string, unknown>>) => unknown;
  readonly Vector: new (data: readonly unknown[]) => unknown;
  readonly Dictionary: new (values: unknown, indices: unknown) => unknown;
  readonly makeData: (parts: Readonly<Record<string, unknown>>) => unknown;
}

type TypeName = Exclude<keyof ArrowModule<unknown>, keyof Maker>;

/** The type of Arrow for what a column lies in, by the name of the class of its view. */
const TYPES: Readonly<Record<string, TypeName>> = {
  Int8Array: "Int8",
  Int16Array: "Int16",
  Int32Array: "Int32",
  BigInt64Array: "Int64",
  Uint8Array: "Uint8",
  Uint16Array: "Uint16",
  Uint32Array: "Uint32",
  BigUint64Array: "Uint64",
  Float16Array: "Float16",
  Float32Array: "Float32",
  Float64Array: "Float64",
};

/**
 * A table of apache-arrow with the columns of a table or of a vector of rows. Columns of numbers, and the numbers of
 * dictionaries, are the memory of the rows itself: nothing is copied, and their views are empty from then on when the
 * rows grow beyond their capacity, shrink to fit, or are disposed of with their heap. Texts of dictionaries are copied
 * once each; booleans, enumerations and `text(n)` are copied. Takes time with those, and none with numbers.
 *
 * Throws `TypeError` when `arrow` is not the module and for columns of structs, arrays and bytes, `ClosedError` when the
 * rows are closed.
 *
 * @example
 * ```ts
 * import { Heap } from "@mimalloc/ffi";
 * import { f32, u16 } from "@mimalloc/ffi/stl";
 * import { DataTable, dictionary } from "@mimalloc/ffi/tables";
 * import { toArrow } from "@mimalloc/ffi/tables/arrow";
 * import assert from "node:assert/strict";
 * import * as arrow from "apache-arrow";
 *
 * using heap = new Heap({ name: "readings" });
 * using readings = new DataTable({ station: dictionary(u16), value: f32 }, { allocator: heap });
 * readings.push({ station: "Berlin", value: 4.5 });
 * const file = arrow.tableToIPC(toArrow(arrow, readings), "file");
 * assert.deepEqual(arrow.tableFromIPC(file).get(0)?.toJSON(), { station: "Berlin", value: 4.5 });
 * ```
 */
export function toArrow<T, F extends Columns>(arrow: ArrowModule<T>, rows: DataTable<F> | SoaVector<F>): T {
  if (typeof arrow?.makeData !== "function" || typeof arrow.Table !== "function") {
    refuseArgument(arrow, "make a table of Arrow", "the module apache-arrow");
  }
  if (rows instanceof DataTable) return makeTable(arrow, rows.rows as unknown as SoaVector<Columns>, rows.dictionaries);
  if (rows instanceof SoaVector) return makeTable(arrow, rows as unknown as SoaVector<Columns>, {});
  return refuseArgument(rows, "make a table of Arrow", "a DataTable or a SoaVector");
}

function makeTable<T>(
  arrow: ArrowModule<T>,
  rows: SoaVector<Columns>,
  texts: Readonly<Record<string, StringTable>>,
): T {
  const { Table } = arrow as unknown as Maker;
  const builder = new Builder(arrow, rows.length);
  const columns = Object.keys(rows.columns).map((name) => [name, builder.column(rows, name, texts[name])]);
  return new Table(Object.fromEntries(columns)) as T;
}

/** Makes columns of Arrow. */
class Builder {
  readonly #arrow: ArrowModule<unknown>;
  readonly #maker: Maker;
  readonly #length: number;
  /** Tables of texts that columns share. */
  readonly #made = new Map<StringTable, unknown>();

  constructor(arrow: ArrowModule<unknown>, length: number) {
    this.#arrow = arrow;
    this.#maker = arrow as unknown as Maker;
    this.#length = length;
  }

  #type(name: TypeName): unknown {
    return new this.#arrow[name]();
  }

  #vector(parts: Readonly<Record<string, unknown>>): unknown {
    return new this.#maker.Vector([this.#maker.makeData({ nullCount: 0, length: this.#length, ...parts })]);
  }

  column(rows: SoaVector<Columns>, name: string, texts: StringTable | undefined): unknown {
    const element = rows.columns[name]!;
    const column: unknown = rows.column(name);
    if (element instanceof Dictionary && texts !== undefined) return this.#dictionary(column as Uint8Array, texts);
    if ((element as unknown) === bool) return this.#booleans(column as Uint8Array);
    if (element instanceof NumberElement) {
      const number = element as AnyNumberElement;
      if (number.name.startsWith("enumeration of ")) return this.#names(column as Uint8Array, number);
      return this.#vector({ type: this.#type(typeNameOf(number, name)), data: column });
    }
    if (isText(element as never)) return this.#texts([...column as Column<string>]);
    throw new TypeError(`Cannot make a column ${name} of Arrow: it holds neither numbers nor texts`);
  }

  #booleans(values: Uint8Array): unknown {
    const data = new Uint8Array(Math.ceil(values.length / 8));
    for (let index = 0; index < values.length; index++) if (values[index] !== 0) data[index >> 3]! |= 1 << (index & 7);
    return this.#vector({ type: this.#type("Bool"), data });
  }

  #texts(texts: readonly string[]): unknown {
    const encoder = new TextEncoder();
    return this.#bytes(texts.map((text) => encoder.encode(text)));
  }

  #bytes(texts: readonly Uint8Array[]): unknown {
    const valueOffsets = new Int32Array(texts.length + 1);
    for (let index = 0; index < texts.length; index++) {
      valueOffsets[index + 1] = valueOffsets[index]! + texts[index]!.length;
    }
    const data = new Uint8Array(valueOffsets.at(-1)!);
    for (let index = 0; index < texts.length; index++) data.set(texts[index]!, valueOffsets[index]);
    return this.#vector({ type: this.#type("Utf8"), length: texts.length, valueOffsets, data });
  }

  #dictionary(data: Uint8Array, texts: StringTable): unknown {
    let dictionary = this.#made.get(texts);
    if (dictionary === undefined) {
      // The views of a table are valid until it grows, which it does not here.
      dictionary = this.#bytes(Array.from({ length: texts.size }, (_, handle) => texts.view(handle)));
      this.#made.set(texts, dictionary);
    }
    return this.#indices(data, dictionary);
  }

  #indices(data: Uint8Array, dictionary: unknown): unknown {
    const indices = this.#type(TYPES[data.constructor.name]!);
    const type = new this.#maker.Dictionary(this.#type("Utf8"), indices);
    return this.#vector({ type, data, dictionary });
  }

  /** Names by numbers of their own: those of an enumeration may be any. */
  #names(values: Uint8Array, { decode }: AnyNumberElement): unknown {
    const known = new Map<number, number>();
    const indices = Uint32Array.from(values, (value) => {
      const index = known.get(value) ?? known.size;
      known.set(value, index);
      return index;
    });
    const encoder = new TextEncoder();
    return this.#indices(
      indices as unknown as Uint8Array,
      this.#bytes(Array.from(known.keys(), (value) => encoder.encode(decode(value) as string))),
    );
  }
}

function typeNameOf({ viewType, name: element }: AnyNumberElement, name: string): TypeName {
  const type = TYPES[viewType.name as string];
  if (type !== undefined) return type;
  throw new TypeError(`Cannot make a column ${name} of Arrow: it has no type for ${element}`);
}
