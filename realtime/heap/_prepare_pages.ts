import { UnsupportedError } from "../../ffi/errors.ts";
import { library } from "../../ffi/library/library.ts";
import { backend } from "../../ffi/runtime/backend.ts";
import type { Address, Handle } from "../../ffi/types.ts";
import { native } from "../../heaps/core/native.ts";
import { AllocationError } from "../../heaps/errors.ts";
import type { HeapArea } from "../../heaps/heap/heap_area.ts";
import type { SizeClasses } from "../core/size_classes.ts";
import { provide } from "./_provide.ts";

/** The heap whose pages are made. */
export interface PageSource {
  /** How messages call it. */
  readonly label: string;
  /** mimalloc's heap. */
  readonly handle: Handle;
  /** Its pages. */
  areas(): HeapArea[];
}

/** Pages that are there to stay. */
export interface PreparedPages {
  /** Blocks of each class that can be taken without a new page. */
  readonly ready: Int32Array<ArrayBuffer>;
  /** One block of each page, which keeps it. */
  readonly sentinels: Handle[];
  /** The pages. */
  readonly areas: readonly HeapArea[];
}

/** Rounds of taking blocks; two are the rule, because a page may hold fewer than others of its size. */
const MOST_ROUNDS = 8;

/**
 * Makes pages that hold `wanted` blocks of each class beside one more in each page, takes every block of them, so that
 * their free lists are complete, writes to all of their memory, and frees all blocks but that one.
 *
 * Throws {@linkcode AllocationError} when there is no room, and then has freed all of them.
 */
export function preparePages(source: PageSource, classes: SizeClasses, wanted: Int32Array): PreparedPages {
  const blocks: Handle[][] = classes.list.map(() => []);
  try {
    const areas = takeAll(source, classes, wanted, blocks);
    for (const { address, reservedBytes } of areas) provide(address, reservedBytes);
    const ready = new Int32Array(classes.list.length);
    const sentinels: Handle[] = [];
    blocks.forEach((taken, index) => {
      const pages = areas.filter(({ blockBytes }) => classes.indexOf(blockBytes) === index);
      ready[index] = taken.length - pages.length;
      sentinels.push(...freeAllButOne(taken, pages));
    });
    return { ready, sentinels, areas };
  } catch (error) {
    for (const taken of blocks) for (const block of taken.splice(0)) native().blocks.free(block);
    throw error;
  }
}

/** Takes all blocks of as many pages as are needed; returns the pages. */
function takeAll(source: PageSource, classes: SizeClasses, wanted: Int32Array, blocks: Handle[][]): HeapArea[] {
  const missing = Array.from(wanted, (count, index) => {
    const { blocksPerPage } = classes.list[index]!;
    return Math.ceil(count / (blocksPerPage - 1)) * blocksPerPage;
  });
  for (let round = 0; round < MOST_ROUNDS; round++) {
    // The largest pages first: they need the longest stretches of the arena.
    for (let index = missing.length - 1; index >= 0; index--) {
      take(source, classes.list[index]!.blockBytes, missing[index]!, blocks[index]!);
    }
    // Without those of single blocks, which are taken meanwhile.
    const areas = source.areas().filter(({ used, blockBytes }) => used > 0 && isOfClass(classes, blockBytes));
    const [capacity, pages] = tally(classes, areas);
    requireAll(areas, blocks);
    missing.forEach((_, index) => {
      const taken = blocks[index]!.length;
      const usable = capacity[index]! - pages[index]!;
      missing[index] = capacity[index]! - taken + Math.max(0, wanted[index]! - usable);
    });
    if (missing.every((count) => count === 0)) return areas;
  }
  throw new Error(`Cannot prepare ${source.label}: its pages do not fill up`);
}

function isOfClass(classes: SizeClasses, blockBytes: number): boolean {
  return classes.indexOf(blockBytes) < classes.list.length;
}

function take(source: PageSource, blockBytes: number, count: number, blocks: Handle[]): void {
  const { heapMalloc } = native().blocks;
  for (let taken = 0; taken < count; taken++) {
    const block = heapMalloc(source.handle, blockBytes);
    if (block === null) refuseRoom(source, blockBytes);
    blocks.push(block);
  }
}

/** Throws that the arena is full. */
export function refuseRoom({ label }: PageSource, blockBytes: number): never {
  throw new AllocationError(`Cannot prepare ${label}: mimalloc has no room for a block of ${blockBytes} bytes`, {
    requested: blockBytes,
    live: 0,
    limit: Infinity,
  });
}

function tally(classes: SizeClasses, areas: readonly HeapArea[]): [capacity: Int32Array, pages: Int32Array] {
  const capacity = new Int32Array(classes.list.length);
  const pages = new Int32Array(classes.list.length);
  for (const { blockBytes, reservedBytes, fullBlockBytes } of areas) {
    const index = classes.indexOf(blockBytes);
    capacity[index]! += Math.floor(reservedBytes / fullBlockBytes);
    pages[index]!++;
  }
  return [capacity, pages];
}

/** Throws where mimalloc does not tell of every page, as those that are full. */
function requireAll(areas: readonly HeapArea[], blocks: readonly Handle[][]): void {
  const told = areas.reduce((total, { used }) => total + used, 0);
  const taken = blocks.reduce((total, { length }) => total + length, 0);
  if (told === taken) return;
  throw new UnsupportedError({
    feature: 'RealtimeHeap.create() with variant "page"',
    found: `mimalloc ${library().versionText}, which tells of ${told} blocks where ${taken} are taken`,
    needed: 'a version that tells of all pages of a heap, or variant "segment"',
  });
}

/** Frees the blocks of some pages but the first that is found in each; returns those. */
function freeAllButOne(blocks: Handle[], pages: readonly HeapArea[]): Handle[] {
  const { toAddress } = backend();
  const { free } = native().blocks;
  const starts = Float64Array.from(pages, ({ address }) => address).sort();
  const kept: (Handle | undefined)[] = new Array(starts.length).fill(undefined);
  for (const block of blocks.splice(0)) {
    const page = pageAt(starts, toAddress(block));
    if (kept[page] === undefined) kept[page] = block;
    else free(block);
  }
  return kept.filter((block) => block !== undefined);
}

/** The index of the last page that begins at `address` or before. */
function pageAt(starts: Float64Array, address: Address): number {
  let [low, high] = [0, starts.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    if (starts[middle]! <= address) low = middle;
    else high = middle - 1;
  }
  return low;
}
