import { library } from "../../ffi/library/library.ts";
import { backend } from "../../ffi/runtime/backend.ts";
import type { Handle } from "../../ffi/types.ts";
import { compareVersions, type Version } from "../../ffi/version.ts";
import { native } from "../../heaps/core/native.ts";
import { Heap, storeOf } from "../../heaps/heap/heap.ts";
import type { HeapArea } from "../../heaps/heap/heap_area.ts";

/** The kinds of pages that mimalloc has, by their length, and blocks that have a page for themselves. */
export type PageKind = "small" | "medium" | "large" | "single";

/** Every kind of page. */
export const PAGE_KINDS: readonly PageKind[] = ["small", "medium", "large", "single"];

/** Bytes of a page of each kind; one with a single block is as long as that. */
const PAGE_BYTES = [2 ** 16, 2 ** 19, 2 ** 22];

/** Blocks of one size, of which a page holds many. */
export interface SizeClass {
  /** The most bytes that a program gets in one of them. */
  readonly blockBytes: number;
  /** The same with what mimalloc puts around it in builds that look for overflows. */
  readonly fullBlockBytes: number;
  /** Bytes of a page of them. */
  readonly pageBytes: number;
  /** Blocks that every page of them holds at least. */
  readonly blocksPerPage: number;
}

/** Blocks beyond this are single on every version. */
const MOST = 2 ** 20;

/** The first block of a page lies at varying places, none further inside than this. */
const VARYING = 2048;

/** Before, that is so for pages of small blocks alone. */
const ALL_VARY_SINCE: Version = { major: 3, minor: 5, patch: 0 };
const SMALL_BLOCK = 4096;

/** The index among {@linkcode PAGE_KINDS} of the pages of a class. */
export function pageKindOf({ pageBytes }: SizeClass): number {
  return PAGE_BYTES.indexOf(pageBytes);
}

/** The sizes that mimalloc makes blocks of, as the loaded library has them. */
export class SizeClasses {
  /** The sizes of which a page holds several blocks, from the smallest to the largest. */
  readonly list: readonly SizeClass[];
  readonly #sizes: Int32Array<ArrayBuffer>;
  // Sizes up to 1,024 by eights; empty where they do not fall together with the classes.
  readonly #small = new Uint8Array(129);
  readonly #largestSmall: number;
  readonly #largest: number;
  // Where to begin to look for other sizes: eight places for each power of two.
  readonly #first: Uint8Array<ArrayBuffer>;

  /** Takes classes in the order of their sizes. */
  constructor(list: readonly SizeClass[]) {
    this.list = list;
    this.#sizes = Int32Array.from(list, ({ blockBytes }) => blockBytes);
    const small = list.filter(({ blockBytes }) => blockBytes <= 1024);
    const isEven = small.every(({ blockBytes }) => blockBytes % 8 === 0);
    this.#largestSmall = isEven ? small.at(-1)?.blockBytes ?? 0 : 0;
    this.#largest = this.#sizes.at(-1) ?? 0;
    this.#first = Uint8Array.from(
      { length: placeOf(Math.max(this.#largest, LEAST_PLACED)) + 1 },
      (_, place) => this.#sizes.findIndex((size) => size >= LEAST_PLACED && placeOf(size) >= place),
    );
    for (let eights = 1; eights * 8 <= this.#largestSmall; eights++) this.#small[eights] = this.#search(eights * 8);
  }

  /** The index of the class of a block for `byteLength` bytes; the length of the list for a single one. */
  indexOf(byteLength: number): number {
    return byteLength <= this.#largestSmall ? this.#small[(byteLength + 7) >>> 3]! : this.#search(byteLength);
  }

  #search(byteLength: number): number {
    const sizes = this.#sizes;
    if (byteLength > this.#largest) return sizes.length;
    // A few classes lie within a place at most, most often one.
    let index = byteLength < LEAST_PLACED ? 0 : this.#first[placeOf(byteLength)]!;
    while (sizes[index]! < byteLength) index++;
    return index;
  }
}

/** The smallest size that has a place. */
const LEAST_PLACED = 9;

/** The place of a size: the highest bit of what is one less, and the three bits behind that. */
function placeOf(byteLength: number): number {
  const last = byteLength - 1;
  const exponent = 31 - Math.clz32(last);
  return (exponent - 3) * 8 + (last >>> (exponent - 3) & 7);
}

let known: SizeClasses | undefined;

/** The sizes of blocks and pages of the loaded library, found by taking one block of each. */
export function sizeClasses(): SizeClasses {
  return known ??= new SizeClasses(probe());
}

function probe(): SizeClass[] {
  using heap = new Heap({ name: "probe of the size classes" });
  const blocks: Handle[] = [];
  try {
    takeOneOfEach(heap, blocks);
    return heap.areas().filter(({ used }) => used > 0).map(classOf).filter(({ blocksPerPage }) => blocksPerPage > 1)
      .sort((one, other) => one.blockBytes - other.blockBytes);
  } finally {
    for (const block of blocks) native().blocks.free(block);
  }
}

function takeOneOfEach(heap: Heap, blocks: Handle[]): void {
  const handle = storeOf(heap).handle("look for the size classes");
  const { heapMalloc, usableSize } = native().blocks;
  // Builds that look for overflows tell what was asked for as the usable size; there the area has to be asked.
  let isPadded = false;
  for (let size = 1; size <= MOST;) {
    const block = heapMalloc(handle, size);
    if (block === null) throw new Error(`Cannot look for the size classes: mimalloc has no room for ${size} bytes`);
    blocks.push(block);
    const usable = usableSize(block);
    isPadded ||= usable === 1;
    size = 1 + (isPadded ? areaOf(heap, block).blockBytes : usable);
  }
}

function areaOf(heap: Heap, block: Handle): HeapArea {
  const place = backend().toAddress(block);
  const area = heap.areas().find(({ address, reservedBytes }) => place >= address && place < address + reservedBytes);
  if (area === undefined) throw new Error("Cannot look for the size classes: mimalloc does not tell of all its areas");
  return area;
}

function classOf({ blockBytes, fullBlockBytes, reservedBytes }: HeapArea): SizeClass {
  // What is left at the end of a page is no part of its area.
  const pageBytes = PAGE_BYTES.find((byteLength) => byteLength >= reservedBytes) ?? PAGE_BYTES.at(-1)!;
  const varies = blockBytes <= SMALL_BLOCK || compareVersions(library().version, ALL_VARY_SINCE) >= 0;
  const leastBytes = varies ? Math.min(reservedBytes, pageBytes - VARYING) : reservedBytes;
  return { blockBytes, fullBlockBytes, pageBytes, blocksPerPage: Math.floor(leastBytes / fullBlockBytes) };
}
