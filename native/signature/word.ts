import { currentPlatform, longType } from "../../ffi/platform.ts";
import { asNumber } from "../../stl/elements/as_number.ts";
import { NumberElement } from "../../stl/elements/number_element.ts";
import { i32, i64, u32, u64 } from "../../stl/elements/numbers.ts";

/** An integer as wide as a pointer or a `long`, in JavaScript a number. */
export type WordElement = NumberElement<
  number,
  BigInt64ArrayConstructor | BigUint64ArrayConstructor | Int32ArrayConstructor | Uint32ArrayConstructor
>;

function named<E extends object>(name: string, element: E): WordElement {
  return new NumberElement({ ...element as unknown as WordElement, name });
}

const isLongLong = longType(currentPlatform()) === "i64";

/**
 * `size_t` and `uintptr_t` in C, as a number. Reading and storing throw `RangeError` for anything but an integer from 0
 * to 2^53.
 */
export const usize: WordElement = named("usize", asNumber(u64));

/**
 * `ssize_t`, `ptrdiff_t` and `intptr_t` in C, as a number; also for a parameter that takes a pointer or -1. Reading and
 * storing throw `RangeError` for anything but an integer of at most 53 bits.
 */
export const isize: WordElement = named("isize", asNumber(i64));

/** `long` in C, as a number: 64 bits, on Windows 32. Throws like {@linkcode isize}. */
export const long: WordElement = named("long", isLongLong ? asNumber(i64) : i32);

/** `unsigned long` in C, as a number: 64 bits, on Windows 32. Throws like {@linkcode usize}. */
export const ulong: WordElement = named("ulong", isLongLong ? asNumber(u64) : u32);
