import { ClosedError } from "../../heaps/allocator.ts";
import { shown } from "./refuse.ts";

/** What typed arrays have in common. */
interface TypedArray extends ArrayBufferView<ArrayBuffer> {
  readonly length: number;
}

type TypedArrayClass = new (buffer: ArrayBuffer, byteOffset: number, length: number) => TypedArray;

const CLASSES: ReadonlyMap<unknown, TypedArrayClass> = new Map(
  [
    Int8Array,
    Uint8Array,
    Uint8ClampedArray,
    Int16Array,
    Uint16Array,
    Int32Array,
    Uint32Array,
    BigInt64Array,
    BigUint64Array,
    Float16Array,
    Float32Array,
    Float64Array,
  ].map((type) => [type.name, type as unknown as TypedArrayClass]),
);

// A class of the program's own, or a property of the view itself, can answer otherwise than the engine.
const ofTypedArrays = gettersOf(Object.getPrototypeOf(Uint8Array.prototype));
const ofDataViews = gettersOf(DataView.prototype);
const tagGetter = ofTypedArrays(Symbol.toStringTag);
const lengthGetter = ofTypedArrays("length");
const bufferGetter = ofTypedArrays("buffer");

function gettersOf(prototype: object): (key: PropertyKey) => (this: unknown) => unknown {
  return (key) => Object.getOwnPropertyDescriptor(prototype, key)!.get!;
}

const parts = (
  getters: typeof ofTypedArrays,
): Record<"buffer" | "byteOffset" | "byteLength", (this: unknown) => unknown> => ({
  buffer: getters("buffer"),
  byteOffset: getters("byteOffset"),
  byteLength: getters("byteLength"),
});
const typedArrayParts = parts(ofTypedArrays);
const dataViewParts = parts(ofDataViews);

/** Elements of a typed array as the engine counts them, whatever its class or a property of its own says. */
export function lengthOf(view: ArrayBufferView): number {
  return lengthGetter.call(view) as number;
}

/** The buffer of a typed array as the engine knows it; throws `ClosedError` when it was taken back. */
export function liveBufferOf(view: ArrayBufferView, action: string): ArrayBuffer {
  const buffer = bufferGetter.call(view) as ArrayBuffer;
  if (buffer.detached) throw new ClosedError(`Cannot ${action} this view: its memory was taken back`);
  return buffer;
}

/** Where a view lies as the engine knows it. */
export interface Extent {
  /** Its buffer. */
  readonly buffer: ArrayBuffer;
  /** Its first byte in the buffer. */
  readonly byteOffset: number;
  /** Its bytes; 0 when its buffer has become too short for it. */
  readonly byteLength: number;
}

/**
 * Where `view` lies. `action` says what is tried.
 *
 * Throws `TypeError` for what is no view, `ClosedError` when its memory was taken back.
 */
export function liveExtentOf(view: ArrayBufferView, action: string): Extent {
  if (!ArrayBuffer.isView(view)) {
    throw new TypeError(`Cannot ${action} ${shown(view)}: expected a typed array or DataView`);
  }
  const own = tagGetter.call(view) === undefined ? dataViewParts : typedArrayParts;
  const buffer = own.buffer.call(view) as ArrayBuffer;
  if (buffer.detached) throw new ClosedError(`Cannot ${action} this view: its memory was taken back`);
  return { buffer, byteOffset: own.byteOffset.call(view) as number, byteLength: own.byteLength.call(view) as number };
}

/** The bytes of `view`; throws like {@linkcode liveExtentOf}. */
export function liveBytesOf(view: ArrayBufferView, action: string): Uint8Array<ArrayBuffer> {
  const { buffer, byteOffset, byteLength } = liveExtentOf(view, action);
  return new Uint8Array(buffer, byteOffset, byteLength);
}

/** A typed array over the same elements which is of no class of the program's own; throws like {@linkcode liveExtentOf}. */
export function plainView(view: ArrayBufferView, action: string): TypedArray {
  const { buffer, byteOffset } = liveExtentOf(view, action);
  return new (CLASSES.get(tagGetter.call(view))!)(buffer, byteOffset, lengthOf(view));
}
