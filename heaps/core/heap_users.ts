import { UnsupportedError } from "../../ffi/errors.ts";
import { PAGE_WORDS, PROCESS_PAGES, processWord, processWords, realmNumber } from "../../ffi/libc/process_words.ts";
import { currentPlatform } from "../../ffi/platform.ts";
import type { Address } from "../../ffi/types.ts";

/** What can be shared between threads. */
export type SharedKind = "heap" | "subprocess";

/** What a ticket stands for, as memory tells it that no program reaches: a ticket itself is data, which anyone can make up. */
export interface SharedThing {
  /** What it is. */
  readonly kind: SharedKind;
  /** Where it lies. */
  readonly address: Address;
  /** The sub-process that it lies in, 0 for the main one. */
  readonly subprocess: Address;
  /** The realm, and with it the thread, that made it. */
  readonly realm: number;
}

/**
 * An entry of the list of users is eight words of the process: its generation above the count of users, two words of a
 * secret, then what a {@linkcode SharedThing} says.
 */
const ENTRY = 8;
const ENTRIES_PER_PAGE = PAGE_WORDS / ENTRY;
/** Page 0 is the list of arenas. */
const ENTRIES = (PROCESS_PAGES - 1) * ENTRIES_PER_PAGE;
const GENERATION = 1n << 32n;
const KINDS: readonly SharedKind[] = ["heap", "subprocess"];

/** The count of an entry that is being written. */
const CLAIMED = GENERATION - 1n;

interface Entry {
  readonly words: BigUint64Array<ArrayBuffer>;
  /** Index of its first word. */
  readonly at: number;
}

/** An entry, for what it is used at the moment. */
interface Use extends Entry {
  readonly generation: bigint;
}

function entryAt(index: number): Entry | undefined {
  const words = processWords(1 + Math.floor(index / ENTRIES_PER_PAGE));
  return words && { words, at: index % ENTRIES_PER_PAGE * ENTRY };
}

function countOf(state: bigint): bigint {
  const count = state % GENERATION;
  return count === CLAIMED ? 0n : count;
}

/**
 * How many threads use one heap or sub-process of mimalloc: whoever leaves last destroys it, and a thread that was
 * killed before it left keeps it alive, so that nothing is freed under anyone. Once it is shared the count lies in
 * memory of the process, behind a secret of 128 bits.
 */
export class HeapUsers {
  // Before it is shared: the users of this thread.
  #own = 1;
  #use: Use | undefined;
  #key: string | undefined;
  readonly #thing: SharedThing;

  private constructor(thing: SharedThing) {
    this.#thing = thing;
  }

  /** Begins with one user of what this thread has made. */
  static begin(kind: SharedKind, address: Address, subprocess: Address): HeapUsers {
    return new HeapUsers({ kind, address, subprocess, realm: realmNumber() });
  }

  /**
   * The users of what the `key` of a ticket stands for; `undefined` when that is destroyed. Throws `TypeError` for a
   * key that nobody has got from {@linkcode key}.
   */
  static of(key: unknown, kind: SharedKind): { readonly users: HeapUsers; readonly thing: SharedThing } | undefined {
    const [, index, generation, high, low] = /^(\d{1,5})-(\d{1,10})-([\da-f]{16})([\da-f]{16})$/.exec(
      typeof key === "string" ? key : "",
    ) ?? [];
    const entry = index === undefined || Number(index) >= ENTRIES ? undefined : entryAt(Number(index));
    if (entry === undefined) refuseKey();
    const { words, at } = entry;
    const read = (offset: number): bigint => Atomics.load(words, at + offset);
    const state = read(0);
    const current = state / GENERATION;
    // What the place was used for since then says nothing of this ticket, also when it was never a true one.
    if (BigInt(generation!) < current) return undefined;
    const isSecret = read(1) === BigInt(`0x${high}`) && read(2) === BigInt(`0x${low}`);
    if (BigInt(generation!) !== current || !isSecret) refuseKey();
    const thing: SharedThing = {
      kind: KINDS[Number(read(6))]!,
      address: Number(read(3)),
      subprocess: Number(read(4)),
      realm: Number(read(5)),
    };
    if (countOf(state) === 0n || read(0) / GENERATION !== current) return undefined;
    if (thing.kind !== kind) refuseKey();
    const users = new HeapUsers(thing);
    users.#use = { ...entry, generation: current };
    users.#key = key as string;
    return { users, thing };
  }

  /** What a ticket carries. The first call moves the count to where other threads find it. */
  get key(): string {
    return this.#key ??= this.#publish();
  }

  #publish(): string {
    const { index, use } = claimEntry();
    const { words, at, generation } = use;
    const secret = crypto.getRandomValues(new BigUint64Array(2));
    const { kind, address, subprocess, realm } = this.#thing;
    const values = [...secret, BigInt(address), BigInt(subprocess), BigInt(realm), BigInt(KINDS.indexOf(kind))];
    for (const [offset, value] of values.entries()) Atomics.store(words, at + 1 + offset, value);
    Atomics.store(words, at, generation * GENERATION + BigInt(this.#own));
    this.#use = use;
    return `${index}-${generation}-${[...secret].map((word) => word.toString(16).padStart(16, "0")).join("")}`;
  }

  /** Whether nobody else uses it. */
  get alone(): boolean {
    return this.#count === 1;
  }

  get #count(): number {
    return Number(countOf(this.#state));
  }

  get #state(): bigint {
    const use = this.#use;
    if (use === undefined) return BigInt(this.#own);
    const state = Atomics.load(use.words, use.at);
    // Used for something else by now, it has nobody of ours.
    return state / GENERATION === use.generation ? state : 0n;
  }

  /** Adds a user; false when it is destroyed. */
  enter(): boolean {
    return this.#change((users) => users === 0 ? undefined : users + 1);
  }

  /** Removes a user; true when it was the last one, which must destroy it. */
  leave(): boolean {
    let last = false;
    this.#change((users) => {
      last = users === 1;
      return users === 0 ? undefined : users - 1;
    });
    return last;
  }

  /** Removes the only user, so that nobody can enter any more; false, and nothing is changed, when there are others. */
  leaveAlone(): boolean {
    return this.#change((users) => users === 1 ? 0 : undefined);
  }

  #change(next: (users: number) => number | undefined): boolean {
    for (;;) {
      const state = this.#state;
      const users = next(Number(countOf(state)));
      if (users === undefined) return false;
      if (this.#use === undefined) {
        this.#own = users;
        return true;
      }
      const { words, at, generation } = this.#use;
      if (Atomics.compareExchange(words, at, state, generation * GENERATION + BigInt(users)) === state) return true;
    }
  }
}

/** Ends every count of what lies in a destroyed sub-process, and of itself, so that no ticket of it is good any more. */
export function endUsersIn(subprocess: Address): void {
  const owner = BigInt(subprocess);
  const head = processWords();
  const end = head === undefined ? 0 : Number(Atomics.load(head, processWord.usersEnd));
  for (let index = 0; index < end; index++) {
    const { words, at } = entryAt(index)!;
    for (;;) {
      const state = Atomics.load(words, at);
      const isInside = Atomics.load(words, at + 4) === owner || Atomics.load(words, at + 3) === owner;
      if (!isInside || countOf(state) === 0n) break;
      if (Atomics.compareExchange(words, at, state, state - countOf(state)) === state) break;
    }
  }
}

/** Takes an entry that nobody counts in; until its state is stored no ticket fits it. */
function claimEntry(): { readonly index: number; readonly use: Use } {
  const head = processWords();
  if (head === undefined) {
    const { os, arch } = currentPlatform();
    throw new UnsupportedError({
      feature: "share()",
      found: `the C library of ${os} ${arch}`,
      needed: "Linux or macOS",
    });
  }
  const first = Number(Atomics.load(head, processWord.nextUsers));
  for (let step = 0; step < ENTRIES; step++) {
    const index = (first + step) % ENTRIES;
    const entry = entryAt(index)!;
    const state = Atomics.load(entry.words, entry.at);
    const generation = (state / GENERATION + 1n) % GENERATION;
    if (state % GENERATION !== 0n) continue;
    if (Atomics.compareExchange(entry.words, entry.at, state, generation * GENERATION + CLAIMED) !== state) continue;
    Atomics.store(head, processWord.nextUsers, BigInt((index + 1) % ENTRIES));
    raise(head, BigInt(index + 1));
    return { index, use: { ...entry, generation } };
  }
  throw new Error(`Cannot share: ${ENTRIES} heaps and sub-processes of this process are shared already`);
}

function raise(head: BigUint64Array<ArrayBuffer>, end: bigint): void {
  for (;;) {
    const before = Atomics.load(head, processWord.usersEnd);
    if (before >= end || Atomics.compareExchange(head, processWord.usersEnd, before, end) === before) return;
  }
}

function refuseKey(): never {
  throw new TypeError("Cannot use this ticket: share() of this process did not make it");
}
