import type { Allocator, AnyView, View, ViewConstructor } from "../../heaps/allocator.ts";
import { boundAt } from "../core/indexes.ts";
import { type Extent, liveBytesOf, liveExtentOf } from "../core/plain_view.ts";
import type { AnyElement, InferElement, InferInput } from "../elements/element.ts";

/** Part of a view, in its own elements (bytes for DataView). */
export interface ViewRange {
  /**
   * The first element; counted from the end when it is negative.
   *
   * @default {0}
   */
  readonly start?: number;
  /**
   * The element behind the last; counted from the end when it is negative.
   *
   * @default {the length}
   */
  readonly end?: number;
}

function elementBytes(view: AnyView): number {
  return (view as Partial<Uint8Array>).BYTES_PER_ELEMENT ?? 1;
}

/** The bytes of a range of a view of `whole` bytes: the first, and how many. */
function rangeOf(view: AnyView, whole: number, { start = 0, end }: ViewRange): [start: number, byteLength: number] {
  const size = elementBytes(view);
  const length = whole / size;
  const from = boundAt(start, length);
  return [from * size, Math.max(0, boundAt(end ?? length, length) - from) * size];
}

/** A view of the class of `view` over other bytes. */
function sameClass<V extends AnyView>(view: V, buffer: ArrayBuffer, byteOffset: number, byteLength: number): V {
  const Class = view.constructor as new (buffer: ArrayBuffer, byteOffset: number, length: number) => V;
  return new Class(buffer, byteOffset, byteLength / elementBytes(view));
}

/**
 * The bytes of `view` as elements of another class, without copying. The allocator knows only the view that it handed
 * out: free that one.
 *
 * Throws `RangeError` when the bytes are not a whole number of elements or do not begin at a multiple of their size,
 * `ClosedError` when the memory was taken back.
 *
 * @example
 * ```ts
 * import { Heap } from "@mimalloc/ffi";
 * import { viewOf } from "@mimalloc/ffi/stl";
 * import assert from "node:assert/strict";
 *
 * using heap = new Heap({ name: "pixels" });
 * const pixels = heap.allocateZeroed(Uint32Array, 4);
 * viewOf(pixels, Uint8Array)[0] = 255;
 * assert.equal(pixels[0], 255);
 * ```
 */
export function viewOf<T extends ViewConstructor>(view: AnyView, type: T): View<T> {
  const { buffer, byteOffset, byteLength } = liveExtentOf(view, "view the bytes of");
  const size = (type as Partial<Uint8ArrayConstructor>).BYTES_PER_ELEMENT ?? 1;
  if (byteOffset % size !== 0 || byteLength % size !== 0) {
    throw new RangeError(
      `Cannot view ${byteLength} bytes at byte ${byteOffset} as ${type.name}: both have to be multiples of ${size}`,
    );
  }
  const Class = type as unknown as new (buffer: ArrayBuffer, byteOffset: number, length: number) => View<T>;
  return new Class(buffer, byteOffset, byteLength / size);
}

/**
 * A part of a view over the same memory; it ends with the whole.
 *
 * Throws `ClosedError` when the memory was taken back.
 */
export function subview<V extends AnyView>(view: V, range: ViewRange = {}): V {
  const { buffer, byteOffset, byteLength: whole } = liveExtentOf(view, "view a part of");
  const [start, byteLength] = rangeOf(view, whole, range);
  return sameClass(view, buffer, byteOffset + start, byteLength);
}

/**
 * A copy of a part of a view in a block of its own, which `allocator` can free.
 *
 * Throws `RangeError` for an empty part, what `allocator` throws, and `ClosedError` when the memory was taken back.
 */
export function slice<V extends AnyView>(allocator: Allocator, view: V, range: ViewRange = {}): V {
  const part = liveBytesOf(subview(view, range), "copy");
  if (part.length === 0) throw new RangeError("Cannot copy a part of a view: it has no element");
  const block = allocator.allocate(viewTypeOf(view), part.length / elementBytes(view)) as AnyView as V;
  liveBytesOf(block, "fill").set(part);
  return block;
}

function viewTypeOf(view: AnyView): ViewConstructor {
  return view.constructor as unknown as ViewConstructor;
}

/**
 * Copies as many bytes from `source` to `target` as both have, also where they overlap, and returns how many those
 * were.
 *
 * Throws `ClosedError` when the memory of one was taken back.
 */
export function copy(source: AnyView, target: AnyView): number {
  const [from, to] = [liveBytesOf(source, "copy"), liveBytesOf(target, "copy to")];
  const byteLength = Math.min(from.length, to.length);
  to.set(from.subarray(0, byteLength));
  return byteLength;
}

/**
 * Fills a view with repetitions of `pattern`, a byte or several.
 *
 * Throws `RangeError` for a pattern without bytes or a number that is not a byte, `ClosedError` when the memory was
 * taken back.
 */
export function fill(view: AnyView, pattern: number | Uint8Array): void {
  const bytes = liveBytesOf(view, "fill");
  if (typeof pattern === "number") {
    if (pattern >>> 0 !== pattern || pattern > 255) {
      throw new RangeError(`Cannot fill a view: expected a byte from 0 to 255, got ${pattern}`);
    }
    return void bytes.fill(pattern);
  }
  const pieces = liveBytesOf(pattern as Uint8Array<ArrayBuffer>, "fill a view with");
  if (pieces.length === 0) throw new RangeError("Cannot fill a view: the pattern has no bytes");
  bytes.set(pieces.subarray(0, bytes.length));
  // What is filled is copied behind itself, twice as much each time.
  for (let filled = pieces.length; filled < bytes.length; filled *= 2) bytes.copyWithin(filled, 0, filled);
}

function wholeOf({ buffer, byteOffset, byteLength }: Extent): DataView<ArrayBuffer> {
  return new DataView(buffer, byteOffset, byteLength);
}

/**
 * Compares the bytes of two views as texts are compared: negative when `a` comes first, 0 when they are the same,
 * positive when `b` does.
 *
 * Throws `ClosedError` when the memory of one was taken back.
 */
export function compare(a: AnyView, b: AnyView): number {
  const [one, other] = [wholeOf(liveExtentOf(a, "compare")), wholeOf(liveExtentOf(b, "compare"))];
  const length = Math.min(one.byteLength, other.byteLength);
  let index = 0;
  while (index + 4 <= length && one.getUint32(index) === other.getUint32(index)) index += 4;
  for (; index < length; index++) {
    const difference = one.getUint8(index) - other.getUint8(index);
    if (difference !== 0) return difference;
  }
  return one.byteLength - other.byteLength;
}

/**
 * Reverses the bytes of every element, as between a big-endian file and views, which are little-endian here.
 *
 * Throws `ClosedError` when the memory was taken back.
 *
 * @example
 * ```ts
 * import { Heap } from "@mimalloc/ffi";
 * import { swapBytes, viewOf } from "@mimalloc/ffi/stl";
 * import assert from "node:assert/strict";
 *
 * using heap = new Heap({ name: "samples" });
 * const samples = viewOf(heap.bytes([0x01, 0x02, 0x03, 0x04]), Uint16Array); // as they are in the file
 * swapBytes(samples);
 * assert.deepEqual([...samples], [0x0102, 0x0304]);
 * ```
 */
export function swapBytes(view: AnyView): void {
  const bytes = liveBytesOf(view, "swap bytes of");
  const size = elementBytes(view);
  for (let start = 0; start < bytes.length; start += size) {
    for (let low = start, high = start + size - 1; low < high; low++, high--) {
      const byte = bytes[low]!;
      bytes[low] = bytes[high]!;
      bytes[high] = byte;
    }
  }
}

/**
 * A block with copies of all views, one behind the other, of the class of the first.
 *
 * Throws `RangeError` when there is nothing to copy or the bytes are not a whole number of elements, what `allocator`
 * throws, and `ClosedError` when the memory of one was taken back.
 */
export function concat<V extends AnyView>(allocator: Allocator, views: readonly [V, ...AnyView[]]): V {
  const parts = views.map((view) => liveBytesOf(view, "copy"));
  const byteLength = parts.reduce((sum, { length }) => sum + length, 0);
  const block = allocator.allocate(viewTypeOf(views[0]), byteLength / elementBytes(views[0])) as AnyView as V;
  const bytes = liveBytesOf(block, "fill");
  let end = 0;
  for (const part of parts) {
    bytes.set(part, end);
    end += part.length;
  }
  return block;
}

/**
 * A copy of a view on the heap of JavaScript, which needs no freeing.
 *
 * Throws `ClosedError` when the memory was taken back.
 */
export function toOwned<V extends AnyView>(view: V): V {
  const bytes = liveBytesOf(view, "copy").slice();
  return sameClass(view, bytes.buffer, 0, bytes.length);
}

/**
 * The element at a byte offset of a view, wherever that is: `readAt(view, bigEndian(u32), 3)`.
 *
 * Throws `RangeError` outside of the view, `ClosedError` when the memory was taken back.
 */
export function readAt<E extends AnyElement>(view: AnyView, element: E, byteOffset: number): InferElement<E> {
  return element.read(elementBytesAt(view, element, byteOffset), 0) as InferElement<E>;
}

/**
 * Stores an element at a byte offset of a view.
 *
 * Throws like {@linkcode readAt}, and what the element throws for `value`.
 */
export function writeAt<E extends AnyElement>(
  view: AnyView,
  element: E,
  byteOffset: number,
  value: InferInput<E>,
): void {
  element.write(elementBytesAt(view, element, byteOffset), 0, value as never);
}

function elementBytesAt(view: AnyView, { name, byteLength }: AnyElement, byteOffset: number): DataView<ArrayBuffer> {
  const extent = liveExtentOf(view, "read or store an element of");
  if (!(Number.isSafeInteger(byteOffset) && byteOffset >= 0 && byteOffset + byteLength <= extent.byteLength)) {
    throw new RangeError(`Cannot find a ${name} at byte ${byteOffset}: the view has ${extent.byteLength} bytes`);
  }
  return new DataView(extent.buffer, extent.byteOffset + byteOffset, byteLength);
}
