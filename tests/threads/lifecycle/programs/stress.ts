// Workers that allocate, send blocks and whole heaps, receive, free, write to and read from channels, take turns with a
// view, use one heap together, and are terminated at random moments. Arguments: milliseconds and seed.
// Prints what was done and what is left; ends with code 1 when a byte is wrong, or a block or a message is lost.
import process from "node:process";
import { setTimeout } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import { Heap, library, stats, visitHeaps } from "../../../../mod.ts";
import { Channel, endWorkers, type Message, receive, send, takeBack, threads } from "../../../../threads/mod.ts";
import { checkFill, fillView, type Item, makeRandom, NO_ID, type StressReport } from "./_stress.ts";
import { Exchange, MAIN } from "./_stress_exchange.ts";
import { Letter, letterOf, type LetterValue } from "./_stress_letters.ts";
import type { Shared } from "./_stress_play.ts";
import type { Given, Order } from "./_stress_worker.ts";

const [, , milliseconds = "2000", seed = "1"] = process.argv;
const random = makeRandom(Number(seed));
const WORKERS = 4;
/** How many blocks a Worker has at a time, at the most. */
const MOST = 200;
const url = new URL("./_stress_worker.ts", import.meta.url);

/** On Linux alone the system tells that a thread is gone. */
const isTold = process.platform === "linux";

/** Heaps of mimalloc, where it tells them. */
function countHeaps(): number {
  let count = 0;
  if (library().has("mi_subproc_visit_heaps")) visitHeaps(() => void count++);
  return count;
}

const heap = new Heap({ name: "main of the stress" });
const heapsBefore = countHeaps();
const counts = { sent: 0, returned: 0, freed: 0, lost: 0, given: 0, jobs: 0, terminated: 0, ended: 0 };

/** A Worker and the blocks that were sent to it and have not come back. */
class Partner {
  readonly worker: Worker;
  readonly out = new Set<number>();
  readonly number: number;
  readonly #jobs: Channel<LetterValue> = new Channel<LetterValue>(Letter, { capacity: 16 });
  #jobsSent = 0;
  #ended = false;
  #finished = Promise.withResolvers<void>();

  constructor(number: number) {
    this.number = number;
    const shared = { ...exchange.shared, jobs: this.#jobs.share() };
    const workerData: Given = { seed: random(2 ** 31), number, ledger: exchange.ledger.memory, shared };
    this.worker = new Worker(url, { workerData });
    this.worker.on("message", (message: Message<Item> | StressReport) => this.#hear(message));
    this.worker.on("error", (error) => {
      process.stderr.write(`Worker ${number}: ${(error as Error).stack}\n`);
      process.exit(1);
    });
  }

  order(order: Order): void {
    this.worker.postMessage(order);
  }

  post(): void {
    const id = counts.sent++;
    this.out.add(id);
    send(this.worker, itemOf(id));
  }

  /** Gives it something to do, when there is room. */
  employ(): void {
    for (let count = random(5); count > 0; count--) {
      if (!this.#jobs.trySend(letterOf(MAIN, this.#jobsSent + 1))) return;
      this.#jobsSent++;
      counts.jobs++;
    }
  }

  #hear(message: Message<Item> | StressReport): void {
    if ("kind" in message) {
      if (message.kind === "finished") return this.#finished.resolve();
      this.#settle(message.id);
      counts.freed++;
      return;
    }
    // What a Worker had sent before it ended still arrives.
    const item = receiveFrom(message, this.#ended);
    if (item === undefined) return;
    checkFill(item.bytes, item.seed);
    if (item.heap === undefined) heap.free(item.bytes);
    else item.heap.destroy();
    if (item.id === NO_ID) return void counts.given++;
    if (!this.#ended) this.#settle(item.id);
    counts.returned++;
  }

  #settle(id: number): void {
    if (!this.out.delete(id) && !this.#ended) throw new Error(`block ${id} came twice`);
  }

  async terminate(): Promise<void> {
    this.#ended = true;
    exchange.ledger.set(this.number, "gone", 1);
    counts.terminated++;
    counts.lost += this.out.size;
    this.#jobs.dispose();
    await this.worker.terminate();
  }

  /** Lets it do and free all it has; nothing may be lost. */
  async finish(): Promise<void> {
    this.#jobs.close();
    this.order({ order: "finish" });
    await this.#finished.promise;
    for (let attempt = 0; attempt < 6000 && this.out.size > 0; attempt++) await setTimeout(10);
    if (this.out.size > 0) throw new Error(`blocks ${[...this.out]} are lost`);
    const done = exchange.ledger.get(this.number, "jobsTaken");
    if (done !== this.#jobsSent) throw new Error(`${done} of ${this.#jobsSent} jobs were done`);
    this.#ended = true;
    this.#jobs.dispose();
    await this.worker.terminate();
  }
}

/** A block for a Worker: of the heap of this thread, of the common one, or with a heap of its own. */
function itemOf(id: number): Item {
  const way = random(10);
  const isWhole = way === 0 && library().sharedHeaps;
  const home = isWhole ? new Heap({ name: "given" }) : way === 1 ? exchange.common ?? heap : heap;
  const bytes = fillView(home.allocate(Uint8Array, sizeOfBlock()), id);
  return isWhole ? { id, seed: id, bytes, heap: home } : { id, seed: id, bytes };
}

function sizeOfBlock(): number {
  return random(20) === 0 ? 100_000 + random(1_000_000) : 1 + random(random(2) === 0 ? 100 : 20_000);
}

/** The block of a message; `undefined` for one of a Worker that has ended meanwhile, which was taken back. */
function receiveFrom(message: Message<Item>, ended: boolean): Item | undefined {
  try {
    return receive(message, heap);
  } catch (error) {
    if (ended && (error as Error).name === "ClosedError") return undefined;
    throw error;
  }
}

function endThem(): void {
  for (const { leakedBytes, leakedBlocks } of endWorkers("destroy")) {
    if (leakedBytes < 0 || leakedBlocks < 0) throw new Error(`${leakedBytes} bytes, ${leakedBlocks} blocks leaked`);
    counts.ended++;
  }
}

/** The resident memory, eight times in the whole run. */
const rss: number[] = [];
const begin = Date.now();

let phase = "play";

// What waits for something that never comes says what that is.
globalThis.setTimeout(() => {
  const waits = partners.map(({ number, out }) => ({ number, out: out.size }));
  process.stderr.write(`stuck: ${JSON.stringify({ seed, phase, waits, ...counts, heard: exchange.heard })}\n`);
  process.exit(1);
}, Number(milliseconds) + 300_000);

/** Whether the time is over, and everything has happened at least once, which takes longer on a busy machine. */
function isDone(): boolean {
  const due = Math.min(8, Math.floor((Date.now() - begin) * 8 / Number(milliseconds)));
  while (rss.length < due) rss.push(process.memoryUsage().rss);
  const { sent, returned, freed, jobs, terminated, ended } = counts;
  const happened = [returned, freed, jobs, terminated, exchange.heard, isTold ? ended : 1];
  return rss.length === 8 && sent > 50 && happened.every((count) => count > 0);
}

const partners: Partner[] = [];
const exchange = new Exchange((shared: Shared) => {
  for (const partner of partners) partner.order({ order: "attach", shared });
});
let started: number = MAIN;
while (partners.length < WORKERS) partners.push(new Partner(++started));
while (!isDone()) {
  for (let step = random(30); step > 0; step--) {
    const partner = partners[random(WORKERS)]!;
    if (partner.out.size < MOST) partner.post();
    partner.employ();
  }
  exchange.step(random);
  if (random(30) === 0) {
    const index = random(WORKERS);
    const partner = partners[index]!;
    partners[index] = new Partner(++started);
    if (random(2) === 0) partner.order({ order: "spin" });
    // Before, while or after it does what it was sent.
    await setTimeout(random(5));
    phase = `termination of ${partner.number}`;
    await partner.terminate();
    phase = "play";
  }
  if (random(20) === 0) endThem();
  await setTimeout(random(3));
}
for (const partner of partners) {
  phase = `end of ${partner.number}`;
  await partner.finish();
}
phase = "end of threads";
for (let attempt = 0; attempt < 6000 && threads().length > 1 && isTold; attempt++) {
  endThem();
  await setTimeout(10);
}
endThem();
takeBack();
phase = "end of channels";
await exchange.end();
if (isTold) { for (let worker = MAIN + 1; worker <= started; worker++) exchange.check(worker); }
phase = "end of the common heap";
const users = await exchange.endCommon(isTold ? 60_000 : 0);
const { bytes, blocks, bytesOnTheWay } = stats({ threads: true }).live!;
const left = { bytes, blocks, bytesOnTheWay, threads: threads().length, heaps: countHeaps() - heapsBefore, users };
process.stdout.write(`${JSON.stringify({ seed: Number(seed), ...counts, heard: exchange.heard, left, rss })}\n`);
// One that is killed right behind C's answer, before it could note that, leaves an empty heap.
const areEnded = left.threads === 1 && left.heaps <= counts.terminated && users.length === 0;
const isClean = bytes === 0 && blocks === 0 && bytesOnTheWay === 0 && (!isTold || areEnded);
heap.destroy();
process.exit(isClean ? 0 : 1);
