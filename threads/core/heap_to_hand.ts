import { UnsupportedError } from "../../ffi/errors.ts";
import { library } from "../../ffi/library/library.ts";
import type { Block } from "../../heaps/core/block.ts";
import type { BlockStore } from "../../heaps/core/block_store.ts";
import { isDetached } from "../../heaps/core/detach.ts";
import { destroysWhole } from "../../heaps/core/heap_end.ts";
import { sweepQuarantine } from "../../heaps/core/quarantine.ts";
import { Heap, storeOf } from "../../heaps/heap/heap.ts";

/**
 * The store of a heap that is about to go to another thread, checked: from here on only the runtime's own input or output
 * can be in the way. `sent` are its blocks that go by themselves.
 *
 * Throws `UnsupportedError` before 3.3; `TypeError` for the main heap, one of another class, in an arena or in a
 * sub-process, and for one with a buffer that was moved away, with blocks from other threads, or that a profiler watches;
 * `Error` while promises or the runtime's input or output use its views, {@linkcode ClosedError}.
 */
export function heapToHand(heap: Heap, sent: ReadonlySet<Block>): BlockStore {
  const store = storeOf(heap);
  const { budget, label } = store;
  budget.requireUsable("send a heap");
  const { sharedHeaps, versionText } = library();
  if (!sharedHeaps) refuseVersion("sending a heap", versionText, "3.3 or later, or its views and containers alone");
  if (Object.getPrototypeOf(heap) !== Heap.prototype) {
    throw new TypeError(`Cannot send ${label}: it is a ${heap.constructor.name}, and a Heap alone can be sent`);
  }
  if (heap.arena !== undefined) throw new TypeError(`Cannot send ${label}: the arena belongs to this thread`);
  if (budget.subprocess.address !== 0) {
    throw new TypeError(`Cannot send ${label}: it lies in ${budget.subprocess.label}, and ends with that`);
  }
  if (budget.endings.size > 0) {
    throw new TypeError(`Cannot send ${label}: a profiler of this thread watches it, dispose of that first`);
  }
  const rest = store.blocks.filter((block) => !sent.has(block));
  sweepQuarantine();
  for (const block of rest) requireFree(block, label);
  if (budget.escapedBlocks > 0) refuseMoved(label);
  if (budget.quarantinedBlocks > 0) {
    throw new Error(`Cannot send ${label}: input or output of the runtime uses a view, await it first`);
  }
  if (rest.length > 0 && !destroysWhole()) {
    refuseVersion(
      "sending a heap with more blocks than those in the message",
      versionText,
      "a build without guard pages",
    );
  }
  return store;
}

function requireFree({ buffer, extras }: Block, label: string): void {
  if (isDetached(buffer) || extras?.escaped) refuseMoved(label);
  if (extras === undefined) return;
  if (extras.guest !== undefined) {
    throw new TypeError(`Cannot send ${label}: it has blocks that another heap handed over, send or free these first`);
  }
  if (extras.holds > 0) throw new Error(`Cannot send ${label}: ${extras.holds} promises hold a view, await them first`);
  if (extras.parts.length > 0) {
    throw new Error(`Cannot send ${label}: input or output of the runtime uses a view, await it first`);
  }
}

function refuseMoved(label: string): never {
  throw new TypeError(`Cannot send ${label}: the program has moved a buffer of it away, so it never ends`);
}

function refuseVersion(feature: string, versionText: string, needed: string): never {
  throw new UnsupportedError({ feature, found: `mimalloc ${versionText}`, needed });
}
