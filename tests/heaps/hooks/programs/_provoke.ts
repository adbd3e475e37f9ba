import { type AnyFunction, backend, library } from "../../../../ffi/mod.ts";

/** Lets mimalloc print its statistics to wherever its output goes. */
export function printStatistics(): void {
  library().bind("process").statsPrintOut(null, null);
}

const ALLOCATE = {
  // void* mi_malloc(size_t size);
  mi_malloc: { parameters: ["size"], result: "pointer" },
} as const;

let allocate: AnyFunction | null | undefined;

/** Asks mimalloc for `byteLength` bytes, which the floors above would refuse themselves. */
export function fail(byteLength: bigint = 2n ** 62n): void {
  allocate ??= backend().bind(library().path, ALLOCATE, false)["mi_malloc"];
  if (allocate?.(byteLength) !== null) throw new Error(`Cannot fail: ${byteLength} bytes were allocated`);
}
