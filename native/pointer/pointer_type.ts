import { backend } from "../../ffi/runtime/backend.ts";
import type { Address } from "../../ffi/types.ts";
import type { AnyView } from "../../heaps/allocator.ts";
import { shown } from "../../heaps/argument.ts";
import { extentOf, tagOf } from "../../heaps/core/extent.ts";
import { requireElement } from "../../stl/elements/check.ts";
import type { AnyElement, Element } from "../../stl/elements/element.ts";
import { type AnyNumberElement, type ColumnView, NumberElement } from "../../stl/elements/number_element.ts";
import { refusal } from "../../stl/elements/refusal.ts";
import { ELEMENT } from "../../stl/struct/memory.ts";
import type { AccessorOf, AnyStruct } from "../../stl/struct/struct.ts";
import { type NumberVector, type StructVector, Vector } from "../../stl/vector/vector.ts";
import { addressOf, type InMemory, isAccessor, memoryOf } from "../memory/bytes_of.ts";
import { Opaque } from "./opaque.ts";
import { bufferOf, handleOf, isPointer, makePointer, nameOfTarget, type Pointer, type Target } from "./pointer.ts";

/** Views of bytes, which can be anything. */
export type ByteView =
  | Uint8Array<ArrayBuffer>
  | Int8Array<ArrayBuffer>
  | Uint8ClampedArray<ArrayBuffer>
  | DataView<ArrayBuffer>;

/** What goes to C as a pointer to `T`, beside pointers and `null`. */
export type PointedAt<T extends Target> = T extends undefined ? InMemory
  : T extends Opaque ? never
  : T extends AnyStruct ? AccessorOf<T> | StructVector<T> | ByteView
  : T extends AnyNumberElement ? ColumnView<T> | NumberVector<T> | ByteView
  : InMemory;

/** What goes to C as a pointer to `T`. */
export type PointerInput<T extends Target> = Pointer<T> | PointedAt<T> | null;

const HIGH = 2 ** 32;
const POINTER_BYTES = 8;

// What stands for a view without bytes: C gets an address that is not NULL, and reads nothing there.
const NOTHING = new Uint8Array(POINTER_BYTES);

/** The type of a pointer, as a parameter, a result or a field; made by {@linkcode pointer}. */
export class PointerType<T extends Target> implements Element<Pointer<T> | null, PointerInput<T>> {
  /** What messages call it. */
  readonly name: string;
  /** Bytes of a pointer. */
  readonly byteLength: number = POINTER_BYTES;
  /** The alignment of a pointer. */
  readonly alignment: number = POINTER_BYTES;
  /** Names everything that decides how its bytes are read. */
  readonly layout: string = "pointer";
  /** What it leads to. */
  readonly target: T;
  /** The pointer at a byte offset; `null` for NULL. */
  readonly read: (view: DataView<ArrayBuffer>, byteOffset: number) => Pointer<T> | null;
  /** Stores the address of a pointer, a view, a row or a vector. */
  readonly write: (view: DataView<ArrayBuffer>, byteOffset: number, value: PointerInput<T>) => void;

  /** Makes the type of pointers to `target`. */
  constructor(target: T) {
    if (target !== undefined && !(target instanceof Opaque)) requireElement("a pointer", target);
    this.target = target;
    this.name = `pointer(${target === undefined ? "" : nameOfTarget(target)})`;
    this.read = (view, byteOffset): Pointer<T> | null => {
      const address = view.getUint32(byteOffset + 4, true) * HIGH + view.getUint32(byteOffset, true);
      const handle = backend().toHandle(address);
      return handle === null ? null : makePointer(handle, target);
    };
    this.write = (view, byteOffset, value): void => {
      const address = this.#addressOf(value);
      view.setUint32(byteOffset, address, true);
      view.setUint32(byteOffset + 4, Math.floor(address / HIGH), true);
    };
  }

  #addressOf(value: PointerInput<T>): Address {
    if (value === null) return 0;
    if (isPointer(value)) return this.#checked(value, `store in a ${this.name}`).address;
    return addressOf(this.#checkedMemory(value, `store in a ${this.name}`));
  }

  /** What goes to C where a parameter of type `pointer` is passed. */
  toHandle(value: unknown, action: string): unknown {
    if (value === null) return null;
    if (isPointer(value)) return handleOf(this.#checked(value, action));
    this.#refuse(value, action);
  }

  /** What goes to C where a parameter of type `buffer` is passed. */
  toBuffer(value: unknown, action: string): unknown {
    if (value === null) return null;
    if (isPointer(value)) return bufferOf(this.#checked(value, action));
    return memoryOf(this.#checkedMemory(value, action), action) ?? NOTHING;
  }

  /** Whether views, rows and vectors go to C as one, not pointers alone. */
  get takesMemory(): boolean {
    return !(this.target instanceof Opaque);
  }

  #checked(pointer: Pointer<Target>, action: string): Pointer<Target> {
    const { target } = pointer;
    if (this.target === undefined || target === undefined || target === this.target) return pointer;
    if (!(target instanceof Opaque) && !(this.target instanceof Opaque) && target.layout === this.target.layout) {
      return pointer;
    }
    throw refusal(
      new TypeError(
        `Cannot ${action}: expected a pointer to ${nameOfTarget(this.target)}, got one to ${nameOfTarget(target)}`,
      ),
    );
  }

  #checkedMemory(value: unknown, action: string): InMemory {
    const target: Target = this.target;
    if (target instanceof Opaque) this.#refuse(value, action);
    if (target === undefined || isOf(value, target)) return value as InMemory;
    this.#refuse(value, action);
  }

  #refuse(value: unknown, action: string): never {
    const { target } = this;
    const expected = target instanceof Opaque
      ? `a pointer to ${target.name} or null`
      : target === undefined
      ? "a pointer, a view, a row, a vector or null"
      : `a pointer to ${target.name}, memory of that or null`;
    throw refusal(new TypeError(`Cannot ${action}: expected ${expected}, got ${described(value)}`));
  }
}

/** Whether memory holds what a pointer leads to. */
function isOf(value: unknown, target: AnyElement): boolean {
  if (ArrayBuffer.isView(value)) return isViewOf(value as AnyView, target);
  if (isAccessor(value)) return isSame(value[ELEMENT], target);
  return value instanceof Vector && isSame(value.element, target);
}

function isSame(element: AnyElement, target: AnyElement): boolean {
  return element === target || element.layout === target.layout;
}

// One that is freed or empty is of no use as any, and is refused or passed later.
function isViewOf(view: AnyView, target: AnyElement): boolean {
  if (target instanceof NumberElement && view instanceof target.viewType) return true;
  const isBytes = view instanceof Uint8Array || view instanceof DataView || view instanceof Int8Array ||
    view instanceof Uint8ClampedArray;
  if (!isBytes) return false;
  const { byteLength } = extentOf(view)!;
  return byteLength === 0 || byteLength >= target.byteLength;
}

function described(value: unknown): string {
  if (ArrayBuffer.isView(value)) return `a ${tagOf(value as AnyView)}`;
  if (isAccessor(value)) return `a ${value[ELEMENT].name}`;
  return value instanceof Vector ? `a Vector of ${value.element.name}` : shown(value);
}

/**
 * The type of pointers to `target`: an element such as `u8` or a struct, something {@linkcode opaque}, or anything when
 * it is left out (`void*`). As a parameter it takes memory of that as it is: views, rows, vectors; also a
 * {@linkcode Pointer}, and `null`. As a result it is a {@linkcode Pointer}, or `null` for NULL. As a field of a struct it
 * stores addresses: of memory that has to stay where it is for as long as C follows them.
 *
 * Views of bytes go as pointers to anything that has no more bytes. What was freed is refused before C sees it.
 *
 * Throws `TypeError` for what is no element.
 *
 * @example
 * ```ts
 * import { Heap } from "@mimalloc/ffi";
 * import { addressOf, pointer } from "@mimalloc/ffi/native";
 * import { struct, u32, u8 } from "@mimalloc/ffi/stl";
 * import assert from "node:assert/strict";
 *
 * using heap = new Heap({ name: "packets" });
 * const Packet = struct({ bytes: pointer(u8), length: u32 });
 * const bytes = heap.bytes([1, 2, 3]);
 * const packet = Packet.create(heap, { bytes, length: bytes.length });
 * assert.equal(packet.bytes?.address, addressOf(bytes));
 * assert.throws(() => packet.assign({ bytes: new Float64Array(1) as never }), TypeError);
 * ```
 */
export function pointer<T extends Target = undefined>(target?: T): PointerType<T> {
  return new PointerType(target as T);
}
