// What the main thread of the stress test shares with its Workers.
import { Heap, library } from "../../../../mod.ts";
import { Channel, SharedView } from "../../../../threads/mod.ts";
import type { Random } from "./_stress.ts";
import { Board, BOARD_LENGTH } from "./_stress_board.ts";
import { Ledger, MOST_WORKERS } from "./_stress_ledger.ts";
import { Letter, type LetterValue, NEWS, NEWS_BYTES, readNews } from "./_stress_letters.ts";
import type { RelayTicket, Shared } from "./_stress_play.ts";

/** The number that the main thread has among the Workers. */
export const MAIN = 1;

/** The channels, the board and the heap that all Workers use; some of it ends and is made again. */
export class Exchange {
  readonly ledger: Ledger = new Ledger();
  /** Those that were closed, because their last Worker had ended, are read to their end before the next. */
  readonly #news: Channel<Uint8Array>[] = [newChannel()];
  readonly #heard = new Map<number, number>();
  readonly #board: Board;
  #relay: Channel<LetterValue>;
  #relayTaken: SharedArrayBuffer;
  #common: Heap | undefined = newCommon();
  /** What it tells the Workers of what is new. */
  readonly #tell: (shared: Shared) => void;
  /** How many messages of Workers have arrived. */
  heard = 0;

  /** An exchange that calls `tell` with what Workers are to attach. */
  constructor(tell: (shared: Shared) => void) {
    this.#tell = tell;
    this.#board = new Board(new SharedView(Uint32Array, BOARD_LENGTH), this.ledger, MAIN);
    [this.#relay, this.#relayTaken] = newRelay();
  }

  /** What a new Worker is to attach. */
  get shared(): Shared {
    return {
      news: this.#news.at(-1)!.share(),
      relay: this.#relayTicket,
      board: this.#board.view.share(),
      common: this.#common?.share(),
    };
  }

  get #relayTicket(): RelayTicket {
    return { ticket: this.#relay.share(), taken: this.#relayTaken };
  }

  /** A heap that the Workers use too, if the version has such. */
  get common(): Heap | undefined {
    return this.#common;
  }

  /** Something, as chance wants it. */
  step(random: Random): void {
    this.hear();
    if (this.#news.at(-1)!.closed) {
      this.#news.push(newChannel());
      this.#tell({ news: this.#news.at(-1)!.share() });
    }
    if (this.#relay.closed) {
      this.#relay.dispose();
      [this.#relay, this.#relayTaken] = newRelay();
      this.#tell({ relay: this.#relayTicket });
    }
    if (random(3) === 0) this.#board.write(random(2 ** 31));
    if (random(3) === 0) this.#board.read();
    if (this.#common !== undefined && random(100) === 0) {
      this.#common.destroy();
      this.#common = newCommon();
      this.#tell({ common: this.#common!.share() });
    }
  }

  /** Receives what Workers tell. */
  hear(): void {
    for (;;) {
      const news = this.#news[0]!;
      for (let message = news.tryReceive(); message !== undefined; message = news.tryReceive()) this.#note(message);
      if (!news.ended || this.#news.length === 1) return;
      news.dispose();
      this.#news.shift();
    }
  }

  #note(message: Uint8Array): void {
    const { sender, sequence } = readNews(message);
    const last = this.#heard.get(sender) ?? 0;
    if (sequence !== last + 1) throw new Error(`news ${sequence} of the Worker ${sender} comes after ${last}`);
    this.#heard.set(sender, sequence);
    this.heard++;
  }

  /** Hears the rest, when no Worker is left that could send. */
  async end(): Promise<void> {
    for (const news of this.#news) news.close();
    for (let attempt = 0; attempt < 6000 && !this.#news.at(-1)!.ended; attempt++) {
      this.hear();
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    for (const news of this.#news) news.dispose();
    this.#relay.dispose();
    this.#board.view.dispose();
  }

  /** Throws unless all arrived that a Worker has sent. */
  check(worker: number): void {
    const heard = this.#heard.get(worker) ?? 0;
    const [sent, begun] = [this.ledger.get(worker, "newsSent"), this.ledger.get(worker, "newsBegun")];
    if (heard < sent || heard > begun) throw new Error(`${heard} of ${sent} to ${begun} news of ${worker} arrived`);
  }

  /** Whether nobody has the common heap any more, so that it is destroyed. */
  async endCommon(timeout: number): Promise<string[]> {
    const common = this.#common;
    if (common === undefined) return [];
    const isAlone = await common.whenAlone({ timeout });
    const users = isAlone ? [] : common.users;
    common.destroy();
    return users;
  }
}

function newChannel(): Channel<Uint8Array> {
  return new Channel<Uint8Array>(NEWS, { capacity: 64, messageBytes: NEWS_BYTES });
}

function newRelay(): [Channel<LetterValue>, SharedArrayBuffer] {
  return [new Channel<LetterValue>(Letter, { capacity: 16 }), new SharedArrayBuffer(4 * MOST_WORKERS)];
}

function newCommon(): Heap | undefined {
  return library().sharedHeaps ? new Heap({ name: "common" }) : undefined;
}
