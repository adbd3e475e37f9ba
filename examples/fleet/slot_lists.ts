import { WORDS } from "./slot_rows.ts";

/** Where each list begins: a map of a container. */
interface Heads {
  get(key: number): number | undefined;
  set(key: number, slot: number): unknown;
  delete(key: number): boolean;
}

/** No slot. */
export const NONE = -1;

/**
 * Slots in lists, one for each key that has slots; a slot is in one list at a time. Only `claim` asks for memory, so
 * whoever has claimed all it needs cannot fail from then on.
 */
export class SlotLists {
  readonly #heads: Heads;
  /** Where a row names the next slot; the previous one is behind it. */
  readonly #next: number;
  #rows: Int32Array = new Int32Array();

  /** Lists that begin where `heads` says; rows name the next slot in their word `next`. */
  constructor(heads: Heads, next: number) {
    this.#heads = heads;
    this.#next = next;
  }

  /** Takes the words of the rows, whenever they have moved. */
  useRows(words: Int32Array): void {
    this.#rows = words;
  }

  /** The first slot of a list. */
  first(key: number): number {
    return this.#heads.get(key) ?? NONE;
  }

  /** The slot behind one. */
  after(slot: number): number {
    return this.#rows[slot * WORDS + this.#next]!;
  }

  /** Begins a list with `slot`, which is in no list or in another one, and returns what it began with. */
  claim(key: number, slot: number): number {
    const head = this.#heads.get(key);
    this.#heads.set(key, slot);
    return head === undefined ? NONE : head;
  }

  /** Takes `claim` back. */
  abandon(key: number, head: number): void {
    if (head === NONE) this.#heads.delete(key);
    else this.#heads.set(key, head);
  }

  /** Puts a slot that is in no list where it was claimed, before `head`. */
  attach(slot: number, head: number): void {
    const rows = this.#rows;
    const at = slot * WORDS + this.#next;
    rows[at] = head;
    rows[at + 1] = NONE;
    if (head !== NONE) rows[head * WORDS + this.#next + 1] = slot;
  }

  /** Takes a slot out of the list of `key`. */
  detach(key: number, slot: number): void {
    const rows = this.#rows;
    const at = slot * WORDS + this.#next;
    const next = rows[at]!;
    const previous = rows[at + 1]!;
    if (next !== NONE) rows[next * WORDS + this.#next + 1] = previous;
    if (previous !== NONE) rows[previous * WORDS + this.#next] = next;
    else if (next === NONE) this.#heads.delete(key);
    else this.#heads.set(key, next);
  }
}
