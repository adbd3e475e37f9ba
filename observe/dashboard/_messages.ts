import { UnsupportedError } from "../../ffi/errors.ts";
import { onMainThread } from "../../ffi/runtime/main_thread.ts";
import { onError, watchOutput } from "../../heaps/hooks/hooks.ts";
import type { DashboardMessage } from "./dashboard_state.ts";

/** Messages that are kept. */
const MOST = 200;

/** The last messages of mimalloc, until it is disposed of. */
export class Messages implements Disposable {
  readonly #messages: DashboardMessage[] = [];
  readonly #ends: Disposable[] = [];
  #count = 0;
  /** Whether messages are heard: in a Worker and on Windows they are not. */
  readonly heard: boolean;

  /** Begins to listen. */
  constructor() {
    this.heard = onMainThread() && this.#listen();
  }

  #listen(): boolean {
    try {
      this.#ends.push(watchOutput((line) => this.#add("output", line)));
      this.#ends.push(onError(({ code, name }) => this.#add("error", `${name} (${code})`)));
      return true;
    } catch (error) {
      if (error instanceof UnsupportedError) return false;
      throw error;
    }
  }

  #add(kind: DashboardMessage["kind"], text: string): void {
    this.#messages.push({ number: ++this.#count, time: Date.now(), kind, text });
    if (this.#messages.length > MOST) this.#messages.shift();
  }

  /** The messages, oldest first. */
  get list(): readonly DashboardMessage[] {
    return this.#messages;
  }

  [Symbol.dispose](): void {
    for (const end of this.#ends.splice(0)) end[Symbol.dispose]();
  }
}
