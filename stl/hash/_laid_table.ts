import type { Storage } from "../core/storage.ts";
import type { LaidColumn } from "./_laid_column.ts";

/** What a table lies over. */
export interface LaidParts<K> {
  readonly storage: Storage;
  readonly size: number;
  readonly keys: LaidColumn<K>;
  /** The first entry of each bucket. */
  readonly starts: Uint32Array<ArrayBuffer>;
  /** What a hash is shifted by to get its bucket. */
  readonly shift: number;
  /** The values, where those are single numbers; an entry is its own raw value otherwise. */
  readonly values: { readonly [index: number]: unknown } | undefined;
  /** Throws `FormatError` for a bucket that the index cannot have. */
  readonly refuse: (bucket: number) => never;
}

/** The keys of a map or set that lies over bytes: what is read of a `Table`, in entries from 0 to below its size. */
export interface LaidTable<K> {
  readonly size: number;
  readonly additions: number;
  readonly removals: number;
  readonly removedAt: number;
  /** The entry of `key`, -1 when it is absent. Throws `ClosedError`, and `FormatError` for an index that was changed. */
  find(key: K): number;
  /** Where an iteration begins; a position that holds no entry. */
  start(): number;
  /** The position of the entry after `position`, -1 at the end. */
  next(position: number): number;
  /** The key at a position. */
  keyAt(position: number): K;
  /** The raw value at a position. */
  valueAt(position: number): unknown;
  /** Forgets the bytes. */
  forget(): void;
}

/** Makes the class of tables of one kind of keys and values that lie over bytes. */
export function defineLaidTable<K>(_: Record<never, never>): new (parts: LaidParts<K>) => LaidTable<K> {
  const nothing = new Uint32Array(0);

  return class LaidTableOfKind implements LaidTable<K> {
    readonly #storage: Storage;
    readonly #keys: LaidColumn<K>;
    #starts: Uint32Array<ArrayBuffer>;
    readonly #refuse: (bucket: number) => never;
    readonly #shift: number;
    readonly #values: LaidParts<K>["values"];
    readonly size: number;
    // Nothing ever comes or goes.
    readonly additions = 0;
    readonly removals = 0;
    readonly removedAt = 0;

    constructor({ storage, size, keys, starts, shift, values, refuse }: LaidParts<K>) {
      this.#storage = storage;
      this.size = size;
      this.#keys = keys;
      this.#starts = starts;
      this.#shift = shift;
      this.#values = values;
      this.#refuse = refuse;
    }

    find(key: K): number {
      const keys = this.#keys;
      if (!keys.find(key)) return this.#absent();
      const starts = this.#starts;
      const bucket = keys.hash >>> this.#shift;
      const from = starts[bucket]!;
      const to = starts[bucket + 1]!;
      // Bytes that are gone read `undefined`, which is not less than anything.
      if (!(from <= to && to <= this.size)) {
        this.#absent();
        this.#refuse(bucket);
      }
      let found = -1;
      for (let entry = from; entry < to; entry++) {
        if (!keys.equals(entry)) continue;
        found = entry;
        break;
      }
      keys.unload();
      return found;
    }

    #absent(): -1 {
      this.#storage.requireOpen("use", this.#starts, 1);
      return -1;
    }

    // Downwards, as tables of rows do.
    start(): number {
      this.#absent();
      return this.size;
    }

    next(position: number): number {
      if (this.#starts.length === 0) this.#absent();
      return position - 1;
    }

    keyAt(position: number): K {
      return this.#keys.read(position);
    }

    valueAt(position: number): unknown {
      return this.#values === undefined ? position : this.#values[position];
    }

    forget(): void {
      this.#starts = nothing;
    }
  };
}
