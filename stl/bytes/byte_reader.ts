import { ClosedError } from "../../heaps/allocator.ts";
import type { Checksum } from "./_checksum.ts";
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
import { liveBytesOf } from "../core/plain_view.ts";
import { FormatError } from "./format_error.ts";

interface ColumnType<V> {
  readonly BYTES_PER_ELEMENT: number;
  new (buffer: ArrayBuffer, byteOffset: number, length: number): V;
}

function hex([low, high]: Checksum): string {
  return `0x${(BigInt(high) << 32n | BigInt(low)).toString(16).padStart(16, "0")}`;
}

/** The same bytes where typed arrays can begin, in memory that nobody else writes to. */
function aligned(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  if (bytes.buffer instanceof ArrayBuffer && bytes.byteOffset % 8 === 0) return bytes;
  return new Uint8Array(bytes);
}

/** The same bytes, when typed arrays can lie over them. */
function requireAligned(bytes: Uint8Array<ArrayBuffer>, kind: ContainerKind): Uint8Array<ArrayBuffer> {
  const { buffer, byteOffset } = bytes;
  if (!(buffer instanceof ArrayBuffer)) {
    throw new TypeError(`Cannot lay a ${kind} over these bytes: other threads share them; take a copy`);
  }
  if (byteOffset % 8 === 0) return bytes;
  throw new RangeError(
    `Cannot lay a ${kind} over these bytes: they begin at byte ${byteOffset} of their buffer, expected a multiple of 8; ` +
      "heap.bytes() makes a copy that does",
  );
}

/**
 * Bytes that a container wrote, looked through from the front before any memory is asked for. What is inside of
 * the sections is for the container to check: a checksum keeps out accidents, not forgers.
 */
export class ByteReader {
  /** The kind of container that reads them. */
  readonly kind: ContainerKind;
  /** How many elements there are. */
  readonly count: number;
  /** What else the kind keeps in one number. */
  readonly extra: number;
  readonly #bytes: Uint8Array<ArrayBuffer>;
  readonly #byteLength: number;
  readonly #view: DataView<ArrayBuffer>;
  readonly #starts: number[] = [];

  /**
   * Throws `TypeError` for what is no Uint8Array, `FormatError` for bytes that no container of this kind and
   * layout with so many `sections` wrote. Those that are used `inPlace` are not summed up, because that reads all of
   * them; then also `TypeError` for memory that threads share and `RangeError` where typed arrays cannot begin.
   */
  constructor(kind: ContainerKind, layout: string, sections: number, bytes: Uint8Array, inPlace = false) {
    if (!(bytes instanceof Uint8Array)) {
      throw new TypeError(`Cannot read a ${kind}: its bytes are no Uint8Array but of type ${typeof bytes}`);
    }
    this.kind = kind;
    // Those that were freed are refused as any that are too few.
    const given = bytes.length === 0 ? new Uint8Array(0) : liveBytesOf(bytes, "read a container from");
    this.#bytes = given;
    this.#checkMagic();
    this.#view = new DataView(given.buffer, given.byteOffset, given.length);
    this.#checkVersion();
    this.#bytes = inPlace ? requireAligned(given, kind) : aligned(given);
    this.#view = new DataView(this.#bytes.buffer, this.#bytes.byteOffset, given.length);
    this.#byteLength = given.length;
    if (!inPlace) this.#checkSum();
    this.#checkKind(layout);
    this.count = this.#whole(HEADER.count);
    this.extra = this.#whole(HEADER.extra);
    this.#findSections(sections);
  }

  /** What the bytes lie in. */
  get buffer(): ArrayBuffer {
    return this.#bytes.buffer;
  }

  /** How many bytes there are. */
  get byteLength(): number {
    return this.#bytes.length;
  }

  /** Throws `ClosedError` because of `cause` when the bytes were taken back since they were looked through. */
  requireThere(cause?: unknown): void {
    if (this.#bytes.length === this.#byteLength) return;
    throw new ClosedError(`Cannot read a ${this.kind}: its bytes were taken back meanwhile`, { cause });
  }

  /** A copy of all bytes as they are now, with their checksum. */
  copy(): Uint8Array<ArrayBuffer> {
    const copy = this.#bytes.slice();
    const view = new DataView(copy.buffer);
    checksumOf(copy).forEach((half, index) => view.setUint32(HEADER.checksum + index * 4, half, true));
    return copy;
  }

  /** Throws `FormatError`. */
  refuseAt(byteOffset: number, state: string, cause?: unknown): never {
    throw new FormatError(
      `Cannot read a ${this.kind}: at byte ${byteOffset} ${state}`,
      byteOffset,
      cause === undefined ? undefined : { cause },
    );
  }

  /** Throws `FormatError` for the byte `at` of a section. */
  refuse(section: number, at: number, state: string, cause?: unknown): never {
    return this.refuseAt(this.#starts[section]! + at, state, cause);
  }

  /** Throws `FormatError` for a count that the contents contradict. */
  refuseCount(state: string): never {
    return this.refuseAt(HEADER.count, `the count is ${this.count}, and ${state}`);
  }

  #checkMagic(): void {
    const bytes = this.#bytes;
    const { length } = bytes;
    for (let at = 0; at < MAGIC.length && at < length; at++) {
      if (bytes[at] !== MAGIC[at]) this.refuseAt(at, "they are no container: the bytes that all begin with differ");
    }
    if (length < HEADER.byteEnd) this.refuseAt(length, `they end, and a header has ${HEADER.byteEnd} bytes`);
  }

  /** Refuses other versions and lengths, before time or memory is spent on the rest. */
  #checkVersion(): void {
    const version = this.#view.getUint32(HEADER.version, true);
    if (version !== VERSION) {
      this.refuseAt(HEADER.version, `the version of the format is ${version}, and this library reads ${VERSION}`);
    }
    const byteLength = this.#whole(HEADER.byteLength);
    const { length } = this.#bytes;
    if (byteLength > length) this.refuseAt(length, `they end, and ${byteLength} bytes were written`);
    if (byteLength < length) this.refuseAt(byteLength, `they go on to ${length}, and ${byteLength} bytes were written`);
    if (length % HEADER.version > 0) this.refuseAt(HEADER.byteLength, `the length is ${length}, no multiple of 16`);
  }

  #halves(byteOffset: number): Checksum {
    return [this.#view.getUint32(byteOffset, true), this.#view.getUint32(byteOffset + 4, true)];
  }

  #checkSum(): void {
    const [written, found] = [hex(this.#halves(HEADER.checksum)), hex(checksumOf(this.#bytes))];
    if (written === found) return;
    this.refuseAt(HEADER.checksum, `the checksum is ${written}, and that of the bytes is ${found}: they were changed`);
  }

  #checkKind(layout: string): void {
    const kind = this.#view.getUint32(HEADER.kind, true);
    if (KINDS[kind] !== this.kind) {
      this.refuseAt(HEADER.kind, `the kind is ${KINDS[kind] ?? kind}`);
    }
    const [written, wanted] = [hex(this.#halves(HEADER.layout)), hex(layoutHash(layout))];
    if (written !== wanted) {
      this.refuseAt(HEADER.layout, `the layout is ${written}, and that of ${layout} is ${wanted}`);
    }
  }

  #whole(byteOffset: number): number {
    const [low, high] = this.#halves(byteOffset);
    const value = high * 2 ** 32 + low;
    return Number.isSafeInteger(value) ? value : this.refuseAt(byteOffset, `there is ${hex([low, high])}, above 2^53`);
  }

  #findSections(wanted: number): void {
    const count = this.#whole(HEADER.sections);
    if (count !== wanted) this.refuseAt(HEADER.sections, `there are ${count} sections, and it has ${wanted}`);
    const { length } = this.#bytes;
    const table = HEADER.byteEnd;
    let byteEnd = alignSection(table + count * 8);
    if (byteEnd > length) this.refuseAt(length, `they end, and the lengths of ${count} sections do not`);
    for (let section = 0; section < count; section++) {
      this.#starts.push(byteEnd);
      const byteLength = this.#whole(table + section * 8);
      if (byteLength > length - byteEnd) {
        this.refuseAt(
          table + section * 8,
          `section ${section} has ${byteLength} bytes, and there are ${length - byteEnd}`,
        );
      }
      byteEnd = alignSection(byteEnd + byteLength);
    }
    if (byteEnd !== length) this.refuseAt(byteEnd, `the last section ends, and there are ${length} bytes`);
  }

  /** The bytes of a section. */
  bytes(section: number): Uint8Array<ArrayBuffer> {
    const start = this.#starts[section]!;
    return this.#bytes.subarray(start, start + this.#whole(HEADER.byteEnd + section * 8));
  }

  /** A section of `count` values of `byteLength` bytes; throws `FormatError` when it is longer or shorter. */
  rows(section: number, count: number, byteLength: number): Uint8Array<ArrayBuffer> {
    const bytes = this.bytes(section);
    if (bytes.length === count * byteLength) return bytes;
    return this.refuseAt(
      HEADER.byteEnd + section * 8,
      `section ${section} has ${bytes.length} bytes, and ${count} times ${byteLength} are ${count * byteLength}`,
    );
  }

  /** A section of `count` numbers; throws `FormatError` when it is longer or shorter. */
  column<V>(section: number, count: number, type: ColumnType<V>): V {
    const { buffer, byteOffset } = this.rows(section, count, type.BYTES_PER_ELEMENT);
    return new type(buffer, byteOffset, count);
  }
}
