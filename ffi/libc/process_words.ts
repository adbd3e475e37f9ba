import { currentPlatform } from "../platform.ts";
import { backend } from "../runtime/backend.ts";
import { libc, libcAddresses } from "./libc.ts";

/**
 * A word of the C library that every thread finds and no runtime uses: what
 * `getopt` tells of the command line. It holds where the words are.
 */
const ANCHOR = "optarg";

/** Stands above the address, so that what a native `getopt` leaves there is not taken for one. */
const TAG = 0x6d69n << 48n;

const LENGTH = 2 ** 14;

let words: BigUint64Array<ArrayBuffer> | undefined;

/**
 * A few thousand words of memory that all threads of the process share without
 * sharing JavaScript, zero at first; `Atomics` works on them. `undefined` where
 * the C library is none of POSIX (Windows).
 */
export function processWords(): BigUint64Array<ArrayBuffer> | undefined {
  return words ??= openWords();
}

function openWords(): BigUint64Array<ArrayBuffer> | undefined {
  const anchor = currentPlatform().os === "win32" ? null : libcAddresses([ANCHOR])[ANCHOR] ?? null;
  if (anchor === null) return undefined;
  const word = new BigUint64Array(backend().wrap(anchor, 0, 8));
  const before = Atomics.load(word, 0);
  if (isTagged(before)) return wordsAt(before - TAG);
  const made = libc("streams").calloc(LENGTH, 8);
  if (made === null) return undefined;
  const address = BigInt(backend().toAddress(made));
  const found = Atomics.compareExchange(word, 0, before, TAG + address);
  // Another thread was faster: its words are those of all, and these stay unused.
  return wordsAt(isTagged(found) ? found - TAG : address);
}

function isTagged(value: bigint): boolean {
  return value >> 48n === TAG >> 48n;
}

function wordsAt(address: bigint): BigUint64Array<ArrayBuffer> {
  return new BigUint64Array(backend().wrap(backend().toHandle(Number(address))!, 0, LENGTH * 8));
}
