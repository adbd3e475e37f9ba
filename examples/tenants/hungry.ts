// A plug-in that misbehaves: takes memory until it is refused, and then never comes back.
import { parentPort } from "node:worker_threads";
import { AllocationError, Heap } from "../../mod.ts";

const MiB = 2 ** 20;
const heap = new Heap({ name: "hungry" });

/** Takes all that there is, and returns the last block and why there is no more. */
function takeAll(): { readonly last: Uint8Array<ArrayBuffer> | undefined; readonly reason: string } {
  let last: Uint8Array<ArrayBuffer> | undefined;
  for (;;) {
    try {
      last = heap.allocate(Uint8Array, MiB).fill(1);
    } catch (error) {
      if (error instanceof AllocationError) return { last, reason: error.message };
      throw error;
    }
  }
}

parentPort!.once("message", () => {
  const { last, reason } = takeAll();
  parentPort!.postMessage(reason);
  if (last !== undefined) heap.free(last);
  for (;;) heap.free(heap.allocate(Uint8Array, MiB));
});
