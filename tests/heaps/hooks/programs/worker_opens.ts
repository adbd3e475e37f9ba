// Registers, then lets a Worker open the library and allocate: the listener must never run there.
import process from "node:process";
import { Worker } from "node:worker_threads";
import { library, unsafeRegisterDeferredFree } from "../../../../mod.ts";

const { collect } = library().bind("process");
let calls = 0;
const subscription = unsafeRegisterDeferredFree(() => void calls++);
collect(true);
const before = calls;
const worker = new Worker(new URL("./_opening_worker.ts", import.meta.url));
const inWorker = await new Promise<string>((resolve, reject) => {
  worker.once("error", reject);
  worker.once("message", resolve);
});
collect(true);
const during = calls - before;
subscription[Symbol.dispose]();
await worker.terminate();
let afterwards = "none";
try {
  unsafeRegisterDeferredFree(() => {});
} catch (error) {
  afterwards = (error as Error).message;
}
process.stdout.write(JSON.stringify({ before, during, inWorker, afterwards }));
process.exit(0);
