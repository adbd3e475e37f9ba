import type { ByteSource } from "../allocator.ts";
import { refuseArgument } from "../argument.ts";

const encoder = new TextEncoder();

/** The bytes of `source`, without a copy where it has some. */
export function toBytes(source: ByteSource): Uint8Array<ArrayBufferLike> {
  refuseDetached(ArrayBuffer.isView(source) ? source.buffer : source);
  if (ArrayBuffer.isView(source)) {
    return new Uint8Array(source.buffer, source.byteOffset, source.byteLength);
  }
  if (source instanceof ArrayBuffer || source instanceof SharedArrayBuffer) {
    return new Uint8Array(source);
  }
  if (
    typeof source === "object" && source !== null && Symbol.iterator in source
  ) return Uint8Array.from(source);
  refuseArgument(source, "copy bytes", "an ArrayBuffer, a view or an iterable of numbers");
}

// The runtimes refuse it too, each in other words.
function refuseDetached(buffer: unknown): void {
  if (buffer instanceof ArrayBuffer && buffer.detached) {
    throw new TypeError("Cannot copy this source: it was freed, or its buffer was moved");
  }
}

/** The bytes of `source` in UTF-8. */
export function encodeText(source: string): Uint8Array<ArrayBuffer> {
  if (typeof source !== "string") {
    refuseArgument(source, "encode text", "a string");
  }
  return encoder.encode(source);
}
