// A Worker of the stress test: it receives, checks, frees, keeps and sends back, as chance wants it.
import process from "node:process";
import { parentPort, workerData } from "node:worker_threads";
import { Heap, library } from "../../../../mod.ts";
import { type Message, nameThread, receive, send } from "../../../../threads/mod.ts";
import { checkFill, fillView, type Item, makeRandom, NO_ID, type StressReport } from "./_stress.ts";
import { Ledger } from "./_stress_ledger.ts";
import { Play, type Shared } from "./_stress_play.ts";

/** What a Worker is started with. */
export interface Given {
  readonly seed: number;
  readonly number: number;
  readonly ledger: SharedArrayBuffer;
  readonly shared: Shared;
}

/** What a Worker is told besides the blocks that it is sent. */
export type Order = { readonly order: "finish" | "spin" } | { readonly order: "attach"; readonly shared: Shared };

const { seed, number, ledger, shared } = workerData as Given;
nameThread(`stress ${number}`);
const random = makeRandom(seed);
let heap = new Heap({ name: "stress" });
const kept: Item[] = [];
const own: Uint8Array<ArrayBuffer>[] = [];
const play = new Play(new Ledger(ledger), number, random, (item) => send(parentPort!, item));
play.attach(shared);

function report(message: StressReport): void {
  parentPort!.postMessage(message);
}

function release({ id, bytes, seed, heap: whole }: Item): void {
  checkFill(bytes, seed);
  if (whole === undefined) heap.free(bytes);
  else whole.destroy();
  report({ kind: "freed", id });
}

/** Memory of its own, between that of others. */
function churn(): void {
  for (let step = random(20); step > 0; step--) {
    if (own.length < 50 && random(2) === 0) own.push(fillView(heap.allocate(Uint8Array, 1 + random(5000)), own.length));
    else if (own.length > 0) heap.free(own.splice(random(own.length), 1)[0]!);
    play.step();
  }
  if (library().sharedHeaps && random(10) === 0) giveHeap();
}

/** A whole heap with more in it than what is told. */
function giveHeap(): void {
  const whole = new Heap({ name: "given by a Worker" });
  for (let count = random(10); count > 0; count--) whole.allocate(Uint8Array, 1 + random(1000));
  const seed = random(256);
  send(parentPort!, {
    id: NO_ID,
    seed,
    bytes: fillView(whole.allocate(Uint8Array, 1 + random(1000)), seed),
    heap: whole,
  });
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
  play.finish();
  for (const each of kept.splice(0)) release(each);
  for (const each of own.splice(0)) heap.free(each);
  if (heap.liveBlocks !== 0) throw new Error(`${heap.liveBlocks} blocks are left`);
  heap.destroy();
  report({ kind: "finished" });
}

function obey(order: Order): void {
  if (order.order === "finish") return finish();
  if (order.order === "attach") return play.attach(order.shared);
  // In the middle of allocating when it is terminated; Deno 2.9 would never end it.
  if (process.versions["bun"] === undefined) return;
  for (;;) churn();
}

parentPort!.on("message", (message: Message<Item> | Order) => {
  if ("order" in message) obey(message);
  else take(message);
});
