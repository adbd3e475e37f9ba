import type { ByteReader } from "../bytes/byte_reader.ts";
import type { PairFormat } from "../bytes/pair_format.ts";
import type { BaseClass } from "../core/container_base.ts";
import type { growUntil } from "../core/grow_until.ts";
import type { checkedCount } from "../core/indexes.ts";
import type { GivenParts, PARTS, Parts, refuseFunctionOf, TAKE_OVER } from "../core/parts.ts";
import type { refuseNothing, requireFunction } from "../core/refuse.ts";
import type { Storage } from "../core/storage.ts";
import type { Kind } from "../elements/variable_element.ts";
import type { EntryCursor } from "../hash/entry_cursor.ts";
import type { EntryCursorClass } from "../hash/entry_cursor_of.ts";
import type { Memory } from "../struct/memory.ts";
import type { Tree, TreeClass } from "./_tree.ts";
import type { KeyRange, SortedMap, SortedMapOptions } from "./sorted_map.ts";

/** Makes the class of sorted maps of one kind of keys and values. */
export function defineSortedMap<K, V, R>(parts: SortedMapParts<K, V, R>): SortedMapClass {
  const { key: keyKind, value: valueKind, Base, Tree, Storage, format, refuseKey, checkedCount, growUntil } = parts;
  const { Cursor, PARTS, TAKE_OVER, lendBytes, noBytes, refuseCursor, refuseFunctionOf } = parts;
  const { refuseNothing, requireFunction, valueBytes } = parts;
  /** Entries of a leaf. */
  const WIDTH = 64;

  class SortedMapOfKind extends Base {
    readonly key = keyKind;
    readonly value = valueKind;
    readonly #storage: Storage;
    readonly #compare: Pick<SortedMapOptions<K>, "compare">;
    #tree: Tree<K, V, R>;
    // Counts calls: a getter of a key or value may use the map while it is stored or looked for.
    #calls = 0;
    // Calls that are asking for memory.
    #asking = 0;
    /** What accessors of the values look into, until any of them comes, goes or moves. */
    #lent: Memory | undefined;

    constructor(options: SortedMapOptions<K>) {
      const storage = new Storage("SortedMap", options);
      super(storage);
      this.#storage = storage;
      const { compare } = options;
      // A getter may answer otherwise than when the class was chosen.
      if (compare !== undefined) requireFunction("order a SortedMap by", compare);
      this.#compare = compare === undefined ? {} : { compare };
      this.#tree = new Tree(this.#storage, compare);
      storage.reserveFirst(this, options.capacity ?? 0);
      this.#storage.watch(this, () => this.#tree.views);
    }

    get capacity(): number {
      return this.#tree.leaves.capacity * WIDTH;
    }

    get bytes(): number {
      return this.#tree.bytes;
    }

    get size(): number {
      return this.#tree.size;
    }

    /** Whether there are entries; throws when their memory is gone, and while keys are compared. */
    #open(action: string): boolean {
      this.#calls++;
      const { size, leaves, order } = this.#tree;
      if (size === 0 || !leaves.alive) this.#storage.requireOpen(action, leaves.views[0]!, size);
      if (order.busy) throw new Error(`Cannot ${action} a SortedMap: its function is comparing keys`);
      return size > 0;
    }

    /** Loads a key to find; `undefined` when there is no entry of it. */
    #find(key: K, action: string): R | undefined {
      if (!this.#open(action)) return undefined;
      const calls = this.#calls;
      const loaded = this.#tree.order.find(key);
      if (calls !== this.#calls) this.#refuseUse(action);
      return loaded;
    }

    /** Loads a key to compare others with; `undefined` when there is no entry at all. */
    #seek(key: K): R | undefined {
      if (!this.#open("read")) return undefined;
      const calls = this.#calls;
      const loaded = this.#tree.order.seek(key);
      if (calls !== this.#calls) this.#refuseUse("read");
      return loaded;
    }

    #refuseUse(action: string): never {
      throw new Error(`Cannot ${action} a SortedMap: the key or the value has a getter that uses the map`);
    }

    get(key: K): V | undefined {
      const loaded = this.#find(key, "read");
      if (loaded === undefined) return undefined;
      const position = this.#tree.find(loaded);
      return position < 0 ? undefined : this.#tree.leaves.link(0, position);
    }

    has(key: K): boolean {
      const loaded = this.#find(key, "read");
      return loaded !== undefined && this.#tree.find(loaded) >= 0;
    }

    set(key: K, value: V): this {
      this.#open("add to");
      const calls = this.#calls;
      this.#tree.leaves.load(value);
      const loaded = this.#tree.order.load(key);
      if (loaded === undefined || !this.#tree.order.fits(key)) refuseKey(key, "SortedMap");
      if (calls !== this.#calls) this.#refuseUse("add to");
      const { changes } = this.#tree;
      if (!this.#tree.put(loaded!)) this.#growAndPut(loaded!);
      else if (this.#lent !== undefined && this.#tree.changes !== changes) this.#endLent();
      return this;
    }

    #lend(): Memory {
      const { data } = this.#tree.leaves;
      // A listener of the heap walks while they are about to move.
      if (this.#lent?.view !== data) {
        this.#endLent();
        this.#lent = lendBytes(data, this.#storage);
      }
      return this.#lent!;
    }

    #endLent(): void {
      if (this.#lent !== undefined) this.#lent.view = noBytes;
      this.#lent = undefined;
    }

    #growAndPut(loaded: R): void {
      // A listener of the heap may use the map.
      const key = this.#tree.order.hold(loaded);
      const value = this.#tree.leaves.hold();
      this.#ask(() =>
        growUntil("SortedMap", () => this.#tree.grow(), () => {
          this.#tree.leaves.reload(value);
          return this.#tree.put(this.#tree.order.reload(key));
        })
      );
    }

    /** Asks for memory, while which the tree stays the same. */
    #ask(run: () => void): void {
      this.#asking++;
      try {
        run();
      } finally {
        this.#asking--;
        this.#endLent();
      }
    }

    getOrInsert(key: K, value: V): V {
      const present = this.get(key);
      return present === undefined ? this.#insert(key, value) : present;
    }

    #insert(key: K, value: V): V {
      // A listener of the heap may have deleted it again.
      return this.set(key, value).get(key) ?? value;
    }

    getOrInsertComputed(key: K, compute: (key: K) => V): V {
      requireFunction("compute a value of a SortedMap with", compute);
      const present = this.get(key);
      return present === undefined ? this.#insert(key, compute(key)) : present;
    }

    update(key: K, change: (value: V) => unknown, initial?: V): boolean {
      requireFunction("update a SortedMap with", change);
      if (!this.has(key)) {
        if (initial === undefined) return false;
        this.set(key, initial);
      }
      const value = this.get(key);
      // A listener of the heap has deleted it again.
      if (value === undefined) return false;
      const changed = change(value);
      const stored = typeof value === "object" && !(value instanceof Uint8Array) ? value : changed as V | undefined;
      if (stored === undefined) refuseNothing("SortedMap");
      // What the function has deleted stays so.
      if (this.has(key)) this.set(key, stored as V);
      return true;
    }

    delete(key: K): boolean {
      const loaded = this.#find(key, "delete from");
      if (loaded === undefined || !this.#tree.delete(loaded)) return false;
      if (this.#lent !== undefined) this.#endLent();
      return true;
    }

    clear(): void {
      this.#open("clear");
      this.#tree.clear();
      this.#tree.changes++;
      this.#endLent();
    }

    #keyAt(position: number): K | undefined {
      return position < 0 ? undefined : this.#tree.order.read(this.#tree.leaves.key(0, position));
    }

    firstKey(): K | undefined {
      return this.#open("read") ? this.#keyAt(this.#tree.first()) : undefined;
    }

    lastKey(): K | undefined {
      return this.#open("read") ? this.#keyAt(this.#tree.last()) : undefined;
    }

    floorKey(key: K): K | undefined {
      const loaded = this.#seek(key);
      return loaded === undefined ? undefined : this.#keyAt(this.#tree.before(loaded, false));
    }

    ceilingKey(key: K): K | undefined {
      const loaded = this.#seek(key);
      return loaded === undefined ? undefined : this.#keyAt(this.#tree.after(loaded, false));
    }

    /** Loads a bound of a range. */
    #bound(key: K): R {
      return this.#seek(key) ?? refuseKey(key, "SortedMap");
    }

    #start({ from, to, reverse }: KeyRange<K>): number {
      if (!this.#open("read")) return -1;
      const tree = this.#tree;
      if (reverse) return to === undefined ? tree.last() : tree.before(this.#bound(to), true);
      return from === undefined ? tree.first() : tree.after(this.#bound(from), false);
    }

    /** The index in `leaf` where a range ends: the last one of it when reversed, else the one behind it. */
    #end(leaf: number, { from, to, reverse }: KeyRange<K>): number {
      const { leaves } = this.#tree;
      if (reverse) return from === undefined ? 0 : leaves.find(leaf, this.#bound(from));
      return to === undefined ? leaves.count(leaf) : leaves.find(leaf, this.#bound(to));
    }

    /** Is told how many entries of each leaf are walked over, and throws when they become more than there are. */
    #walked(): (entries: number) => void {
      let walked = 0;
      let changes = -1;
      return (entries) => {
        walked = changes === this.#tree.changes ? walked + entries : entries;
        changes = this.#tree.changes;
        if (walked <= this.#tree.size) return;
        throw new Error("Cannot go on iterating over a SortedMap: its function compare puts no order on its keys");
      };
    }

    /** What `pick` makes of each entry of a range, while entries come and go. */
    *#walk<T>(given: KeyRange<K> | undefined, pick: (key: K, position: number) => T): IterableIterator<T> {
      const range = given ?? {};
      const reverse = range.reverse ?? false;
      const walked = this.#walked();
      for (let position = this.#start(range); position >= 0;) {
        const leaf = Math.floor(position / WIDTH);
        const end = leaf * WIDTH + this.#end(leaf, range);
        if (reverse ? position < end : position >= end) return;
        walked(reverse ? position - end + 1 : end - position);
        let key: K;
        let changes: number;
        do {
          changes = this.#tree.changes;
          key = this.#tree.order.read(this.#tree.leaves.key(0, position));
          yield pick(key, position);
          if (!this.#open("read")) return;
          position += reverse ? -1 : 1;
        } while (changes === this.#tree.changes && (reverse ? position >= end : position < end));
        const loaded = this.#bound(key);
        position = reverse ? this.#tree.before(loaded, true) : this.#tree.after(loaded, true);
      }
    }

    entries(range?: KeyRange<K>): IterableIterator<[K, V]> {
      return this.#walk(range, (key, position) => [key, this.#tree.leaves.link(0, position)]);
    }

    keys(range?: KeyRange<K>): IterableIterator<K> {
      return this.#walk(range, (key) => key);
    }

    values(range?: KeyRange<K>): IterableIterator<V> {
      return this.#walk(range, (_, position) => this.#tree.leaves.link(0, position));
    }

    cursor(given?: KeyRange<K>): EntryCursor<K, unknown> {
      if (Cursor === undefined) return refuseCursor();
      const range = given ?? {};
      const step = range.reverse ? -1 : 1;
      // The first position of the leaf that is not of the range any more.
      let end = -1;
      const walked = this.#walked();
      const enter = (position: number): number => {
        if (position < 0) return -1;
        const leaf = Math.floor(position / WIDTH);
        end = leaf * WIDTH + this.#end(leaf, range) - (range.reverse ? 1 : 0);
        if ((end - position) * step <= 0) return -1;
        walked((end - position) * step);
        return position;
      };
      const changes = (): number => this.#tree.changes;
      const keyAt = (position: number): K => this.#keyAt(position)!;
      return new Cursor({
        get additions(): number {
          return changes();
        },
        removals: 0,
        removedAt: -1,
        start: () => {
          this.#open("read");
          return Infinity;
        },
        next: (position) => {
          if (position === Infinity) return enter(this.#start(range));
          if (position + step !== end) return position + step;
          const last = this.#bound(keyAt(position));
          return enter(range.reverse ? this.#tree.before(last, true) : this.#tree.after(last, true));
        },
        keyAt,
        valueAt: (position) => position,
      }, { memoryOf: () => this.#lend(), offsetOf: (position) => position * valueBytes });
    }

    [Symbol.iterator](): IterableIterator<[K, V]> {
      return this.entries();
    }

    forEach(visit: (value: V, key: K, map: this) => void): void {
      this.#storage.requireVisitor(visit);
      for (const [key, value] of this.entries()) visit(value, key, this);
    }

    toArray(range?: KeyRange<K>): [K, V][] {
      return Array.from(this.entries(range));
    }

    reserve(capacity: number): void {
      this.#open("reserve memory for");
      const entries = checkedCount("reserve", capacity, "SortedMap");
      this.#ask(() => this.#tree.reserve(entries));
    }

    shrinkToFit(): void {
      this.#open("shrink");
      // A listener of the heap does this while the tree becomes larger.
      if (this.#asking > 0) return;
      const dense = new SortedMapOfKind({ allocator: this.#storage.allocator, ...this.#compare });
      try {
        const before = this.#tree;
        const { sets } = before;
        for (const [key, value] of this.entries()) dense.set(key, value);
        dense.#tree.trim();
        // A listener of the heap has changed the map meanwhile, or ended the other tree: the map goes on as it is.
        if (dense.closed || this.#tree !== before || before.sets !== sets) return;
        const { changes } = this.#tree;
        [this.#tree, dense.#tree] = [dense.#tree, this.#tree];
        this.#tree.changes = changes + 1;
        this.#endLent();
        dense.#storage.leaveTo(this.#storage);
      } catch (error) {
        // A listener has had the memory of the other tree taken back: this one goes on as it is.
        if (this.closed || !dense.closed || (error as Error).name !== "ClosedError") throw error;
      } finally {
        dense.dispose();
      }
    }

    toBytes(): Uint8Array<ArrayBuffer> {
      this.#open("write");
      return format.save(this.#tree.size, this.entries());
    }

    restore(reader: ByteReader): Storage {
      format.restore(reader, (key, value) => {
        this.set(key as K, value as V);
        return this.#tree.size;
      });
      return this.#storage;
    }

    [PARTS](): Parts {
      this.#open("hand over");
      if (this.#compare.compare !== undefined) refuseFunctionOf("SortedMap", "compare");
      const { numbers, views } = this.#tree;
      return { shape: format.shapeFor("hand over"), numbers, views };
    }

    [TAKE_OVER]({ numbers, views }: GivenParts): void {
      this.#tree.takeOver(numbers, views);
      this.#calls++;
    }

    dispose(): void {
      const { views } = this.#tree;
      this.#tree.forget();
      this.#tree.changes++;
      this.#calls++;
      this.#endLent();
      this.#storage.dispose(...views);
    }
  }
  return SortedMapOfKind as unknown as SortedMapClass;
}

/** A class of sorted maps of one kind of keys and values. */
export type SortedMapClass = new (options: SortedMapOptions<never>) => SortedMap<unknown, unknown>;

/** What the class uses besides globals. */
export interface SortedMapParts<K, V, R> {
  readonly key: Kind<K>;
  readonly value: Kind<V>;
  readonly Base: BaseClass;
  readonly Tree: TreeClass<K, V, R>;
  readonly Storage: typeof Storage;
  readonly format: PairFormat;
  /** Throws for a key that is not of the kind. */
  readonly refuseKey: (key: unknown, label: string) => never;
  readonly checkedCount: typeof checkedCount;
  readonly growUntil: typeof growUntil;
  readonly PARTS: typeof PARTS;
  readonly TAKE_OVER: typeof TAKE_OVER;
  readonly refuseFunctionOf: typeof refuseFunctionOf;
  /** The cursors over values; `undefined` where those have no accessors. */
  readonly Cursor: EntryCursorClass<K> | undefined;
  readonly refuseCursor: () => never;
  /** Memory that accessors look into until an entry comes, goes or moves. */
  readonly lendBytes: (data: DataView<ArrayBuffer>, storage: Storage) => Memory;
  /** What they look into then. */
  readonly noBytes: DataView<ArrayBuffer>;
  /** Bytes of a value with accessors. */
  readonly valueBytes: number;
  readonly refuseNothing: typeof refuseNothing;
  readonly requireFunction: typeof requireFunction;
}
