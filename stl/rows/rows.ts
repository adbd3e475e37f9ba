import type { AnyView } from "../../heaps/allocator.ts";
import type { ByteReader } from "../bytes/byte_reader.ts";
import type { Storage } from "../core/storage.ts";

/** A loaded value that is put aside. */
export type Held = Int32Array | Uint8Array;

/**
 * A column of values that are no single numbers, in rows from 0 on. The value that
 * is compared or stored is loaded first.
 *
 * Where it is loaded is shared by all rows of a kind, so it stays loaded only until code of the program may run:
 * `load`, `find`, `settle`, `sought`, `makeRoomFor`, `resize` and `trim` can do that, the others cannot. Who needs it
 * afterwards puts it aside by `hold` and brings it back by `reload`.
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
  /** How many rows there is room for. */
  readonly room: number;
  /** Loads a value; false when it is not of the kind. Throws what the element throws for what it refuses. */
  load(value: T): boolean;
  /** Loads a value to look for; false when no row can hold it. Throws what code of the program throws. */
  find(value: T): boolean;
  /** A copy of a value that may run code of the program each time it is loaded; any other value itself. */
  settle(value: T): T;
  /**
   * Like {@linkcode Rows.settle} of a value to look for; `undefined` when no row can hold it. Throws what code of the
   * program throws.
   */
  sought(value: T): T | undefined;
  /** A copy of what is loaded. */
  hold(): Held;
  /** Loads what `hold` returned. */
  reload(held: Held): void;
  /** Gives back the memory that a long loaded value has taken. */
  unload(): void;
  /** Loads the value of a row. */
  loadRow(row: number): void;
  /** Whether a row that has the hash of the loaded value holds it. */
  matches(row: number): boolean;
  /** Whether a row holds the loaded value, whatever its hash is. */
  equals(row: number): boolean;
  /** Whether one more value of so many bytes can be stored. */
  hasRoomFor(bytes: number): boolean;
  /** Asks for the memory that {@linkcode Rows.hasRoomFor} misses. */
  makeRoomFor(bytes: number): void;
  /** Stores the loaded value, for which there is room, in a row that holds nothing. */
  store(row: number): void;
  /** Moves the value of a row to another one, which holds nothing. */
  move(from: number, to: number): void;
  /** Empties a row. */
  drop(row: number): void;
  /** Keeps a number from -1 on in a row that holds nothing. */
  note(row: number, number: number): void;
  /** The number that `note` has kept. */
  noted(row: number): number;
  /** The value of a row, as a copy. */
  read(row: number): T;
  /** The hash of the value of a row. */
  hashOf(row: number): number;
  /** Takes another hash from now on, under which nobody can choose values that collide. */
  strengthen(): void;
  /** Bytes of the value of a row. */
  byteLengthOf(row: number): number;
  /** The bytes of all rows, of values with a fixed number of bytes, until one of them is resized, released or forgotten. */
  readonly data?: DataView<ArrayBuffer>;
  /** Bytes from one row to the next in them. */
  readonly rowBytes?: number;
  /** The part of the room for bytes that is left, from 0 to 1; 1 when rows need none but their own. */
  readonly roomLeft: number;
  /** Copies what is in a row of `from`, which is of the same class, to a row that holds nothing; there is room for it. */
  take(from: Rows<T>, row: number, to: number): void;
  /** Makes room for twice the bytes that `rows` holds, beside that of the rows. */
  reserveFor(rows: Rows<T>): void;
  /** Makes room for exactly `rows` rows; what lies behind them is lost. */
  resize(rows: number): void;
  /** Gives back the memory of bytes that no row needs. */
  trim(): void;
  /** Empties the first `rows` rows. */
  clear(rows: number): void;
  /** Gives back all memory. */
  release(): void;
  /** Forgets the memory, which others have taken back. */
  forget(): void;
  /** What the rows keep beside their blocks: as many numbers for each class. */
  readonly numbers: number[];
  /** Takes over blocks, with the numbers of the rows that had them; `undefined` stands for one without bytes. */
  takeOver(numbers: readonly number[], views: readonly (AnyView | undefined)[]): void;
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
