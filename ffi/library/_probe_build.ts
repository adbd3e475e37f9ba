import type { Bindings } from "../symbols.ts";
import { backend } from "../runtime/backend.ts";
import type { Handle } from "../types.ts";

/** What blocks show of how the library was built. */
export interface BuildTraits {
  /** Whether new blocks are filled, as in debug builds. */
  readonly filled: boolean;
  /** Whether a block has the very size that was asked for, because bytes behind it show an overflow. */
  readonly padded: boolean;
  /** Whether what a free block says of the next one is encoded, as in secure and debug builds. */
  readonly encoded: boolean;
}

/** A size that is not a multiple of 8, so that every build without padding gives more. */
const BYTES = 13;
const BLOCKS = 8;

/** The first and the last but one of the blocks that are freed: those around them keep the page where it is. */
const [FIRST, END] = [2, 6];

/** Byte that debug builds fill a new block with (`MI_DEBUG_UNINIT`). */
const UNINITIALIZED = 0xd0;

/** Takes a few blocks and frees them again to see how `loaded` treats them. */
export function probeBuild(loaded: Bindings): BuildTraits | undefined {
  const { malloc, free, usableSize } = loaded.bind("blocks");
  const blocks = Array.from({ length: BLOCKS }, () => malloc(BYTES)).filter((block) => block !== null);
  const [block] = blocks;
  if (block === undefined || blocks.length < BLOCKS) {
    blocks.forEach(free);
    return undefined;
  }
  const filled = new Uint8Array(backend().wrap(block, 0, BYTES)).every((byte) => byte === UNINITIALIZED);
  const padded = usableSize(block) === BYTES;
  const freed = blocks.slice(FIRST, END);
  freed.forEach(free);
  const encoded = !freed.some((next, index) => index > 0 && firstWord(next) === addressOf(freed[index - 1]!));
  for (const kept of [...blocks.slice(0, FIRST), ...blocks.slice(END)]) free(kept);
  return { filled: filled && padded, padded, encoded };
}

function firstWord(block: Handle): bigint {
  return new BigUint64Array(backend().wrap(block, 0, 8))[0] ?? 0n;
}

function addressOf(block: Handle): bigint {
  return BigInt(backend().toAddress(block));
}
