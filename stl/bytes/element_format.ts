import type { AnyView } from "../../heaps/allocator.ts";
import type { AnyElement } from "../elements/element.ts";
import type { ContainerKind } from "./byte_format.ts";
import { ByteReader } from "./byte_reader.ts";
import { ByteWriter } from "./byte_writer.ts";
import { checkValues, requirePortable } from "./readable.ts";

/** How containers of one element become bytes and back: a section of values, then what else the kind needs. */
export class ElementFormat {
  readonly #kind: ContainerKind;
  readonly #element: AnyElement;

  /** The format of containers of `element`. */
  constructor(kind: ContainerKind, element: AnyElement) {
    this.#kind = kind;
    this.#element = element;
  }

  /** Names the layout of containers of the element; throws `TypeError` for references, which `action` would lose. */
  shapeFor(action: string): string {
    requirePortable(action, this.#kind, [this.#element]);
    return `${this.#kind}(${this.#element.layout})`;
  }

  /** The bytes of a container of `count` values, which `copy` puts into their section, and of further columns. */
  save(
    count: number,
    copy: (into: Uint8Array<ArrayBuffer>) => void,
    columns: readonly AnyView[] = [],
    extra = 0,
  ): Uint8Array<ArrayBuffer> {
    requirePortable("write", this.#kind, [this.#element]);
    const { layout, byteLength, name } = this.#element;
    const lengths = [count * byteLength, ...columns.map((column) => column.byteLength)];
    const writer = new ByteWriter({ kind: this.#kind, layout, count, extra }, lengths);
    const [values, ...others] = writer.sections;
    copy(values!);
    others.forEach((section, index) => {
      const column = columns[index]!;
      section.set(new Uint8Array(column.buffer, column.byteOffset, column.byteLength));
    });
    checkValues(this.#element, values!, (index, cause) => {
      throw new RangeError(`Cannot write a ${this.#kind}: its value ${index} is no ${name}`, { cause });
    });
    return writer.finish();
  }

  /** Looks through bytes with `columns` further sections; throws `TypeError` and `FormatError`. */
  read(bytes: Uint8Array, columns = 0): ByteReader {
    requirePortable("read", this.#kind, [this.#element]);
    return new ByteReader(this.#kind, this.#element.layout, 1 + columns, bytes);
  }

  /** Looks through bytes that are used where they are: not at their values, and without their checksum. */
  readInPlace(bytes: Uint8Array): ByteReader {
    requirePortable("read", this.#kind, [this.#element]);
    return new ByteReader(this.#kind, this.#element.layout, 1, bytes, true);
  }

  /** The values; throws `FormatError` when one of them cannot be read. */
  values(reader: ByteReader): Uint8Array<ArrayBuffer> {
    const { byteLength, name } = this.#element;
    const bytes = reader.rows(0, reader.count, byteLength);
    checkValues(
      this.#element,
      bytes,
      (index, cause) => reader.refuse(0, index * byteLength, `there is no ${name}`, cause),
    );
    return bytes;
  }
}

/** The bytes of a view. */
export function bytesOf({ buffer, byteOffset, byteLength }: AnyView): Uint8Array<ArrayBuffer> {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
