import { ByteReader } from "../bytes/byte_reader.ts";
import { writeColumns } from "../bytes/byte_writer.ts";
import { restored } from "../bytes/restored.ts";
import type { Container } from "../core/container.ts";
import { ContainerBase, showAs, showContents } from "../core/container_base.ts";
import { growUntil } from "../core/grow_until.ts";
import { boundsAt, checkedCount, openBoundAt } from "../core/indexes.ts";
import { type GivenParts, PARTS, type Parts, TAKE_OVER } from "../core/parts.ts";
import { INSPECT, type Inspect, type InspectOptions } from "../core/portrait.ts";
import { plainView } from "../core/plain_view.ts";
import { shown } from "../core/refuse.ts";
import { type ContainerOptions, Storage } from "../core/storage.ts";
import { compareBytes, decodeText, encodeInto } from "../elements/utf8.ts";

/** What can be put into a {@linkcode Text} or compared with it: a string, UTF-8 bytes, another text. */
export type TextSource = string | Uint8Array | Text;

/** Bytes that are shown of a text, as many as `util.inspect` shows characters of a string. */
const SHOWN_BYTES = 10_000;

const nothing = new Uint8Array(0);
/** Bytes of U+FFFD. */
const REPLACEMENT_BYTES = 3;
const scratch = { bytes: new Uint8Array(256) };

/**
 * A text that grows, in UTF-8 outside of the garbage-collected heap: what is put together from many parts, or is too
 * long for a string. Positions count bytes.
 *
 * | Call | Time, amortised | At worst |
 * | --- | --- | --- |
 * | `append` of k bytes | k | n + k, when the block grows |
 * | `subarray`, `clear` | constant | constant |
 * | `slice`, `toString` | bytes of the part | n |
 * | `startsWith`, `endsWith`, `equals`, `compare` | bytes up to the first difference | the shorter length |
 * | `indexOf`, `includes` of k bytes | bytes before it | n × k |
 * | `toArray`, an iteration, `reserve`, `shrinkToFit`, `toBytes`, `fromBytes` | n | n |
 *
 * n are the bytes of the text. A string that is given becomes UTF-8 first.
 *
 * @example
 * ```ts
 * import { Heap } from "@mimalloc/ffi";
 * import { Text } from "@mimalloc/ffi/stl";
 * import assert from "node:assert/strict";
 *
 * using heap = new Heap({ name: "report" });
 * const report = new Text({ allocator: heap });
 * report.append("größer").append(" als 5\n");
 * assert.equal(report.byteLength, 15);
 * assert.equal(report.indexOf("als"), 9);
 * assert.equal(report.toString(), "größer als 5\n");
 * ```
 */
export class Text extends ContainerBase implements Container, Iterable<string> {
  readonly #storage: Storage;
  #bytes: Uint8Array<ArrayBuffer> = nothing;
  #length = 0;
  /** The first half of a surrogate pair, for which U+FFFD is at the end as long as the second one may follow; else 0. */
  #half = 0;

  static {
    // Not as methods, which would be a part of what programs see.
    Object.defineProperties(this.prototype, {
      [PARTS]: {
        value(this: Text): Parts {
          this.#storage.requireOpen("hand over", this.#bytes, this.#length);
          return { shape: "Text", numbers: [this.#length, this.#half], views: [this.#bytes] };
        },
      },
      [TAKE_OVER]: {
        value(this: Text, { numbers, views }: GivenParts): void {
          this.#bytes = (views[0] as Uint8Array<ArrayBuffer> | undefined) ?? nothing;
          [this.#length, this.#half] = numbers as [number, number];
        },
      },
    });
  }

  /**
   * Makes an empty text, which takes no memory yet.
   *
   * Throws `TypeError` without an allocator, `ClosedError` when it is closed.
   */
  constructor(options: ContainerOptions) {
    const storage = new Storage("Text", options);
    super(storage);
    this.#storage = storage;
    showContents(this);
  }

  /**
   * The text that {@linkcode Text.toBytes} of another one wrote, made like a new one.
   *
   * Throws `FormatError` for bytes that no text wrote, and for what was cut or changed; `TypeError` for what is not a
   * Uint8Array; and like the constructor. Nothing is left of it then.
   */
  static fromBytes(bytes: Uint8Array, options: ContainerOptions): Text {
    const reader = new ByteReader("Text", "text", 1, bytes);
    return restored(reader, options, (given) => new (this ?? Text)(given), (text) => {
      text.append(reader.rows(0, reader.count, 1));
      return text.#storage;
    });
  }

  /** Bytes of the text. */
  get byteLength(): number {
    return this.#length;
  }

  /** Bytes that fit without growing. */
  get capacity(): number {
    return this.#bytes.length;
  }

  /** Bytes of memory that it holds. */
  get bytes(): number {
    return this.#bytes.length;
  }

  #require(action: string): void {
    if (this.#bytes.length === 0) this.#storage.requireOpen(action, this.#bytes, this.#length);
  }

  /**
   * Adds `source` at the end. A lone surrogate becomes U+FFFD, and one at the end the character that it is half of when
   * the next string begins with the other half: so a string may be added in any pieces. Bytes are taken as they are,
   * valid or not.
   *
   * Throws `TypeError` for another source, and like {@linkcode Container.reserve}; then nothing has changed.
   */
  append(source: TextSource): this {
    this.#require("append to");
    const given = typeof source === "string" ? source : encoded(source);
    const half = typeof source === "string" ? halfAtEnd(source) : source instanceof Text ? source.#half : 0;
    if (!this.#add(given, half)) this.#growAndAdd(given, half);
    return this;
  }

  /** Adds what ends with half of a pair, or with 0, if there is room for it. */
  #add(given: string | Uint8Array, half: number): boolean {
    const joins = this.#half !== 0 && typeof given === "string" && (given.charCodeAt(0) & 0xfc00) === 0xdc00;
    const added = encoded(joins ? String.fromCharCode(this.#half) + given : given);
    const start = joins ? this.#length - REPLACEMENT_BYTES : this.#length;
    const length = start + added.length;
    if (length > this.#bytes.length) return false;
    if (added.length === 0) return true;
    this.#bytes.set(added, start);
    this.#length = length;
    this.#half = half;
    return true;
  }

  #growAndAdd(given: string | Uint8Array, half: number): void {
    // What lies in this text itself moves, and a listener of the heap may use other texts.
    const kept = typeof given === "string" ? given : given.slice();
    const { length } = encoded(given);
    const grow = (): void => {
      this.#bytes = this.#storage.replace(
        () => this.#bytes,
        (bytes) => this.#storage.grow(Uint8Array, bytes, Math.max(this.#length + length, 32)),
      );
    };
    growUntil("Text", grow, () => this.#add(kept, half));
  }

  /**
   * The bytes from `start` to before `end` over the memory of the text: valid until it grows, shrinks to fit or ends.
   *
   * Throws `ClosedError` when the text is closed.
   */
  subarray(start = 0, end: number = this.#length): Uint8Array<ArrayBuffer> {
    this.#require("read");
    const { from, to, areSettled } = boundsAt(start, end, this.#length);
    return areSettled ? this.#bytes.subarray(from, to) : this.subarray(from, to);
  }

  /** The text from byte `start` to before byte `end` as a string; half a character becomes U+FFFD. */
  slice(start = 0, end: number = this.#length): string {
    const part = this.subarray(start, end);
    return decodeText(part, 0, part.length);
  }

  /** The whole text as a string. */
  override toString(): string {
    return this.slice();
  }

  /** Below 0 when this text comes before `other` in the order of code points, 0 when they are equal. */
  compare(other: TextSource): number {
    return compareBytes(this.subarray(), encoded(other));
  }

  /** Whether this text is `other`. */
  equals(other: TextSource): boolean {
    const bytes = encoded(other);
    return bytes.length === this.#length && this.compare(bytes) === 0;
  }

  /** Whether this text begins with `prefix`. */
  startsWith(prefix: TextSource): boolean {
    const bytes = encoded(prefix);
    return bytes.length <= this.#length && compareBytes(this.subarray(0, bytes.length), bytes) === 0;
  }

  /** Whether this text ends with `suffix`. */
  endsWith(suffix: TextSource): boolean {
    const bytes = encoded(suffix);
    const start = this.#length - bytes.length;
    return start >= 0 && compareBytes(this.subarray(start), bytes) === 0;
  }

  /**
   * The byte at which `part` is found first from byte `start` on, or -1; `start` counts from the end when it is
   * negative.
   */
  indexOf(part: TextSource, start = 0): number {
    const bytes = encoded(part);
    const text = this.subarray();
    const last = text.length - bytes.length;
    const first = openBoundAt(start, text.length);
    if (bytes.length === 0) return first <= text.length ? first : -1;
    for (let at = text.indexOf(bytes[0]!, first); at >= 0 && at <= last; at = text.indexOf(bytes[0]!, at + 1)) {
      let same = 1;
      while (same < bytes.length && text[at + same] === bytes[same]) same++;
      if (same === bytes.length) return at;
    }
    return -1;
  }

  /** Whether `part` is in this text. */
  includes(part: TextSource): boolean {
    return this.indexOf(part) >= 0;
  }

  /** Removes everything; the memory stays for what is appended. Throws `ClosedError` when the text is closed. */
  clear(): void {
    this.#require("clear");
    this.#length = this.#half = 0;
  }

  /**
   * Makes room for `capacity` bytes in all.
   *
   * Throws like {@linkcode Container.reserve}.
   */
  reserve(capacity: number): void {
    this.#require("grow");
    const bytes = checkedCount("grow", capacity, "Text");
    if (bytes <= this.#bytes.length) return;
    this.#bytes = this.#storage.replace(
      () => this.#bytes,
      (before) => this.#storage.resize(Uint8Array, before, bytes),
    );
  }

  /** Gives back the memory behind the last byte. Throws `ClosedError` when the text is closed. */
  shrinkToFit(): void {
    this.#require("shrink");
    this.#storage.shrink(Uint8Array, this.#bytes, this.#length, (bytes) => {
      this.#bytes = bytes;
    });
  }

  /** The characters, one for each code point. */
  *[Symbol.iterator](): IterableIterator<string> {
    this.#require("read");
    for (let at = 0; at < this.#length;) {
      let end = at + 1;
      // A character of UTF-8 has at most four bytes, the later ones of the form 10xxxxxx.
      while (end < this.#length && end < at + 4 && (this.#bytes[end]! & 0xc0) === 0x80) end++;
      yield this.slice(at, end);
      this.#require("read");
      at = end;
    }
  }

  /** The characters as an ordinary array. */
  toArray(): string[] {
    return Array.from(this);
  }

  /**
   * The text as ordinary bytes for {@linkcode Text.fromBytes}; `subarray().slice()` has its UTF-8 alone.
   *
   * Throws like {@linkcode Container.toBytes}.
   */
  toBytes(): Uint8Array<ArrayBuffer> {
    return writeColumns({ kind: "Text", layout: "text", count: this.#length }, [this.subarray()]);
  }

  /** The whole text, for `JSON.stringify`. */
  override toJSON(): string {
    return this.slice();
  }

  /** Gives back all memory, and ends an allocator that it owns. The second call does nothing. */
  override dispose(): void {
    this.#storage.dispose(this.#bytes);
    this.#bytes = nothing;
    this.#length = this.#half = 0;
  }
}

/** The first half of a surrogate pair that a text ends with, or 0. */
function halfAtEnd(text: string): number {
  const last = text.charCodeAt(text.length - 1);
  return (last & 0xfc00) === 0xd800 ? last : 0;
}

/** The bytes of a source, in memory that the next call uses again. */
function encoded(source: TextSource): Uint8Array {
  if (typeof source === "string") {
    // Long ones get memory for themselves, which goes with them.
    const into = source.length > 1024 ? { bytes: nothing } : scratch;
    const length = encodeInto(source, into);
    return into.bytes.subarray(0, length);
  }
  if (source instanceof Uint8Array) return plainView(source, "take as text") as Uint8Array;
  if (source instanceof Text) return source.subarray();
  throw new TypeError(`Cannot take ${shown(source)} as text: expected a string, Uint8Array or Text`);
}

/** The text; its bytes when they are not UTF-8, of which different ones make the same string. */
function contentsOf(container: object): string | Uint8Array {
  const text = container as Text;
  const whole = text.toString();
  return text.equals(whole) ? whole : text.subarray().slice();
}

showAs(Text, { shape: "list", contents: contentsOf });

Object.defineProperty(Text.prototype, INSPECT, {
  value(
    this: Text,
    _depth: number | null,
    options: InspectOptions,
    inspect: Inspect = (text) => JSON.stringify(text),
  ): string {
    if (this.closed || this.byteLength > this.capacity) return "Text (closed)";
    const rest = this.byteLength - SHOWN_BYTES;
    const more = rest > 0 ? `... ${rest} more byte${rest === 1 ? "" : "s"}` : "";
    return `Text(${this.byteLength}) ${inspect(this.slice(0, SHOWN_BYTES), options)}${more}`;
  },
});
