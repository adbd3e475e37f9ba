import type { AnyView } from "../../heaps/allocator.ts";
import { refuseArgument } from "../../heaps/argument.ts";
import { backend } from "../../ffi/runtime/backend.ts";
import type { Block } from "../../heaps/core/block.ts";
import { ClosedError } from "../../heaps/errors.ts";
import { blockOfPart } from "../../heaps/core/block_of_view.ts";
import { extentOf } from "../../heaps/core/extent.ts";
import { elementByteLength, VIEW_TYPES, viewType } from "../../heaps/core/view.ts";
import type { Lendable, NumberList, StructList } from "./lendable.ts";

/** Memory to be lent, as numbers that every thread understands. */
export interface Lent {
  readonly block: Block | undefined;
  readonly address: number;
  readonly type: number;
  readonly elementBytes: number;
  readonly length: number;
}

/** The address of a byte of a block's buffer. */
function addressOf(block: Block, byteOffset: number): number {
  return backend().toAddress(block.handle) + block.byteOffset + byteOffset;
}

/**
 * The memory of `values`, checked.
 *
 * Throws `TypeError` for what is neither view nor vector, and for memory that does not lie in a live block of a heap.
 */
export function lentOf(values: Lendable): Lent {
  const { view, elementBytes } = viewOf(values);
  // Not what the view says of itself: other threads use as much memory as this tells them.
  const { detached, byteOffset, byteLength } = extentOf(view)!;
  const length = byteLength / elementBytes;
  if (detached) throw new TypeError("Cannot lend this view: it was freed, or its buffer was moved");
  const block = length === 0 ? undefined : blockOfPart(view);
  if (length > 0 && block === undefined) {
    throw new TypeError(
      "Cannot lend this view: no heap handed it out, or it belongs to a scope; copy it into a heap: heap.bytes(view)",
    );
  }
  block?.store.budget.requireUsable("lend a view");
  const address = block === undefined ? 0 : addressOf(block, byteOffset);
  return { block, address, type: VIEW_TYPES.indexOf(viewType(view)), elementBytes, length };
}

function viewOf(values: Lendable): { view: AnyView; elementBytes: number } {
  if (ArrayBuffer.isView(values)) {
    const view = values as AnyView;
    return { view, elementBytes: elementByteLength(viewType(view)) };
  }
  const { capacity, element } = (values ?? {}) as Partial<NumberList<AnyView> & { element: { viewType?: unknown } }>;
  // By its element, because members of one kind of vector throw in others once a program has both.
  if (typeof capacity === "number" && element?.viewType !== undefined) {
    const view = (values as NumberList<AnyView>).subarray();
    return { view, elementBytes: elementByteLength(viewType(view)) };
  }
  const { memory } = (element === undefined ? {} : values) as { memory?: { view: DataView<ArrayBuffer> } };
  if (typeof capacity !== "number" || !(memory?.view instanceof DataView)) {
    refuseArgument(values, "lend memory", "a view that a heap handed out, or a Vector of numbers or structs");
  }
  const { element: { byteLength: elementBytes }, length, closed } = values as StructList;
  if (closed) throw new ClosedError("Cannot lend a Vector: it is closed");
  const { view } = memory;
  const used = length === 0 ? view : new DataView(view.buffer, view.byteOffset, length * elementBytes);
  return { view: used, elementBytes };
}
