import { specialise } from "../core/specialise.ts";
import { NumberElement, type NumberViewConstructor } from "../elements/number_element.ts";
import { type Kind, refuseKeyOf } from "../elements/variable_element.ts";
import { mix32, newSeed, strongHashPair } from "../rows/hash.ts";
import { type KeyBits, keyBitsOf } from "../rows/key_bits.ts";
import { rowsOf } from "../rows/rows_of.ts";
import { defineNumberTable } from "./_number_table.ts";
import { entriesIn, nextSlots, orderByHash, slotsFor, Strain, takenSlots } from "./_slots.ts";
import { defineRowTable, type RowTableClass } from "./row_table.ts";
import type { TableClass } from "./table.ts";

const SHARED = { newSeed, slotsFor, nextSlots, entriesIn, Strain, takenSlots, orderByHash };

/** A class of tables whose keys lie in rows. */
export function rowTableOf<K, V>(kind: Kind<K>, valueType: NumberViewConstructor | undefined): RowTableClass<K, V> {
  return specialise(defineRowTable<K, V>)({
    ...SHARED,
    Rows: rowsOf(kind),
    valueType,
    refuseKey: refuseKeyOf(kind as Kind<unknown>),
  });
}

/** A class of tables for keys of a kind and values of a class of typed arrays; none for a set. */
export function tableOf<K, V>(kind: Kind<K>, valueType: NumberViewConstructor | undefined): TableClass<K, V> {
  const bits = kind instanceof NumberElement ? keyBitsOf(kind.name) as KeyBits<K> | undefined : undefined;
  if (bits === undefined) return rowTableOf(kind, valueType);
  return specialise(defineNumberTable<K, V>)({
    ...SHARED,
    ...bits,
    strongHashPair,
    mix32,
    valueType,
    refuseKey: refuseKeyOf(kind as Kind<unknown>),
  });
}
