// Registers a listener with C and prints what it heard.
import process from "node:process";
import { type DeferredFreeCall, Heap, library, unsafeRegisterDeferredFree } from "../../../../mod.ts";

const { collect } = library().bind("process");
const heap = new Heap();
const calls: DeferredFreeCall[] = [];
let depth = 0;
let deepest = 0;
const subscription = unsafeRegisterDeferredFree((call) => {
  deepest = Math.max(deepest, ++depth);
  calls.push(call);
  if (calls.length < 5) {
    for (let i = 0; i < 100; i++) heap.free(heap.allocate(Uint8Array, 100_000));
    collect(true);
  }
  depth--;
});
collect(false);
collect(true);
const first = calls.splice(0);
// Large blocks make mimalloc look for a page each time, and that is when it calls; on 3.0 at every 10,000th only.
for (let i = 0; i < 40_000; i++) heap.free(heap.allocate(Uint8Array, 100_000));
const duringAllocations = calls.length;
let second = "none";
try {
  unsafeRegisterDeferredFree(() => {});
} catch (error) {
  second = (error as Error).message;
}
subscription[Symbol.dispose]();
calls.length = 0;
collect(true);
const afterDispose = calls.length;

let disposedInside = 0;
const inside = unsafeRegisterDeferredFree(() => {
  disposedInside++;
  inside[Symbol.dispose]();
});
collect(true);
collect(true);
await new Promise((resolve) => setTimeout(resolve, 20));
const { liveBlocks } = heap;
heap.close();
process.stdout.write(
  JSON.stringify({ first, duringAllocations, deepest, second, afterDispose, disposedInside, liveBlocks }),
);
