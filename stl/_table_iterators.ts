import { refuseOrder } from "./_refuse_order.ts";
import { specialise } from "./_specialise.ts";
import { defineTableIterator, type TableIteratorClass, type TableIterators } from "./_table_iterator.ts";

/** A class of iterators for a class of containers; `kinds` tells it from those of other kinds. */
export function tableIteratorOf<K, V, T>(
  label: string,
  kinds: string,
  yields: "key" | "value" | "entry",
  decode?: (raw: unknown) => V,
): TableIteratorClass<K, V, T> {
  const define = specialise(defineTableIterator<K, V, T>, `${yields} iterator of ${label} of ${kinds}`);
  return define({ label, yields, decode, refuseOrder });
}

/** The classes of iterators for a class of maps. */
export function tableIteratorsOf<K, V>(
  label: string,
  kinds: string,
  decode: ((raw: unknown) => V) | undefined,
): TableIterators<K, V> {
  return {
    Keys: tableIteratorOf(label, kinds, "key"),
    Values: tableIteratorOf(label, kinds, "value", decode),
    Entries: tableIteratorOf(label, kinds, "entry", decode),
  };
}
