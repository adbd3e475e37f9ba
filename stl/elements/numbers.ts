import { shown } from "../core/refuse.ts";
import { type AnyNumberElement, NumberElement } from "./number_element.ts";
import { refusal } from "./refusal.ts";

function same<T>(stored: T): T {
  return stored;
}

/** `value`, unless it is no number: a typed array would make one of `"1"`, and of most else NaN. */
function toNumber(value: number): number {
  return typeof value === "number" ? value : refuse(value, "a number");
}

function refuse(value: unknown, expected: string): never {
  throw refusal(new TypeError(`Cannot store ${shown(value)}: expected ${expected}`));
}

function toBigInt(value: bigint): bigint {
  return typeof value === "bigint" ? value : refuse(value, "a bigint");
}

function toBit(value: boolean): number {
  return value === true ? 1 : value === false ? 0 : refuse(value, "true or false");
}

/** The type of the values of `element` that a column stores as they are given; `undefined` where it stores others. */
export function typeStoredAsIs({ encode }: AnyNumberElement): "number" | "bigint" | undefined {
  if ((encode as unknown) === toNumber) return "number";
  return (encode as unknown) === toBigInt ? "bigint" : undefined;
}

/** 64-bit floating point, `double` in C. */
export const f64: NumberElement<number, Float64ArrayConstructor> = new NumberElement({
  name: "f64",
  viewType: Float64Array,
  encode: toNumber,
  decode: same<number>,
  read: (view, byteOffset) => view.getFloat64(byteOffset, true),
  write: (view, byteOffset, value) => view.setFloat64(byteOffset, toNumber(value), true),
});

/** 32-bit floating point, `float` in C. */
export const f32: NumberElement<number, Float32ArrayConstructor> = new NumberElement({
  name: "f32",
  viewType: Float32Array,
  encode: toNumber,
  decode: same<number>,
  read: (view, byteOffset) => view.getFloat32(byteOffset, true),
  write: (view, byteOffset, value) => view.setFloat32(byteOffset, toNumber(value), true),
});

/** 16-bit floating point, `_Float16` in C. */
export const f16: NumberElement<number, Float16ArrayConstructor> = new NumberElement({
  name: "f16",
  viewType: Float16Array,
  encode: toNumber,
  decode: same<number>,
  read: (view, byteOffset) => view.getFloat16(byteOffset, true),
  write: (view, byteOffset, value) => view.setFloat16(byteOffset, toNumber(value), true),
});

/** A signed 8-bit integer, `int8_t` in C. */
export const i8: NumberElement<number, Int8ArrayConstructor> = new NumberElement({
  name: "i8",
  viewType: Int8Array,
  encode: toNumber,
  decode: same<number>,
  read: (view, byteOffset) => view.getInt8(byteOffset),
  write: (view, byteOffset, value) => view.setInt8(byteOffset, toNumber(value)),
});

/** An unsigned 8-bit integer, `uint8_t` in C. */
export const u8: NumberElement<number, Uint8ArrayConstructor> = new NumberElement({
  name: "u8",
  viewType: Uint8Array,
  encode: toNumber,
  decode: same<number>,
  read: (view, byteOffset) => view.getUint8(byteOffset),
  write: (view, byteOffset, value) => view.setUint8(byteOffset, toNumber(value)),
});

/** A signed 16-bit integer, `int16_t` in C. */
export const i16: NumberElement<number, Int16ArrayConstructor> = new NumberElement({
  name: "i16",
  viewType: Int16Array,
  encode: toNumber,
  decode: same<number>,
  read: (view, byteOffset) => view.getInt16(byteOffset, true),
  write: (view, byteOffset, value) => view.setInt16(byteOffset, toNumber(value), true),
});

/** An unsigned 16-bit integer, `uint16_t` in C. */
export const u16: NumberElement<number, Uint16ArrayConstructor> = new NumberElement({
  name: "u16",
  viewType: Uint16Array,
  encode: toNumber,
  decode: same<number>,
  read: (view, byteOffset) => view.getUint16(byteOffset, true),
  write: (view, byteOffset, value) => view.setUint16(byteOffset, toNumber(value), true),
});

/** A signed 32-bit integer, `int32_t` in C. */
export const i32: NumberElement<number, Int32ArrayConstructor> = new NumberElement({
  name: "i32",
  viewType: Int32Array,
  encode: toNumber,
  decode: same<number>,
  read: (view, byteOffset) => view.getInt32(byteOffset, true),
  write: (view, byteOffset, value) => view.setInt32(byteOffset, toNumber(value), true),
});

/** An unsigned 32-bit integer, `uint32_t` in C. */
export const u32: NumberElement<number, Uint32ArrayConstructor> = new NumberElement({
  name: "u32",
  viewType: Uint32Array,
  encode: toNumber,
  decode: same<number>,
  read: (view, byteOffset) => view.getUint32(byteOffset, true),
  write: (view, byteOffset, value) => view.setUint32(byteOffset, toNumber(value), true),
});

/** A signed 64-bit integer as bigint, `int64_t` in C; `asNumber(i64)` is one as number. */
export const i64: NumberElement<bigint, BigInt64ArrayConstructor> = new NumberElement({
  name: "i64",
  viewType: BigInt64Array,
  encode: toBigInt,
  decode: same<bigint>,
  read: (view, byteOffset) => view.getBigInt64(byteOffset, true),
  write: (view, byteOffset, value) => view.setBigInt64(byteOffset, toBigInt(value), true),
});

/** An unsigned 64-bit integer as bigint, `uint64_t` in C; `asNumber(u64)` is one as number. */
export const u64: NumberElement<bigint, BigUint64ArrayConstructor> = new NumberElement({
  name: "u64",
  viewType: BigUint64Array,
  encode: toBigInt,
  decode: same<bigint>,
  read: (view, byteOffset) => view.getBigUint64(byteOffset, true),
  write: (view, byteOffset, value) => view.setBigUint64(byteOffset, toBigInt(value), true),
});

/** `true` or `false` in one byte, `bool` in C. */
export const bool: NumberElement<boolean, Uint8ArrayConstructor> = new NumberElement({
  name: "bool",
  viewType: Uint8Array,
  encode: toBit,
  decode: (stored: number) => stored !== 0,
  read: (view, byteOffset) => view.getUint8(byteOffset) !== 0,
  write: (view, byteOffset, value) => view.setUint8(byteOffset, toBit(value)),
});
