import { requireFunction } from "../../heaps/argument.ts";
import { detach, isDetached } from "../../heaps/core/detach.ts";
import type { Pointer, Target } from "../pointer/pointer.ts";
import { type ViewOf, viewOfMemory } from "./view_of_memory.ts";

const ACTION = "lend memory";

/**
 * Calls `task` with a view of `byteLength` bytes of memory that C has made and keeps, and returns what it returns. The view
 * has length 0 afterwards, also when `task` throws. It is of the numbers that the pointer leads to, of bytes for anything
 * else.
 *
 * **UNSAFE** as all of C is: for the length of the call the memory has to be there. That it is mapped is checked.
 *
 * Throws `TypeError` for what is no `Pointer`, NULL too, for a task that is no function or that is asynchronous, because
 * its view would be empty before it is through, and for one that moves the view's buffer away; `RangeError` for a length
 * that is no integer from 1 to 2^32 - 1 or does not fit the numbers, and for memory that is not mapped; `Error` when the
 * runtime still reads or writes the view (Bun).
 *
 * @example
 * ```ts
 * import { Heap } from "@mimalloc/ffi";
 * import { addressOf, lend, Pointer } from "@mimalloc/ffi/native";
 * import { f64 } from "@mimalloc/ffi/stl";
 * import assert from "node:assert/strict";
 *
 * using heap = new Heap({ name: "samples" });
 * const samples = Pointer.at(addressOf(heap.allocate(Float64Array, 3).fill(0.5)), f64);
 * const sum = lend(samples, 24, (view) => view.reduce((sum, value) => sum + value, 0));
 * assert.equal(sum, 1.5);
 * ```
 */
export function lend<T extends Target, R>(pointer: Pointer<T>, byteLength: number, task: (view: ViewOf<T>) => R): R {
  requireFunction(task, ACTION);
  if (Object.prototype.toString.call(task) === "[object AsyncFunction]") refuseAsync();
  const view = viewOfMemory(pointer, byteLength, ACTION);
  const { buffer } = view;
  let result: R;
  try {
    result = task(view);
  } finally {
    end(buffer);
  }
  if (isPromise(result)) refuseAsync();
  return result;
}

function end(buffer: ArrayBuffer): void {
  if (isDetached(buffer)) {
    throw new TypeError(
      "Cannot take lent memory back: its buffer was moved by transfer(), structuredClone() or postMessage()",
    );
  }
  detach(buffer);
  if (isDetached(buffer)) return;
  throw new Error("Cannot take lent memory back: the runtime still reads or writes it");
}

function isPromise(value: unknown): boolean {
  return typeof value === "object" && value !== null && "then" in value && typeof value.then === "function";
}

function refuseAsync(): never {
  throw new TypeError(
    "Cannot lend memory to an asynchronous function: the view is empty once it has returned; copy what it needs, or adopt()",
  );
}
