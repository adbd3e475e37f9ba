import type { HeapArea, HeapBlocks } from "../../heaps/heap/heap_area.ts";

/** A page of mimalloc, and which of its blocks are allocated. */
export interface Page {
  /** Address of the first block. */
  readonly address: number;
  /** Bytes of a block that a program can use. */
  readonly blockBytes: number;
  /** Bytes from one block to the next. */
  readonly stride: number;
  /** Bytes that all its blocks take. */
  readonly reservedBytes: number;
  /** Bytes of it that are made into blocks so far. */
  readonly committedBytes: number;
  /** One byte for each block that there is room for: 1 for an allocated one. */
  readonly taken: Uint8Array<ArrayBuffer>;
  /** How many blocks are allocated. */
  used: number;
}

/** The pages of a heap in the order of their addresses, with what is allocated in them. */
export function readPages(areas: readonly HeapArea[], { addresses }: HeapBlocks): Page[] {
  const pages = areas.map(toPage).sort((one, other) => one.address - other.address);
  let page: Page | undefined;
  for (const address of addresses) {
    // C tells the blocks of a page one after the other.
    if (page === undefined || !isIn(page, address)) page = pages[indexOfPage(pages, address)];
    // Blocks that came to the heap after its areas were listed are in none.
    if (page === undefined || !isIn(page, address)) continue;
    page.taken[Math.floor((address - page.address) / page.stride)] = 1;
    page.used++;
  }
  return pages;
}

function toPage({ address, blockBytes, fullBlockBytes, reservedBytes, committedBytes }: HeapArea): Page {
  const room = Math.max(1, Math.floor(reservedBytes / fullBlockBytes));
  return {
    address,
    blockBytes,
    stride: fullBlockBytes,
    reservedBytes,
    committedBytes: Math.min(committedBytes, reservedBytes),
    taken: new Uint8Array(room),
    used: 0,
  };
}

function isIn({ address: start, reservedBytes }: Page, address: number): boolean {
  return address >= start && address < start + reservedBytes;
}

/** The index of the last page that does not begin behind `address`; -1 for none. */
function indexOfPage(pages: readonly Page[], address: number): number {
  let [low, high] = [0, pages.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (pages[middle]!.address <= address) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** Bytes of the longest run of blocks of a page that are free, those that are not made yet included. */
export function longestFreeBytes({ taken, stride }: Page): number {
  let longest = 0;
  for (let start = taken.indexOf(0); start >= 0;) {
    const next = taken.indexOf(1, start);
    const end = next < 0 ? taken.length : next;
    longest = Math.max(longest, end - start);
    start = taken.indexOf(0, end);
  }
  return longest * stride;
}
