import { LibraryLoadError } from "../errors.ts";
import { currentPlatform } from "../platform.ts";
import { backend } from "../runtime/backend.ts";
import { libc, libcAddresses } from "./libc.ts";

/**
 * A word of the C library that every thread finds and no runtime uses: what `getopt` tells of the command line. It
 * holds where the words are.
 */
const ANCHOR = "optarg";

/** Stands above the address, so that what a native `getopt` leaves there is not taken for one. */
const TAG = 0x6d69n << 48n;

/** Words of a page: each is wrapped when it is needed, because Bun counts wrapped bytes as JavaScript memory. */
export const PAGE_WORDS: number = 2 ** 14;

/** How many pages there are. The system gives memory only for those that are used. */
export const PROCESS_PAGES: number = 133;

/** The pages of the list of what threads share and hand over; page 0 is the list of arenas. */
export const SHARED_PAGES: { readonly first: number; readonly count: number } = { first: 1, count: 128 };

/** The pages of the list of realms. */
export const REALM_PAGES: { readonly first: number; readonly count: number } = { first: 129, count: 4 };

/** What the first words of page 0 are for. Change {@linkcode LAYOUT} with every other use of a word. */
export const processWord = {
  /** The number of the layout. */
  layout: 0,
  /** How many realms have opened the library. */
  realms: 1,
  /** Where the entries of the list of arenas end. */
  rangesEnd: 2,
  /** Where to look for room in the list of what is shared. */
  nextShared: 3,
  /** Where the entries of the list of what is shared end. */
  sharedEnd: 7,
  /** How many profilers of C have sampled blocks that may live. */
  profilers: 8,
  /** Where the places of realms end. */
  realmsEnd: 9,
  /** 1 while errors of C are recorded. */
  recording: 4,
  /** Failures that were recorded, and followed by a second attempt. */
  silentFailures: 5,
  /** Where the last text is that ended realms have left. */
  legacy: 6,
  /** The first word that is not a part of this head. */
  headEnd: 16,
} as const;

const LAYOUT = 8n;

const pages: (BigUint64Array<ArrayBuffer> | undefined)[] = [];
let start: bigint | undefined;

/**
 * One page of the memory that all threads of the process share without sharing JavaScript, zero at first; `Atomics`
 * works on it. `undefined` where the C library is none of POSIX (Windows).
 *
 * Throws {@linkcode LibraryLoadError} when another version of this library uses it in another way.
 */
export function processWords(page: number = 0): BigUint64Array<ArrayBuffer> | undefined {
  const known = pages[page];
  if (known !== undefined) return known;
  start ??= findStart();
  return start === 0n ? undefined : pages[page] = wordsAt(start + BigInt(page * PAGE_WORDS * 8), PAGE_WORDS);
}

function findStart(): bigint {
  const anchor = currentPlatform().os === "win32" ? null : libcAddresses([ANCHOR])[ANCHOR] ?? null;
  if (anchor === null) return 0n;
  const word = new BigUint64Array(backend().wrap(anchor, 0, 8));
  const before = Atomics.load(word, 0);
  if (isTagged(before)) return checked(before - TAG);
  const made = libc("streams").calloc(PROCESS_PAGES * PAGE_WORDS, 8);
  if (made === null) return 0n;
  const address = BigInt(backend().toAddress(made));
  Atomics.store(wordsAt(address, 1), processWord.layout, LAYOUT);
  const found = Atomics.compareExchange(word, 0, before, TAG + address);
  // Another thread was faster: its words are those of all, and these stay unused.
  return isTagged(found) ? checked(found - TAG) : address;
}

function checked(address: bigint): bigint {
  if (Atomics.load(wordsAt(address, 1), processWord.layout) === LAYOUT) return address;
  throw new LibraryLoadError(
    "Cannot open libmimalloc: another version of @mimalloc/ffi has opened it in this process, and the two do not know " +
      "each other's memory; let the whole program use one version",
  );
}

function isTagged(value: bigint): boolean {
  return value >> 48n === TAG >> 48n;
}

function wordsAt(address: bigint, length: number): BigUint64Array<ArrayBuffer> {
  return new BigUint64Array(backend().wrap(backend().toHandle(Number(address))!, 0, length * 8));
}

let realm: number | undefined;

/** A number that tells this module, and with it its thread, from every other one that the process ever had. */
export function realmNumber(): number {
  return realm ??= nextRealm();
}

function nextRealm(): number {
  const words = processWords();
  return words === undefined ? 1 : Number(Atomics.add(words, processWord.realms, 1n)) + 1;
}
