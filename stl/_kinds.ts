import { defineFixedRows } from "./_fixed_rows.ts";
import { hashBytes, mix32, newSeed } from "./_hash.ts";
import { type KeyBits, keyBitsOf } from "./_key_bits.ts";
import { defineNumberTable } from "./_number_table.ts";
import { readabilityOf } from "./_readable.ts";
import { defineRowTable, type RowTableClass } from "./_row_table.ts";
import { isCompound } from "./_property.ts";
import type { RowsClass } from "./_rows.ts";
import { entriesIn, nextSlots, slotsFor } from "./_slots.ts";
import { specialise } from "./_specialise.ts";
import type { TableClass } from "./_table.ts";
import { defineVariableRows } from "./_variable_rows.ts";
import type { Element } from "./element.ts";
import { FixedBytes } from "./fixed_bytes.ts";
import { NumberElement, type NumberViewConstructor } from "./number_element.ts";
import { VariableElement } from "./variable_element.ts";

/** What keys and values can be: an element, or a kind of any length. */
// deno-lint-ignore no-explicit-any -- a constraint that every element meets, whatever it stores
export type Kind<T> = Element<T, any> | VariableElement<T>;

function text(value: unknown): string {
  return typeof value === "object" || typeof value === "function" ? typeof value : String(value);
}

function refuseFor(kind: Kind<unknown>, what: string): (value: unknown, label: string) => never {
  return (value, label) => {
    const message = `Cannot store ${text(value)} in a ${label}: its ${what} are of kind ${kind.name}`;
    throw typeof value === "number" || typeof value === "bigint" ? new RangeError(message) : new TypeError(message);
  };
}

/** Throws for a value that is not of a kind. */
export function refuseValueOf(kind: Kind<unknown>): (value: unknown, label: string) => never {
  return refuseFor(kind, "values");
}

/** Throws for a key that is not of a kind. */
export function refuseKeyOf(kind: Kind<unknown>): (value: unknown, label: string) => never {
  return refuseFor(kind, "keys");
}

/** `kind` when it is one; throws `TypeError` otherwise. */
export function checkedKind<T>(kind: Kind<T>, label: string): Kind<T> {
  const given = kind as Partial<Element<T>> | undefined;
  if (kind instanceof VariableElement || (typeof given?.byteLength === "number" && given.read !== undefined)) {
    return kind;
  }
  throw new TypeError(`Cannot make a ${label} of ${text(kind)}: it is not an element like f64, anyText or a struct`);
}

/** Numbers as keys are stored, NaN and 0 in one way each. */
function elementOfBits<T>({ wide, low, high, read }: KeyBits<T>): Pick<Element<T>, "byteLength" | "read" | "write"> {
  return {
    byteLength: wide ? 8 : 4,
    read: (view, byteOffset) => read(view.getInt32(byteOffset, true), wide ? view.getInt32(byteOffset + 4, true) : 0),
    write(view, byteOffset, value): void {
      view.setInt32(byteOffset, low(value), true);
      if (wide) view.setInt32(byteOffset + 4, high(), true);
    },
  };
}

/** A class of rows for values of a kind. */
export function rowsOf<T>(kind: Kind<T>): RowsClass<T> {
  if (kind instanceof VariableElement) {
    return specialise(defineVariableRows<T>, `rows of ${kind.name}`)({ ...kind.coding, hashBytes });
  }
  const bits = kind instanceof NumberElement ? keyBitsOf(kind.name) as KeyBits<T> | undefined : undefined;
  if (bits !== undefined) {
    return specialise(defineFixedRows<T>, `rows of ${kind.name}`)({
      element: elementOfBits(bits),
      byteLength: kind.byteLength,
      fits: bits.fits,
      plain: false,
      compound: false,
      all: false,
      mix32,
    });
  }
  const plain = kind instanceof FixedBytes;
  const length = kind.byteLength;
  const fits = plain
    ? (value: T): boolean => value instanceof Uint8Array && value.length === length
    // The element itself refuses what it cannot store.
    : (): boolean => true;
  return specialise(defineFixedRows<T>, `rows of ${kind.name}`)({
    element: kind,
    byteLength: length,
    fits,
    plain,
    compound: isCompound(kind),
    all: readabilityOf(kind) === "all",
    mix32,
  });
}

const SHARED = { newSeed, slotsFor, nextSlots, entriesIn };

/** A class of tables whose keys lie in rows. */
export function rowTableOf<K, V>(kind: Kind<K>, valueType: NumberViewConstructor | undefined): RowTableClass<K, V> {
  return specialise(defineRowTable<K, V>, `table of ${kind.name}, ${valueType?.name}`)({
    ...SHARED,
    Rows: rowsOf(kind),
    valueType,
    refuseKey: refuseFor(kind as Kind<unknown>, "keys"),
  });
}

/** A class of tables for keys of a kind and values of a class of typed arrays; none for a set. */
export function tableOf<K, V>(kind: Kind<K>, valueType: NumberViewConstructor | undefined): TableClass<K, V> {
  const bits = kind instanceof NumberElement ? keyBitsOf(kind.name) as KeyBits<K> | undefined : undefined;
  if (bits === undefined) return rowTableOf(kind, valueType);
  return specialise(defineNumberTable<K, V>, `table of ${kind.name}, ${valueType?.name}`)({
    ...SHARED,
    ...bits,
    valueType,
    refuseKey: refuseFor(kind as Kind<unknown>, "keys"),
  });
}
