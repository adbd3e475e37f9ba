import { LibraryLoadError } from "../errors.ts";
import { readEnvironment } from "../platform.ts";
import { isWithin, releaseOf, type VersionRange } from "../releases.ts";
import type { Bindings } from "../symbols.ts";
import { type Version, versionOf } from "../version.ts";
import type { Build } from "./build_type.ts";

/** The option that is on by default in debug builds; it has the same number in every version. */
const SHOW_ERRORS = 0;

/** What is asked of a library. */
type Opened = Bindings & {
  readonly path: string;
  readonly version: Version;
  readonly versionText: string;
  readonly build: Build;
};

/**
 * When debug builds end the process though nothing is wrong. `mi_heap_delete` and the end of a thread of 2.3 and 2.4 move
 * full pages to another heap and forget to count them there (`pages_full_size`), which the next check notices; what
 * 3.0 and 3.1 check of a new page is not so where there was no memory for one, nor is what they check of large ones.
 */
const failing: readonly (VersionRange & { readonly when: string })[] = [
  { since: "2.3.0", until: "2.4.1", when: "a thread ends, or blocks outlive their heap" },
  { since: "3.0.0", until: "3.1.5", when: "there is no memory, or a large block of an arena is freed" },
];

/** Throws `LibraryLoadError` for a debug build whose own checks fail when it is used as it may be. */
export function requireSoundChecks(opened: Opened): void {
  const { version, versionText, path } = opened;
  const known = versionOf(releaseOf(version));
  const found = failing.find((range) => isWithin(known, range));
  // Debug builds show errors by default: nothing needs to be allocated to tell all others apart.
  if (found === undefined || !showsErrors(opened) || opened.build.type !== "debug") return;
  const reason = `it is a debug build of mimalloc ${versionText}, whose own checks fail when ${found.when}`;
  throw new LibraryLoadError(`Cannot use ${path}: ${reason}\nTake a release build, or another version`, {
    searched: [{ place: path, reason }],
  });
}

/**
 * Releases whose guarded builds without padding count the guard page as part of a block (`mi_page_usable_size_of` in
 * `src/free.c`): `mi_realloc` then lets a block grow into the page where every access ends the process.
 */
const countingGuards: VersionRange = { since: "2.3.0", until: "2.4.1" };
const BYTES = 64;
const BLOCKS = 8;

/** Throws `LibraryLoadError` for a guarded build that counts the guard page behind a block as part of it. */
export function requireSoundGuards(opened: Opened): void {
  const { version, versionText, path } = opened;
  if (!isWithin(versionOf(releaseOf(version)), countingGuards) || !countsGuards(opened)) return;
  const reason =
    `it is a guarded build of mimalloc ${versionText}, which counts the guard page behind a block as part of ` +
    "it, so that a block that grows reaches it and the process ends";
  throw new LibraryLoadError(`Cannot use ${path}: ${reason}\nTake a build without guard pages, or another version`, {
    searched: [{ place: path, reason }],
  });
}

/** Whether a block with a guard page is said to have much more bytes than it was made for. */
function countsGuards(opened: Opened): boolean {
  const { heapDelete, heapGuardedSetSampleRate } = opened.bind("heapSettings");
  const { heapMalloc, usableSize, free } = opened.bind("blocks");
  const heap = opened.bind("heaps").heapNew();
  if (heap === null) return false;
  heapGuardedSetSampleRate(heap, 1, 1);
  const blocks = Array.from({ length: BLOCKS }, () => heapMalloc(heap, BYTES)).filter((block) => block !== null);
  const largest = Math.max(0, ...blocks.map((block) => usableSize(block)));
  blocks.forEach((block) => free(block));
  heapDelete(heap);
  return largest > 16 * BYTES;
}

/** Whether the option `show_errors` is on, or would be were it not for the environment. */
function showsErrors(opened: Opened): boolean {
  return Number(opened.bind("process").optionGet(SHOW_ERRORS)) !== 0 ||
    readEnvironment("MIMALLOC_SHOW_ERRORS") !== undefined;
}
