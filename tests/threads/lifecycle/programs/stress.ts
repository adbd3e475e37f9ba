// Workers that allocate, send, receive, free and are terminated at random moments. Arguments: milliseconds and seed.
// Prints what was done and what is left; ends with code 1 when a byte is wrong or a block is lost.
import process from "node:process";
import { setTimeout } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import { Heap, stats } from "../../../../mod.ts";
import { endWorkers, type Message, receive, send, takeBack, threads } from "../../../../threads/mod.ts";
import { checkFill, fillView, type Item, makeRandom, type StressReport } from "./_stress.ts";

const [, , milliseconds = "2000", seed = "1"] = process.argv;
const random = makeRandom(Number(seed));
const WORKERS = 4;
/** How many blocks a Worker has at a time, at the most. */
const MOST = 200;
const url = new URL("./_stress_worker.ts", import.meta.url);
/** Milliseconds that nothing takes to come, even where the machine stalls. */
const PATIENCE = 60_000;

const heap = new Heap({ name: "main of the stress" });
const counts = { sent: 0, returned: 0, freed: 0, lost: 0, terminated: 0, ended: 0 };

/** A Worker and the blocks that were sent to it and have not come back. */
class Partner {
  readonly worker: Worker;
  readonly out = new Set<number>();
  #ended = false;
  #finished = Promise.withResolvers<void>();

  constructor(number: number) {
    this.worker = new Worker(url, { workerData: { seed: random(2 ** 31), number } });
    this.worker.on("message", (message: Message<Item> | StressReport) => this.#hear(message));
    this.worker.on("error", (error) => {
      process.stderr.write(`Worker ${number}: ${(error as Error).stack}\n`);
      process.exit(1);
    });
  }

  post(): void {
    const id = counts.sent++;
    const bytes = fillView(heap.allocate(Uint8Array, sizeOfBlock()), id);
    this.out.add(id);
    send(this.worker, { id, seed: id, bytes });
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
    heap.free(item.bytes);
    if (!this.#ended) this.#settle(item.id);
    counts.returned++;
  }

  #settle(id: number): void {
    if (!this.out.delete(id) && !this.#ended) throw new Error(`block ${id} came twice`);
  }

  async terminate(): Promise<void> {
    this.#ended = true;
    counts.terminated++;
    counts.lost += this.out.size;
    await this.worker.terminate();
  }

  /** Lets it free all it has; nothing may be lost. */
  async finish(): Promise<void> {
    this.worker.postMessage("finish");
    await this.#finished.promise;
    for (const end = Date.now() + PATIENCE; this.out.size > 0 && Date.now() < end;) await setTimeout(10);
    if (this.out.size > 0) throw new Error(`blocks ${[...this.out]} are lost`);
    this.#ended = true;
    await this.worker.terminate();
  }
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

function sample(): void {
  const due = Math.min(8, Math.floor((Date.now() - begin) * 8 / Number(milliseconds)));
  while (rss.length < due) rss.push(process.memoryUsage().rss);
}

let started = 0;
const partners = Array.from({ length: WORKERS }, () => new Partner(++started));
/** Whether everything was done that there is to do, however little of it fits into the time on a busy machine. */
function hasDoneAll(): boolean {
  const { sent, returned, freed, terminated, ended } = counts;
  return sent > 50 && returned > 0 && freed > 0 && terminated > 4 && (ended >= 4 || process.platform !== "linux");
}

while (rss.length < 8 || !hasDoneAll()) {
  for (let step = random(30); step > 0; step--) {
    const partner = partners[random(WORKERS)]!;
    if (partner.out.size < MOST) partner.post();
  }
  if (random(30) === 0) {
    const index = random(WORKERS);
    const partner = partners[index]!;
    partners[index] = new Partner(++started);
    if (random(2) === 0) partner.worker.postMessage("spin");
    // Before, while or after it does what it was sent.
    await setTimeout(random(5));
    await partner.terminate();
  }
  if (random(20) === 0) endThem();
  await setTimeout(random(3));
  sample();
}
for (const partner of partners) await partner.finish();
// On Linux alone the system tells that a thread is gone.
for (const end = Date.now() + PATIENCE; threads().length > 1 && process.platform === "linux" && Date.now() < end;) {
  endThem();
  await setTimeout(10);
}
endThem();
takeBack();
const { bytes, blocks, bytesOnTheWay } = stats({ threads: true }).live!;
const left = { bytes, blocks, bytesOnTheWay, threads: threads().length };
process.stdout.write(`${JSON.stringify({ seed: Number(seed), ...counts, left, rss })}\n`);
const isClean = bytes === 0 && blocks === 0 && (left.threads === 1 || process.platform !== "linux");
heap.destroy();
process.exit(isClean ? 0 : 1);
