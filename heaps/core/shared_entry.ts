import { UnsupportedError } from "../../ffi/errors.ts";
import { PAGE_WORDS, processWord, processWords, realmNumber, SHARED_PAGES } from "../../ffi/libc/process_words.ts";
import { currentPlatform } from "../../ffi/platform.ts";
import type { Address } from "../../ffi/types.ts";

/** What threads share or hand over. */
export type SharedKind = "heap" | "subprocess" | "block" | "store" | "member" | "channel" | "view";

/** What an entry stands for, as memory tells it that no program reaches: a ticket itself is data, which anyone can make up. */
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

const KINDS: readonly SharedKind[] = ["heap", "subprocess", "block", "store", "member", "channel", "view"];

/** The words of an entry. */
const WORDS = 16;
const ENTRIES_PER_PAGE = PAGE_WORDS / WORDS;
const ENTRIES = SHARED_PAGES.count * ENTRIES_PER_PAGE;

/** What stands in which word; a kind has the words from `details` on for itself. */
const word = { state: 0, secret: 1, address: 3, subprocess: 4, realm: 5, kind: 6, details: 7 } as const;

/** The entries have indexes below this. */
export const SHARED_ENTRIES: number = ENTRIES;

/** How many words a kind has for itself. */
export const DETAILS: number = WORDS - word.details;

/** A state is the generation of the entry above a count of 32 bits. */
const GENERATION = 1n << 32n;
/** From here on a count is that of an entry which is being written, by the realm whose number is the rest. */
const CLAIMED = 1n << 31n;

/** Secrets are drawn by the hundred, because the call costs more than what it draws. */
const secrets = new BigUint64Array(128);
let nextSecret: number = secrets.length;

function drawSecret(): bigint {
  if (nextSecret === secrets.length) {
    crypto.getRandomValues(secrets);
    nextSecret = 0;
  }
  const secret = secrets[nextSecret]!;
  // What was given out is not to be found here any more.
  secrets[nextSecret++] = 0n;
  return secret;
}

/**
 * An entry of the list that all threads of the process have in common, for what it is used at the moment: what it stands
 * for, and a count, 0 once that is over. Whoever has its key can use it, and nobody can guess that: it holds a secret of
 * 128 bits, and a generation that grows with every use of the entry.
 */
export class SharedEntry {
  readonly #words: BigUint64Array<ArrayBuffer>;
  readonly #at: number;
  readonly #index: number;
  readonly #generation: bigint;

  private constructor(index: number, words: BigUint64Array<ArrayBuffer>, generation: bigint) {
    this.#index = index;
    this.#words = words;
    this.#at = index % ENTRIES_PER_PAGE * WORDS;
    this.#generation = generation;
  }

  /**
   * Takes an entry for `thing`, whose count is `count` from then on. `action` says what for.
   *
   * Throws `Error` when there is none left, and `UnsupportedError` where threads find no memory in common.
   */
  static make(action: string, thing: SharedThing, count: number, details: readonly number[] = []): SharedEntry {
    if (processWords() === undefined) refusePlatform(action);
    const entry = SharedEntry.tryMake(thing, count, details);
    if (entry !== undefined) return entry;
    throw new Error(`Cannot ${action}: ${ENTRIES} things of this process are shared or handed over already`);
  }

  /** Like {@linkcode SharedEntry.make}; `undefined` where that throws. */
  static tryMake(thing: SharedThing, count: number, details: readonly number[] = []): SharedEntry | undefined {
    const head = processWords();
    const entry = head && SharedEntry.#claim(head);
    if (entry === undefined) return undefined;
    entry.#write(word.secret, drawSecret());
    entry.#write(word.secret + 1, drawSecret());
    entry.#write(word.address, BigInt(thing.address));
    entry.#write(word.subprocess, BigInt(thing.subprocess));
    entry.#write(word.realm, BigInt(thing.realm));
    entry.#write(word.kind, BigInt(KINDS.indexOf(thing.kind)));
    for (let index = 0; index < DETAILS; index++) entry.#write(word.details + index, BigInt(details[index] ?? 0));
    entry.#write(word.state, entry.#generation * GENERATION + BigInt(count));
    return entry;
  }

  /** Takes an entry that nobody counts in; until its state is stored no key fits it. */
  static #claim(head: BigUint64Array<ArrayBuffer>): SharedEntry | undefined {
    const first = Number(Atomics.load(head, processWord.nextShared));
    const claim = CLAIMED + BigInt(realmNumber());
    for (let step = 0; step < ENTRIES; step++) {
      const index = (first + step) % ENTRIES;
      const words = wordsOf(index);
      const at = index % ENTRIES_PER_PAGE * WORDS;
      const state = Atomics.load(words, at);
      if (state % GENERATION !== 0n) continue;
      const generation = (state / GENERATION + 1n) % GENERATION;
      // First, so that the entry is found should this thread be killed next.
      raise(head, BigInt(index + 1));
      if (Atomics.compareExchange(words, at, state, generation * GENERATION + claim) !== state) continue;
      Atomics.store(head, processWord.nextShared, BigInt((index + 1) % ENTRIES));
      return new SharedEntry(index, words, generation);
    }
    return undefined;
  }

  /**
   * The entry that `key` leads to; `undefined` when what it stood for is over. `action` says what is tried.
   *
   * Throws `TypeError` for a key that no {@linkcode SharedEntry.key} ever was.
   */
  static find(key: unknown, kind: SharedKind, action: string): SharedEntry | undefined {
    const [, place, age, high, low] = /^(\d{1,6})-(\d{1,10})-([\da-f]{16})([\da-f]{16})$/.exec(
      typeof key === "string" ? key : "",
    ) ?? [];
    const index = Number(place ?? ENTRIES);
    if (index >= ENTRIES || processWords() === undefined) refuseKey(action);
    const generation = BigInt(age!);
    const entry = new SharedEntry(index, wordsOf(index), generation);
    const state = entry.#read(word.state);
    // What the place was used for since then says nothing of this key, also when it was never a true one.
    if (generation < state / GENERATION) return undefined;
    const isSecret = entry.#read(word.secret) === BigInt(`0x${high}`) &&
      entry.#read(word.secret + 1) === BigInt(`0x${low}`);
    if (generation !== state / GENERATION || !isSecret) refuseKey(action);
    if (entry.count === 0) return undefined;
    if (KINDS[Number(entry.#read(word.kind))] !== kind) refuseKey(action);
    return entry;
  }

  /** The entry that {@linkcode SharedEntry.reference} told; its count is 0 when what it stood for is over. */
  static at(reference: number): SharedEntry {
    const index = reference % ENTRIES;
    return new SharedEntry(index, wordsOf(index), BigInt(Math.floor(reference / ENTRIES)));
  }

  /** Every entry that is in use, one after the other. */
  static *all(): IterableIterator<SharedEntry> {
    const head = processWords();
    const end = head === undefined ? 0 : Number(Atomics.load(head, processWord.sharedEnd));
    for (let index = 0; index < end; index++) {
      const entry = SharedEntry.usedAt(index);
      if (entry !== undefined) yield entry;
    }
  }

  /** The entry with an index, a number below {@linkcode SHARED_ENTRIES}, when it is in use. */
  static usedAt(index: number): SharedEntry | undefined {
    const words = wordsOf(index);
    const state = Atomics.load(words, index % ENTRIES_PER_PAGE * WORDS);
    const count = state % GENERATION;
    return count === 0n || count >= CLAIMED ? undefined : new SharedEntry(index, words, state / GENERATION);
  }

  /** What a ticket carries. */
  get key(): string {
    const secret = [this.#read(word.secret), this.#read(word.secret + 1)].map((half) => half.toString(16));
    return `${this.#index}-${this.#generation}-${secret.map((half) => half.padStart(16, "0")).join("")}`;
  }

  /** Where it stands in the list. */
  get index(): number {
    return this.#index;
  }

  /** What another entry can keep of this one in a word. */
  get reference(): number {
    return Number(this.#generation % 2n ** 32n) * ENTRIES + this.#index;
  }

  /** What the entry stands for. */
  get thing(): SharedThing {
    return {
      kind: KINDS[Number(this.#read(word.kind))]!,
      address: Number(this.#read(word.address)),
      subprocess: Number(this.#read(word.subprocess)),
      realm: this.realm,
    };
  }

  /** The realm that made it. */
  get realm(): number {
    return Number(this.#read(word.realm));
  }

  /** Says where the thing lies, which was not known before. */
  settle(address: Address): void {
    this.#write(word.address, BigInt(address));
  }

  /** A word that the kind has for itself. */
  detail(index: number): number {
    return Number(this.#read(word.details + index));
  }

  /** Changes a word that the kind has for itself. */
  setDetail(index: number, value: number): void {
    this.#write(word.details + index, BigInt(value));
  }

  /** The count, 0 when what the entry stood for is over. */
  get count(): number {
    const state = this.#read(word.state);
    // Used for something else by now, it has nobody of ours.
    return state / GENERATION === this.#generation && state % GENERATION < CLAIMED ? Number(state % GENERATION) : 0;
  }

  /**
   * Makes the count what `next` makes of it, all at once; false, and nothing is changed, when that is `undefined`, or when
   * what the entry stood for is over. The entry is free for others from 0 on.
   */
  change(next: (count: number) => number | undefined): boolean {
    for (;;) {
      const { count } = this;
      const changed = count === 0 ? undefined : next(count);
      if (changed === undefined) return false;
      const base = this.#generation * GENERATION;
      const before = base + BigInt(count);
      if (Atomics.compareExchange(this.#words, this.#at, before, base + BigInt(changed)) === before) return true;
    }
  }

  /** Makes the count 0, whatever it is; false when it is that already. */
  end(): boolean {
    return this.change(() => 0);
  }

  #read(offset: number): bigint {
    return Atomics.load(this.#words, this.#at + offset);
  }

  #write(offset: number, value: bigint): void {
    Atomics.store(this.#words, this.#at + offset, value);
  }
}

/** Frees the entries that a realm which has ended was about to write. */
export function endClaimsOf(realm: number): void {
  const head = processWords();
  const end = head === undefined ? 0 : Number(Atomics.load(head, processWord.sharedEnd));
  const claim = CLAIMED + BigInt(realm);
  for (let index = 0; index < end; index++) {
    const words = wordsOf(index);
    const at = index % ENTRIES_PER_PAGE * WORDS;
    const state = Atomics.load(words, at);
    if (state % GENERATION === claim) Atomics.compareExchange(words, at, state, state - claim);
  }
}

/** Ends every entry of what lies in a destroyed sub-process, and its own, so that no ticket of it is good any more. */
export function endEntriesIn(subprocess: Address): void {
  for (const entry of SharedEntry.all()) {
    const { thing } = entry;
    if (thing.subprocess === subprocess || thing.address === subprocess) entry.end();
  }
}

function wordsOf(index: number): BigUint64Array<ArrayBuffer> {
  return processWords(SHARED_PAGES.first + Math.floor(index / ENTRIES_PER_PAGE))!;
}

function raise(head: BigUint64Array<ArrayBuffer>, end: bigint): void {
  for (;;) {
    const before = Atomics.load(head, processWord.sharedEnd);
    if (before >= end || Atomics.compareExchange(head, processWord.sharedEnd, before, end) === before) return;
  }
}

function refusePlatform(action: string): never {
  const { os, arch } = currentPlatform();
  throw new UnsupportedError({
    feature: action,
    found: `the C library of ${os} ${arch}`,
    needed: "Linux or macOS",
  });
}

function refuseKey(action: string): never {
  throw new TypeError(`Cannot ${action}: this process did not make it`);
}
