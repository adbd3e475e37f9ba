import { setTimeout } from "node:timers/promises";
import { requireObject, shown } from "../argument.ts";
import type { BlockStore } from "../core/block_store.ts";
import { ClosedError } from "../errors.ts";

/** How often to look, in milliseconds: soon at first, then less and less. */
const FIRST_PERIOD = 1;
const LAST_PERIOD = 50;

/** How long the program is kept alive meanwhile, in milliseconds: some threads never leave. */
const PATIENCE = 5000;

/** Does what `Heap.whenAlone()` says. */
export async function whenAlone(store: BlockStore, options: { readonly timeout?: number }): Promise<boolean> {
  const { timeout = Infinity } = requireObject(options, "wait for a heap");
  if (typeof timeout !== "number" || !(timeout >= 0)) {
    throw new RangeError(
      `Cannot wait for ${store.label} with a timeout of ${shown(timeout)}: expected milliseconds, 0 or more`,
    );
  }
  const begin = performance.now();
  for (let period = FIRST_PERIOD; store.open; period = Math.min(period * 2, LAST_PERIOD)) {
    if (store.users?.alone ?? true) return true;
    const passed = performance.now() - begin;
    if (passed >= timeout) return false;
    await setTimeout(Math.min(period, timeout - passed), undefined, { ref: passed < PATIENCE });
  }
  throw new ClosedError(`Cannot wait for ${store.label}: it is closed`);
}
