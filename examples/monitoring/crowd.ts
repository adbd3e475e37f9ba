import { setImmediate as nextTurn } from "node:timers/promises";
import type { Sessions } from "./sessions.ts";

/** How many sessions are open at a time. */
const OPEN = 10_000;

/** Users who begin sessions all the time; one in ten is a guest, and every other guest lets the session expire. */
export class Crowd {
  readonly #sessions: Sessions;
  readonly #open: number[] = [];
  #begun = 0;

  /** Of those who have sessions in `sessions`. */
  constructor(sessions: Sessions) {
    this.#sessions = sessions;
  }

  /** Begins so many sessions, ends those that came first, and tells how many are open; others are served in between. */
  async begin(count: number): Promise<number> {
    for (let index = 0; index < count; index++) {
      if (index % 5000 === 0) await nextTurn();
      const slot = this.#begun++ % OPEN;
      this.#end(slot);
      this.#open[slot] = slot % 10 === 0 ? this.#sessions.beginGuest(100) : this.#sessions.begin(200);
    }
    return this.#open.length;
  }

  #end(slot: number): void {
    const oldest = this.#open[slot];
    if (oldest === undefined) return;
    if (slot % 20 === 0) this.#sessions.expire(oldest);
    else this.#sessions.end(oldest);
  }
}
