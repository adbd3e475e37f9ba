import { shown } from "../core/refuse.ts";
import { NumberElement } from "./number_element.ts";
import { refusal } from "./refusal.ts";

const HIGH = 2 ** 32;

function unsafe(value: number | bigint, name: string): RangeError {
  return new RangeError(
    `Cannot take ${
      shown(value)
    } for ${name} as a number: expected an integer of its range up to 2^53, use ${name} itself`,
  );
}

function checked(value: number, name: string, least: number): number {
  if (!Number.isSafeInteger(value) || value < least) throw refusal(unsafe(value, name));
  return value;
}

function toNumber(stored: bigint, name: string): number {
  const value = Number(stored);
  if (!Number.isSafeInteger(value)) throw unsafe(stored, name);
  return value;
}

/**
 * `i64` or `u64` with values that are numbers instead of bigints.
 *
 * Reading and storing throw `RangeError` for anything but an integer of at most 53 bits, and for what is negative in
 * `u64`. Throws `TypeError` for another element.
 *
 * @example
 * ```ts
 * import { asNumber, u64 } from "@mimalloc/ffi/stl";
 * import assert from "node:assert/strict";
 *
 * const view = new DataView(new ArrayBuffer(8));
 * asNumber(u64).write(view, 0, 2 ** 40);
 * assert.equal(u64.read(view, 0), 2n ** 40n);
 * ```
 */
export function asNumber<C extends BigInt64ArrayConstructor | BigUint64ArrayConstructor>(
  element: NumberElement<bigint, C>,
): NumberElement<number, C> {
  const { name, viewType } = Object(element) as typeof element;
  if (viewType as unknown !== BigInt64Array && viewType as unknown !== BigUint64Array) {
    throw new TypeError(`Cannot take ${name ?? shown(element)} as a number: expected i64 or u64`);
  }
  const signed = (viewType as unknown) === BigInt64Array;
  const least = signed ? Number.MIN_SAFE_INTEGER : 0;
  return new NumberElement<number, BigInt64ArrayConstructor | BigUint64ArrayConstructor>({
    name: `${name} as number`,
    viewType,
    encode: (value: number) => BigInt(checked(value, name, least)),
    decode: (stored: bigint) => toNumber(stored, name),
    // Two halves of 32 bits make no bigint.
    read(view, byteOffset): number {
      const high = signed ? view.getInt32(byteOffset + 4, true) : view.getUint32(byteOffset + 4, true);
      const value = high * HIGH + view.getUint32(byteOffset, true);
      if (!Number.isSafeInteger(value)) throw unsafe(value, name);
      return value;
    },
    write(view, byteOffset, value): void {
      checked(value, name, least);
      view.setUint32(byteOffset, value, true);
      view.setInt32(byteOffset + 4, Math.floor(value / HIGH), true);
    },
  }) as NumberElement<number, C>;
}
