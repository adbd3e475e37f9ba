import { losesAlignedBlocks } from "../../ffi/aligned_blocks.ts";
import { library } from "../../ffi/library/library.ts";
import { backend } from "../../ffi/runtime/backend.ts";
import type { symbols } from "../../ffi/symbols.ts";
import type { Functions } from "../../ffi/types.ts";

/** What heaps call, looked up once per thread so that every call site sees one function. */
export interface Native {
  /** Functions on blocks. */
  readonly blocks: Functions<typeof symbols.blocks>;
  /** Functions on heaps. */
  readonly heaps: Functions<typeof symbols.heaps>;
  /** Whether C may free the inside of an aligned block in the place of the block. */
  readonly losesAlignedBlocks: boolean;
  /** Makes an ArrayBuffer over foreign memory. */
  readonly wrap: ReturnType<typeof backend>["wrap"];
}

let current: Native | undefined;

/** The functions that heaps call; opens the library at the first call. */
export function native(): Native {
  return current ??= {
    blocks: library().bind("blocks"),
    heaps: library().bind("heaps"),
    losesAlignedBlocks: losesAlignedBlocks(library().version),
    wrap: backend().wrap,
  };
}
