import type { AnyView, ByteSource } from "../allocator.ts";
import { refuseArgument } from "../argument.ts";
import { isArrayBuffer } from "./detach.ts";
import { extentOf } from "./extent.ts";

const encoder = new TextEncoder();

const sharedByteLength = Object.getOwnPropertyDescriptor(SharedArrayBuffer.prototype, "byteLength")!.get!;

/** The bytes of `source`, without a copy where it has some. */
export function toBytes(source: ByteSource): Uint8Array<ArrayBufferLike> {
  const extent = ArrayBuffer.isView(source) ? extentOf(source as AnyView)! : undefined;
  if (extent !== undefined) {
    refuseDetached(extent.buffer);
    return new Uint8Array(extent.buffer, extent.byteOffset, extent.byteLength);
  }
  if (isArrayBuffer(source)) {
    refuseDetached(source);
    return new Uint8Array(source);
  }
  if (isSharedBuffer(source)) return new Uint8Array(source);
  if (typeof source === "object" && source !== null && Symbol.iterator in source) return fromNumbers(source);
  refuseArgument(source, "copy bytes", "an ArrayBuffer, a view or an iterable of numbers");
}

function isSharedBuffer(value: unknown): value is SharedArrayBuffer {
  try {
    sharedByteLength.call(value);
    return true;
  } catch {
    return false;
  }
}

// The runtimes refuse all of this too, each in other words.
function refuseDetached(buffer: ArrayBuffer): void {
  if (buffer.detached) throw new TypeError("Cannot copy this source: it was freed, or its buffer was moved");
}

function fromNumbers(source: Iterable<unknown>): Uint8Array<ArrayBuffer> {
  const iterator = iteratorOf(source);
  const numbers: number[] = [];
  for (const value of { [Symbol.iterator]: () => iterator }) {
    if (typeof value === "symbol" || typeof value === "bigint") refuseArgument(value, "copy bytes", "numbers");
    numbers.push(value as number);
  }
  return Uint8Array.from(numbers);
}

// A proxy of a view or Map has a method that does not know it.
function iteratorOf(source: Iterable<unknown>): Iterator<unknown> {
  try {
    return source[Symbol.iterator]();
  } catch (cause) {
    throw new TypeError("Cannot copy this source: it cannot be iterated, a proxy for example", { cause });
  }
}

/** The bytes of `source` in UTF-8 and a zero byte behind them; throws for one with U+0000. */
export function encodeCString(source: string): Uint8Array<ArrayBuffer> {
  if (typeof source !== "string") refuseArgument(source, "encode text", "a string");
  if (source.includes("\0")) throw new RangeError("Cannot encode text for C: U+0000 would end it there");
  return encoder.encode(`${source}\0`);
}

/** The bytes of `source` in UTF-8. */
export function encodeText(source: string): Uint8Array<ArrayBuffer> {
  if (typeof source !== "string") {
    refuseArgument(source, "encode text", "a string");
  }
  return encoder.encode(source);
}
