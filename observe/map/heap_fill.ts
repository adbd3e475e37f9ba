/** Memory of a heap, and how much of it is in use. */
export interface HeapFill {
  /** Blocks that are allocated. */
  readonly blocks: number;
  /** Blocks that its pages have room for. */
  readonly room: number;
  /** Pages of mimalloc. */
  readonly pages: number;
  /** Bytes of the blocks that are allocated, each as long as its size class. */
  readonly usedBytes: number;
  /** Bytes of its pages that are made into blocks so far. */
  readonly committedBytes: number;
  /** Bytes of its pages. */
  readonly reservedBytes: number;
  /** Bytes of the longest run of free blocks inside of one page. */
  readonly largestFreeBytes: number;
}

/** The blocks of one size in a heap. */
export interface SizeClassFill extends HeapFill {
  /** Bytes of a block. */
  readonly blockBytes: number;
}

/** A page of mimalloc: blocks of one size beside each other. */
export interface HeapMapPage extends SizeClassFill {
  /** Address of the first block. */
  readonly address: number;
}

/** The pages of a heap in one arena, or all that are in none that mimalloc tells of. */
export interface HeapMapArena {
  /** What is written above it: the name of an `Arena`, or where the memory comes from. */
  readonly name: string;
  /** Address of its first byte; `undefined` for pages in no known arena. */
  readonly address: number | undefined;
  /** Bytes of the arena; `undefined` for pages in no known arena. */
  readonly byteLength: number | undefined;
  /** The pages, in the order of their addresses. */
  readonly pages: readonly HeapMapPage[];
}

/** The figures of a heap map. */
export interface HeapMapFigures extends HeapFill {
  /** The name of the heap. */
  readonly name: string;
  /** The version of mimalloc. */
  readonly mimalloc: string;
  /** The sizes of blocks, smallest first. */
  readonly sizeClasses: readonly SizeClassFill[];
  /** The arenas that the pages lie in, in the order of their addresses, then what lies in none. */
  readonly arenas: readonly HeapMapArena[];
  /** The part of the committed bytes that no block uses, from 0 to 1; 0 for a heap without pages. */
  readonly fragmentation: number;
}
