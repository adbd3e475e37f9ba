import { parentPort, workerData } from "node:worker_threads";
import { BlockStore } from "../../../heaps/core/block_store.ts";
import { SharedEntry } from "../../../heaps/core/shared_entry.ts";
import { Heap } from "../../../heaps/heap/heap.ts";
import { nameThread } from "../../../heaps/inspect/threads.ts";
import type { HashMap as AnyHashMap } from "../../../stl/mod.ts";
import { anyText, HashMap, u32 } from "../../../stl/mod.ts";
import type { Message } from "../../../threads/handover/message.ts";
import { receive } from "../../../threads/handover/receive.ts";
import { send } from "../../../threads/handover/send.ts";

/** What is sent: a heap, and some of what lies in it. */
export interface Sent {
  readonly heap: Heap;
  readonly names: AnyHashMap<string, number>;
  readonly pixels: Uint8Array<ArrayBuffer>;
}

/** What the Worker is asked to do. */
export interface Order {
  readonly todo: "use" | "keep" | "return" | "send" | "stop before" | "stop after";
  readonly message?: Message<Sent>;
}

nameThread(workerData as string);

function take(message: Message<Sent>): Sent {
  return receive(message, undefined, { names: (options) => new HashMap(anyText, u32, options) });
}

function use({ heap, names, pixels }: Sent): void {
  const { name, limit, liveBytes, liveBlocks } = heap;
  const found = [names.get("apple"), pixels.length, pixels[7], heap.owns(pixels)];
  heap.free(pixels);
  names.set("pear", 5);
  const more = heap.allocate(Uint8Array, 100);
  let refused = "";
  try {
    heap.allocate(Uint8Array, limit);
  } catch (error) {
    refused = (error as Error).name;
  }
  heap.destroy();
  parentPort!.postMessage({ name, limit, liveBytes, liveBlocks, found, refused, after: more.length });
}

function stopHere(): never {
  throw new Error("killed here");
}

/** Sends a heap, and stops as if the thread were killed before or after that is on its way. */
function stop(heap: Heap, isSent: boolean): void {
  if (isSent) BlockStore.prototype.part = stopHere;
  else SharedEntry.prototype.setDetail = stopHere;
  try {
    send(parentPort!, heap);
  } catch {
    if (!isSent) parentPort!.postMessage("stopped");
  }
}

let kept: Sent | undefined;

parentPort!.on("message", ({ todo, message }: Order) => {
  if (todo === "use") return use(take(message!));
  if (todo === "return") return send(parentPort!, take(message!) as never);
  if (todo === "keep") kept = take(message!);
  if (todo === "keep") return parentPort!.postMessage(kept!.heap.liveBlocks);
  const heap = new Heap({ name: "made by the Worker" });
  heap.allocate(Uint8Array, 70_000);
  if (todo === "stop after") return stop(heap, true);
  if (todo === "stop before") return stop(heap, false);
  send(parentPort!, heap);
});
