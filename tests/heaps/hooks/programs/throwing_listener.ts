// Prints what reportError was given while listeners threw, and what was allocated all the same.
import process from "node:process";
import { Heap, unsafeRegisterDeferredFree } from "../../../../mod.ts";

// One runtime has the event, the other both.
const reported = new Set<string>();
globalThis.addEventListener("error", (event) => {
  event.preventDefault();
  reported.add((event as ErrorEvent).error.message);
});
process.on("uncaughtException", (error) => void reported.add(error.message));

const heap = new Heap({ limit: 100_000 });
const kind = process.argv[2];
let throwing = true;
const listener = (): void => {
  if (!throwing) return;
  throwing = false;
  throw new Error("from the listener");
};
const subscription = kind === "heap" ? heap.onDeferredFree(listener) : unsafeRegisterDeferredFree(listener);
for (let i = 0; i < 1024; i++) heap.allocate(Uint8Array, 8).fill(1);
if (kind === "c") heap.collect(true);
const { liveBlocks } = heap;
setTimeout(() => {
  subscription[Symbol.dispose]();
  heap.destroy();
  process.stdout.write(JSON.stringify({ liveBlocks, reported: [...reported], throwing }));
}, 50);
