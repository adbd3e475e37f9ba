/** Throws for a handle that names no text. */
export function refuseHandle(handle: unknown, size: number): never {
  throw new RangeError(`Cannot read text ${String(handle)} of a StringTable: it has ${size}`);
}
