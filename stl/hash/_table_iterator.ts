import { refuseOrder } from "../core/refuse.ts";
import { specialise } from "../core/specialise.ts";
import type { Cells } from "./_cells.ts";
import type { Walked } from "./table.ts";

/** What the class uses besides globals. */
export interface TableIteratorParts<V> {
  /** What messages call the container. */
  readonly label: string;
  /** What is yielded. */
  readonly yields: "key" | "value" | "entry";
  /** What makes values of raw ones; `undefined` where cells do, or there are none. */
  readonly decode: ((raw: unknown) => V) | undefined;
  readonly refuseOrder: (label: string) => never;
}

/** Makes iterators over the entries of a table, whose values are in `cells` when the raw ones are handles. */
export type TableIteratorClass<K, V, T> = new (
  table: Walked<K>,
  cells: Pick<Cells<V>, "get"> | undefined,
) => IteratorObject<T, undefined, unknown>;

/** Iterators over one kind of tables: what `keys`, `values` and `entries` of a container return. */
export interface TableIterators<K, V> {
  readonly Keys: TableIteratorClass<K, V, K>;
  readonly Values: TableIteratorClass<K, V, V>;
  readonly Entries: TableIteratorClass<K, V, [K, V]>;
}

/**
 * Makes the class of iterators over one kind of tables; see `specialise` for its limits. Where a generator takes
 * 22 ns for an entry in Deno 2.9, these take 13, because the compilers see through them.
 */
export function defineTableIterator<K, V, T>(
  { label, yields, decode, refuseOrder }: TableIteratorParts<V>,
): TableIteratorClass<K, V, T> {
  const keys = yields !== "value";
  const values = yields !== "key";
  const NOT_BEGUN = -2;
  const ENDED = -1;

  return class TableIterator extends Iterator<T, undefined, unknown> {
    readonly #table: Walked<K>;
    readonly #cells: Pick<Cells<V>, "get"> | undefined;
    #start = 0;
    #additions = 0;
    #removals = 0;
    #at = NOT_BEGUN;

    constructor(table: Walked<K>, cells: Pick<Cells<V>, "get"> | undefined) {
      super();
      this.#table = table;
      this.#cells = cells;
    }

    override next(): IteratorResult<T, undefined> {
      const table = this.#table;
      if (this.#at === NOT_BEGUN) this.#begin();
      else if (this.#at !== ENDED && (table.additions !== this.#additions || table.removals !== this.#removals)) {
        this.#checkOrder();
      }
      const at = this.#at = this.#at === ENDED ? ENDED : table.next(this.#at, this.#start);
      if (at === ENDED) return { done: true, value: undefined };
      if (!values) return { done: false, value: table.keyAt(at) as unknown as T };
      const raw = table.valueAt(at);
      const value = decode === undefined ? this.#cells!.get(raw as number) : decode(raw);
      return { done: false, value: (keys ? [table.keyAt(at), value] : value) as T };
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

    // As leaving a loop over a generator does.
    override return(): IteratorResult<T, undefined> {
      this.#at = ENDED;
      return { done: true, value: undefined };
    }
  };
}

/** A class of iterators for a class of containers. */
export function tableIteratorOf<K, V, T>(
  label: string,
  yields: "key" | "value" | "entry",
  decode?: (raw: unknown) => V,
): TableIteratorClass<K, V, T> {
  return specialise(defineTableIterator<K, V, T>)({ label, yields, decode, refuseOrder });
}

/** The classes of iterators for a class of maps. */
export function tableIteratorsOf<K, V>(
  label: string,
  decode: ((raw: unknown) => V) | undefined,
): TableIterators<K, V> {
  return {
    Keys: tableIteratorOf(label, "key"),
    Values: tableIteratorOf(label, "value", decode),
    Entries: tableIteratorOf(label, "entry", decode),
  };
}
