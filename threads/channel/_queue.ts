import { CLAIMED, FREE, FULL, lapIn, lapOf, stateOf, VOID, word } from "./_words.ts";
import type { Slots } from "./_slots.ts";

/** What came of an attempt to send. */
export const SENT = 0;
/** Every slot has a message. */
export const NO_ROOM = 1;
/** The channel is closed. */
export const CLOSED = 2;

/** What {@linkcode Queue.take} gives when there is no message. */
export const NOTHING: unique symbol = Symbol("nothing");

/** So many attempts fail by what other threads do only when the words are not those of a channel any more. */
const MOST_ATTEMPTS = 1_000_000;

/**
 * A queue of several senders and one receiver, over words that JavaScript shares and slots in native memory.
 *
 * A slot goes round: free, claimed by a sender, full, free in the next lap. Who changes its state has it to itself until
 * then, so the bytes of a slot need no atomics of their own, which native memory, being no SharedArrayBuffer, could not
 * have in general: they are written before the store that makes the slot full and read after the load that finds it so.
 * `Atomics` are sequentially consistent, and neither engine nor processor moves an access of memory across one in the
 * direction that would matter (a release by the store, an acquire by the load).
 *
 * Senders claim a slot before they move the tail, and whoever finds a claimed slot at the tail moves that for them. So a
 * sender that is killed at any moment leaves at most one claimed slot behind, by which it is named.
 *
 * A program can write into the words, which are in its ticket. It can then lose messages, but reach no memory: the index
 * of a slot is cut to their number, which is not read from there.
 */
export class Queue<T, Input> {
  readonly #words: Int32Array<SharedArrayBuffer>;
  readonly #slots: Slots<T, Input>;
  readonly #bits: number;
  readonly #mask: number;
  readonly #claim: number;
  #isReading = false;

  /** A queue of 2^`bits` slots, to which `member` sends. */
  constructor(words: Int32Array<SharedArrayBuffer>, slots: Slots<T, Input>, bits: number, member: number) {
    this.#words = words;
    this.#slots = slots;
    this.#bits = bits;
    this.#mask = 2 ** bits - 1;
    this.#claim = CLAIMED + member;
  }

  /** Messages that are there or begun. */
  get length(): number {
    const head = Atomics.load(this.#words, word.head);
    return Math.min(Math.max(Atomics.load(this.#words, word.tail) - head | 0, 0), this.#mask + 1);
  }

  /** Puts what the slots have prepared behind all others: {@linkcode SENT}, {@linkcode NO_ROOM} or {@linkcode CLOSED}. */
  add(): number {
    const words = this.#words;
    const slot = this.#claimSlot();
    if (slot < 0) return NO_ROOM;
    const place = word.slots + slot;
    const lap = lapIn(Atomics.load(words, place));
    // After the claim: who closes, and then finds no claim, has seen the last message.
    if (Atomics.load(words, word.closed) !== 0) {
      Atomics.store(words, place, lap + VOID);
      this.#wakeReceiver();
      return CLOSED;
    }
    this.#slots.put(slot);
    Atomics.store(words, place, lap + FULL);
    this.#wakeReceiver();
    return SENT;
  }

  /** The slot that is claimed for this sender; -1 when none is free. */
  #claimSlot(): number {
    const words = this.#words;
    const bits = this.#bits;
    for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
      const turn = Atomics.load(words, word.tail);
      const slot = turn & this.#mask;
      const lap = lapOf(turn, bits);
      const state = Atomics.load(words, word.slots + slot);
      if (state === lap + FREE) {
        if (Atomics.compareExchange(words, word.slots + slot, state, lap + this.#claim) !== state) continue;
        Atomics.compareExchange(words, word.tail, turn, turn + 1);
        return slot;
      }
      // Somebody has claimed it, and not moved the tail yet.
      if (lapIn(state) === lap) Atomics.compareExchange(words, word.tail, turn, turn + 1);
      else if (Atomics.load(words, word.tail) === turn) return -1;
    }
    throw new Error("Cannot send: the words of the channel were changed by something else");
  }

  #wakeReceiver(): void {
    if (Atomics.load(this.#words, word.receiverWaits) !== 0) this.wake(word.receiverWaits);
  }

  /** Takes the first message; {@linkcode NOTHING} when there is none, or it is still being written. */
  take(): T | typeof NOTHING {
    const words = this.#words;
    for (let skipped = 0; skipped <= this.#mask; skipped++) {
      const turn = Atomics.load(words, word.head);
      const slot = turn & this.#mask;
      const state = Atomics.load(words, word.slots + slot) - lapOf(turn, this.#bits) | 0;
      if (state === FULL) return this.#read(turn, slot);
      if (state !== VOID) return NOTHING;
      this.#free(turn, slot);
    }
    return NOTHING;
  }

  #read(turn: number, slot: number): T {
    if (this.#isReading) throw new Error("Cannot receive while a message of the same channel is read");
    this.#isReading = true;
    let message: T;
    try {
      message = this.#slots.get(slot);
    } catch (error) {
      // Only an element of the program can throw; nobody would get past it else.
      this.#isReading = false;
      this.#free(turn, slot);
      throw error;
    }
    this.#isReading = false;
    this.#free(turn, slot);
    return message;
  }

  #free(turn: number, slot: number): void {
    const words = this.#words;
    Atomics.store(words, word.slots + slot, lapOf(turn + this.#mask + 1, this.#bits) + FREE);
    Atomics.store(words, word.head, turn + 1);
    // Not for every one: senders that wait are better woken for several.
    if ((turn & this.#mask >>> 2) === 0) this.wakeSenders();
  }

  /** Goes on behind the message that another receiver was killed with when it had freed the slot, and not moved the head. */
  recover(): void {
    const words = this.#words;
    const turn = Atomics.load(words, word.head);
    if (lapIn(this.#firstState()) === lapOf(this.#mask + 1, this.#bits)) {
      Atomics.compareExchange(words, word.head, turn, turn + 1);
    }
  }

  /**
   * Ends what an earlier member of the same number had begun when it was killed: numbers come back, and nobody could tell
   * the two from each other.
   */
  forgetEarlier(): void {
    const words = this.#words;
    const head = Atomics.load(words, word.head);
    for (let step = 0; step <= Math.min(this.length + 1, this.#mask); step++) {
      const place = word.slots + (head + step & this.#mask);
      const lap = lapOf(head + step, this.#bits);
      Atomics.compareExchange(words, place, lap + this.#claim | 0, lap + VOID | 0);
    }
    Atomics.compareExchange(words, word.receiver, this.#claim - CLAIMED + 1, 0);
  }

  /** Whether the receiver would find nothing. */
  get isEmpty(): boolean {
    const state = this.#firstState();
    return state !== FULL && state !== VOID;
  }

  /** Whether there is nothing, and no sender is about to put something there. */
  get isDone(): boolean {
    return this.#firstState() === FREE;
  }

  /** The member that writes the first message at the moment; `undefined` when nobody does. */
  get writer(): number | undefined {
    const state = stateOf(this.#firstState());
    return state < CLAIMED ? undefined : state - CLAIMED;
  }

  /** Passes over the first message, which `member`, that has ended, will not finish. */
  skip(member: number): void {
    const words = this.#words;
    const turn = Atomics.load(words, word.head);
    const slot = turn & this.#mask;
    const claimed = lapOf(turn, this.#bits) + CLAIMED + member;
    // It may have been finished just before it ended.
    if (Atomics.compareExchange(words, word.slots + slot, claimed, claimed - CLAIMED - member + VOID) !== claimed) {
      return;
    }
    Atomics.compareExchange(words, word.tail, turn, turn + 1);
  }

  #firstState(): number {
    const turn = Atomics.load(this.#words, word.head);
    return Atomics.load(this.#words, word.slots + (turn & this.#mask)) - lapOf(turn, this.#bits) | 0;
  }

  /** Whether a sender would find no room. */
  get isFull(): boolean {
    const turn = Atomics.load(this.#words, word.tail);
    const state = Atomics.load(this.#words, word.slots + (turn & this.#mask));
    return lapIn(state) === lapOf(turn - this.#mask - 1, this.#bits);
  }

  /** Wakes senders that wait for room. */
  wakeSenders(): void {
    if (Atomics.load(this.#words, word.sendersWait) !== 0) this.wake(word.sendersWait);
  }

  /** Wakes all that wait at a word. */
  wake(at: number): void {
    Atomics.store(this.#words, at, 0);
    Atomics.notify(this.#words, at);
  }
}
