import type { countBits } from "../core/count_bits.ts";
import type { Storage } from "../core/storage.ts";
import type { LaidColumn } from "./_laid_column.ts";
import type { SlotCount } from "./_slots.ts";

/** What a table lies over. */
export interface LaidParts<K> {
  readonly storage: Storage;
  readonly size: number;
  readonly keys: LaidColumn<K>;
  readonly slots: SlotCount;
  /** Which slots are taken: for each 32 of them a word of bits, and how many before them are. */
  readonly words: Uint32Array<ArrayBuffer>;
  /** Entries that have slots: all, or all but the last one. */
  readonly taken: number;
  /** The values, where those are single numbers; an entry is its own raw value otherwise. */
  readonly values: { readonly [index: number]: unknown } | undefined;
  /** Throws `FormatError` for slots that the index cannot have. */
  readonly refuse: (slot: number) => never;
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
export function defineLaidTable<K>(
  { countBits: count }: { readonly countBits: typeof countBits },
): new (parts: LaidParts<K>) => LaidTable<K> {
  const nothing = new Uint32Array(0);

  return class LaidTableOfKind implements LaidTable<K> {
    readonly #storage: Storage;
    readonly #keys: LaidColumn<K>;
    #words: Uint32Array<ArrayBuffer>;
    readonly #refuse: (slot: number) => never;
    readonly #slots: number;
    readonly #multiplier: number;
    readonly #shift: number;
    readonly #taken: number;
    readonly #values: LaidParts<K>["values"];
    readonly size: number;
    // Nothing ever comes or goes.
    readonly additions = 0;
    readonly removals = 0;
    readonly removedAt = 0;

    constructor({ storage, size, keys, slots, words, taken, values, refuse }: LaidParts<K>) {
      this.#storage = storage;
      this.size = size;
      this.#keys = keys;
      this.#words = words;
      this.#slots = slots.slots;
      this.#multiplier = slots.multiplier;
      this.#shift = slots.shift;
      this.#taken = taken;
      this.#values = values;
      this.#refuse = refuse;
    }

    find(key: K): number {
      const keys = this.#keys;
      if (!keys.find(key)) return this.#absent();
      const found = this.#search(Math.imul(keys.hash >>> 2, this.#multiplier) >>> this.#shift);
      keys.unload();
      return found;
    }

    #search(home: number): number {
      const keys = this.#keys;
      const words = this.#words;
      let slot = home;
      let entry = words[slot >>> 4 | 1]! + count(words[slot >>> 4 & ~1]! & (1 << slot) - 1);
      while (true) {
        const from = slot;
        for (let bits = words[slot >>> 4 & ~1]! >>> slot; (bits & 1) !== 0; bits >>>= 1) {
          if (!(entry < this.size)) this.#refuse(slot);
          if (keys.equals(entry)) return entry;
          slot++;
          entry++;
        }
        if (slot === this.#slots) slot = entry = 0;
        else if (slot === from || (slot & 31) !== 0) break;
      }
      // Bytes that are gone read `undefined`, which has no bits.
      if (words.length === 0) return this.#absent();
      return this.#taken < this.size && keys.equals(this.#taken) ? this.#taken : -1;
    }

    #absent(): -1 {
      this.#storage.requireOpen("use", this.#words, 1);
      return -1;
    }

    // Downwards, as tables of rows do.
    start(): number {
      this.#absent();
      return this.size;
    }

    next(position: number): number {
      if (this.#words.length === 0) this.#absent();
      return position - 1;
    }

    keyAt(position: number): K {
      return this.#keys.read(position);
    }

    valueAt(position: number): unknown {
      return this.#values === undefined ? position : this.#values[position];
    }

    forget(): void {
      this.#words = nothing;
    }
  };
}
