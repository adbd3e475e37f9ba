import type { AnyView } from "../../heaps/allocator.ts";
import type { ByteReader } from "../bytes/byte_reader.ts";
import type { Storage } from "../core/storage.ts";
import type { NumberViewConstructor } from "../elements/number_element.ts";
import type { RowsClass } from "../rows/rows.ts";
import type { orderByHash, SlotCount, Strain, TakenSlots, takenSlots } from "./_slots.ts";

/**
 * What hash maps and sets stand on: keys, each with a raw value (a number, a bigint, or nothing).
 *
 * Asking for memory may run code of the program, which may use the table. So only calls that say so ask for memory,
 * and whoever makes one looks at everything again afterwards: `put`, then `grow` when it returned false, until it does not.
 */
export interface Table<K, V> {
  /** Entries. */
  readonly size: number;
  /** Entries that fit without growing. */
  readonly capacity: number;
  /** Bytes of memory that are held. */
  readonly bytes: number;
  /** Changes that may move any entry, each addition among them: what tells an iteration that its order is lost. */
  readonly additions: number;
  /** Entries that were ever removed, each of which may have moved others. */
  readonly removals: number;
  /** The position of the entry that was removed last. */
  readonly removedAt: number;
  /** Whether it uses the strong hash, because keys have collided that should not. */
  readonly strong: boolean;

  /** A copy of a key that may run code of the program each time it is looked at; any other key itself. */
  settle(key: K): K;
  /** The same of a key that is only looked for; `undefined` when it cannot be stored. */
  sought(key: K): K | undefined;
  /** The value of `key`; `undefined` when it is absent. */
  get(key: K): V | undefined;
  /** Whether `key` is present. */
  has(key: K): boolean;
  /**
   * Adds `key` or changes its value; false, and nothing has changed, when there is no room. Asks for no memory, but in
   * tables that {@linkcode Table.advance}: those do so first, unless `isNew` tells what they have just said.
   */
  put(key: K, value: V, isNew?: boolean): boolean;
  /** Asks for the memory that the last `put` was short of. */
  grow(): void;
  /**
   * Grows or moves a little before `key` is put, in tables that do so; may ask for memory. True when the table need not look
   * for the key everywhere.
   */
  advance?(key: K): boolean;
  /** Removes `key` and tells whether it was present. */
  delete(key: K): boolean;
  /** Removes `key` and returns its value; `undefined` when it was absent. */
  take(key: K): V | undefined;
  /** Removes every entry and keeps the memory. */
  clear(): void;
  /** Whether an eighth of the room is left, or less. */
  readonly nearlyFull: boolean;
  /** Whether the next addition may need more memory. */
  readonly full: boolean;
  /** Makes room for `entries` in all; asks for memory. */
  reserve(entries: number): void;
  /**
   * Makes room in this table, which has none yet, for what `table`, which is of the same class and nearly full,
   * holds and may get. It is not to be used before {@linkcode Table.clean} returned true. Without it `reserve` does.
   */
  reserveFor?(table: Table<K, V>): void;
  /** Prepares about `bytes` bytes of room for use; whether all are. */
  clean?(bytes: number): boolean;
  /** Uses the strong hash from now on. */
  strengthen(): void;
  /** Gives back the memory that the present entries do not need; asks for memory. */
  shrinkToFit(): void;
  /** The blocks that are held. */
  readonly views: AnyView[];
  /** What the table keeps beside its blocks, once it is done with growing. */
  readonly numbers: number[];
  /** Takes over blocks, with the numbers of the table that had them; `undefined` stands for one without bytes. */
  takeOver(numbers: readonly number[], views: readonly (AnyView | undefined)[]): void;
  /** Gives back all memory; the table is empty from then on. */
  release(): void;
  /** Forgets the memory, which others have taken back. */
  forget(): void;

  /** Where an iteration begins; a position that holds no entry. */
  start(): number;
  /** The position of the entry after `position`, -1 at the end. The entry that is visited may be deleted meanwhile. */
  next(position: number, start: number): number;
  /** The key at a position. */
  keyAt(position: number): K;
  /** The raw value at a position. */
  valueAt(position: number): V;
  /**
   * Moves about `positions` places of entries to `table`, which is of the same class and lacks their keys; whether
   * nothing is left. Until then keys may be found, changed and removed here, not added. Asks for no memory: `undefined`
   * says that {@linkcode Table.makeRoomFor} has to, in the other table.
   */
  drain(table: Table<K, V>, positions: number): boolean | undefined;
  /** Asks for the memory that the next entries of `table`, which is drained into this one, need. */
  makeRoomFor(table: Table<K, V>): void;

  /** Which of its slots are taken, and by whom; after `start`. */
  taken(): TakenSlots;
  /** Bytes of the sections that `saveKeys` fills. */
  keySizes(): number[];
  /** Copies the keys of all entries, by the positions in `order`, which may be left out for tables of rows. */
  saveKeys(sections: readonly Uint8Array<ArrayBuffer>[], order?: Uint32Array): void;
  /** Copies the raw values in the same order. */
  saveValues(into: RawValues<V>, order?: Uint32Array): void;
  /**
   * Adds entries with the keys in sections from the first on, to a table without any; without `values` their
   * indexes are the raw values. Throws `FormatError` for bytes that are no keys, and for equal ones.
   */
  restore(reader: ByteReader, values: RawValues<V> | undefined): void;
}

/** What walks over a table reads of it. */
export type Walked<K> = Pick<
  Table<K, unknown>,
  "additions" | "removals" | "removedAt" | "start" | "next" | "keyAt" | "valueAt"
>;

/** A typed array of raw values. */
export interface RawValues<V> extends ArrayBufferView<ArrayBuffer> {
  readonly length: number;
  [index: number]: V;
}

/** Makes tables of one kind. */
export type TableClass<K, V> = new (storage: Storage) => Table<K, V>;

/** What the classes of all tables use besides globals. */
export interface TableParts {
  /** The class of the column of values; `undefined` for a set. */
  readonly valueType: NumberViewConstructor | undefined;
  readonly newSeed: () => number;
  readonly slotsFor: (entries: number, limit: number, label: string) => SlotCount;
  readonly nextSlots: (slots: number, limit: number, label: string) => SlotCount;
  readonly entriesIn: (slots: number) => number;
  readonly takenSlots: typeof takenSlots;
  readonly Strain: typeof Strain;
  readonly refuseKey: (key: unknown, label: string) => never;
}

/** What a class of tables of rows uses besides globals. */
export interface RowTableParts<K> extends TableParts {
  readonly orderByHash: typeof orderByHash;
  readonly Rows: RowsClass<K>;
}
