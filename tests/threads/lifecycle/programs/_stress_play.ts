// What a Worker of the stress test does with what it shares with the others.
import { Heap, type HeapTicket } from "../../../../mod.ts";
import { Channel, type ChannelTicket, SharedView, type SharedViewTicket } from "../../../../threads/mod.ts";
import { checkFill, fillView, type Item, NO_ID, type Random } from "./_stress.ts";
import { Board } from "./_stress_board.ts";
import {
  checkLetter,
  Letter,
  letterOf,
  type LetterValue,
  NEWS,
  NEWS_BYTES,
  newsOf,
  sendNext,
  unlessClosed,
} from "./_stress_letters.ts";
import type { Ledger } from "./_stress_ledger.ts";

/** A channel on which Workers send to whichever of them receives, and what was received of each. */
export interface RelayTicket {
  readonly ticket: ChannelTicket;
  readonly taken: SharedArrayBuffer;
}

/** What is shared with a Worker, when it begins and from time to time. */
export interface Shared {
  readonly jobs?: ChannelTicket;
  readonly news?: ChannelTicket;
  readonly relay?: RelayTicket;
  readonly board?: SharedViewTicket;
  readonly common?: HeapTicket | undefined;
}

/** The rest of what is shared, as a Worker has attached it. */
export class Play {
  readonly #ledger: Ledger;
  readonly #own: number;
  readonly #random: Random;
  readonly #give: (item: Item) => void;
  #jobs: Channel<LetterValue> | undefined;
  #news: Channel<Uint8Array> | undefined;
  #relay: Channel<LetterValue> | undefined;
  #taken: Int32Array<SharedArrayBuffer> | undefined;
  #board: Board | undefined;
  #common: Heap | undefined;
  readonly #blocks: Item[] = [];

  /** What the Worker `own` does; `give` sends something to the main thread. */
  constructor(ledger: Ledger, own: number, random: Random, give: (item: Item) => void) {
    this.#ledger = ledger;
    this.#own = own;
    this.#random = random;
    this.#give = give;
  }

  /** Takes what is new, in the place of what it had. */
  attach({ jobs, news, relay, board, common }: Shared): void {
    if (jobs !== undefined) this.#jobs = attached(() => Channel.attach<LetterValue>(jobs, Letter));
    if (board !== undefined) {
      this.#board = new Board(SharedView.attach<Uint32ArrayConstructor>(board), this.#ledger, this.#own);
    }
    if (news !== undefined) {
      this.#news?.dispose();
      this.#news = attached(() => Channel.attach<Uint8Array>(news, NEWS));
    }
    if (relay !== undefined) {
      this.#relay?.dispose();
      this.#relay = attached(() => Channel.attach<LetterValue>(relay.ticket, Letter));
      this.#taken = new Int32Array(relay.taken);
    }
    if (common !== undefined) {
      this.#leaveCommon();
      this.#common = attached(() => Heap.attach(common));
    }
  }

  /** Something, as chance wants it. */
  step(): void {
    switch (this.#random(8)) {
      case 0:
        return this.#tell();
      case 1:
        return this.#work();
      case 2:
        return this.#pass();
      case 3:
        return this.#takePassed();
      case 4:
        return this.#board?.write(this.#random(2 ** 31));
      case 5:
        return this.#board?.read();
      default:
        return this.#churn();
    }
  }

  #tell(): void {
    const news = this.#news;
    if (news === undefined) return;
    sendNext(this.#ledger, this.#own, ["newsBegun", "newsSent"], (sequence) => {
      const message = newsOf(this.#own, sequence, this.#random(NEWS_BYTES - 8));
      return this.#random(8) === 0 ? news.send(message, { timeout: 1 + this.#random(3) }) : news.trySend(message);
    });
  }

  #work(): void {
    const jobs = this.#jobs;
    if (jobs === undefined || jobs.ended) return;
    const job = this.#random(8) === 0 ? jobs.receive({ timeout: 1 + this.#random(3) }) : jobs.tryReceive();
    if (job !== undefined) this.#noteJob(job);
  }

  #noteJob(job: LetterValue): void {
    checkLetter(job);
    const last = this.#ledger.get(this.#own, "jobsTaken");
    if (job.sequence !== last + 1) throw new Error(`the job ${job.sequence} comes after ${last}`);
    this.#ledger.set(this.#own, "jobsTaken", job.sequence);
  }

  #pass(): void {
    const relay = this.#relay;
    if (relay === undefined) return;
    // Each time another number, also when there is no room: what was closed may have lost some.
    const sequence = this.#ledger.get(this.#own, "relayBegun") + 1;
    this.#ledger.set(this.#own, "relayBegun", sequence);
    unlessClosed(() => relay.trySend(letterOf(this.#own, sequence)));
  }

  #takePassed(): void {
    for (let count = this.#random(5); count > 0; count--) {
      const letter = this.#receivePassed();
      if (letter === undefined) return;
      checkLetter(letter);
      const { sender, sequence } = letter;
      const last = Atomics.exchange(this.#taken!, sender, sequence);
      if (sequence <= last) throw new Error(`the letter ${sequence} of ${sender} comes after ${last}`);
    }
  }

  /** One thread receives until it has left or ended, and others are told so. */
  #receivePassed(): LetterValue | undefined {
    try {
      return this.#relay?.tryReceive();
    } catch (error) {
      if (/: the thread ".+" does, and one can$/.test((error as Error).message)) return undefined;
      throw error;
    }
  }

  /** Blocks of the heap that all threads use. */
  #churn(): void {
    const common = this.#common;
    if (common === undefined) return;
    const blocks = this.#blocks;
    const seed = this.#random(256);
    if (blocks.length < 30 && this.#random(2) === 0) {
      const bytes = fillView(common.allocate(Uint8Array, 1 + this.#random(5000)), seed);
      blocks.push({ id: NO_ID, seed, bytes });
    } else if (blocks.length > 0) {
      const item = blocks.splice(this.#random(blocks.length), 1)[0]!;
      checkFill(item.bytes, item.seed);
      if (this.#random(8) === 0) this.#give(item);
      else common.free(item.bytes);
    }
  }

  #leaveCommon(): void {
    for (const { bytes, seed } of this.#blocks.splice(0)) checkFill(bytes, seed);
    this.#common?.destroy();
  }

  /** Does the rest of its work, which ends, and leaves everything. */
  finish(): void {
    for (const job of this.#jobs ?? []) this.#noteJob(job);
    this.#jobs?.dispose();
    this.#news?.dispose();
    this.#relay?.dispose();
    this.#board?.view.dispose();
    this.#leaveCommon();
  }
}

/** What another thread may have ended before this one could attach it. */
function attached<T>(attach: () => T): T | undefined {
  try {
    return attach();
  } catch (error) {
    if ((error as Error).name === "ClosedError") return undefined;
    throw error;
  }
}
