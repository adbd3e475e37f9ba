import { library } from "../../ffi/library/library.ts";
import { optionsOf } from "../../ffi/options_of.ts";
import type { Handle } from "../../ffi/types.ts";
import type { Budget } from "./budget.ts";
import type { HeapUsers } from "./heap_users.ts";
import { native } from "./native.ts";

let guarded = false;
let rateOption: number | undefined;

/** Says that blocks of this thread get guard pages. */
export function expectGuards(): void {
  guarded = true;
}

/** Whether blocks may have guard pages: guarded builds alone have a rate by default. */
export function hasGuards(): boolean {
  if (guarded) return true;
  const loaded = library();
  rateOption ??= optionsOf(loaded.version).guarded_sample_rate?.index ?? -1;
  guarded = rateOption >= 0 && Number(loaded.bind("process").optionGet(rateOption)) > 0;
  return guarded;
}

/**
 * Whether mimalloc may be told to destroy a heap with what is in it. Where heaps belong to threads a heap takes over
 * pages that ended threads or `mi_heap_delete` left, and `mi_heap_destroy` frees them with the living blocks of others in
 * them: up to 3.1, on 2.x those above 8 KiB. There blocks are freed one by one, and what is left of the heap goes by
 * `mi_heap_delete`; on 3.2 too, because a block may live on that was handed over. So it is with guard pages, which
 * `mi_heap_destroy` leaves protected in memory that is handed out again (3.2.8 to 3.4.3 crash).
 */
export function destroysWhole(): boolean {
  return library().sharedHeaps && !hasGuards();
}

/** Destroys a heap of mimalloc that nobody uses and that has no block of anybody else. */
export function endHeap(handle: Handle): void {
  const { heapCollect, heapDestroy } = native().heaps;
  if (destroysWhole()) return heapDestroy(handle);
  // Else 2.x hands pages without blocks to the heap of the thread, which keeps them.
  heapCollect(handle, false);
  library().bind("heapSettings").heapDelete(handle);
}

/**
 * The end of one heap of mimalloc, in steps of which each is done or not, and none twice: a call that came to the end
 * of the stack is made again.
 */
export class HeapEnd {
  readonly #handle: Handle;
  readonly #budget: Budget;
  #isLast: boolean | undefined;
  #isGone = false;
  /** Whether nothing is left to be done. */
  done = false;

  /** Prepares the end of the heap `handle`. */
  constructor(handle: Handle, budget: Budget) {
    this.#handle = handle;
    this.#budget = budget;
  }

  /** Whether nothing keeps blocks of the heap: a buffer that was moved away, or that the runtime holds. */
  get isEmpty(): boolean {
    return this.#budget.escapedBlocks + this.#budget.quarantinedBlocks === 0;
  }

  /** Leaves the `users` of the heap, and destroys it when they were the last and nothing keeps its blocks. */
  destroyIfEmpty(users: HeapUsers | undefined): void {
    if (this.done || !this.isEmpty) return;
    this.#isLast ??= users?.leave() ?? true;
    // The heaps of a destroyed sub-process go with it.
    if (this.#isLast && !this.#budget.subprocess.closed && !this.#isGone) {
      endHeap(this.#handle);
      this.#isGone = true;
    }
    if (this.#isGone) this.#budget.goes();
    this.finish();
  }

  /** Tells the sub-process that the heap is no more. */
  finish(): void {
    const { subprocess } = this.#budget;
    this.done = true;
    subprocess.openHeaps--;
    subprocess.endIfUnused();
  }
}
