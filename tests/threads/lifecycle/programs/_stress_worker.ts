// A Worker of the stress test: it receives, checks, frees, keeps and sends back, as chance wants it.
import process from "node:process";
import { parentPort, workerData } from "node:worker_threads";
import { Heap } from "../../../../mod.ts";
import { type Message, nameThread, receive, send } from "../../../../threads/mod.ts";
import { checkFill, fillView, type Item, makeRandom, type StressReport } from "./_stress.ts";

const { seed, number } = workerData as { readonly seed: number; readonly number: number };
nameThread(`stress ${number}`);
const random = makeRandom(seed);
let heap = new Heap({ name: "stress" });
const kept: Item[] = [];
const own: Uint8Array<ArrayBuffer>[] = [];

function report(message: StressReport): void {
  parentPort!.postMessage(message);
}

function release({ id, bytes, seed }: Item): void {
  checkFill(bytes, seed);
  heap.free(bytes);
  report({ kind: "freed", id });
}

/** Memory of its own, between that of others. */
function churn(): void {
  for (let step = random(20); step > 0; step--) {
    if (own.length < 50 && random(2) === 0) own.push(fillView(heap.allocate(Uint8Array, 1 + random(5000)), own.length));
    else if (own.length > 0) heap.free(own.splice(random(own.length), 1)[0]!);
  }
}

function take(message: Message<Item>): void {
  const item = receive(message, heap);
  checkFill(item.bytes, item.seed);
  churn();
  switch (random(4)) {
    case 0:
      return release(item);
    case 1:
      return void kept.push(item);
    case 2:
      // Others move with it: a heap ends before the blocks that it has given away, and after those that it was given.
      return send(parentPort!, item);
    default:
      for (const each of kept.splice(0)) release(each);
      release(item);
      if (random(4) === 0) {
        own.length = 0;
        heap.destroy();
        heap = new Heap({ name: "stress" });
      }
  }
}

/** Frees all that it has, and says so. */
function finish(): void {
  for (const each of kept.splice(0)) release(each);
  for (const each of own.splice(0)) heap.free(each);
  if (heap.liveBlocks !== 0) throw new Error(`${heap.liveBlocks} blocks are left`);
  heap.destroy();
  report({ kind: "finished" });
}

parentPort!.on("message", (message: Message<Item> | "finish" | "spin") => {
  if (message === "finish") return finish();
  if (message !== "spin") return take(message);
  // In the middle of allocating when it is terminated; Deno 2.9 would never end it.
  if (process.versions["bun"] === undefined) return;
  for (;;) churn();
});
