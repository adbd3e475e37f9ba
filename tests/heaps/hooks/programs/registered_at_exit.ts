// Ends with a listener registered and with statistics on, in the way that it is told.
import process from "node:process";
import { Heap, options, unsafeRegisterDeferredFree } from "../../../../mod.ts";

options.set("show_stats", true);
let calls = 0;
unsafeRegisterDeferredFree(() => void calls++);
const heap = new Heap();
for (let i = 0; i < 300_000; i++) heap.allocate(Uint8Array, 64);
heap.collect(true);
process.stdout.write(calls > 0 ? "called\n" : "never called\n");
if (process.argv[2] === "exit") process.exit(0);
if (process.argv[2] === "throw") throw new Error("uncaught");
