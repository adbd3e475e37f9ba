import { shown } from "../core/refuse.ts";
import type { Element } from "./element.ts";
import type { NumberElement, NumberViewConstructor } from "./number_element.ts";

/** Reads and stores what a typed array holds, most significant byte first. */
interface Access {
  get(this: void, view: DataView, byteOffset: number): number | bigint;
  set(this: void, view: DataView, byteOffset: number, value: number | bigint): void;
}

const ACCESS: ReadonlyMap<NumberViewConstructor, Access> = new Map<NumberViewConstructor, Access>([
  [Float64Array, {
    get: (view, at) => view.getFloat64(at),
    set: (view, at, value) => view.setFloat64(at, value as number),
  }],
  [Float32Array, {
    get: (view, at) => view.getFloat32(at),
    set: (view, at, value) => view.setFloat32(at, value as number),
  }],
  [Float16Array, {
    get: (view, at) => view.getFloat16(at),
    set: (view, at, value) => view.setFloat16(at, value as number),
  }],
  [Int16Array, { get: (view, at) => view.getInt16(at), set: (view, at, value) => view.setInt16(at, value as number) }],
  [Uint16Array, {
    get: (view, at) => view.getUint16(at),
    set: (view, at, value) => view.setUint16(at, value as number),
  }],
  [Int32Array, { get: (view, at) => view.getInt32(at), set: (view, at, value) => view.setInt32(at, value as number) }],
  [Uint32Array, {
    get: (view, at) => view.getUint32(at),
    set: (view, at, value) => view.setUint32(at, value as number),
  }],
  [BigInt64Array, {
    get: (view, at) => view.getBigInt64(at),
    set: (view, at, value) => view.setBigInt64(at, value as bigint),
  }],
  [BigUint64Array, {
    get: (view, at) => view.getBigUint64(at),
    set: (view, at, value) => view.setBigUint64(at, value as bigint),
  }],
]);

/**
 * A number of which the most significant byte comes first, as in network protocols and many file formats. Everything
 * else is little-endian.
 *
 * Throws `TypeError` for an element that is not a number of several bytes.
 *
 * @example
 * ```ts
 * import { bigEndian, struct, u16, u32 } from "@mimalloc/ffi/stl";
 * import assert from "node:assert/strict";
 *
 * const Header = struct({ port: bigEndian(u16), length: u32 });
 * const header = Header.at(new Uint8Array(8));
 * header.port = 0x1234;
 * assert.equal(new Uint8Array(header.toObject().port).length, 0x1234);
 * ```
 */
export function bigEndian<T, C extends NumberViewConstructor>(element: NumberElement<T, C>): Element<T> {
  const access = ACCESS.get(Object(element).viewType);
  if (access === undefined) {
    throw new TypeError(
      `Cannot make ${Object(element).name ?? shown(element)} big-endian: expected a number of several bytes`,
    );
  }
  const { get, set } = access;
  // What a column stores is what a DataView of the same kind gives and takes.
  const decode = element.decode as (stored: number | bigint) => T;
  const encode = element.encode as (value: T) => number | bigint;
  const name = `big-endian ${element.name}`;
  return {
    name,
    byteLength: element.byteLength,
    alignment: element.alignment,
    layout: name,
    read: (view, byteOffset) => decode(get(view, byteOffset)),
    write: (view, byteOffset, value) => set(view, byteOffset, encode(value)),
  };
}
