import { LibraryLoadError } from "../errors.ts";
import { onFirstThread } from "../libc/first_thread.ts";
import { libc } from "../libc/libc.ts";
import { isLoadedFile } from "../libc/loaded_files.ts";
import { currentPlatform } from "../platform.ts";
import { isWithin, releaseOf } from "../releases.ts";
import { backend } from "../runtime/backend.ts";
import { onMainThread } from "../runtime/main_thread.ts";
import type { Bindings } from "../symbols.ts";
import { type Version, versionOf } from "../version.ts";

/** An option that nothing reads (`deprecated_segment_reset`), see worker_mark.ts. */
const UNUSED_OPTION = 13;

/** What stands there when a Worker was the first thread of the process to open a library that ends with it. */
const ORPHAN = 0x6d69_6d62;

/** Whether this thread has the identifier of the one that left `mark`, and is another. */
function isSuccessor(mark: number): boolean {
  if (mark < LEAST_MARK) return false;
  const own = ownMark();
  return mark !== own && Math.floor(mark / THREADS) === Math.floor(own / THREADS);
}

/** What is asked of a library. */
type Opened = Bindings & { readonly path: string; readonly version: Version; readonly versionText: string };

/** Threads have numbers below this on Linux. */
const THREADS = 2 ** 22;

/** Marks of threads are at least this. */
const LEAST_MARK = 2 ** 32;

/**
 * This thread as one number: 31 bits of the identifier that mimalloc knows it by, which a later thread may get, above the
 * number that no other living thread has.
 */
function ownMark(): number {
  const { gettid, pthreadSelf } = libc("threads");
  return Math.floor(backend().toAddress(pthreadSelf()!) / 64) % 2 ** 31 * THREADS + gettid();
}

/**
 * Whether this thread may end before the process and `file` is in no other thread yet; where nothing tells it, it is not.
 * Such are Workers, and the threads on which `deno test` runs files.
 */
export function opensFirst(file: string): boolean {
  if (currentPlatform().os !== "linux" || onFirstThread()) return false;
  try {
    return !isLoadedFile(file);
  } catch {
    // Deno may be allowed to call this library alone.
    return false;
  }
}

/**
 * Throws `LibraryLoadError` for 3.3 in a Worker that opens it `first`: that thread counts as the main one there, and when
 * it has ended, the next that has its identifier uses what it left and crashes. Where the first one was a thread of
 * `deno test`, which has to use it, that next one gets the error.
 */
export function requireLastingThread(opened: Opened, first: boolean): void {
  if (!isWithin(versionOf(releaseOf(opened.version)), { since: "3.3.0", until: "3.3.2" })) return;
  const { optionGet, optionSet } = opened.bind("process");
  if (first) optionSet(UNUSED_OPTION, onMainThread() ? ownMark() : ORPHAN);
  const mark = Number(optionGet(UNUSED_OPTION));
  const isOrphan = mark === ORPHAN;
  if (!isOrphan && !isSuccessor(mark)) return;
  const who = isOrphan ? "a Worker" : "one that has ended and left its identifier to this thread, as in deno test";
  const reason = `mimalloc ${opened.versionText} ends with the thread that opens it first, and that was ${who}`;
  throw new LibraryLoadError(`Cannot open ${opened.path}: ${reason}\nCall loadLibrary() on the main thread first`, {
    searched: [{ place: opened.path, reason }],
  });
}
