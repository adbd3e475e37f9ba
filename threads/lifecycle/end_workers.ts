import { refuseArgument } from "../../heaps/argument.ts";
import {
  destroyLeftHeap,
  type EndedRealm,
  freeReceivedBlocks,
  keepAll,
  leaveSharedMemory,
  takeEndedRealms,
  takeLeftHeaps,
  takeMessages,
} from "../../heaps/core/ended_realms.ts";
import { native } from "../../heaps/core/native.ts";
import { adoptLeftHeap } from "../../heaps/heap/left_heap.ts";
import { inheritMessages } from "../handover/inherit_messages.ts";
import type { WorkerEnd, WorkerEndPolicy } from "./worker_end.ts";

const POLICIES: readonly WorkerEndPolicy[] = ["destroy", "adopt", "keep"];

/** What a Worker left, before anything is done about it. */
export type WorkerLeft = Omit<WorkerEnd, "destroyedHeaps" | "adoptedHeaps">;

/** Decides what becomes of the heaps of a Worker. */
export type DecideWorkerEnd = (left: WorkerLeft) => WorkerEndPolicy;

/**
 * Finds the Workers that have ended since the last time, however they did: `close()`, `terminate()`, an uncaught error.
 * Their heaps are destroyed, adopted or kept, as `policy` says, and unless they are kept what others had sent them is
 * freed, and so is what they had sent and nobody receives within ten seconds (`takeBack()` does it at once). Each Worker is told once in the process. Nothing of its JavaScript is needed, and nothing of others is touched:
 * a heap that another thread uses too stays.
 *
 * Where heaps belong to threads (2.x, 3.0, 3.1) nobody can destroy them; there it tells what was left. A heap stays, too,
 * when the Worker was known to have moved a buffer of it away; with `"destroy"` no Worker may do that otherwise, by the
 * transfer list of `postMessage()` for example: use `send()`.
 *
 * Adopted heaps have the figures 0, because nobody knows their blocks any more: `Heap.blocks()` lists them, and
 * `destroy()` frees them.
 *
 * The system tells when a thread is gone (Linux); on macOS it finds none.
 *
 * Throws `TypeError` for a policy that is none, and what a function throws, with that Worker kept; the others are told the next time.
 *
 * @example
 * ```ts
 * import { endWorkers } from "@mimalloc/ffi/threads";
 * import assert from "node:assert/strict";
 *
 * for (const { name, leakedBytes } of endWorkers("destroy")) assert.ok(leakedBytes >= 0, name);
 * assert.deepEqual(endWorkers("destroy"), []);
 * ```
 */
export function endWorkers(policy: WorkerEndPolicy | DecideWorkerEnd): WorkerEnd[] {
  if (typeof policy !== "function") requirePolicy(policy);
  native();
  return Array.from(takeEndedRealms(), (ended) => endWorker(ended, policy));
}

function requirePolicy(policy: unknown): asserts policy is WorkerEndPolicy {
  if (POLICIES.includes(policy as WorkerEndPolicy)) return;
  refuseArgument(policy, "end Workers", '"destroy", "adopt", "keep" or a function');
}

function endWorker(ended: EndedRealm, policy: WorkerEndPolicy | DecideWorkerEnd): WorkerEnd {
  const { name, number, threadId, since, liveBytes, liveBlocks, heaps: openHeaps } = ended.realm;
  const left = { name, number, threadId, since, leakedBytes: liveBytes, leakedBlocks: liveBlocks, openHeaps };
  const decided: unknown = typeof policy === "function" ? policy(left) : policy;
  requirePolicy(decided);
  if (decided === "keep") {
    keepAll(ended);
    return { ...left, destroyedHeaps: 0, adoptedHeaps: [] };
  }
  const heaps = takeLeftHeaps(ended);
  freeReceivedBlocks(ended);
  inheritMessages(takeMessages(ended));
  leaveSharedMemory(ended);
  if (decided === "adopt") {
    const adoptedHeaps = heaps.map((heap, index) => adoptLeftHeap(heap, `${name}, heap ${index + 1}`));
    return { ...left, destroyedHeaps: 0, adoptedHeaps };
  }
  for (const heap of heaps) destroyLeftHeap(heap);
  return { ...left, destroyedHeaps: heaps.length, adoptedHeaps: [] };
}
