import type { AnyView } from "../../heaps/allocator.ts";
import type { ByteReader } from "../bytes/byte_reader.ts";
import type { Storage } from "../core/storage.ts";

/**
 * A column of values that are no single numbers, in rows from 0 on. The key that
 * is compared or stored is loaded first.
 */
export interface Rows<T> {
  /** The hash of the loaded value. */
  readonly hash: number;
  /** Bytes of the loaded value. */
  readonly byteLength: number;
  /** Bytes of memory that are held. */
  readonly bytes: number;
  /** The blocks that are held. */
  readonly views: AnyView[];
  /** Loads a value; false when it is not of the kind. */
  load(value: T): boolean;
  /** A copy of a value with getters, which may run code of the program each time; any other value itself. */
  settle(value: T): T;
  /** Loads the value of a row. */
  loadRow(row: number): void;
  /** Whether a row holds the loaded value. */
  matches(row: number): boolean;
  /** Makes room for the loaded value, so that nothing fails once the old value of its row is dropped. */
  prepare(): void;
  /** Stores the loaded value, for which `prepare` made room, in a row that holds nothing. */
  store(row: number): void;
  /** Moves the value of a row to another one, which holds nothing. */
  move(from: number, to: number): void;
  /** Empties a row. */
  drop(row: number): void;
  /** The value of a row, as a copy. */
  read(row: number): T;
  /** The hash of the value of a row. */
  hashOf(row: number): number;
  /** Bytes of the value of a row. */
  byteLengthOf(row: number): number;
  /** The part of the room for bytes that is left, from 0 to 1; 1 when rows need none but their own. */
  readonly roomLeft: number;
  /** Copies the value of a row of `from`, which is of the same class, to a row that holds nothing. */
  take(from: Rows<T>, row: number, to: number): void;
  /** Makes room for twice the bytes that `rows` holds, beside that of the rows. */
  reserveFor(rows: Rows<T>): void;
  /** Makes room for exactly `rows` rows, of which the first `used` hold something. */
  resize(rows: number, used: number): void;
  /** Empties the first `rows` rows. */
  clear(rows: number): void;
  /** Gives back all memory. */
  release(): void;
  /** Forgets the memory, which others have taken back. */
  forget(): void;
  /** Bytes of the sections that `save` fills. */
  sizes(count: number, order?: Uint32Array): number[];
  /** Copies the first `count` rows, or those of `order`. */
  save(sections: readonly Uint8Array<ArrayBuffer>[], count: number, order?: Uint32Array): void;
  /**
   * Fills the rows, which are empty, from sections from `section` on; as `keys`, equal values then have equal bytes.
   * Throws `FormatError` for bytes that are no values.
   */
  restore(reader: ByteReader, section: number, keys: boolean): void;
}

/** Makes rows of one kind. */
export type RowsClass<T> = new (storage: Storage, seed: number) => Rows<T>;
