import type { Kind } from "./_kinds.ts";
import type { SortedFormat } from "./_sorted_format.ts";
import type { Storage } from "./_storage.ts";
import type { TreeClass } from "./_tree.ts";
import type { SortedMap, SortedMapOptions } from "./sorted_map.ts";

/** A class of sorted maps of one kind of keys and values. */
export type SortedMapClass = new (options: SortedMapOptions<never>) => SortedMap<unknown, unknown>;

/** What the class uses besides globals. */
export interface SortedMapParts<K, V, R> {
  readonly key: Kind<K>;
  readonly value: Kind<V>;
  readonly Base: new () => object;
  readonly Tree: TreeClass<K, V, R>;
  readonly Storage: typeof Storage;
  readonly format: SortedFormat;
  /** Throws for a key that is not of the kind. */
  readonly refuseKey: (key: unknown, label: string) => never;
  readonly checkedCount: (action: string, count: number, label: string) => number;
}
