import { readabilityOf, validTextsOf } from "../bytes/readable.ts";
import { specialise } from "../core/specialise.ts";
import type { AnyElement, Element } from "../elements/element.ts";
import { FixedBytes } from "../elements/fixed_bytes.ts";
import { NumberElement } from "../elements/number_element.ts";
import { partsWriterOf } from "../elements/parts_writer.ts";
import { isRefusal } from "../elements/refusal.ts";
import { soughtView } from "../elements/sought.ts";
import { isSilentText } from "../elements/text.ts";
import { anyBytes, anyText, type Kind, VariableElement } from "../elements/variable_element.ts";
import { defineFixedRows } from "./_fixed_rows.ts";
import { compileStrongHashes, hashBytes, mix32, newSeed } from "./hash.ts";
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

/** How values of our own kinds become bytes. */
const OWN_CODINGS = new Set([anyText.coding.encode, anyBytes.coding.encode]);

/** Whether storing a value of a kind may run code of the program, which may then use any container. */
export function isActive(kind: Kind<unknown>): boolean {
  if (kind instanceof VariableElement) return !OWN_CODINGS.has(kind.coding.encode as never);
  if (kind instanceof NumberElement && keyBitsOf(kind.name) !== undefined) return false;
  return !(kind instanceof FixedBytes || isSilentText(kind));
}

/** A class of rows for values of a kind. */
export function rowsOf<T>(kind: Kind<T>): RowsClass<T> {
  const active = isActive(kind as Kind<unknown>);
  if (kind instanceof VariableElement) {
    return specialise(defineVariableRows<T>)({
      ...kind.coding,
      active,
      encodeSought: kind.coding.encode,
      newSeed,
      hashBytes,
      compileStrongHashes,
    });
  }
  const bits = kind instanceof NumberElement ? keyBitsOf(kind.name) as KeyBits<T> | undefined : undefined;
  if (bits !== undefined) {
    const element = elementOfBits(bits);
    return specialise(defineFixedRows<T>)({
      newSeed,
      hashNumber: bits.hash,
      mix32,
      compileStrongHashes,
      element,
      writeParts: element.write,
      soughtView,
      byteLength: kind.byteLength,
      fits: bits.fits,
      plain: false,
      exact: true,
      active,
      all: false,
      validTexts: undefined,
      isRefusal,
    });
  }
  const plain = kind instanceof FixedBytes;
  const length = kind.byteLength;
  const fits = plain
    ? (value: T): boolean => value instanceof Uint8Array && value.length === length
    // The element itself refuses what it cannot store.
    : (): boolean => true;
  return specialise(defineFixedRows<T>)({
    newSeed,
    hashNumber: undefined,
    mix32,
    compileStrongHashes,
    element: kind,
    writeParts: partsWriterOf(kind as AnyElement),
    soughtView,
    byteLength: length,
    fits,
    plain,
    exact: plain,
    active,
    all: readabilityOf(kind) === "all",
    validTexts: validTextsOf(kind),
    isRefusal,
  });
}
