import { library } from "../../ffi/library/library.ts";
import { arenas } from "../../heaps/arena/arenas.ts";
import { refuseArgument } from "../../heaps/argument.ts";
import { Heap } from "../../heaps/heap/heap.ts";
import { drawHeapMap } from "./_draw.ts";
import type { HeapFill, HeapMapArena, HeapMapFigures, HeapMapPage, SizeClassFill } from "./heap_fill.ts";
import { longestFreeBytes, type Page, readPages } from "./_pages.ts";

/** What a heap looked like when `heapMap()` was called: figures, and a picture. */
export class HeapMap implements HeapMapFigures {
  readonly #pages: ReadonlyMap<HeapMapPage, Page>;
  /** The name of the heap. */
  readonly name: string;
  /** The version of mimalloc. */
  readonly mimalloc: string;
  /** The sizes of blocks, smallest first. */
  readonly sizeClasses: readonly SizeClassFill[];
  /** The arenas that the pages lie in, in the order of their addresses, then what lies in none. */
  readonly arenas: readonly HeapMapArena[];
  /** Blocks that are allocated. */
  readonly blocks: number;
  /** Blocks that the pages have room for. */
  readonly room: number;
  /** Pages of mimalloc. */
  readonly pages: number;
  /** Bytes of the blocks that are allocated, each as long as its size class. */
  readonly usedBytes: number;
  /** Bytes of the pages that are made into blocks so far. */
  readonly committedBytes: number;
  /** Bytes of the pages. */
  readonly reservedBytes: number;
  /** Bytes of the longest run of free blocks inside of one page. */
  readonly largestFreeBytes: number;
  /** The part of the committed bytes that no block uses, from 0 to 1; 0 for a heap without pages. */
  readonly fragmentation: number;

  /** Takes what C has told; programs call `heapMap()`. */
  constructor(heap: Heap, pages: ReadonlyMap<HeapMapPage, Page>) {
    this.#pages = pages;
    const all = [...pages.keys()];
    const total = sum(all);
    this.name = heap.name;
    this.mimalloc = library().versionText;
    this.sizeClasses = toSizeClasses(all);
    this.arenas = toArenas(all);
    this.blocks = total.blocks;
    this.room = total.room;
    this.pages = total.pages;
    this.usedBytes = total.usedBytes;
    this.committedBytes = total.committedBytes;
    this.reservedBytes = total.reservedBytes;
    this.largestFreeBytes = total.largestFreeBytes;
    this.fragmentation = total.committedBytes === 0 ? 0 : 1 - total.usedBytes / total.committedBytes;
  }

  /**
   * The map as a picture in SVG, in light or dark colours as the reader prefers: a box for each page, inside of it the
   * blocks, below it the figures of each size. Where there are more than 4,096 pages a box stands for several, so that
   * the picture stays below a megabyte.
   */
  picture(): string {
    return drawHeapMap(this, (page) => this.#pages.get(page)!);
  }
}

/**
 * Where the blocks of a heap lie, how much of its memory they use, and how it is broken up: arenas, in them pages, in
 * them blocks. It looks at every block (`mi_heap_visit_blocks`), a million of them in well under two seconds.
 *
 * Arenas are told apart where `arenas()` tells them, on 3.x only on the main thread. Up to 3.1 a heap takes over pages
 * that ended threads left; what is live in these is shown too.
 *
 * Throws `TypeError` for what is not a `Heap`, `Error` when other threads use the heap, and `ClosedError` when it is
 * closed.
 *
 * @example
 * ```ts
 * import { Heap } from "@mimalloc/ffi";
 * import { heapMap } from "@mimalloc/ffi/observe";
 * import assert from "node:assert/strict";
 *
 * using heap = new Heap({ name: "samples" });
 * const views = Array.from({ length: 1000 }, () => heap.allocate(Uint8Array, 64));
 * views.forEach((view, index) => index % 2 === 0 && heap.free(view));
 * const map = heapMap(heap);
 * assert.equal(map.blocks, 500);
 * assert.ok(map.fragmentation > 0.4);
 * assert.match(map.picture(), /^<svg .*samples/s);
 * ```
 */
export function heapMap(heap: Heap): HeapMap {
  if (!(heap instanceof Heap)) refuseArgument(heap, "map a heap", "a Heap");
  const areas = heap.areas();
  const pages = readPages(areas, heap.blocks());
  return new HeapMap(heap, new Map(pages.map((page) => [toMapPage(page), page])));
}

function toMapPage(page: Page): HeapMapPage {
  const { address, blockBytes, used, taken, committedBytes, reservedBytes } = page;
  return {
    address,
    blockBytes,
    blocks: used,
    room: taken.length,
    pages: 1,
    usedBytes: used * blockBytes,
    committedBytes,
    reservedBytes,
    largestFreeBytes: longestFreeBytes(page),
  };
}

function sum(pages: readonly HeapMapPage[]): HeapFill {
  const total = {
    blocks: 0,
    room: 0,
    pages: pages.length,
    usedBytes: 0,
    committedBytes: 0,
    reservedBytes: 0,
    largestFreeBytes: 0,
  };
  for (const page of pages) {
    total.blocks += page.blocks;
    total.room += page.room;
    total.usedBytes += page.usedBytes;
    total.committedBytes += page.committedBytes;
    total.reservedBytes += page.reservedBytes;
    total.largestFreeBytes = Math.max(total.largestFreeBytes, page.largestFreeBytes);
  }
  return total;
}

function toSizeClasses(pages: readonly HeapMapPage[]): SizeClassFill[] {
  return [...Map.groupBy(pages, ({ blockBytes }) => blockBytes)]
    .map(([blockBytes, those]) => ({ blockBytes, ...sum(those) }))
    .sort((one, other) => one.blockBytes - other.blockBytes);
}

function toArenas(pages: readonly HeapMapPage[]): HeapMapArena[] {
  const known = arenas().sort((one, other) => one.address - other.address);
  const groups = Map.groupBy(
    pages,
    (page) => known.find(({ address, byteLength }) => page.address >= address && page.address < address + byteLength),
  );
  const own = known.filter((arena) => groups.has(arena)).map((arena): HeapMapArena => ({
    name: arena.name === undefined ? "arena of mimalloc" : `arena "${arena.name}"`,
    address: arena.address,
    byteLength: arena.byteLength,
    pages: groups.get(arena)!,
  }));
  const rest = groups.get(undefined) ?? [];
  if (rest.length === 0) return own;
  const name = own.length === 0 ? "memory of mimalloc" : "memory outside of arenas";
  return [...own, { name, address: undefined, byteLength: undefined, pages: rest }];
}
