import { parentPort } from "node:worker_threads";
import { Heap } from "../../../mod.ts";
import { type Message, receive, send } from "../../../threads/mod.ts";

type Bytes = Uint8Array<ArrayBuffer>;

/** What the Worker is asked to do with a message. */
export interface Order {
  readonly todo: "sum" | "return" | "free";
  readonly message: Message<Bytes>;
}

const heap = new Heap({ name: "echo" });

/** Answers what was done, or the name of the error. */
function obey({ todo, message }: Order): void {
  const bytes = receive(message, heap);
  if (todo === "return") return send(parentPort!, bytes);
  const sum = bytes.reduce((total, byte) => total + byte, 0);
  const { liveBytes } = heap;
  if (todo === "free") heap.free(bytes);
  parentPort!.postMessage({ sum, liveBytes, after: heap.liveBytes });
}

parentPort?.on("message", (order: Order) => {
  try {
    obey(order);
  } catch (error) {
    parentPort!.postMessage({ error: (error as Error).name });
  }
});
