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
  #next: Int32Array = new Int32Array();
  #previous: Int32Array = new Int32Array();

  /** Lists that begin where `heads` says. */
  constructor(heads: Heads) {
    this.#heads = heads;
  }

  /** Takes the columns of the next and the previous slot, whenever they have moved. */
  useColumns(next: Int32Array, previous: Int32Array): void {
    this.#next = next;
    this.#previous = previous;
  }

  /** The first slot of a list. */
  first(key: number): number {
    return this.#heads.get(key) ?? NONE;
  }

  /** The slot behind one. */
  after(slot: number): number {
    return this.#next[slot]!;
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
    this.#next[slot] = head;
    this.#previous[slot] = NONE;
    if (head !== NONE) this.#previous[head] = slot;
  }

  /** Takes a slot out of the list of `key`. */
  detach(key: number, slot: number): void {
    const next = this.#next[slot]!;
    const previous = this.#previous[slot]!;
    if (next !== NONE) this.#previous[next] = previous;
    if (previous !== NONE) this.#next[previous] = next;
    else if (next === NONE) this.#heads.delete(key);
    else this.#heads.set(key, next);
  }
}
