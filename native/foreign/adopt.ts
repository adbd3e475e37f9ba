import { requireFunction, requireObject } from "../../heaps/argument.ts";
import { handleOf, type Pointer, type Target } from "../pointer/pointer.ts";
import { heapAt } from "./_own_heap.ts";
import { type OwnedView, ownerOfRange, ownMemory } from "./owned_memory.ts";
import { type ViewOf, viewOfMemory } from "./view_of_memory.ts";

/** Options of {@linkcode adopt}. */
export interface AdoptOptions<T extends Target> {
  /** Frees the memory, a function of its library mostly; called once with the pointer, when no view shows it any more. */
  readonly free: (pointer: Pointer<T>) => unknown;
}

const ACTION = "adopt memory";

/**
 * Takes over `byteLength` bytes of memory that C has made for the program: a view of the numbers that the pointer leads
 * to, of bytes for anything else. `giveBack(view)`, or `using`, empties every view of it and then frees it by `free`. Who
 * does neither keeps the memory until the process ends.
 *
 * Nonblocking functions that are given the view hold it: the memory is not freed before they are through.
 *
 * **UNSAFE** as all of C is: the memory has to be there, and nobody else's. That it is mapped is checked.
 *
 * Throws `TypeError` for what is no `Pointer`, NULL too, without a function `free`, and for memory of a heap of this
 * thread, which that frees; `RangeError` for a length that is no integer from 1 to 2^32 - 1 or does not fit the numbers,
 * for memory that is not mapped, and for memory that is adopted already.
 *
 * @example
 * ```ts
 * import { adopt, openLibrary, pointer, usize } from "@mimalloc/ffi/native";
 * import { u8 } from "@mimalloc/ffi/stl";
 * import assert from "node:assert/strict";
 * import process from "node:process";
 *
 * const name = process.platform === "darwin" ? "/usr/lib/libSystem.B.dylib" : "libc.so.6";
 * using libc = openLibrary(name, {
 *   calloc: { parameters: [usize, usize], result: pointer(u8) },
 *   free: { parameters: [pointer(u8)] },
 * });
 * using bytes = adopt(libc.calloc(100, 1)!, 100, { free: libc.free });
 * assert.equal(bytes.every((byte) => byte === 0), true);
 * ```
 */
export function adopt<T extends Target>(
  pointer: Pointer<T>,
  byteLength: number,
  options: AdoptOptions<T>,
): OwnedView<ViewOf<T>> {
  const { free } = requireObject(options, ACTION, "an object with the function free");
  requireFunction(free, ACTION);
  const view = viewOfMemory(pointer, byteLength, ACTION);
  const { address } = pointer;
  const label = `the memory at 0x${address.toString(16)}`;
  const owner = ownerOfRange(address, address + byteLength);
  if (owner !== undefined) {
    throw new RangeError(`Cannot adopt ${label}: that is, or overlaps, ${owner}, adopted already`);
  }
  const heap = heapAt(handleOf(pointer), address);
  if (heap !== undefined) throw new TypeError(`Cannot adopt ${label}: it belongs to ${heap}, which frees it`);
  return ownMemory(view, address, label, () => void free(pointer));
}
