import type { Allocator, AnyView } from "../../heaps/allocator.ts";
import { shown } from "../../heaps/argument.ts";
import type { AnyElement, Element } from "../../stl/elements/element.ts";
import { type AnyNumberElement, NumberElement, type NumberViewConstructor } from "../../stl/elements/number_element.ts";
import { bool, typeStoredAsIs } from "../../stl/elements/numbers.ts";
import type { StringTable } from "../../stl/text/string_table.ts";
import { Dictionary } from "../table/dictionary.ts";
import { EmptyAs, emptyValueOf, isText } from "../table/empty_as.ts";
import { timestamp } from "../table/timestamp.ts";
import type { ArrowData, ArrowVector } from "./arrow_module.ts";

/** The numbers of types in Arrow. */
const TypeId = {
  dictionary: -1,
  int: 2,
  float: 3,
  utf8: 5,
  bool: 6,
  timestamp: 10,
  largeUtf8: 20,
  utf8View: 24,
} as const;

/** How many of the units of moments in Arrow a millisecond has, but for seconds, which come first. */
const PER_MILLISECOND = [1, 1, 1e3, 1e6] as const;

/** What a column becomes. */
export interface ColumnTarget {
  readonly name: string;
  readonly column: AnyElement | EmptyAs<AnyElement>;
  readonly allocator: Allocator;
  readonly texts: ReadonlyMap<Dictionary, StringTable>;
}

/** The memory of a column. */
export interface ReadColumn {
  /** Where it lies; `undefined` when it has no value. */
  readonly view: AnyView | undefined;
  /** Whether it is memory of Arrow. */
  readonly isBorrowed: boolean;
}

/** Numbers of any kind, as typed arrays hold them. */
type Numbers = Uint8Array<ArrayBuffer>;

/** Reads a column of a table of Arrow. */
export class ColumnReader {
  readonly #vector: ArrowVector;
  readonly #target: ColumnTarget;
  readonly #element: AnyElement;

  constructor(vector: ArrowVector, target: ColumnTarget) {
    this.#vector = vector;
    this.#target = target;
    this.#element = target.column instanceof EmptyAs ? target.column.element : target.column;
  }

  /** Its memory. Throws like `fromArrow`. */
  read(): ReadColumn {
    const element = this.#element;
    const { type: { typeId }, length } = this.#vector;
    if (element instanceof Dictionary) return this.#readTexts(element);
    if ((element as unknown) === bool) return this.#copy(typeId === TypeId.bool);
    if (isText(element) || element.name.startsWith("enumeration of ")) return this.#copy(isTextType(this.#vector));
    if (!(element instanceof NumberElement) || !isNumber(element)) this.#refuse();
    if (element === timestamp && typeId === TypeId.timestamp) return this.#readMoments();
    const isWide = element.viewType === BigInt64Array && typeId === TypeId.timestamp;
    if (typeId !== TypeId.int && typeId !== TypeId.float && !isWide) this.#refuse();
    const pieces = this.#vector.data.map((data) => this.#numbersOf(data, element.viewType));
    if (pieces.length === 1 && this.#vector.data[0]!.nullCount === 0 && length > 0) return borrowed(pieces[0]!);
    return this.#join(pieces);
  }

  /** The numbers of a piece, as a view of the class that the column has. */
  #numbersOf({ values, length }: ArrowData, viewType: NumberViewConstructor): Numbers {
    const given = values as Numbers;
    // The library has halves of a number as integers.
    const isHalf = viewType === Float16Array && given instanceof Uint16Array &&
      this.#vector.type.typeId === TypeId.float;
    if (!(given instanceof viewType) && !isHalf) this.#refuse();
    const { buffer, byteOffset } = given;
    // What several threads share cannot be taken away from a view.
    if (buffer instanceof ArrayBuffer) return new viewType(buffer, byteOffset, length) as unknown as Numbers;
    return (given as Numbers).slice(0, length);
  }

  /** Pieces behind each other in memory of the allocator, with values in place of nulls. */
  #join(pieces: readonly Numbers[]): ReadColumn {
    const view = this.#allocate();
    if (view === undefined) return { view, isBorrowed: false };
    return this.#filling(view, () => {
      let at = 0;
      for (const [index, piece] of pieces.entries()) {
        view.set(piece, at);
        const data = this.#vector.data[index]!;
        if (data.nullCount > 0) {
          const empty = this.#storedEmpty();
          for (let row = 0; row < data.length; row++) if (!data.getValid(row)) view[at + row] = empty;
        }
        at += piece.length;
      }
    });
  }

  /** What stands for nulls in a column of numbers, as it is stored. */
  #storedEmpty(): number {
    const value = this.#empty();
    const { encode } = this.#element as unknown as AnyNumberElement;
    return encode(value) as number;
  }

  #empty(): unknown {
    const value = emptyValueOf(this.#target.column);
    if (value !== undefined) return value;
    throw new TypeError(
      `Cannot take column ${this.#target.name} of Arrow: it has nulls, say what they mean: emptyAs(${this.#element.name}, …)`,
    );
  }

  #readMoments(): ReadColumn {
    const { unit } = this.#vector.type as unknown as { readonly unit: number };
    const parts = PER_MILLISECOND[unit] ?? 1;
    const scale = unit === 0 ? 1000 : 1;
    const view = this.#allocate() as unknown as Float64Array<ArrayBuffer> | undefined;
    if (view === undefined) return { view, isBorrowed: false };
    return this.#filling(view, () => {
      let at = 0;
      for (const data of this.#vector.data) {
        const values = data.values as BigInt64Array;
        for (let row = 0; row < data.length; row++) {
          const whole = values[row]! / BigInt(parts);
          const rest = Number(values[row]! % BigInt(parts)) / parts;
          const isNull = data.nullCount > 0 && !data.getValid(row);
          view[at++] = isNull ? this.#storedEmpty() : Number(whole) * scale + rest;
        }
      }
    });
  }

  /** Values one by one. */
  #copy(fits: boolean): ReadColumn {
    if (!fits) this.#refuse();
    const element = this.#element as unknown as Element<unknown>;
    const view = this.#allocate();
    if (view === undefined) return { view, isBorrowed: false };
    const bytes = new DataView(view.buffer, view.byteOffset, view.byteLength);
    return this.#filling(view, () => {
      for (let row = 0; row < this.#vector.length; row++) {
        element.write(bytes, row * element.byteLength, this.#vector.get(row) ?? this.#empty());
      }
    });
  }

  #readTexts(element: Dictionary): ReadColumn {
    const texts = this.#target.texts.get(element)!;
    const { data, type: { typeId }, length } = this.#vector;
    if (!isTextType(this.#vector)) this.#refuse();
    if (typeId !== TypeId.dictionary) return this.#internAll(texts, element);
    const handles = data.map(({ dictionary }) => this.#internValues(dictionary, texts, element));
    const [first] = data;
    const isSame = data.length === 1 && first!.nullCount === 0 && length > 0 &&
      handles[0]!.every((handle, index) => handle === index);
    const indices = first?.values as Numbers | undefined;
    if (isSame && indices!.BYTES_PER_ELEMENT === element.byteLength && indices!.buffer instanceof ArrayBuffer) {
      return borrowed(
        new element.viewType(indices!.buffer, indices!.byteOffset, length) as unknown as Numbers,
      );
    }
    return this.#mapIndices(handles, texts, element);
  }

  /** The handles of the texts of a dictionary of Arrow. */
  #internValues(dictionary: ArrowVector | undefined, texts: StringTable, element: Dictionary): number[] {
    return Array.from({ length: dictionary?.length ?? 0 }, (_, index) => {
      const text = dictionary!.get(index);
      return this.#intern(typeof text === "string" ? text : this.#empty() as string, texts, element);
    });
  }

  #intern(text: string, texts: StringTable, { mostTexts, name }: Dictionary): number {
    const handle = texts.intern(text);
    if (handle < mostTexts) return handle;
    throw new RangeError(
      `Cannot take column ${this.#target.name} of Arrow: it has more than the ${mostTexts} texts that ${name} tells apart`,
    );
  }

  #mapIndices(handles: readonly (readonly number[])[], texts: StringTable, element: Dictionary): ReadColumn {
    const view = this.#allocate();
    if (view === undefined) return { view, isBorrowed: false };
    return this.#filling(view, () => {
      let at = 0;
      for (const [piece, data] of this.#vector.data.entries()) {
        const indices = data.values as ArrayLike<number | bigint>;
        for (let row = 0; row < data.length; row++) {
          const isNull = data.nullCount > 0 && !data.getValid(row);
          const handle = isNull
            ? this.#intern(this.#empty() as string, texts, element)
            : handles[piece]![Number(indices[row])];
          if (handle === undefined) {
            throw new RangeError(
              `Cannot take column ${this.#target.name} of Arrow: row ${at} has number ${indices[row]}, and there are ` +
                `${handles[piece]!.length} texts`,
            );
          }
          view[at++] = handle;
        }
      }
    });
  }

  /** Finds the handle of each text. */
  #internAll(texts: StringTable, element: Dictionary): ReadColumn {
    const view = this.#allocate();
    if (view === undefined) return { view, isBorrowed: false };
    return this.#filling(view, () => {
      let at = 0;
      let start = 0;
      for (const data of this.#vector.data) {
        const { valueOffsets: offsets, values: bytes } = data;
        const isPlain = offsets instanceof Int32Array && bytes instanceof Uint8Array && data.nullCount === 0;
        for (let row = 0; row < data.length; row++) {
          const handle = isPlain
            ? texts.internBytes(bytes, offsets[row], offsets[row + 1])
            : this.#intern((this.#vector.get(start + row) ?? this.#empty()) as string, texts, element);
          if (handle >= element.mostTexts) this.#intern(texts.get(handle), texts, element);
          view[at++] = handle;
        }
        start += data.length;
      }
    });
  }

  #allocate(): Numbers | undefined {
    const { length } = this.#vector;
    if (length === 0) return undefined;
    const element = this.#element;
    if (element instanceof NumberElement) {
      return this.#target.allocator.allocate(element.viewType, length) as unknown as Numbers;
    }
    return this.#target.allocator.allocate(Uint8Array, length * element.byteLength);
  }

  /** Fills memory, and gives it back when that fails. */
  #filling(view: AnyView, fill: () => void): ReadColumn {
    try {
      fill();
    } catch (error) {
      this.#target.allocator.free(view);
      throw error;
    }
    return { view, isBorrowed: false };
  }

  #refuse(): never {
    const { name } = this.#target;
    throw new TypeError(
      `Cannot take column ${name} of Arrow: it is ${
        shown(String(this.#vector.type))
      }, and ${this.#element.name} was asked for`,
    );
  }
}

function borrowed(view: AnyView): ReadColumn {
  return { view, isBorrowed: true };
}

function isNumber(element: AnyNumberElement): boolean {
  const { viewType } = element;
  return typeStoredAsIs(element) !== undefined || viewType === BigInt64Array || viewType === BigUint64Array;
}

function isTextType({ type, data }: ArrowVector): boolean {
  const { typeId } = type;
  if (typeId === TypeId.dictionary) {
    return data.every(({ dictionary }) => dictionary === undefined || isTextType(dictionary));
  }
  return typeId === TypeId.utf8 || typeId === TypeId.largeUtf8 || typeId === TypeId.utf8View;
}
