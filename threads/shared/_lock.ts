/** How many threads may read at once. */
export const MOST_READERS = 62;

/** The words of a lock, in memory that JavaScript shares, because only there threads can wait. */
export const word: Readonly<Record<"waits" | "writer" | "readers" | "end", number>> = {
  /** 1 while somebody waits. */
  waits: 0,
  /** The member that writes, plus 1; 0 when nobody does. */
  writer: 1,
  /** Each the member that reads, plus 1; 0 for none. */
  readers: 2,
  /** How many words there are. */
  end: 2 + MOST_READERS,
};

/** Tells what the thread of a member is called; `undefined` when that has ended or left. */
type NameOf = (member: number) => string | undefined;

/**
 * Who has the memory: one member that writes, or several that read. Each notes itself first and then looks at the others,
 * so that of two at the same time at least one finds the other; `Atomics` are sequentially consistent.
 */
export class Lock {
  readonly #words: Int32Array<SharedArrayBuffer>;
  readonly #own: number;
  readonly #nameOf: NameOf;

  /** The lock in `words`, as `member` uses it. */
  constructor(words: Int32Array<SharedArrayBuffer>, member: number, nameOf: NameOf) {
    this.#words = words;
    this.#own = member + 1;
    this.#nameOf = nameOf;
  }

  /** Takes the lock to write; false when others have it. */
  tryWrite(): boolean {
    const words = this.#words;
    if (Atomics.compareExchange(words, word.writer, 0, this.#own) !== 0) return false;
    for (let reader = word.readers; reader < word.end; reader++) {
      if (Atomics.load(words, reader) !== 0) {
        this.#clear(word.writer);
        return false;
      }
    }
    return true;
  }

  /** Takes the lock to read; false when somebody writes, or too many read. */
  tryRead(): boolean {
    const words = this.#words;
    for (let reader = word.readers; reader < word.end; reader++) {
      if (Atomics.compareExchange(words, reader, 0, this.#own) !== 0) continue;
      if (Atomics.load(words, word.writer) === 0) return true;
      this.#clear(reader);
      return false;
    }
    return false;
  }

  /** Whether nobody stands in the words before `end`. */
  isFreeBefore(end: number): boolean {
    for (let at = word.writer; at < end; at++) if (Atomics.load(this.#words, at) !== 0) return false;
    return true;
  }

  /** Gives the lock back. */
  release(): void {
    for (let at = word.writer; at < word.end; at++) {
      if (Atomics.load(this.#words, at) === this.#own) this.#clear(at);
    }
  }

  #clear(at: number): void {
    Atomics.store(this.#words, at, 0);
    if (Atomics.exchange(this.#words, word.waits, 0) !== 0) Atomics.notify(this.#words, word.waits);
  }

  /** Takes it from members that have ended, and tells what the threads of the others are called. */
  holders(): string[] {
    const names: string[] = [];
    for (let at = word.writer; at < word.end; at++) {
      const member = Atomics.load(this.#words, at);
      if (member === 0) continue;
      const name = this.#nameOf(member - 1);
      if (name !== undefined) names.push(name);
      else if (Atomics.compareExchange(this.#words, at, member, 0) === member) Atomics.notify(this.#words, word.waits);
    }
    return names;
  }
}
