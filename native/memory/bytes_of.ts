import { addressOf as addressOfBytes } from "../../ffi/libc/address_of.ts";
import type { Address } from "../../ffi/types.ts";
import { type AnyView, ClosedError } from "../../heaps/allocator.ts";
import { refuseArgument } from "../../heaps/argument.ts";
import { extentOf } from "../../heaps/core/extent.ts";
import type { AnyElement } from "../../stl/elements/element.ts";
import { ELEMENT, isEnded, MEMORY, OFFSET, type Place } from "../../stl/struct/memory.ts";
import { Vector } from "../../stl/vector/vector.ts";

/** The accessor of a struct, a union, an array or bits. */
export interface AnyAccessor {
  /** A copy as a plain object. */
  toObject(): unknown;
  /** Whether the bytes of another one are the same. */
  equals(other: never): boolean;
}

/** A vector of whatever element. */
export interface AnyVector {
  /** What it holds. */
  readonly element: AnyElement;
  /** The bytes of its elements. */
  asBytes(): Uint8Array<ArrayBuffer>;
}

/** What has bytes that C can be given: a view of whatever memory, a row, a vector. */
export type InMemory = AnyView | AnyAccessor | AnyVector;

/** Whether a value is an accessor. */
export function isAccessor(value: unknown): value is Place {
  return typeof value === "object" && value !== null && MEMORY in value;
}

/**
 * A view whose first byte is that of `value`, and which has at least its bytes; without making one where there is one.
 * `undefined` for what has no bytes at all. `action` says what is tried.
 *
 * Throws `ClosedError` for what was freed, `TypeError` for what is not in memory.
 */
export function memoryOf(value: unknown, action: string): AnyView | undefined {
  if (ArrayBuffer.isView(value)) return liveView(value as AnyView, action);
  if (isAccessor(value)) return viewOfPlace(value, action);
  if (value instanceof Vector) return value.asBytes();
  refuseArgument(value, action, "a view, a row or a vector");
}

function liveView(view: AnyView, action: string): AnyView | undefined {
  const { detached, byteLength, buffer } = extentOf(view)!;
  if (detached) throw new ClosedError(`Cannot ${action}: the view was freed, or its buffer was moved`);
  if (!(buffer instanceof ArrayBuffer)) {
    throw new TypeError(`Cannot ${action}: the memory of the view is shared, which runtimes do not pass to C`);
  }
  return byteLength === 0 ? undefined : view;
}

function viewOfPlace(place: Place, action: string): AnyView {
  const { [MEMORY]: memory, [OFFSET]: byteOffset, [ELEMENT]: { byteLength } } = place;
  if (isEnded(memory)) throw new ClosedError(`Cannot ${action}: the memory of this ${memory.label} was taken back`);
  const { view } = memory;
  if (byteOffset + byteLength > view.byteLength) {
    throw new RangeError(`Cannot ${action}: this row lies behind the end of its ${memory.label}`);
  }
  return byteOffset === 0 ? view : new Uint8Array(view.buffer, view.byteOffset + byteOffset, byteLength);
}

/**
 * The bytes of a row, over the same memory: valid until that moves or is freed. Also those of a view or of a vector.
 *
 * Throws `ClosedError` for what was freed, `TypeError` for what is not in memory.
 *
 * @example
 * ```ts
 * import { Heap } from "@mimalloc/ffi";
 * import { bytesOf } from "@mimalloc/ffi/native";
 * import { struct, u16, Vector } from "@mimalloc/ffi/stl";
 * import assert from "node:assert/strict";
 *
 * using heap = new Heap({ name: "pixels" });
 * const pixels = new Vector(struct({ x: u16, y: u16 }), { allocator: heap });
 * pixels.push({ x: 1, y: 2 });
 * pixels.push({ x: 3, y: 0x0405 });
 * assert.deepEqual([...bytesOf(pixels.get(1))], [3, 0, 5, 4]);
 * ```
 */
export function bytesOf(value: InMemory): Uint8Array<ArrayBuffer> {
  const view = memoryOf(value, "see the bytes of memory");
  if (view === undefined) return new Uint8Array(0);
  const { buffer, byteOffset, byteLength } = extentOf(view)!;
  return new Uint8Array(buffer, byteOffset, isAccessor(value) ? value[ELEMENT].byteLength : byteLength);
}

/**
 * The address of the first byte of a view, a row or a vector, as a number. It is good until the memory moves or is
 * freed, which nothing tells who has the number.
 *
 * Throws `ClosedError` for what was freed, `RangeError` for what has no bytes, `TypeError` for what is not in memory.
 *
 * @example
 * ```ts
 * import { Heap } from "@mimalloc/ffi";
 * import { addressOf } from "@mimalloc/ffi/native";
 * import assert from "node:assert/strict";
 *
 * using heap = new Heap({ name: "samples" });
 * const samples = heap.allocate(Float64Array, 8);
 * assert.equal(addressOf(samples.subarray(1)), addressOf(samples) + 8);
 * ```
 */
export function addressOf(value: InMemory): Address {
  const bytes = bytesOf(value);
  if (bytes.length === 0) throw new RangeError("Cannot tell an address: this has no bytes");
  return addressOfBytes(bytes);
}
