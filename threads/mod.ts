/**
 * Memory between threads: what one thread has allocated is handed over to another one, which uses and frees it; nothing
 * is copied.
 *
 * @example
 * ```ts
 * import { Heap } from "@mimalloc/ffi";
 * import { type Message, receive, send } from "@mimalloc/ffi/threads";
 * import assert from "node:assert/strict";
 *
 * type Picture = { name: string; pixels: Uint8Array<ArrayBuffer> };
 * using heap = new Heap();
 * const { port1, port2 } = new MessageChannel(); // or a Worker, and its global object
 * const arrived = new Promise<MessageEvent<Message<Picture>>>((resolve) => port2.onmessage = resolve);
 * send(port1, { name: "sunset", pixels: heap.allocate(Uint8Array, 10_000_000) });
 * const { name, pixels } = receive((await arrived).data, heap);
 * assert.deepEqual([name, pixels.length], ["sunset", 10_000_000]);
 * port1.close();
 * ```
 *
 * @module
 */
export { nameThread, threads } from "../heaps/inspect/threads.ts";
export type { ThreadFigures } from "../heaps/stats/stats_types.ts";
export * from "./channel/channel.ts";
export type {
  Handed,
  HandedContents,
  HandedHeapContents,
  Maker,
  Makers,
  Message,
  Port,
  Sendable,
  StructOf,
  TakenBack,
} from "./handover/message.ts";
export * from "./handover/receive.ts";
export * from "./handover/send.ts";
export * from "./handover/send_error.ts";
export * from "./handover/take_back.ts";
export * from "./lifecycle/end_workers.ts";
export * from "./lifecycle/watch_workers.ts";
export * from "./lifecycle/worker_end.ts";
export type { Lendable, LentView, NumberList, StructList } from "./parallel/lendable.ts";
export * from "./parallel/parallel.ts";
export type { Chunk, Task, TaskName, TaskResult } from "./parallel/task.ts";
export * from "./parallel/task_error.ts";
export { WorkerPool, type WorkerPoolOptions } from "./parallel/worker_pool.ts";
export * from "./plugin/plugin.ts";
export * from "./shared/shared_view.ts";
