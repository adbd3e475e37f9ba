import type { Handle } from "../../ffi/types.ts";
import type { BlockStore } from "./block_store.ts";
import { Identity } from "./identity.ts";

/** The largest alignment that every version serves at any offset and in any arena. */
export const MAX_NATIVE_ALIGNMENT = 4096;

/** What is known of a block that came from another heap, whose memory it lies in. */
export interface Guest {
  /** Frees the block. */
  free(handle: Handle): void;
  /** Notes that the block is never freed. */
  keep(): void;
}

/** What is to be known of few blocks. */
export interface BlockExtras {
  /** The alignment that was asked for, 0 for none. */
  readonly alignment: number;
  /** The byte that is aligned. */
  readonly alignedByte: number;
  /** Whether the block has `alignment` bytes more than its view, in which that begins where it has to. */
  readonly padded: boolean;
  /** Whether the program moved away a buffer over a part of the block; then it is never freed. */
  escaped: boolean;
  /** Buffers over parts of the block that the runtime has pinned; it is freed once they are detached. */
  parts: ArrayBuffer[];
  /** Where it came from when another heap handed it over. */
  guest: Guest | undefined;
  /** How many promises hold the block: it is freed once they are settled. */
  holds: number;
}

/** One block of mimalloc memory and the one ArrayBuffer over it. */
export class Block {
  /** The heap that the block lies in. */
  store: BlockStore;
  /** What goes to `free`. */
  readonly handle: Handle;
  /** Bytes between the start of the C block and the ArrayBuffer; 0 unless it has an alignment. */
  byteOffset: number;
  /** The one ArrayBuffer over the block; a detached one once the block is freed. */
  buffer: ArrayBuffer;
  /** Bytes that the block counts for. */
  byteLength: number;
  /** Index in the store's list of live blocks, so that removing takes one swap; -1 for a block that was given back. */
  index = -1;
  /** Whether every byte was zero when a view of it was handed out, and those beyond the view still are. */
  zeroed = false;
  /** Whether an observer has something noted about it, so that it need not look at the others. */
  noted = false;
  /** What few blocks have; apart, so that the others stay small. */
  extras: BlockExtras | undefined = undefined;

  /** Describes a block that C just returned. */
  constructor(
    store: BlockStore,
    handle: Handle,
    byteOffset: number,
    buffer: ArrayBuffer,
    byteLength: number,
  ) {
    this.store = store;
    this.handle = handle;
    this.byteOffset = byteOffset;
    this.buffer = buffer;
    this.byteLength = byteLength;
  }
}

/** Bytes that a block counts for when its view has `byteLength` bytes: a padded one has room for its alignment too. */
export function bytesFor({ extras }: Block, byteLength: number): number {
  return extras?.padded ? byteLength + extras.alignment : byteLength;
}

/** The extras of a block, made when it has none. */
export function extrasOf(block: Block): BlockExtras {
  return block.extras ??= {
    alignment: 0,
    alignedByte: 0,
    padded: false,
    escaped: false,
    parts: [],
    guest: undefined,
    holds: 0,
  };
}

/** Writes a block into a private field of its ArrayBuffer. */
class Owner extends Identity {
  #block: Block;

  constructor(buffer: ArrayBuffer, block: Block) {
    super(buffer);
    this.#block = block;
  }

  static of(buffer: object): Block | undefined {
    return #block in buffer ? (buffer as Owner).#block : undefined;
  }
}

/** Makes `block` the owner of its buffer. */
export function claimBuffer(block: Block): void {
  new Owner(block.buffer, block);
}

/** The block that a buffer belongs to; `undefined` for one that no heap made. */
export function blockOf(buffer: ArrayBufferLike): Block | undefined {
  return Owner.of(buffer);
}
