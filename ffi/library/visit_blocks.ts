import { backend } from "../runtime/backend.ts";
import { withCallback } from "../runtime/callback.ts";
import { areaLayout } from "../area_layout.ts";
import type { Handle } from "../types.ts";
import { library } from "./library.ts";

/**
 * The signature of `mi_block_visit_fun` in the types that cost least per block: addresses as numbers instead of
 * pointers, and only the lower half of what nobody looks at: the heap, the size (that of the area) and the argument.
 */
const VISITOR = { parameters: ["size32", "pointer", "size", "size32", "size32"], result: "bool" } as const;

/** Hears of an area of a heap: the words of its `mi_heap_area_t`, which are overwritten by the next. */
export type AreaVisitor = (words: BigUint64Array) => void;

/** Hears of the address of a live block in the area before. */
export type BlockVisitor = (address: number) => void;

/** Which areas are visited: all, or those that no thread owns and that have room. */
export type VisitedAreas = "all" | "abandoned";

/**
 * Visits the `areas` of a heap and, with `onBlock`, the live blocks of each behind it. Neither visitor may allocate in
 * the heap or free, and no other thread may use it meanwhile.
 *
 * Throws what a visitor throws.
 */
export function visitBlocks(heap: Handle, areas: VisitedAreas, onArea: AreaVisitor, onBlock?: BlockVisitor): void {
  const { heapVisitBlocks, heapVisitAbandonedBlocks } = library().bind("visits");
  const visit = areas === "all" ? heapVisitBlocks : heapVisitAbandonedBlocks;
  const visitor = (_heap: number, area: Handle | null, block: bigint): boolean => {
    const address = Number(block);
    if (address === 0) visitArea(area!, onArea);
    else onBlock!(address);
    return true;
  };
  withCallback(VISITOR, visitor, (pointer) => visit(heap, onBlock !== undefined, pointer, null));
}

function visitArea(area: Handle, onArea: AreaVisitor): void {
  const window = backend().wrap(area, 0, areaLayout.byteLength);
  try {
    onArea(new BigUint64Array(window));
  } finally {
    window.transfer(0);
  }
}
