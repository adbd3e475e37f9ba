import process from "node:process";
import { backend } from "../../../ffi/runtime/backend.ts";
import { type GuardedOptions, Heap, setGuarded, UnsupportedError } from "../../../mod.ts";
import { addressOf } from "../_support.ts";

/** Bytes of the block, how far behind its last one is written, and how it is guarded. */
const { length, beyond, ...guarded }: GuardedOptions & { length: number; beyond: number } = JSON.parse(
  process.env["OVERFLOW"]!,
);
using heap = new Heap();
try {
  setGuarded(heap, guarded);
} catch (error) {
  if (!(error instanceof UnsupportedError) || error.feature !== "a guard page behind every block") throw error;
  setGuarded(heap, { ...guarded, rate: 2 });
}
// The first blocks may be those that are not sampled yet.
const views = Array.from({ length: 20 }, () => heap.allocate(Uint8Array, length).fill(1));
// deno-lint-ignore no-console -- what the test reads
console.log("inside");
// What C does that writes too much: a view that reaches further than the block, which a heap never hands out.
// One of two in a row has a guard page at a rate of 2.
for (const view of views.slice(-2)) {
  const handle = backend().toHandle(addressOf(view))!;
  new Uint8Array(backend().wrap(handle, 0, length + beyond))[length + beyond - 1] = 2;
}
// deno-lint-ignore no-console -- what the test reads
console.log("beyond");
for (const each of views) heap.free(each);
// deno-lint-ignore no-console -- what the test reads
console.log("freed");
