import type { Scope } from "../../mod.ts";

/**
 * Where what works on a request gets its arrays.
 *
 * Contents are unspecified: whoever needs zeros writes them.
 */
export interface Memory {
  /** `length` bytes. */
  bytes(length: number): Uint8Array<ArrayBuffer>;
  /** `length` signed 32-bit integers. */
  integers(length: number): Int32Array<ArrayBuffer>;
  /** `length` 32-bit floating-point numbers. */
  floats(length: number): Float32Array<ArrayBuffer>;
  /** `length` 64-bit floating-point numbers. */
  doubles(length: number): Float64Array<ArrayBuffer>;
}

/** Ordinary typed arrays: the garbage collector frees them. */
export const ORDINARY_MEMORY: Memory = {
  bytes: (length) => new Uint8Array(length),
  integers: (length) => new Int32Array(length),
  floats: (length) => new Float32Array(length),
  doubles: (length) => new Float64Array(length),
};

/** Arrays that end with `scope`. */
export function memoryOf(scope: Scope): Memory {
  return {
    bytes: (length) => scope.allocate(Uint8Array, length),
    integers: (length) => scope.allocate(Int32Array, length),
    floats: (length) => scope.allocate(Float32Array, length),
    doubles: (length) => scope.allocate(Float64Array, length),
  };
}
