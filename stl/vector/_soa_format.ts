import type { AnyView } from "../../heaps/allocator.ts";
import type { ContainerKind } from "../bytes/byte_format.ts";
import { ByteReader } from "../bytes/byte_reader.ts";
import { writeColumns } from "../bytes/byte_writer.ts";
import { bytesOf } from "../bytes/element_format.ts";
import { checkValues, requirePortable } from "../bytes/readable.ts";
import type { AnyElement } from "../elements/element.ts";

/** How rows with one set of columns become bytes and back: a section for each of them, then what is theirs besides. */
export class SoaFormat {
  readonly #elements: readonly AnyElement[];
  readonly #layout: string;
  readonly #kind: ContainerKind;

  /** The format of containers of a kind with these columns. */
  constructor(
    columns: readonly { readonly name: string; readonly element: AnyElement }[],
    kind: ContainerKind,
  ) {
    this.#kind = kind;
    this.#elements = columns.map(({ element }) => element);
    this.#layout = columns.map(({ name, element }) => `${JSON.stringify(name)}:${element.layout}`).join();
  }

  /** How many columns there are. */
  get columns(): number {
    return this.#elements.length;
  }

  /** Names the layout of vectors of the columns; throws `TypeError` for references, which `action` would lose. */
  shapeFor(action: string): string {
    requirePortable(action, this.#kind, this.#elements);
    return `${this.#kind}(${this.#layout})`;
  }

  /** The bytes of `count` rows that lie in `views`, with what else there is. */
  save(
    count: number,
    views: readonly AnyView[],
    further: readonly AnyView[] = [],
    extra = 0,
  ): Uint8Array<ArrayBuffer> {
    requirePortable("write", this.#kind, this.#elements);
    this.#elements.forEach((element, place) =>
      checkValues(element, bytesOf(views[place]!), (index, cause) => {
        throw new RangeError(`Cannot write a ${this.#kind}: its row ${index} has no ${element.name}`, { cause });
      })
    );
    return writeColumns({ kind: this.#kind, layout: this.#layout, count, extra }, [...views, ...further]);
  }

  /** Looks through bytes that are used where they are: not at their rows, and without their checksum. */
  readInPlace(bytes: Uint8Array): ByteReader {
    requirePortable("read", this.#kind, this.#elements);
    return new ByteReader(this.#kind, this.#layout, this.#elements.length, bytes, true);
  }

  /** Looks through bytes; throws `TypeError`, and `FormatError` for what nothing with these columns wrote. */
  read(bytes: Uint8Array, further = 0): ByteReader {
    requirePortable("read", this.#kind, this.#elements);
    const reader = new ByteReader(this.#kind, this.#layout, this.#elements.length + further, bytes);
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
