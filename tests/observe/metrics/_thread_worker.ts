import { parentPort } from "node:worker_threads";
import { Heap } from "../../../mod.ts";
import { nameThread } from "../../../threads/mod.ts";

nameThread("größer 👍");
const heap = new Heap({ name: "of the worker" });
heap.allocate(Uint8Array, 4321);
parentPort!.on("message", () => {
  heap.allocate(Uint8Array, 1000);
  parentPort!.postMessage("done");
});
parentPort!.postMessage("ready");
