import type { ByteReader } from "../bytes/byte_reader.ts";
import type { bytesOf, ElementFormat } from "../bytes/element_format.ts";
import type { BaseClass } from "../core/container_base.ts";
import type { checkedCount } from "../core/indexes.ts";
import type { requireFunction } from "../core/refuse.ts";
import type { GivenParts, PARTS, Parts, refuseFunctionOf, TAKE_OVER } from "../core/parts.ts";
import type { shown } from "../core/refuse.ts";
import type { Storage } from "../core/storage.ts";
import type { AnyElement } from "../elements/element.ts";
import type { Items, ItemsClass } from "./items.ts";
import type { PriorityQueue, PriorityQueueOptions } from "./priority_queue.ts";

/** A class of priority queues. */
export type PriorityQueueClass = new (
  element: AnyElement,
  options: PriorityQueueOptions<unknown>,
) => PriorityQueue<AnyElement>;

/** What the class uses besides globals. */
export interface PriorityQueueParts<T> {
  readonly Base: BaseClass;
  readonly Items: ItemsClass<T>;
  /** The class of priorities; none when elements are compared themselves. */
  readonly Keys: ItemsClass<number> | undefined;
  readonly PARTS: typeof PARTS;
  readonly Storage: typeof Storage;
  readonly TAKE_OVER: typeof TAKE_OVER;
  readonly format: ElementFormat;
  readonly bytesOf: typeof bytesOf;
  readonly checkedCount: typeof checkedCount;
  readonly refuseFunctionOf: typeof refuseFunctionOf;
  readonly requireFunction: typeof requireFunction;
  readonly shown: typeof shown;
}

/** Makes the class of queues of one element, ordered by priorities or by comparing. */
export function definePriorityQueue<T>(parts: PriorityQueueParts<T>): PriorityQueueClass {
  const { Base, Items, Keys, Storage, format, bytesOf, checkedCount, shown } = parts;
  const { PARTS, TAKE_OVER, refuseFunctionOf, requireFunction } = parts;
  const ORDER = "order a PriorityQueue by";

  /** Least first, NaN last. */
  function ascending(a: unknown, b: unknown): number {
    if ((a as number) < (b as number)) return -1;
    if ((a as number) > (b as number)) return 1;
    return a === b ? 0 : Number(Number.isNaN(a)) - Number(Number.isNaN(b));
  }

  function refuseChange(): never {
    throw new Error("Cannot order a PriorityQueue: compare has changed it meanwhile");
  }

  class PriorityQueueOfElement extends Base {
    readonly element: AnyElement;
    readonly #storage: Storage;
    readonly #items: Items<T>;
    /** What elements are ordered by: their priorities, or they themselves. */
    readonly #ranks: Items<unknown>;
    readonly #order: (a: unknown, b: unknown) => number;
    readonly #priority: ((value: T) => number) | undefined;
    // Places on the way from the root: elements move only after the last comparison, which may throw.
    readonly #way: number[] = [];
    #length = 0;
    /** Counts what makes the places that are compared wrong. */
    #changes = 0;

    constructor(element: AnyElement, options: PriorityQueueOptions<unknown>) {
      const storage = new Storage("PriorityQueue", options);
      super(storage);
      this.#storage = storage;
      this.element = element;
      this.#items = new Items(storage);
      this.#ranks = Keys === undefined ? this.#items : new Keys(this.#storage) as Items<unknown>;
      const { compare, priority } = options;
      // A getter may answer otherwise than when they were checked.
      for (const order of [compare, priority]) if (order !== undefined) requireFunction(ORDER, order);
      this.#order = compare ?? ascending;
      this.#priority = priority;
      storage.reserveFirst(this, options.capacity ?? 0);
      this.#storage.watch(this, () => [this.#items.view, this.#ranks.view]);
    }

    get capacity(): number {
      return Math.min(this.#items.capacity, this.#ranks.capacity);
    }

    get bytes(): number {
      return this.#items.bytes + (Keys === undefined ? 0 : this.#ranks.bytes);
    }

    get length(): number {
      return this.#length;
    }

    push(value: T): number {
      // Not taken apart from one array: Bun makes that, and this may be called where nothing is to be made.
      const items = this.#items;
      const ranks = this.#ranks;
      // Asked for first: it may change the queue.
      const priority = Keys === undefined ? 0 : this.#priorityOf(value);
      if (!Items.direct) items.load(value);
      if (this.#length >= items.capacity || this.#length >= ranks.capacity) this.#makeRoom();
      const last = this.#length;
      // The place behind the last element, and the way, are those of one call at a time.
      this.#changes++;
      if (Keys !== undefined) ranks.set(last, priority);
      if (Items.direct) items.set(last, value);
      else items.put(last);
      if (this.#order === ascending) this.#rise(last);
      else this.#askToRise(last);
      return this.#length = last + 1;
    }

    /** Like `#rise` with a function of the program, which may roll the scope back. */
    #askToRise(last: number): void {
      try {
        this.#rise(last);
      } catch (error) {
        this.#require("push onto");
        throw error;
      }
    }

    /** Moves the element at `last`, the only one that may be out of order, to where it belongs. */
    #rise(last: number): void {
      const ranks = this.#ranks;
      const rank = ranks.get(last);
      let place = last;
      while (place > 0) {
        const parent = (place - 1) >>> 2;
        if (!this.#isBefore(rank, ranks.get(parent))) break;
        place = parent;
      }
      this.#changes++;
      // The function may have rolled the scope back.
      if (last >= this.#items.capacity || last >= ranks.capacity) this.#require("push onto");
      if (place < last) this.#raise(last, place);
    }

    #isBefore(a: unknown, b: unknown): boolean {
      const changes = this.#changes;
      const order = this.#order(a, b);
      if (this.#changes !== changes) refuseChange();
      return order < 0;
    }

    #priorityOf(value: T): number {
      const priority = this.#priority!(value);
      if (typeof priority === "number" && priority === priority) return priority;
      throw new TypeError(`Cannot push onto a PriorityQueue: expected a number as priority, got ${shown(priority)}`);
    }

    /** Moves the element at `from` to its forefather at `to`; those between move down. */
    #raise(from: number, to: number): void {
      const items = this.#items;
      const ranks = this.#ranks;
      items.hold(from);
      if (Keys !== undefined) ranks.hold(from);
      for (let place = from; place !== to;) {
        const parent = (place - 1) >>> 2;
        this.#move(place, parent);
        place = parent;
      }
      items.put(to);
      if (Keys !== undefined) ranks.put(to);
    }

    #move(to: number, from: number): void {
      this.#items.move(to, from, 1);
      if (Keys !== undefined) this.#ranks.move(to, from, 1);
    }

    /** Makes room for one more; a listener may push meanwhile. */
    #makeRoom(): void {
      const loaded = this.#items.takeOut();
      while (this.#length >= this.#items.capacity || this.#length >= this.#ranks.capacity) {
        this.#require("push onto");
        const room = Math.max(this.#length + 1, 8);
        if (room > this.#items.capacity) this.#items.grow(room);
        if (room > this.#ranks.capacity) this.#ranks.grow(room);
      }
      this.#items.giveBack(loaded);
    }

    #require(action: string): void {
      this.#storage.requireOpen(action, this.#items.view, this.#length);
    }

    pop(): T | undefined {
      const last = this.#length - 1;
      if (last < 0 || last >= this.#items.capacity) {
        this.#require("pop from");
        return undefined;
      }
      const first = this.#items.get(0);
      const steps = last === 0 ? 0 : this.#order === ascending ? this.#findWay(last) : this.#askForWay(last);
      this.#changes++;
      // As in #rise().
      if (last >= this.#items.capacity || last >= this.#ranks.capacity) this.#require("pop from");
      let place = 0;
      for (let step = 0; step < steps; step++) {
        const child = this.#way[step]!;
        this.#move(place, child);
        place = child;
      }
      if (last > 0) this.#move(place, last);
      this.#length = last;
      return first;
    }

    /** Like `#findWay` with a function of the program, which may roll the scope back. */
    #askForWay(last: number): number {
      try {
        return this.#findWay(last);
      } catch (error) {
        this.#require("pop from");
        throw error;
      }
    }

    /** Notes the way down to where the element at `last` belongs, and returns its number of steps. */
    #findWay(last: number): number {
      this.#changes++;
      const ranks = this.#ranks;
      const rank = ranks.get(last);
      let steps = 0;
      for (let start = 1; start < last;) {
        const end = Math.min(start + 4, last);
        let least = start;
        let leastRank = ranks.get(start);
        for (let child = start + 1; child < end; child++) {
          const childRank = ranks.get(child);
          if (this.#isBefore(childRank, leastRank)) {
            least = child;
            leastRank = childRank;
          }
        }
        if (!this.#isBefore(leastRank, rank)) break;
        this.#way[steps++] = least;
        start = least * 4 + 1;
      }
      return steps;
    }

    peek(): T | undefined {
      if (this.#length > 0 && this.#items.capacity > 0) return this.#items.get(0);
      this.#require("read");
      return undefined;
    }

    clear(): void {
      this.#require("clear");
      this.#changes++;
      this.#length = 0;
    }

    *drain(): IterableIterator<T> {
      this.#require("read");
      while (this.#length > 0) yield this.pop()!;
    }

    forEach(visit: (value: T, queue: this) => void): void {
      this.#storage.requireVisitor(visit);
      for (const value of this.values()) visit(value, this);
    }

    *values(): IterableIterator<T> {
      this.#require("read");
      for (let place = 0; place < this.#length; place++) {
        if (place >= this.#items.capacity) this.#require("read");
        yield this.#items.get(place);
      }
    }

    [Symbol.iterator](): IterableIterator<T> {
      return this.values();
    }

    toArray(): T[] {
      return Array.from(this.values());
    }

    reserve(capacity: number): void {
      this.#require("reserve memory for");
      checkedCount("reserve", capacity, "PriorityQueue");
      while (capacity > this.#items.capacity) this.#items.resize(capacity);
      while (capacity > this.#ranks.capacity) this.#ranks.resize(capacity);
    }

    shrinkToFit(): void {
      this.#require("shrink");
      this.#changes++;
      const length = this.#length;
      this.#items.shrink(length);
      if (Keys !== undefined) this.#ranks.shrink(length);
    }

    toBytes(): Uint8Array<ArrayBuffer> {
      this.#require("write");
      const all = bytesOf(this.#items.view);
      return format.save(this.#length, (into) => into.set(all.subarray(0, into.length)));
    }

    restore(reader: ByteReader): Storage {
      const values = format.values(reader);
      this.reserve(reader.count);
      bytesOf(this.#items.view).set(values);
      for (let last = 0; last < reader.count; last++) {
        if (Keys !== undefined) this.#ranks.set(last, this.#priorityOf(this.#items.get(last)));
        // What is in order already stays where it is.
        this.#rise(last);
        this.#length = last + 1;
      }
      return this.#storage;
    }

    [PARTS](): Parts {
      this.#require("hand over");
      if (this.#priority !== undefined) refuseFunctionOf("PriorityQueue", "priority");
      if (this.#order !== ascending) refuseFunctionOf("PriorityQueue", "compare");
      return { shape: format.shapeFor("hand over"), numbers: [this.#length], views: [this.#items.view] };
    }

    [TAKE_OVER]({ numbers: [length], views: [view] }: GivenParts): void {
      this.#items.use(view);
      this.#length = length!;
      this.#changes++;
    }

    dispose(): void {
      const { view } = this.#items;
      this.#storage.dispose(...Keys === undefined ? [view] : [view, this.#ranks.view]);
      this.#items.forget();
      this.#ranks.forget();
      this.#changes++;
      this.#length = 0;
    }
  }
  return PriorityQueueOfElement as unknown as PriorityQueueClass;
}
