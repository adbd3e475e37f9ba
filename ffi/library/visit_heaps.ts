import { callbackSignatures } from "../callback_signatures.ts";
import { backend } from "../runtime/backend.ts";
import { withCallback } from "../runtime/callback.ts";
import type { Address, Handle } from "../types.ts";
import { library } from "./library.ts";

/**
 * The addresses of the heaps of a sub-process (`mi_subproc_visit_heaps`).
 *
 * Throws `UnsupportedError` before 3.6.
 */
export function visitHeaps(subprocess: Handle | null): Address[] {
  const { subprocVisitHeaps } = library().bind("visits");
  const addresses: Address[] = [];
  withCallback(callbackSignatures.heapVisit, (heap) => {
    if (heap !== null) addresses.push(backend().toAddress(heap));
    return true;
  }, (visitor) => subprocVisitHeaps(subprocess, visitor, null));
  return addresses;
}
