import type { AnyView } from "../../heaps/allocator.ts";
import { ByteReader } from "../bytes/byte_reader.ts";
import { writeColumns } from "../bytes/byte_writer.ts";
import { bytesOf } from "../bytes/element_format.ts";
import { checkValues, requirePortable } from "../bytes/readable.ts";
import type { AnyElement } from "../elements/element.ts";

/** How vectors with one set of columns become bytes and back: a section for each of them. */
export class SoaFormat {
  readonly #elements: readonly AnyElement[];
  readonly #layout: string;

  /** The format of vectors with these columns. */
  constructor(columns: readonly { readonly name: string; readonly element: AnyElement }[]) {
    this.#elements = columns.map(({ element }) => element);
    this.#layout = columns.map(({ name, element }) => `${JSON.stringify(name)}:${element.layout}`).join();
  }

  /** The bytes of a vector of `count` rows that lie in `views`. */
  save(count: number, views: readonly AnyView[]): Uint8Array<ArrayBuffer> {
    requirePortable("write", "SoaVector", this.#elements);
    this.#elements.forEach((element, place) =>
      checkValues(element, bytesOf(views[place]!), (index, cause) => {
        throw new RangeError(`Cannot write a SoaVector: its row ${index} has no ${element.name}`, { cause });
      })
    );
    return writeColumns({ kind: "SoaVector", layout: this.#layout, count }, views);
  }

  /** Looks through bytes; throws `TypeError`, and `FormatError` for what no vector of these columns wrote. */
  read(bytes: Uint8Array): ByteReader {
    requirePortable("read", "SoaVector", this.#elements);
    const reader = new ByteReader("SoaVector", this.#layout, this.#elements.length, bytes);
    this.#elements.forEach((element, place) => {
      const { byteLength, name } = element;
      checkValues(
        element,
        reader.rows(place, reader.count, byteLength),
        (index, cause) => reader.refuse(place, index * byteLength, `there is no ${name}`, cause),
      );
    });
    return reader;
  }
}
