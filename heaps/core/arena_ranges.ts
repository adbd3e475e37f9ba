import { processWord, processWords, realmNumber } from "../../ffi/libc/process_words.ts";

/**
 * Where the arenas of all threads lie, because mimalloc takes the same memory twice. An entry is four words: its state,
 * its start, its end, and the address of its sub-process.
 */
const ENTRY = 4;
const FIRST = processWord.headEnd;
const FREE = 0n;
/** It is being written, by the realm whose number stands above {@linkcode STATES}. */
const CLAIMED = 1n;
const READY = 2n;
/** Like {@linkcode READY}, and the memory is the program's: the system gets none of it. */
const GIVEN = 3n;
const STATES = 4n;

/** Whether a state is that of an entry which says where something lies. */
function isThere(state: bigint): boolean {
  return state === READY || state === GIVEN;
}

function claimOf(realm: number): bigint {
  return BigInt(realm) * STATES + CLAIMED;
}

/** An entry of the list, to be taken out of it again. */
export interface RangeEntry {
  /** Index of its first word; 0 when there is no list, or no room in it. */
  readonly index: number;
}

/**
 * Puts `byteLength` bytes from `address` on, which belong to `subprocess` (0 for the main one), into the list; `given`
 * when the program has mapped them.
 */
export function enterRange(address: number, byteLength: number, subprocess: number, given = false): RangeEntry {
  const words = processWords();
  const claim = claimOf(realmNumber());
  for (let index: number = FIRST; words !== undefined && index + ENTRY <= words.length; index += ENTRY) {
    if (Atomics.load(words, index) !== FREE) continue;
    // First, so that the entry is found should this thread be killed next.
    raise(words, BigInt(index + ENTRY));
    if (Atomics.compareExchange(words, index, FREE, claim) !== FREE) continue;
    Atomics.store(words, index + 1, BigInt(address));
    Atomics.store(words, index + 2, BigInt(address + byteLength));
    Atomics.store(words, index + 3, BigInt(subprocess));
    Atomics.store(words, index, given ? GIVEN : READY);
    return { index };
  }
  return { index: 0 };
}

function raise(words: BigUint64Array<ArrayBuffer>, end: bigint): void {
  for (;;) {
    const before = Atomics.load(words, processWord.rangesEnd);
    if (before >= end || Atomics.compareExchange(words, processWord.rangesEnd, before, end) === before) return;
  }
}

/** Enters a range unless one that begins there is in the list. */
export function noteRange(address: number, byteLength: number, subprocess: number): void {
  const words = processWords();
  if (words === undefined) return;
  const start = BigInt(address);
  for (let index: number = FIRST; index < Number(Atomics.load(words, processWord.rangesEnd)); index += ENTRY) {
    if (isThere(Atomics.load(words, index)) && Atomics.load(words, index + 1) === start) return;
  }
  enterRange(address, byteLength, subprocess);
}

/** Takes an entry out of the list. */
export function leaveRange({ index }: RangeEntry): void {
  const words = processWords();
  if (words !== undefined && index > 0) Atomics.store(words, index, FREE);
}

/** Takes out what a destroyed sub-process had, whichever thread put it in. */
export function leaveRangesOf(subprocess: number): void {
  const words = processWords();
  if (words === undefined) return;
  const owner = BigInt(subprocess);
  for (let index: number = FIRST; index < Number(Atomics.load(words, processWord.rangesEnd)); index += ENTRY) {
    const state = Atomics.load(words, index);
    if (isThere(state) && Atomics.load(words, index + 3) === owner) Atomics.store(words, index, FREE);
  }
}

/** Frees the entries that a realm which has ended was about to write. */
export function endRangeClaimsOf(realm: number): void {
  const words = processWords();
  if (words === undefined) return;
  const claim = claimOf(realm);
  for (let index: number = FIRST; index < Number(Atomics.load(words, processWord.rangesEnd)); index += ENTRY) {
    Atomics.compareExchange(words, index, claim, FREE);
  }
}

/**
 * The range of another entry that overlaps that of `own`. Whoever enters first and looks afterwards cannot be missed by
 * another thread that does the same.
 */
export function findOverlap(own: RangeEntry): { readonly address: number; readonly byteLength: number } | undefined {
  const words = processWords();
  if (words === undefined || own.index === 0) return undefined;
  const read = (index: number): number => Number(Atomics.load(words, index));
  const [start, end] = [read(own.index + 1), read(own.index + 2)];
  for (let index: number = FIRST; index < read(processWord.rangesEnd); index += ENTRY) {
    if (index === own.index || !isThere(Atomics.load(words, index))) continue;
    const [address, limit] = [read(index + 1), read(index + 2)];
    if (address < end && start < limit) return { address, byteLength: limit - address };
  }
  return undefined;
}

/** Whether `address` lies in memory that the program gave to an arena of whatever thread. */
export function isGiven(address: number): boolean {
  const words = processWords();
  if (words === undefined) return false;
  const wanted = BigInt(address);
  for (let index: number = FIRST; index < Number(Atomics.load(words, processWord.rangesEnd)); index += ENTRY) {
    if (Atomics.load(words, index) !== GIVEN) continue;
    if (wanted >= Atomics.load(words, index + 1) && wanted < Atomics.load(words, index + 2)) return true;
  }
  return false;
}
