import { backend } from "../../../ffi/mod.ts";
import { blockOf } from "../../../heaps/core/block.ts";
import type { AnyView } from "../../../mod.ts";

/** The address of the block behind a view. */
export function addressOf(view: AnyView): number {
  return backend().toAddress(blockOf(view.buffer)!.handle);
}
