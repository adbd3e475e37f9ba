import { clearInterval, setInterval } from "node:timers";
import type { Block } from "./block.ts";
import { detach, isDetached } from "./detach.ts";

/** How often blocks that the runtime holds for input or output are looked at again, in milliseconds. */
const PERIOD = 50;

const blocks = new Set<Block>();
/** Those of them whose own buffer is detached by us already, while one over a part is still pinned. */
const detachedHere = new WeakSet<Block>();
let timer: ReturnType<typeof setInterval> | undefined;

/**
 * Keeps a block whose ArrayBuffer the runtime would not detach, because an operation of its own still reads or writes
 * it (Bun pins, Deno does not), or that promises hold. The block goes back to its heap as soon as neither is so.
 */
export function quarantine(block: Block): void {
  blocks.add(block);
  if (isDetached(block.buffer)) detachedHere.add(block);
  timer ??= startTimer();
}

/** Gives back every block in quarantine that can be detached by now. */
export function sweepQuarantine(): void {
  for (const block of blocks) {
    const { subprocess } = block.store.budget;
    if (!subprocess.active && !subprocess.closed) continue;
    const moved = wasMoved(block);
    if (!moved && !detachAll(block)) continue;
    blocks.delete(block);
    block.store.endQuarantine(block, moved);
  }
  if (blocks.size === 0) {
    clearInterval(timer);
    timer = undefined;
  }
}

// Already empty before we ask: the program moved a buffer as soon as the runtime let go of it.
function wasMoved(block: Block): boolean {
  if (isDetached(block.buffer) && !detachedHere.has(block)) return true;
  return block.extras?.parts.some((part) => isDetached(part)) ?? false;
}

function detachAll(block: Block): boolean {
  if (!isDetached(block.buffer)) {
    detach(block.buffer);
    if (!isDetached(block.buffer)) return false;
    detachedHere.add(block);
  }
  const { extras } = block;
  if (extras === undefined) return true;
  extras.parts = extras.parts.filter((part) => {
    detach(part);
    return !isDetached(part);
  });
  return extras.parts.length === 0 && extras.holds === 0;
}

function startTimer(): ReturnType<typeof setInterval> {
  const started = setInterval(sweepQuarantine, PERIOD);
  started.unref();
  return started;
}
