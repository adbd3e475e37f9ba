import { readabilityOf } from "../bytes/readable.ts";
import { specialise } from "../core/specialise.ts";
import type { Element } from "../elements/element.ts";
import { FixedBytes } from "../elements/fixed_bytes.ts";
import { NumberElement } from "../elements/number_element.ts";
import { type Kind, VariableElement } from "../elements/variable_element.ts";
import { isCompound } from "../struct/property.ts";
import { defineFixedRows } from "./_fixed_rows.ts";
import { hashBytes, mix32 } from "./hash.ts";
import { type KeyBits, keyBitsOf } from "./key_bits.ts";
import type { RowsClass } from "./rows.ts";
import { defineVariableRows } from "./variable_rows.ts";

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
    return specialise(defineVariableRows<T>)({ ...kind.coding, hashBytes });
  }
  const bits = kind instanceof NumberElement ? keyBitsOf(kind.name) as KeyBits<T> | undefined : undefined;
  if (bits !== undefined) {
    return specialise(defineFixedRows<T>)({
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
  return specialise(defineFixedRows<T>)({
    element: kind,
    byteLength: length,
    fits,
    plain,
    compound: isCompound(kind),
    all: readabilityOf(kind) === "all",
    mix32,
  });
}
