import type { AnyView } from "../../heaps/allocator.ts";
import type { Element } from "../elements/element.ts";
import { type Kind, VariableElement } from "../elements/variable_element.ts";
import type { ByteReader } from "./byte_reader.ts";
import { readabilityOf, validTextsOf } from "./readable.ts";

/** Sections of a column of values: their lengths come first when those differ. */
export function sectionsOf(kind: Kind<unknown>): 1 | 2 {
  return kind instanceof VariableElement ? 2 : 1;
}

/** Values of one kind that are put one after the other, for where they do not lie so already. */
export interface ColumnWriter {
  /** Adds a value. */
  put(value: unknown): void;
  /** The sections. */
  columns(): AnyView[];
}

/** A column for `count` values of a kind. */
export function columnWriter(kind: Kind<unknown>, count: number): ColumnWriter {
  return kind instanceof VariableElement ? new VariableColumn(kind, count) : new FixedColumn(kind, count);
}

class FixedColumn implements ColumnWriter {
  readonly #element: Element<unknown>;
  readonly #view: DataView<ArrayBuffer>;
  #top = 0;

  constructor(element: Element<unknown>, count: number) {
    this.#element = element;
    this.#view = new DataView(new ArrayBuffer(count * element.byteLength));
  }

  put(value: unknown): void {
    this.#element.write(this.#view, this.#top, value);
    this.#top += this.#element.byteLength;
  }

  columns(): AnyView[] {
    return [this.#view];
  }
}

class VariableColumn implements ColumnWriter {
  readonly #kind: VariableElement<unknown>;
  readonly #lengths: Uint32Array<ArrayBuffer>;
  readonly #scratch = { bytes: new Uint8Array(256) };
  #bytes = new Uint8Array(256);
  #count = 0;
  #top = 0;

  constructor(kind: VariableElement<unknown>, count: number) {
    this.#kind = kind;
    this.#lengths = new Uint32Array(count);
  }

  put(value: unknown): void {
    const length = this.#kind.coding.encode(value, this.#scratch);
    const end = this.#top + length;
    if (end > this.#bytes.length) {
      const longer = new Uint8Array(Math.max(end, this.#bytes.length * 2));
      longer.set(this.#bytes);
      this.#bytes = longer;
    }
    this.#bytes.set(this.#scratch.bytes.subarray(0, length), this.#top);
    this.#lengths[this.#count++] = length;
    this.#top = end;
  }

  columns(): AnyView[] {
    return [this.#lengths, this.#bytes.subarray(0, this.#top)];
  }
}

/**
 * What reads the values of sections from `section` on, one after the other. It throws `FormatError` for bytes that
 * are none.
 */
export function columnReader(kind: Kind<unknown>, reader: ByteReader, section: number): () => unknown {
  if (kind instanceof VariableElement) return variableReader(kind, reader, section);
  const { read, write, byteLength, name } = kind;
  const bytes = reader.rows(section, reader.count, byteLength);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const validTexts = validTextsOf(kind);
  // Not all that can be read can be stored.
  const check = readabilityOf(kind) === "some" || validTexts !== undefined;
  const scratch = new DataView(new ArrayBuffer(byteLength));
  let next = 0;
  return () => {
    const at = next;
    next += byteLength;
    try {
      const value = read(view, at);
      if (check) write(scratch, 0, value);
      if (validTexts === undefined || validTexts(view, at)) return value;
    } catch (error) {
      return reader.refuse(section, at, `there is no ${name}`, error);
    }
    return reader.refuse(section, at, "there is a text that is no UTF-8");
  };
}

function variableReader(
  { name, coding: { decode, valid } }: VariableElement<unknown>,
  reader: ByteReader,
  section: number,
): () => unknown {
  const lengths = reader.column(section, reader.count, Uint32Array);
  const bytes = reader.bytes(section + 1);
  const sum = lengths.reduce((all, length) => all + length, 0);
  if (sum !== bytes.length) reader.refuse(section + 1, 0, `there are ${bytes.length} bytes, and values of ${sum}`);
  let index = 0;
  let end = 0;
  return () => {
    const start = end;
    end = start + lengths[index++]!;
    if (valid !== undefined && !valid(bytes, start, end)) reader.refuse(section + 1, start, `there is no ${name}`);
    return decode(bytes, start, end);
  };
}
