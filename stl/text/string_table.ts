import { restored } from "../bytes/restored.ts";
import type { Container } from "../core/container.ts";
import { ContainerBase, showAs, showContents } from "../core/container_base.ts";
import { checkedCount } from "../core/indexes.ts";
import { type GivenParts, PARTS, type Parts, TAKE_OVER } from "../core/parts.ts";
import { lengthOf } from "../core/plain_view.ts";
import { shown } from "../core/refuse.ts";
import { type ContainerOptions, Storage } from "../core/storage.ts";
import { decodeText, encodeInto } from "../elements/utf8.ts";
import { anyBytes, type Kind, VariableElement } from "../elements/variable_element.ts";
import { EntryFormat } from "../hash/entry_format.ts";
import { growUntil } from "../core/grow_until.ts";
import type { RowTable, RowTableClass } from "../hash/row_table.ts";
import { rowTableOf } from "../hash/table_of.ts";
import type { ByteRows } from "../rows/variable_rows.ts";

type TextRows = ByteRows<string>;
type TextTable = RowTable<string, undefined>;

// Without `valid`: bytes that were interned need not be UTF-8.
const texts = new VariableElement<string>("texts", {
  fits: (text) => typeof text === "string",
  encode: encodeInto,
  decode: decodeText,
  shortest: (text) => text.length,
});

let tableClass: RowTableClass<string, undefined> | undefined;

function refuseText(text: unknown): never {
  throw new TypeError(`Cannot keep ${shown(text)} in a StringTable: expected a string`);
}

// Bytes that were interned need not be UTF-8.
const FORMAT = new EntryFormat("StringTable", anyBytes as Kind<unknown>);

/**
 * Texts, each kept once in UTF-8 under a number from 0 on: its handle, which stays the same until
 * {@linkcode StringTable.clear}. Two texts are equal when their handles are; order and prefixes are compared without
 * decoding.
 *
 * | Call | Time, amortised | At worst |
 * | --- | --- | --- |
 * | `intern`, `internBytes` | k | n, when the index or the block grows |
 * | `handleOf`, `has`, `get` | k | k |
 * | `byteLengthOf`, `view` | constant | constant |
 * | `compare`, `startsWith` | bytes up to the first difference | the shorter length |
 * | `merge` | bytes of the other table | n more, when the index or the block grows |
 * | `clear`, `reserve` | capacity | capacity |
 * | an iteration, `forEach`, `toArray`, `shrinkToFit`, `toBytes`, `fromBytes` | all bytes | all bytes |
 *
 * k are the bytes of the text, n the number of texts.
 *
 * @example
 * ```ts
 * import { Heap } from "@mimalloc/ffi";
 * import { StringTable } from "@mimalloc/ffi/stl";
 * import assert from "node:assert/strict";
 *
 * using heap = new Heap({ name: "words" });
 * const words = new StringTable({ allocator: heap });
 * assert.equal(words.intern("pear"), 0);
 * assert.equal(words.intern("apple"), 1);
 * assert.equal(words.intern("pear"), 0);
 * assert.equal(words.get(1), "apple");
 * assert.ok(words.compare(1, 0) < 0);
 * ```
 */
export class StringTable extends ContainerBase implements Container, Iterable<string> {
  readonly #storage: Storage;
  readonly #table: TextTable;
  readonly #rows: TextRows;

  /**
   * Makes an empty table, which takes no memory yet unless `capacity` asks for room for so many texts.
   *
   * Throws `TypeError` without an allocator, `ClosedError` when it is closed, and like {@linkcode Container.reserve}.
   */
  constructor(options: ContainerOptions & { readonly capacity?: number }) {
    const storage = new Storage("StringTable", options);
    super(storage);
    this.#storage = storage;
    tableClass ??= rowTableOf<string, undefined>(texts, undefined);
    this.#table = new tableClass(this.#storage);
    this.#rows = this.#table.rows as TextRows;
    if (options.capacity !== undefined) storage.reserveFirst(this, options.capacity);
    storage.watch(this, () => this.#table.views);
    showContents(this);
  }

  /**
   * The table that {@linkcode StringTable.toBytes} of another one wrote, made like a new one: every text has the handle
   * that it had.
   *
   * Throws `FormatError` for bytes that no table wrote, and for what was cut or changed; `TypeError` for what is not a
   * Uint8Array; and like the constructor. Nothing is left of it then.
   *
   * @example
   * ```ts
   * import { Heap } from "@mimalloc/ffi";
   * import { StringTable } from "@mimalloc/ffi/stl";
   * import assert from "node:assert/strict";
   *
   * using heap = new Heap({ name: "words" });
   * const words = new StringTable({ allocator: heap });
   * const pear = words.intern("pear");
   * const copy = StringTable.fromBytes(words.toBytes(), { allocator: heap });
   * assert.equal(copy.get(pear), "pear");
   * ```
   */
  static fromBytes(bytes: Uint8Array, options: ContainerOptions & { readonly capacity?: number }): StringTable {
    const reader = FORMAT.read(bytes);
    return restored(reader, options, (given) => new (this ?? StringTable)(given), (table) => {
      FORMAT.restore(reader, table.#table);
      return table.#storage;
    });
  }

  /** Number of texts, and the next handle. */
  get size(): number {
    return this.#table.size;
  }

  /** Texts that fit before the index has to grow. */
  get capacity(): number {
    return this.#table.capacity;
  }

  /** Bytes of memory that it holds. */
  get bytes(): number {
    return this.#table.bytes;
  }

  /**
   * The handle of `text`, which is added when it is new. A lone surrogate counts as U+FFFD.
   *
   * Throws `TypeError` for what is not a string, and like {@linkcode Container.reserve}; then nothing has changed.
   */
  intern(text: string): number {
    if (!this.#rows.load(text)) refuseText(text);
    return this.#addNew();
  }

  /**
   * The handle of the text in the UTF-8 bytes from `start` to before `end`, which is added when it is new. The bytes
   * are kept as they are, valid or not.
   *
   * Throws `RangeError` when `start` and `end` are not a part of `bytes`, and like {@linkcode StringTable.intern}.
   */
  internBytes(bytes: Uint8Array, start = 0, end?: number): number {
    if (!(bytes instanceof Uint8Array)) {
      throw new TypeError(`Cannot keep ${shown(bytes)} in a StringTable: expected a Uint8Array`);
    }
    const length = lengthOf(bytes);
    end ??= length;
    if (!(start >= 0 && start <= end && end <= length && Number.isInteger(start) && Number.isInteger(end))) {
      throw new RangeError(`Cannot keep bytes ${shown(start)} to ${shown(end)}: there are ${length}`);
    }
    this.#rows.loadBytes(bytes, start, end);
    return this.#addNew();
  }

  #addNew(): number {
    const table = this.#table;
    const rows = this.#rows;
    let found = table.findLoaded();
    if (found < 0) found = table.addLoaded(undefined);
    if (found < 0) found = this.#growAndAdd();
    rows.unload();
    return found;
  }

  #growAndAdd(): number {
    const text = this.#rows.hold();
    let handle = -1;
    growUntil("StringTable", () => this.#table.grow(), () => {
      this.#rows.reload(text);
      handle = this.#table.findLoaded();
      if (handle < 0) handle = this.#table.addLoaded(undefined);
      return handle >= 0;
    });
    return handle;
  }

  /**
   * Adds every text of another table that is new here, and returns the handle here of each handle there: an index of
   * that table is one of this one after a look into it. Texts are copied as bytes, none is decoded.
   *
   * Throws `TypeError` for what is no StringTable, and like {@linkcode StringTable.intern}; then some of the texts may
   * have been added.
   *
   * @example
   * ```ts
   * import { Heap } from "@mimalloc/ffi";
   * import { StringTable } from "@mimalloc/ffi/stl";
   * import assert from "node:assert/strict";
   *
   * using heap = new Heap({ name: "words" });
   * const [words, more] = [new StringTable({ allocator: heap }), new StringTable({ allocator: heap })];
   * for (const word of ["pear", "apple"]) words.intern(word);
   * for (const word of ["plum", "pear"]) more.intern(word);
   * const handles = words.merge(more);
   * assert.deepEqual([handles, words.get(handles[0]!)], [Uint32Array.of(2, 0), "plum"]);
   * ```
   */
  merge(other: StringTable): Uint32Array<ArrayBuffer> {
    if (!(other instanceof StringTable)) {
      throw new TypeError(`Cannot merge ${shown(other)} into a StringTable: expected another one`);
    }
    this.#table.start();
    const handles = new Uint32Array(other.#table.start());
    for (let handle = 0; handle < handles.length; handle++) {
      handles[handle] = other === this ? handle : this.internBytes(other.view(handle));
    }
    return handles;
  }

  /**
   * The handle of `text`; `undefined` when it is not in the table.
   *
   * Throws `ClosedError` when the table is closed.
   */
  handleOf(text: string): number | undefined {
    const found = this.#table.find(text);
    return found < 0 ? undefined : found;
  }

  /** Whether `text` is in the table. */
  has(text: string): boolean {
    return this.#table.find(text) >= 0;
  }

  /**
   * The text of a handle.
   *
   * Throws `RangeError` for a handle that is not of this table, `ClosedError` when the table is closed.
   */
  get(handle: number): string {
    return this.#rows.read(this.#checked(handle));
  }

  /** Bytes of the text in UTF-8. Throws like {@linkcode StringTable.get}. */
  byteLengthOf(handle: number): number {
    return this.#rows.byteLengthOf(this.#checked(handle));
  }

  /**
   * The UTF-8 of a text over the memory of the table: valid until the next text is added, not to be written to.
   *
   * Throws like {@linkcode StringTable.get}.
   */
  view(handle: number): Uint8Array<ArrayBuffer> {
    return this.#rows.view(this.#checked(handle));
  }

  /**
   * Below 0 when the text of `a` comes before that of `b` in the order of code points, 0 when they are the same.
   *
   * Throws like {@linkcode StringTable.get}.
   */
  compare(a: number, b: number): number {
    return this.#rows.compare(this.#checked(a), this.#checked(b));
  }

  /**
   * Whether the text of a handle begins with `prefix`.
   *
   * Throws like {@linkcode StringTable.get}, and `TypeError` when `prefix` is not a string.
   */
  startsWith(handle: number, prefix: string): boolean {
    if (typeof prefix !== "string") {
      throw new TypeError(`Cannot compare with a prefix: expected a string, got ${shown(prefix)}`);
    }
    const into = { bytes: new Uint8Array(0) };
    const length = encodeInto(prefix, into);
    const view = this.view(handle);
    if (length > view.length) return false;
    for (let i = 0; i < length; i++) if (view[i] !== into.bytes[i]) return false;
    return true;
  }

  #checked(handle: number): number {
    // start() throws when the memory is gone.
    if (!(typeof handle === "number" && handle >>> 0 === handle && handle < this.#table.start())) {
      refuseHandle(handle, this.size);
    }
    return handle;
  }

  /** Forgets every text; the memory stays for new ones, and handles begin at 0 again. */
  clear(): void {
    this.#table.clear();
  }

  /**
   * Makes room for `capacity` texts in all; for their bytes not.
   *
   * Throws like {@linkcode Container.reserve}.
   */
  reserve(capacity: number): void {
    this.#table.reserve(checkedCount("grow", capacity, "StringTable"));
  }

  /** Gives back the memory of what has no text. Throws `ClosedError` when the table is closed. */
  shrinkToFit(): void {
    this.#table.shrinkToFit();
  }

  /** Calls `visit` with every text and its handle, from handle 0 on. */
  forEach(visit: (text: string, handle: number, table: this) => void): void {
    this.#storage.requireVisitor(visit);
    for (let handle = 0; handle < this.#table.start(); handle++) visit(this.get(handle), handle, this);
  }

  /** The pairs of handle and text. */
  *entries(): IterableIterator<[number, string]> {
    for (let handle = 0; handle < this.#table.start(); handle++) yield [handle, this.get(handle)];
  }

  /** The handles. */
  *keys(): IterableIterator<number> {
    for (let handle = 0; handle < this.#table.start(); handle++) yield handle;
  }

  /** The texts. */
  *values(): IterableIterator<string> {
    for (let handle = 0; handle < this.#table.start(); handle++) yield this.get(handle);
  }

  /** The texts. */
  [Symbol.iterator](): IterableIterator<string> {
    return this.values();
  }

  /** The texts as an ordinary array, in which a handle is the index. */
  toArray(): string[] {
    return Array.from(this.values());
  }

  /**
   * Every text as ordinary bytes for {@linkcode StringTable.fromBytes}.
   *
   * Throws like {@linkcode Container.toBytes}.
   */
  toBytes(): Uint8Array<ArrayBuffer> {
    return FORMAT.save(this.#table);
  }

  static {
    Object.defineProperties(StringTable.prototype, {
      [PARTS]: {
        value(this: StringTable): Parts {
          this.#table.start();
          return { shape: FORMAT.shapeFor("hand over"), numbers: this.#table.numbers, views: this.#table.views };
        },
      },
      [TAKE_OVER]: {
        value(this: StringTable, { numbers, views }: GivenParts): void {
          this.#table.takeOver(numbers, views);
        },
      },
    });
  }

  /** Gives back all memory, and ends an allocator that it owns. The second call does nothing. */
  override dispose(): void {
    this.#storage.dispose(...this.#table.views);
    this.#table.forget();
  }
}

/** Throws for a handle that names no text. */
export function refuseHandle(handle: unknown, size: number): never {
  throw new RangeError(`Cannot read text ${String(handle)} of a StringTable: it has ${size}`);
}

/** The texts; the bytes of those that are not UTF-8, of which different ones make the same string. */
function contentsOf(container: object): (string | Uint8Array)[] {
  const table = container as StringTable;
  return table.toArray().map((text, handle) => text.includes("\ufffd") ? table.view(handle).slice() : text);
}

showAs(StringTable, { shape: "list", contents: contentsOf });
