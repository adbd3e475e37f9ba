import { LibraryLoadError } from "../errors.ts";
import { optionsOf } from "../options_of.ts";
import { readEnvironment } from "../platform.ts";
import { isWithin, releaseOf, type VersionRange } from "../releases.ts";
import { backend } from "../runtime/backend.ts";
import type { Bindings } from "../symbols.ts";
import type { Handle } from "../types.ts";
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
 * 2.0.9 checks a mask (`decommit_mask`) that `mi_segment_alloc` writes for memory alone that it may decommit.
 */
const failing: readonly (VersionRange & { readonly when: string })[] = [
  { since: "2.0.9", until: "2.0.9", when: "a large block lies in an arena where a larger one was" },
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
 * What ends the process from 2.3.0 and from 3.3.0 on, unless there is padding too: `mi_page_usable_size_of`
 * (`src/free.c`) counts the guard page as part of a block, and `mi_realloc` lets it grow there.
 */
const countedGuards: Unsound = {
  what:
    "counts the guard page behind a block as part of it, so that a block that grows reaches it and the process ends",
  shows: (block, opened) => opened.bind("blocks").usableSize(block) > 16 * BYTES,
};

/**
 * Releases whose guarded builds end the process when they are used as they may be. 3.0.1 protects pages that it hands out
 * again, and writes there itself.
 */
const unsoundGuards: readonly (VersionRange & Unsound)[] = [
  { since: "2.3.0", until: "2.4.1", ...countedGuards },
  { since: "3.3.0", until: "3.3.2", ...countedGuards },
  {
    since: "3.0.0",
    until: "3.0.1",
    what: "leaves guard pages in memory that it hands out again, so that the process ends",
    shows: (block) => (backend().toAddress(block) + BYTES) % PAGE === 0,
  },
];

interface Unsound {
  readonly what: string;
  /** Whether a block of `BYTES` bytes, for which a guard page was asked, looks like one of such a build. */
  readonly shows: (block: Handle, opened: Opened) => boolean;
}

const BYTES = 64;
const BLOCKS = 8;
const PAGE = 4096;

/** Throws `LibraryLoadError` for a guarded build that ends the process though nothing is wrong. */
export function requireSoundGuards(opened: Opened): void {
  const { version, versionText, path } = opened;
  const known = versionOf(releaseOf(version));
  const found = unsoundGuards.find((range) => isWithin(known, range));
  if (found === undefined || !mayGuard(opened) || !showsGuards(opened, found)) return;
  const reason = `it is a guarded build of mimalloc ${versionText}, which ${found.what}`;
  throw new LibraryLoadError(`Cannot use ${path}: ${reason}\nTake a build without guard pages, or another version`, {
    searched: [{ place: path, reason }],
  });
}

/** Whether the option `guarded_sample_rate` is on, as in guarded builds, or would be were it not for the environment. */
function mayGuard(opened: Opened): boolean {
  const rate = optionsOf(opened.version)["guarded_sample_rate"];
  const isKnown = opened.has("mi_heap_guarded_set_sample_rate") || opened.has("mi_theap_guarded_set_sample_rate");
  // Who took the function out may have taken out the option too, and C reads behind its list then.
  if (rate === undefined || !isKnown) return false;
  return Number(opened.bind("process").optionGet(rate.index)) > 0 ||
    readEnvironment("MIMALLOC_GUARDED_SAMPLE_RATE") !== undefined;
}

/** Whether most blocks of a heap that guards every block look as `unsound` says. */
function showsGuards(opened: Opened, unsound: Unsound): boolean {
  const { heapMalloc, free } = opened.bind("blocks");
  const heap = opened.bind("heaps").heapNew();
  if (heap === null) return false;
  guardAll(heap, opened);
  const blocks = Array.from({ length: BLOCKS }, () => heapMalloc(heap, BYTES)).filter((block) => block !== null);
  const guarded = blocks.filter((block) => unsound.shows(block, opened)).length;
  blocks.forEach((block) => free(block));
  opened.bind("heapSettings").heapDelete(heap);
  return guarded > BLOCKS / 2;
}

/** Asks for a guard page behind every block of `heap`. */
function guardAll(heap: Handle, opened: Opened): void {
  if (opened.has("mi_heap_guarded_set_sample_rate")) {
    opened.bind("heapSettings").heapGuardedSetSampleRate(heap, 1, 1);
    return;
  }
  const { heapTheap, theapGuardedSetSampleRate } = opened.bind("theaps");
  theapGuardedSetSampleRate(heapTheap(heap), 1, 1);
}

/** Whether the option `show_errors` is on, or would be were it not for the environment. */
function showsErrors(opened: Opened): boolean {
  return Number(opened.bind("process").optionGet(SHOW_ERRORS)) !== 0 ||
    readEnvironment("MIMALLOC_SHOW_ERRORS") !== undefined;
}
