import { ContainerBase, showAs } from "../core/container_base.ts";
import { checkedCount } from "../core/indexes.ts";
import { refuseCursor, refuseNothing, refuseOrder, requireFunction } from "../core/refuse.ts";
import { Storage } from "../core/storage.ts";
import { NumberElement, type NumberViewConstructor } from "../elements/number_element.ts";
import { typeStoredAsIs } from "../elements/numbers.ts";
import { type Kind, refuseValueOf } from "../elements/variable_element.ts";
import type { RowsClass } from "../rows/rows.ts";
import { rowsOf } from "../rows/rows_of.ts";
import { type LentPlacesClass, lentPlacesOf } from "../struct/lent_places.ts";
import { Cells } from "./_cells.ts";
import { growOnce, growUntil } from "../core/grow_until.ts";
import { EntryFormat } from "./entry_format.ts";

/** What the classes of all hashed maps use besides globals; `raw` is what a table holds for a value. */
export interface EntryParts<V> {
  readonly Storage: typeof Storage;
  readonly Cells: typeof Cells;
  /** The rows of values that are no single numbers. */
  readonly ValueRows: RowsClass<V> | undefined;
  readonly format: EntryFormat;
  readonly encode: (value: V) => unknown;
  /** Whether numbers are stored as they are given: the function is shared by all maps, and not called for them. */
  readonly keepsNumbers: boolean;
  readonly decode: (raw: unknown) => V;
  readonly refuseValue: (value: unknown, label: string) => never;
  /** The accessors that values are changed through; `undefined` where they have none. */
  readonly LentPlaces: LentPlacesClass | undefined;
  readonly refuseOrder: typeof refuseOrder;
  readonly refuseNothing: typeof refuseNothing;
  readonly refuseCursor: () => never;
  readonly requireFunction: typeof requireFunction;
  readonly growOnce: typeof growOnce;
  readonly growUntil: typeof growUntil;
  readonly checkedCount: typeof checkedCount;
}

/** The class of the column of raw values: the values themselves when they are numbers, else handles. */
export function rawTypeOf(value: Kind<unknown>): NumberViewConstructor {
  return value instanceof NumberElement ? value.viewType : Uint32Array;
}

/** The parts of the class of maps that messages and bytes call `label`. */
export function entryParts(
  label: "HashMap" | "LruMap",
  key: Kind<unknown>,
  value: Kind<unknown>,
): EntryParts<unknown> {
  const number = value instanceof NumberElement ? value : undefined;
  return {
    Storage,
    Cells,
    ValueRows: number === undefined ? rowsOf(value) : undefined,
    format: new EntryFormat(label, key, value),
    encode: number?.encode as (value: unknown) => unknown,
    keepsNumbers: number !== undefined && typeStoredAsIs(number) === "number",
    decode: number?.decode as (raw: unknown) => unknown,
    refuseValue: refuseValueOf(value),
    LentPlaces: lentPlacesOf(value, label),
    refuseOrder,
    refuseNothing,
    refuseCursor: () => refuseCursor(label, value.name),
    requireFunction,
    growOnce,
    growUntil,
    checkedCount,
  };
}

/** What all hashed maps are the same in. */
export abstract class MapBase<K, V> extends ContainerBase implements Iterable<[K, V]> {
  /** The pairs of key and value. */
  abstract entries(): IterableIterator<[K, V]>;

  /** The same as `entries()`. */
  [Symbol.iterator](): IterableIterator<[K, V]> {
    return this.entries();
  }

  /** The pairs of key and value as an ordinary array. */
  toArray(): [K, V][] {
    return Array.from(this.entries());
  }
}

showAs(MapBase, { shape: "map" });
