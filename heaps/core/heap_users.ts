import type { Address } from "../../ffi/types.ts";

/** Bytes of the shared memory: the count, nothing, and the address that it is about. */
const MEMORY_BYTES = 16;

/**
 * How many threads use one heap or sub-process of mimalloc. The count lies in
 * shared memory: whoever leaves last destroys it, and a thread that was killed
 * before it left keeps it alive, so that nothing is freed under anyone. Beside the
 * count stands the address, so that a ticket cannot mix up two of them.
 */
export class HeapUsers {
  readonly #count: Int32Array<SharedArrayBuffer>;
  /** The memory to hand to another thread. */
  readonly memory: SharedArrayBuffer;

  private constructor(memory: SharedArrayBuffer) {
    this.memory = memory;
    this.#count = new Int32Array(memory);
  }

  /** Begins with one user of what lies at `address`. */
  static begin(address: Address): HeapUsers {
    const memory = new SharedArrayBuffer(MEMORY_BYTES);
    new Float64Array(memory)[1] = address;
    const users = new HeapUsers(memory);
    users.#count[0] = 1;
    return users;
  }

  /** Counts in the memory of a ticket; throws `TypeError` for another one, with which the count would begin anew. */
  static of(memory: SharedArrayBuffer, address: Address): HeapUsers {
    const isCount = memory instanceof SharedArrayBuffer && memory.byteLength === MEMORY_BYTES;
    if (isCount && new Float64Array(memory)[1] === address) return new HeapUsers(memory);
    throw new TypeError(
      "Cannot use this ticket: its users are not the memory that share() gave, send it with postMessage()",
    );
  }

  /** Whether nobody else uses it. */
  get alone(): boolean {
    return Atomics.load(this.#count, 0) === 1;
  }

  /** Adds a user; false when it is destroyed. */
  enter(): boolean {
    for (;;) {
      const users = Atomics.load(this.#count, 0);
      if (users === 0) return false;
      if (Atomics.compareExchange(this.#count, 0, users, users + 1) === users) return true;
    }
  }

  /** Removes a user; true when it was the last one, who has to destroy it. */
  leave(): boolean {
    return Atomics.sub(this.#count, 0, 1) === 1;
  }

  /** Removes the only user, so that nobody can enter any more; false, and nothing is changed, when there are others. */
  leaveAlone(): boolean {
    return Atomics.compareExchange(this.#count, 0, 1, 0) === 1;
  }
}
