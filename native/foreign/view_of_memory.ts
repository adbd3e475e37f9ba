import { isMapped } from "../../ffi/libc/pages.ts";
import { backend } from "../../ffi/runtime/backend.ts";
import { refuseArgument, shown } from "../../heaps/argument.ts";
import { createView, MAX_BLOCK_BYTES } from "../../heaps/core/view.ts";
import { type AnyNumberElement, type ColumnView, NumberElement } from "../../stl/elements/number_element.ts";
import { handleOf, isPointer, type Pointer, type Target } from "../pointer/pointer.ts";

/** The view of what a pointer to `T` leads to: a typed array of its numbers, of bytes for anything else. */
export type ViewOf<T extends Target> = T extends AnyNumberElement ? ColumnView<T> : Uint8Array<ArrayBuffer>;

/**
 * A view of `byteLength` bytes of memory that C has made; `action` says what is tried.
 *
 * Throws `TypeError` for what is no pointer, NULL too; `RangeError` for a length that is no positive integer up to 2^32 - 1,
 * or no multiple of the size of its numbers, for numbers that do not lie at one, and for memory that is not mapped.
 */
export function viewOfMemory<T extends Target>(pointer: Pointer<T>, byteLength: number, action: string): ViewOf<T> {
  if (!isPointer(pointer)) refuseArgument(pointer, action, "a Pointer");
  if (!Number.isInteger(byteLength) || byteLength < 1 || byteLength > MAX_BLOCK_BYTES) {
    throw new RangeError(
      `Cannot ${action} of ${shown(byteLength)} bytes: expected an integer from 1 to ${MAX_BLOCK_BYTES}`,
    );
  }
  const { address, target } = pointer as Pointer<Target>;
  const type = target instanceof NumberElement ? target.viewType : Uint8Array;
  const size: number = type.BYTES_PER_ELEMENT;
  if (byteLength % size !== 0 || address % size !== 0) {
    throw new RangeError(
      `Cannot ${action} of ${byteLength} bytes at 0x${address.toString(16)} as ${type.name}: both have to be ` +
        `multiples of ${size}; pointer.as(u8) gives bytes`,
    );
  }
  if (!isMapped(address, byteLength)) {
    throw new RangeError(
      `Cannot ${action}: not all of the ${byteLength} bytes at 0x${address.toString(16)} are memory of the process`,
    );
  }
  const buffer = backend().wrap(handleOf(pointer), 0, byteLength);
  return createView(type, buffer, 0, byteLength / size) as ViewOf<T>;
}
