import { realmNumber } from "../../ffi/libc/process_words.ts";
import { ownMark, type ThreadMark } from "../../ffi/libc/realms.ts";
import type { Address } from "../../ffi/types.ts";
import { SharedEntry, type SharedThing } from "./shared_entry.ts";

/** What stands in the words of an entry that counts users: the thread that has borrowed what they use. */
const detail = { threadId: 0, started: 1, realm: 2 } as const;

/** A thread that has borrowed something until it ends. */
export interface Borrower {
  /** The thread. */
  readonly mark: ThreadMark;
  /** Its realm. */
  readonly realm: number;
}

/**
 * How many threads use one heap or sub-process of mimalloc: whoever leaves last destroys it, and a thread that was
 * killed before it left keeps it alive, so that nothing is freed under anyone. Once it is shared the count lies in
 * memory of the process.
 */
export class HeapUsers {
  // Before it is shared: the users of this thread.
  #own = 1;
  #entry: SharedEntry | undefined;
  readonly #thing: SharedThing;
  // Whoever has lent it leaves for this thread too.
  #borrowed = false;

  private constructor(thing: SharedThing) {
    this.#thing = thing;
  }

  /** Begins with one user of what this thread has made. */
  static begin(kind: "heap" | "subprocess", address: Address, subprocess: Address): HeapUsers {
    return new HeapUsers({ kind, address, subprocess, realm: realmNumber() });
  }

  /**
   * The users of what the `key` of a ticket stands for; `undefined` when that is destroyed. Throws `TypeError` for a
   * key that nobody has got from {@linkcode key}.
   */
  static of(key: unknown, kind: "heap" | "subprocess"): HeapUsers | undefined {
    const entry = SharedEntry.find(key, kind, "use this ticket");
    return entry && HeapUsers.over(entry);
  }

  /**
   * Makes this thread a user until it ends, for which the one that has lent it leaves then; one thread at the most can
   * be such a user. `undefined` when it is destroyed, or nobody is let in any more.
   */
  static borrow(key: unknown, kind: "heap" | "subprocess"): HeapUsers | undefined {
    const users = HeapUsers.of(key, kind);
    if (users === undefined) return undefined;
    const { threadId, started } = ownMark();
    const words = { threadId, started, realm: realmNumber() };
    // Before it is a user, because it can be killed at any time, and others must know then for whom to wait.
    for (const [name, index] of Object.entries(detail)) {
      users.entry.setDetail(index, words[name as keyof typeof detail]);
    }
    users.#borrowed = true;
    return users.enter() ? users : undefined;
  }

  /** The thread that has borrowed it, or is about to; `undefined` when there is none so far. */
  get borrower(): Borrower | undefined {
    const [threadId, started, realm] = Object.values(detail).map((index) => this.#entry?.detail(index) ?? 0);
    return realm === 0 ? undefined : { mark: { threadId: threadId!, started: started! }, realm: realm! };
  }

  /** The users that `entry` counts. */
  static over(entry: SharedEntry): HeapUsers {
    const users = new HeapUsers(entry.thing);
    users.#entry = entry;
    return users;
  }

  /** What they use. */
  get thing(): SharedThing {
    return this.#thing;
  }

  /** The entry that counts them. The first call moves the count to where other threads find it. */
  get entry(): SharedEntry {
    return this.#entry ??= SharedEntry.make("share", this.#thing, this.#own);
  }

  /** What a ticket carries. */
  get key(): string {
    return this.entry.key;
  }

  /** Whether nobody else uses it. */
  get alone(): boolean {
    return (this.#entry?.count ?? this.#own) === 1;
  }

  /** Adds a user; false when it is destroyed. */
  enter(): boolean {
    return this.#change((users) => users + 1);
  }

  /** Removes a user; true when it was the last one, which must destroy it. */
  leave(): boolean {
    if (this.#borrowed) return false;
    let left = NaN;
    return this.#change((users) => left = users - 1) && left === 0;
  }

  /** Removes the only user, so that nobody can enter any more; false, and nothing is changed, when there are others. */
  leaveAlone(): boolean {
    return this.#change((users) => users === 1 ? 0 : undefined);
  }

  #change(next: (users: number) => number | undefined): boolean {
    if (this.#entry !== undefined) return this.#entry.change(next);
    const users = this.#own === 0 ? undefined : next(this.#own);
    if (users === undefined) return false;
    this.#own = users;
    return true;
  }
}
