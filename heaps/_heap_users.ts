/**
 * How many threads use one heap of mimalloc. The count lies in shared memory:
 * whoever leaves last destroys the heap, and a thread that was killed before it
 * left keeps it alive, so that nothing is freed under anyone.
 */
export class HeapUsers {
  readonly #count: Int32Array<SharedArrayBuffer>;
  /** The memory to hand to another thread. */
  readonly memory: SharedArrayBuffer;

  /** Counts in `memory`, or in new memory with one user. */
  constructor(memory?: SharedArrayBuffer) {
    this.memory = memory ?? new SharedArrayBuffer(4);
    this.#count = new Int32Array(this.memory);
    if (memory === undefined) this.#count[0] = 1;
  }

  /** Counts in the memory of a ticket; throws `TypeError` for another one, with which the count would begin anew. */
  static of(memory: SharedArrayBuffer): HeapUsers {
    if (memory instanceof SharedArrayBuffer && memory.byteLength === 4) return new HeapUsers(memory);
    throw new TypeError(
      "Cannot use this ticket: its users are not the memory that share() gave, send it with postMessage()",
    );
  }

  /** Whether nobody else uses the heap. */
  get alone(): boolean {
    return Atomics.load(this.#count, 0) === 1;
  }

  /** Adds a user; false when the heap is destroyed. */
  enter(): boolean {
    for (;;) {
      const users = Atomics.load(this.#count, 0);
      if (users === 0) return false;
      if (Atomics.compareExchange(this.#count, 0, users, users + 1) === users) return true;
    }
  }

  /** Removes a user; true when it was the last one, who has to destroy the heap. */
  leave(): boolean {
    return Atomics.sub(this.#count, 0, 1) === 1;
  }

  /** Removes the only user, so that nobody can enter any more; false, and nothing is changed, when there are others. */
  leaveAlone(): boolean {
    return Atomics.compareExchange(this.#count, 0, 1, 0) === 1;
  }
}
