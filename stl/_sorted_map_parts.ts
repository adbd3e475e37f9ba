import type { NodesClass } from "./_nodes.ts";
import type { Storage } from "./_storage.ts";
import type { AnyElement } from "./element.ts";
import type { AnyNumberElement } from "./number_element.ts";
import type { SortedMap, SortedMapOptions } from "./sorted_map.ts";

/** A class of sorted maps. */
export type SortedMapClass = new (
  key: AnyNumberElement,
  value: AnyElement,
  options: SortedMapOptions,
) => SortedMap<AnyNumberElement, AnyElement>;

/** What the class uses besides globals. */
export interface SortedMapParts<K, V> {
  readonly Base: new () => object;
  readonly Leaves: NodesClass<K, V>;
  readonly Inner: NodesClass<K, number>;
  readonly Storage: typeof Storage;
  readonly checkedCount: (action: string, count: number, label: string) => number;
}
