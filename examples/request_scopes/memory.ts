/**
 * Where the parser and the statistics get their arrays: the only difference
 * between the two arms.
 *
 * Contents are unspecified: whoever needs zeros writes them.
 */
export interface Memory {
  /** `length` bytes. */
  bytes(length: number): Uint8Array<ArrayBuffer>;
  /** `length` signed 32-bit integers. */
  integers(length: number): Int32Array<ArrayBuffer>;
  /** `length` 64-bit floating-point numbers. */
  doubles(length: number): Float64Array<ArrayBuffer>;
}
