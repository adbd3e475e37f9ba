import { refuseOrder } from "../core/refuse.ts";
import { specialise } from "../core/specialise.ts";
import type { AnyElement } from "../elements/element.ts";
import { KEYS, type Keys, type Memory, type Place } from "../struct/memory.ts";
import { isCompound } from "../struct/property.ts";
import type { Lender } from "../struct/lent_places.ts";
import type { EntryCursor } from "./entry_cursor.ts";
import type { Walked } from "./table.ts";

/** Makes cursors over the entries of maps of one kind, whose raw values are handles for what lends accessors of them. */
export type EntryCursorClass<K> = new (table: Walked<K>, lender: Lender) => EntryCursor<K, unknown>;

/** What the class uses besides globals. */
interface EntryCursorParts extends Keys {
  readonly label: string;
  readonly open: (memory: Memory, byteOffset: number) => Place;
  readonly refuseOrder: typeof refuseOrder;
}

function defineEntryCursor<K>(parts: EntryCursorParts): EntryCursorClass<K> {
  const MEMORY: Keys["MEMORY"] = parts.MEMORY;
  const OFFSET: Keys["OFFSET"] = parts.OFFSET;
  const PARTS: Keys["PARTS"] = parts.PARTS;
  const { label, open, refuseOrder } = parts;
  const NOT_BEGUN = -2;
  const ENDED = -1;

  return class EntryCursorOfKind extends Iterator<unknown, undefined, unknown> implements EntryCursor<K, unknown> {
    readonly #table: Walked<K>;
    readonly #lender: Lender;
    #start = 0;
    #additions = 0;
    #removals = 0;
    #at = NOT_BEGUN;
    #result: IteratorYieldResult<Place> | undefined;

    constructor(table: Walked<K>, lender: Lender) {
      super();
      this.#table = table;
      this.#lender = lender;
    }

    get key(): K {
      if (this.#at < 0) {
        throw new RangeError(`Cannot read the key of a cursor over a ${label}: it is at no entry`);
      }
      if (this.#isAside()) refuseOrder(label);
      return this.#table.keyAt(this.#at);
    }

    #isAside(): boolean {
      return this.#table.additions !== this.#additions || this.#table.removals !== this.#removals;
    }

    override next(): IteratorResult<unknown, undefined> {
      const table = this.#table;
      if (this.#at === NOT_BEGUN) this.#begin();
      else if (this.#at !== ENDED && this.#isAside()) this.#checkOrder();
      const at = this.#at = this.#at === ENDED ? ENDED : table.next(this.#at, this.#start);
      if (at === ENDED) return { done: true, value: undefined };
      const handle = table.valueAt(at) as number;
      const memory = this.#lender.memoryOf(handle);
      const result = this.#result ??= { done: false, value: open(memory, 0) };
      const place = result.value;
      if (place[MEMORY] !== memory) {
        place[MEMORY] = memory;
        place[PARTS] = undefined;
      }
      place[OFFSET] = this.#lender.offsetOf(handle);
      return result;
    }

    #begin(): void {
      this.#at = this.#start = this.#table.start();
      this.#additions = this.#table.additions;
      this.#removals = this.#table.removals;
    }

    /** Lets the entry that was visited last be removed, which moves others only to where they still come. */
    #checkOrder(): void {
      const table = this.#table;
      if (
        table.additions === this.#additions && table.removals === this.#removals + 1 && table.removedAt === this.#at
      ) {
        this.#removals++;
        return;
      }
      this.#at = ENDED;
      refuseOrder(label);
    }

    override return(): IteratorResult<unknown, undefined> {
      this.#at = ENDED;
      return { done: true, value: undefined };
    }
  };
}

/** A class for maps with values of `element`; none where they have no accessors. */
export function entryCursorOf<K>(element: object, label: string): EntryCursorClass<K> | undefined {
  if (!isCompound(element as AnyElement)) return undefined;
  const compound = element as { open(memory: Memory, byteOffset: number): Place };
  return specialise(defineEntryCursor<K>)({
    ...KEYS,
    label,
    open: (memory, byteOffset) => compound.open(memory, byteOffset),
    refuseOrder,
  });
}

/**
 * What a cursor reads of a table whose entries have an order of their own: `next` tells the entry after another one and
 * after the start, and `changes` counts what changes the order.
 */
export function walkedInOrder<K>(
  table: Walked<K>,
  changes: () => number,
  next: (position: number, start: number) => number,
): Walked<K> {
  return {
    get additions(): number {
      return changes();
    },
    removals: 0,
    removedAt: -1,
    start: () => table.start(),
    next,
    keyAt: (position) => table.keyAt(position),
    valueAt: (position) => table.valueAt(position),
  };
}
