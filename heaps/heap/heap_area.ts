/** A piece of a heap that holds blocks of one size: one page of mimalloc. */
export interface HeapArea {
  /** Address of the first block. */
  readonly address: number;
  /** Bytes of the area. */
  readonly reservedBytes: number;
  /** Bytes of it that are made into blocks so far. */
  readonly committedBytes: number;
  /** Blocks that are allocated; those that other threads freed may still count. */
  readonly used: number;
  /** Bytes of a block that a program can use. */
  readonly blockBytes: number;
  /** Bytes of a block with padding and bookkeeping; 2.0.5 does not tell them, and has {@linkcode blockBytes} here. */
  readonly fullBlockBytes: number;
}

/** The live blocks of a heap, as two arrays of the same length. */
export interface HeapBlocks {
  /** The address of each block. */
  readonly addresses: Float64Array<ArrayBuffer>;
  /** The bytes of each block: those of its size class, not what was asked for. */
  readonly byteLengths: Float64Array<ArrayBuffer>;
}
