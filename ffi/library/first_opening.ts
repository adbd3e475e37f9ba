import { LibraryLoadError } from "../errors.ts";
import { isLoadedFile } from "../libc/loaded_files.ts";
import { currentPlatform } from "../platform.ts";
import { isWithin, releaseOf } from "../releases.ts";
import { onMainThread } from "../runtime/main_thread.ts";
import type { Bindings } from "../symbols.ts";
import { type Version, versionOf } from "../version.ts";

/** An option that nothing reads (`deprecated_segment_reset`), see worker_mark.ts. */
const UNUSED_OPTION = 13;

/** What stands there when a Worker was the first thread of the process to open a library that ends with it. */
const ORPHAN = 0x6d69_6d62;

/** What is asked of a library. */
type Opened = Bindings & { readonly path: string; readonly version: Version; readonly versionText: string };

/** Whether this thread is a Worker and `file` is in no other thread yet; where nothing tells it, it is not. */
export function opensFirst(file: string): boolean {
  if (onMainThread() || currentPlatform().os !== "linux") return false;
  try {
    return !isLoadedFile(file);
  } catch {
    // Deno may be allowed to call this library alone.
    return false;
  }
}

/**
 * Throws `LibraryLoadError` for 3.3 in a Worker that opens it `first`: that thread counts as the main one there, and when
 * it has ended, the next that has its identifier uses what it left and crashes.
 */
export function requireLastingThread(opened: Opened, first: boolean): void {
  if (!isWithin(versionOf(releaseOf(opened.version)), { since: "3.3.0", until: "3.3.2" })) return;
  const { optionGet, optionSet } = opened.bind("process");
  if (first) optionSet(UNUSED_OPTION, ORPHAN);
  if (Number(optionGet(UNUSED_OPTION)) !== ORPHAN) return;
  const reason = `mimalloc ${opened.versionText} ends with the thread that opens it first, and that was a Worker`;
  throw new LibraryLoadError(`Cannot open ${opened.path}: ${reason}\nCall loadLibrary() on the main thread first`, {
    searched: [{ place: opened.path, reason }],
  });
}
