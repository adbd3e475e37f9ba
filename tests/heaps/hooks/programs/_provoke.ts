import { type AnyFunction, backend, type Handle, library } from "../../../../ffi/mod.ts";
import { isWithin } from "../../../../ffi/releases.ts";

let first: Handle | null | undefined;

/** Lets mimalloc print its statistics to wherever its output goes. */
export function printStatistics(): void {
  // From 3.2.6 to 3.4.3 there is nothing to print before the first block.
  if (isWithin(library().version, { since: "3.2.6", until: "3.4.3" })) first ??= library().bind("blocks").malloc(1);
  library().bind("process").statsPrintOut(null, null);
}

const ALLOCATE = {
  // void* mi_malloc(size_t size);
  mi_malloc: { parameters: ["size"], result: "pointer" },
} as const;

let allocate: AnyFunction | null | undefined;

/** Asks mimalloc for `byteLength` bytes, which the floors above would refuse themselves. */
export function fail(byteLength: bigint = 2n ** 47n): void {
  allocate ??= backend().bind(library().path, ALLOCATE, false)["mi_malloc"];
  if (allocate?.(byteLength) !== null) throw new Error(`Cannot fail: ${byteLength} bytes were allocated`);
}
