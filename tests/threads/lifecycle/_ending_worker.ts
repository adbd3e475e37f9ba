import assert from "node:assert/strict";
import process from "node:process";
import { parentPort, workerData } from "node:worker_threads";
import { BlockStore } from "../../../heaps/core/block_store.ts";
import { Heap, ScopePool } from "../../../mod.ts";
import { type Message, nameThread, receive, send } from "../../../threads/mod.ts";

/** How the Worker is to end, and what it is called. */
export interface Given {
  readonly name: string;
  readonly end: "wait" | "throw" | "exit" | "spin";
  readonly share?: boolean;
  readonly send?: boolean;
  /** Whether it moves a buffer of its heap to the other side, and the heap knows that. */
  readonly move?: boolean;
  /** Whether it ends in the middle of sending what it has received. */
  readonly halfway?: boolean;
}

const { name, end, share = false, send: sends = false, move = false, halfway = false } = workerData as Given;
nameThread(name);
const heap = new Heap({ name: "left" });
for (let block = 0; block < 100; block++) heap.allocate(Uint8Array, 1000).fill(7);
const pool = new ScopePool();
pool.open().allocate(Uint8Array, 100_000);

parentPort!.on("message", (message: Message<Uint8Array<ArrayBuffer>>) => {
  const received = receive(message, heap);
  if (halfway) sendHalfway(received);
  parentPort!.postMessage("received");
});
/** Leaves what a thread leaves that is killed when the block has its new entry, and still the old one. */
function sendHalfway(view: Uint8Array<ArrayBuffer>): void {
  const { surrender } = BlockStore.prototype;
  BlockStore.prototype.surrender = (): never => {
    throw new Error("killed here");
  };
  assert.throws(() => send(parentPort!, view), /killed here/);
  BlockStore.prototype.surrender = surrender;
}

parentPort!.postMessage(share ? heap.share() : "ready");
if (sends) setTimeout(() => send(parentPort!, heap.allocate(Uint8Array, 70_000)));
if (move) {
  setTimeout(() => {
    const view = heap.allocate(Uint8Array, 60_000).fill(3);
    const moved = new Uint8Array(view.buffer.transfer());
    // First: it may be terminated once the other side has the message.
    assert.throws(() => heap.free(view), TypeError);
    parentPort!.postMessage(moved, [moved.buffer]);
  });
}
if (end === "throw") {
  setTimeout(() => {
    throw new Error("on purpose");
  }, 20);
}
if (end === "exit") setTimeout(() => process.exit(0), 20);
if (end === "spin") {
  setTimeout(() => {
    for (;;) heap.free(heap.allocate(Uint8Array, 64));
  }, 20);
}
