import { libc } from "../../ffi/libc/libc.ts";
import { backend } from "../../ffi/runtime/backend.ts";
import type { Handle } from "../../ffi/types.ts";
import { refuseArgument, shown } from "../../heaps/argument.ts";
import { extentOf } from "../../heaps/core/extent.ts";
import { MAX_BLOCK_BYTES } from "../../heaps/core/view.ts";
import type { Element } from "../../stl/elements/element.ts";
import { u8 } from "../../stl/elements/numbers.ts";
import { decodeText, encodeInto } from "../../stl/elements/utf8.ts";
import { handleOf, isPointer, type Pointer, type Target } from "../pointer/pointer.ts";
import { pointer, type PointerType } from "../pointer/pointer_type.ts";

/** What goes to C as a text that ends with a zero byte, beside a string. */
export type CStringMemory = Uint8Array<ArrayBuffer> | Pointer<typeof u8> | Pointer<undefined> | null;

const { includes } = Uint8Array.prototype;
const bytesType: PointerType<typeof u8> = pointer(u8);

function refuseZero(action: string): never {
  throw new RangeError(`Cannot ${action}: a text with U+0000 would end there in C`);
}

/** The text at a pointer; `null` for NULL. */
export function textAt(handle: Handle | null): string | null {
  if (handle === null) return null;
  return textOf(handle, Number(libc("memory").strlen(handle)));
}

function textOf(handle: Handle, byteLength: number): string {
  return byteLength === 0 ? "" : decodeText(new Uint8Array(backend().wrap(handle, 0, byteLength)), 0, byteLength);
}

/** The view of a text in memory; throws when it does not end there. */
function terminated(bytes: Uint8Array<ArrayBuffer>, action: string): Uint8Array<ArrayBuffer> {
  // One that was freed is refused in the words of all memory.
  // A class of the program's own may find a zero where none is.
  const extent = extentOf(bytes);
  // A proxy of a view is an instance of its class, and no view.
  if (extent === undefined) refuseArgument(bytes, action, "a string, a Uint8Array or null");
  if (extent.detached || includes.call(bytes, 0)) return bytes;
  throw new RangeError(`Cannot ${action}: no byte of the view is zero, so that C would read beyond it; use cString()`);
}

/** The type of {@linkcode cString}. */
export class CStringType implements Element<string | null, CStringMemory> {
  /** What messages call it. */
  readonly name = "cString";
  /** Bytes of a pointer. */
  readonly byteLength: number = bytesType.byteLength;
  /** The alignment of a pointer. */
  readonly alignment: number = bytesType.alignment;
  /** Names everything that decides how its bytes are read. */
  readonly layout = "cString";
  /** Says that reading it reads memory elsewhere, which a union of C must not do. */
  readonly follows = true;

  /** The text that the pointer at a byte offset leads to; `null` for NULL. **UNSAFE**: it reads that memory. */
  readonly read = (view: DataView<ArrayBuffer>, byteOffset: number): string | null => {
    const found = bytesType.read(view, byteOffset);
    return found === null ? null : textAt(handleOf(found));
  };

  /** Stores the address of a text in memory, as `Heap.cString()` makes it: a string has none. */
  readonly write = (view: DataView<ArrayBuffer>, byteOffset: number, value: CStringMemory): void => {
    if (typeof value === "string") {
      refuseArgument(value, "store a text", "memory that holds one, as heap.cString() makes it,");
    }
    const memory = value instanceof Uint8Array
      ? terminated(value as Uint8Array<ArrayBuffer>, "store this text")
      : value;
    bytesType.write(view, byteOffset, memory as Uint8Array<ArrayBuffer>);
  };

  /** What goes to C for a value. */
  toBuffer(value: unknown, into: { bytes: Uint8Array }, action: string): unknown {
    if (typeof value === "string") return encoded(value, into, action);
    if (value instanceof Uint8Array) terminated(value as Uint8Array<ArrayBuffer>, action);
    else if (value !== null && !isPointer(value)) refuseArgument(value, action, "a string, a Uint8Array or null");
    return bytesType.toBuffer(value, action);
  }
}

/** Puts a text and its zero byte into `into.bytes`, and returns those. */
function encoded(text: string, into: { bytes: Uint8Array }, action: string): Uint8Array {
  if (text.includes("\0")) refuseZero(action);
  const length = encodeInto(text, into);
  if (length >= into.bytes.length) {
    const longer = new Uint8Array(length + 1);
    longer.set(into.bytes.subarray(0, length));
    into.bytes = longer;
  }
  into.bytes[length] = 0;
  return into.bytes;
}

/**
 * A text that ends with a zero byte, in UTF-8: `const char*` in C. As a parameter it takes a string, which lives until
 * the function returns; for what C keeps longer, memory of `heap.cString(text)` or a pointer; and `null`. As a result it
 * is a string, or `null` for NULL; bytes that are no UTF-8 become U+FFFD. As a field of a struct it takes memory.
 *
 * Passing throws `RangeError` for a text with U+0000 and for a view without a zero byte.
 */
export const cString: CStringType = new CStringType();

/**
 * The text at `pointer`, up to its zero byte; of `byteLength` bytes where that is told, as C does for texts that may
 * have zero bytes or end without one. **UNSAFE**: it reads that memory.
 *
 * Throws `TypeError` for what is not a pointer, `RangeError` for a length that is no integer from 0 to 4,294,967,295.
 *
 * @example
 * ```ts
 * import { Heap } from "@mimalloc/ffi";
 * import { addressOf, Pointer, readCString } from "@mimalloc/ffi/native";
 * import assert from "node:assert/strict";
 *
 * using heap = new Heap({ name: "texts" });
 * const text = heap.cString("grüezi");
 * const pointer = Pointer.at(addressOf(text));
 * assert.equal(readCString(pointer), "grüezi");
 * assert.equal(readCString(pointer, 4), "grü");
 * ```
 */
export function readCString(pointer: Pointer<Target>, byteLength?: number): string {
  if (!isPointer(pointer)) refuseArgument(pointer, "read a text", "a Pointer");
  const handle = handleOf(pointer);
  if (byteLength === undefined) return textAt(handle)!;
  if (!Number.isInteger(byteLength) || byteLength < 0 || byteLength > MAX_BLOCK_BYTES) {
    throw new RangeError(
      `Cannot read a text of ${shown(byteLength)} bytes: expected an integer from 0 to ${MAX_BLOCK_BYTES}`,
    );
  }
  return textOf(handle, byteLength);
}
