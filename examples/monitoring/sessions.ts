import { Heap } from "../../mod.ts";

/** What a session has in memory. */
type Session = Uint8Array<ArrayBuffer>;

/** Sessions in a heap with a limit. */
export class Sessions {
  readonly #heap: Heap;
  readonly #leaks: boolean;
  readonly #open = new Map<number, Session>();
  #last = 0;

  /** Keeps at most `limit` bytes; when it leaks, sessions that expire stay in memory. */
  constructor(limit: number, leaks: boolean) {
    this.#heap = new Heap({ name: "sessions", limit });
    this.#leaks = leaks;
  }

  /** The heap that they lie in. */
  get heap(): Heap {
    return this.#heap;
  }

  /** Begins a session with so many bytes; returns its number. */
  begin(bytes: number): number {
    const session = this.#heap.allocate(Uint8Array, bytes);
    return this.#add(session);
  }

  /** Begins a session of a guest, who has no name to keep yet. */
  beginGuest(bytes: number): number {
    const session = this.#heap.allocateZeroed(Uint8Array, bytes);
    return this.#add(session);
  }

  #add(session: Session): number {
    this.#open.set(++this.#last, session);
    return this.#last;
  }

  /** Ends a session; false when there is none of that number. */
  end(number: number): boolean {
    const session = this.#open.get(number);
    if (session === undefined) return false;
    this.#open.delete(number);
    this.#heap.free(session);
    return true;
  }

  /** Ends a session that nobody uses any more; false when there is none of that number. */
  expire(number: number): boolean {
    if (!this.#leaks) return this.end(number);
    return this.#open.delete(number);
  }

  /** Ends all of them. */
  close(): void {
    this.#open.clear();
    this.#heap.destroy();
  }
}
