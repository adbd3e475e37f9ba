import { discardPages, pageByteLength } from "../../ffi/libc/pages.ts";
import { library } from "../../ffi/library/library.ts";
import { optionsOf } from "../../ffi/options_of.ts";
import { backend } from "../../ffi/runtime/backend.ts";
import type { Handle } from "../../ffi/types.ts";
import { isGiven } from "./arena_ranges.ts";
import type { SubprocessState } from "./subprocess_state.ts";

/** Blocks of so many bytes give their pages back: one that is needed again costs a microsecond or more. */
export const LEAST_DISCARDED: number = 2 ** 20;

/**
 * Blocks of so many bytes do so whatever was in use before. 3.6 gives free ones back at once from there on; for smaller
 * ones, which mimalloc would use again, a map of 4 million entries that a program builds again and again took half as long
 * again.
 */
const ALWAYS_DISCARDED = 2 ** 25;

/** A delay of mimalloc, in milliseconds, from which on it means that what was used once stays. */
const FOREVER = 60_000;

/**
 * Gives the pages of a block, whose contents lie elsewhere now, back to the system just before it is freed: mimalloc
 * would keep them for seconds, and for good when it is not called again. A program that has had as much in use before
 * keeps those of smaller blocks, because it will use them again.
 */
export function discardOutgrown(handle: Handle, byteLength: number, subprocess: SubprocessState): void {
  const left = subprocess.usedBytes - byteLength;
  const isRecord = left > subprocess.highestBytes;
  if (isRecord) subprocess.highestBytes = left;
  const address = backend().toAddress(handle);
  if ((isRecord || byteLength >= ALWAYS_DISCARDED) && !isKept(address)) discard(address, byteLength);
}

/** Whether mimalloc was told to give nothing back, or the memory is the program's. */
function isKept(address: number): boolean {
  const loaded = library();
  const { purge_delay, decommit_delay } = optionsOf(loaded.version);
  const option = purge_delay ?? decommit_delay;
  const delay = option === undefined ? 0 : Number(loaded.bind("process").optionGet(option.index));
  return delay < 0 || delay >= FOREVER || isGiven(address);
}

function discard(address: number, byteLength: number): void {
  try {
    // mimalloc writes to the first page as it frees the block, and the system would provide a huge page for that.
    const page = pageByteLength();
    discardPages(address + page, byteLength - page);
  } catch (error) {
    // Deno may permit calls to libmimalloc, and none to the C library.
    if (!backend().isPermissionError(error)) throw error;
  }
}
