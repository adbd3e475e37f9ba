// Looked up once: a program can put properties of its own on a buffer, a transfer() that keeps an alias for example.
const { transfer } = ArrayBuffer.prototype;
const byteLength = Object.getOwnPropertyDescriptor(ArrayBuffer.prototype, "byteLength")!.get!;

/** Detaches `buffer`, unless the runtime has pinned it for input or output: then it stays as it is. */
export function detach(buffer: ArrayBuffer): void {
  transfer.call(buffer, 0);
}

/** Whether `value` is an ArrayBuffer, of whatever realm; a proxy of one is none. */
export function isArrayBuffer(value: unknown): value is ArrayBuffer {
  try {
    byteLength.call(value);
    return true;
  } catch {
    return false;
  }
}

/** Bytes of `buffer`; 0 when it is detached. */
export function byteLengthOf(buffer: ArrayBuffer): number {
  return byteLength.call(buffer);
}

/** Whether `buffer`, which had bytes, is detached. */
export function isDetached(buffer: ArrayBuffer): boolean {
  return byteLength.call(buffer) === 0;
}

/** A new buffer over the memory of `buffer`, which is detached; a copy of it when the runtime has pinned that. */
export function moveBuffer(buffer: ArrayBuffer): ArrayBuffer {
  return transfer.call(buffer);
}
