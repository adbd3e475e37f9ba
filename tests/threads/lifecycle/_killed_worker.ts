import { parentPort, workerData } from "node:worker_threads";
import { enterRange } from "../../../heaps/core/arena_ranges.ts";
import { BlockStore } from "../../../heaps/core/block_store.ts";
import { Budget } from "../../../heaps/core/budget.ts";
import { takeEndedRealms } from "../../../heaps/core/ended_realms.ts";
import { SharedEntry } from "../../../heaps/core/shared_entry.ts";
import { markThread } from "../../../ffi/libc/realms.ts";
import { Heap, type HeapTicket } from "../../../heaps/heap/heap.ts";
import { nameThread } from "../../../heaps/inspect/threads.ts";
import { u32 } from "../../../stl/elements/numbers.ts";
import { Channel, type ChannelTicket } from "../../../threads/channel/channel.ts";
import { SharedView, type SharedViewTicket } from "../../../threads/shared/shared_view.ts";
import { word } from "../../../threads/channel/_words.ts";

/** What the Worker does, and in which step it stops, as if it were killed there. */
export interface Given {
  readonly name: string;
  readonly todo:
    | ("make heap" | "attach heap" | "destroy heap" | "join heap" | "leave heap")
    | ("attach view" | "claim entry" | "claim range" | "claim realm" | "deal" | "receive");
  readonly ticket?: HeapTicket | ChannelTicket | SharedViewTicket;
}

const { name, todo, ticket } = workerData as Given;

/** Runs `task` up to the call of `target[key]` for which `isThere` says so. */
function runUpTo<K extends string>(
  target: Record<K, (...given: never[]) => unknown>,
  key: K,
  task: () => void,
  isThere: (...given: unknown[]) => boolean = () => true,
): void {
  const whole = target[key] as (...given: unknown[]) => unknown;
  target[key] = function (this: unknown, ...given: unknown[]): unknown {
    if (isThere(...given)) throw new Error("killed here");
    return whole.apply(this, given);
  };
  try {
    task();
  } catch (error) {
    if ((error as Error).message !== "killed here") throw error;
  }
  target[key] = whole;
}

if (todo === "claim realm") runUpTo(Date, "now", () => new Heap());
else nameThread(name);
if (todo === "attach heap") {
  runUpTo(SharedEntry.prototype, "setDetail", () => Heap.attach(ticket as HeapTicket));
}
if (todo === "make heap") runUpTo(BlockStore.prototype, "enterHome", () => new Heap());
if (todo === "join heap") runUpTo(BlockStore.prototype, "enterHome", () => Heap.attach(ticket as HeapTicket));
if (todo === "destroy heap") {
  const heap = new Heap();
  heap.allocate(Uint8Array, 100);
  runUpTo(Budget.prototype, "close", () => heap.destroy());
}
if (todo === "claim range") runUpTo(Atomics, "store", () => enterRange(64, 64, 0));
if (todo === "attach view") SharedView.attach(ticket as SharedViewTicket);
if (todo === "claim entry") runUpTo(crypto, "getRandomValues", () => new Heap().share());
if (todo === "deal") takeEndedRealms().next();
if (todo === "leave heap") {
  const heap = new Heap();
  heap.share();
  heap.allocate(Uint8Array, 100);
}
if (todo === "receive") {
  const channel = Channel.attach(ticket as ChannelTicket, u32);
  runUpTo(Atomics, "store", () => channel.tryReceive(), (_words, at) => at === word.head);
}
parentPort!.postMessage(markThread());
// Until it is terminated.
parentPort!.on("message", () => {});
