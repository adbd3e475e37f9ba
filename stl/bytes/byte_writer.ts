import type { AnyView } from "../../heaps/allocator.ts";
import {
  alignSection,
  checksumOf,
  type ContainerKind,
  HEADER,
  KINDS,
  layoutHash,
  MAGIC,
  VERSION,
} from "./byte_format.ts";

/** What the header of a container tells. */
export interface Heading {
  /** What it is. */
  readonly kind: ContainerKind;
  /** Names everything that decides how its bytes are read. */
  readonly layout: string;
  /** How many elements it has. */
  readonly count: number;
  /** What else the kind keeps in one number. */
  readonly extra?: number;
}

function setWhole(view: DataView, byteOffset: number, value: number): void {
  view.setUint32(byteOffset, value % 2 ** 32, true);
  view.setUint32(byteOffset + 4, Math.floor(value / 2 ** 32), true);
}

/** Memory of the garbage-collected heap, for bytes that outlive the allocator of the container. */
export function makeBytes(kind: ContainerKind, byteLength: number): Uint8Array<ArrayBuffer> {
  try {
    return new Uint8Array(byteLength);
  } catch (error) {
    throw new RangeError(
      `Cannot write a ${kind}: its ${byteLength} bytes are more than this runtime lets one array have`,
      {
        cause: error,
      },
    );
  }
}

/** The bytes of a container while they are written. */
export class ByteWriter {
  /** Where the contents belong: sections of zeros. */
  readonly sections: readonly Uint8Array<ArrayBuffer>[];
  readonly #bytes: Uint8Array<ArrayBuffer>;
  readonly #view: DataView<ArrayBuffer>;

  /** Makes the header, and sections of `lengths` bytes. Throws `RangeError` for more bytes than an array can have. */
  constructor({ kind, layout, count, extra = 0 }: Heading, lengths: readonly number[]) {
    const table = HEADER.byteEnd;
    let byteEnd = alignSection(table + lengths.length * 8);
    const starts = lengths.map((length) => {
      const start = byteEnd;
      byteEnd = alignSection(start + length);
      return start;
    });
    this.#bytes = makeBytes(kind, byteEnd);
    const view = this.#view = new DataView(this.#bytes.buffer);
    this.#bytes.set(MAGIC, HEADER.magic);
    view.setUint32(HEADER.version, VERSION, true);
    view.setUint32(HEADER.kind, KINDS.indexOf(kind), true);
    layoutHash(layout).forEach((half, index) => view.setUint32(HEADER.layout + index * 4, half, true));
    setWhole(view, HEADER.byteLength, byteEnd);
    setWhole(view, HEADER.count, count);
    setWhole(view, HEADER.extra, extra);
    setWhole(view, HEADER.sections, lengths.length);
    lengths.forEach((length, index) => setWhole(view, table + index * 8, length));
    this.sections = starts.map((start, index) => this.#bytes.subarray(start, start + lengths[index]!));
  }

  /** The bytes, with their checksum. */
  finish(): Uint8Array<ArrayBuffer> {
    checksumOf(this.#bytes).forEach((half, index) => this.#view.setUint32(HEADER.checksum + index * 4, half, true));
    return this.#bytes;
  }
}

/** The bytes of a container whose sections are copies of `columns`. */
export function writeColumns(heading: Heading, columns: readonly AnyView[]): Uint8Array<ArrayBuffer> {
  const writer = new ByteWriter(heading, columns.map(({ byteLength }) => byteLength));
  columns.forEach(({ buffer, byteOffset, byteLength }, index) => {
    writer.sections[index]!.set(new Uint8Array(buffer, byteOffset, byteLength));
  });
  return writer.finish();
}
