import { requireFunction } from "../argument.ts";
import type { Budget } from "../core/budget.ts";
import { DeferredCalls } from "../core/deferred_calls.ts";
import type { DeferredFreeListener } from "../hooks/deferred_free.ts";

/** Makes `listener` the one that makes room; throws when there is one, or when the heap is closed. */
export function defer(budget: Budget, listener: DeferredFreeListener): Disposable {
  budget.requireUsable("listen");
  requireFunction(listener, `listen in ${budget.label}`);
  if (budget.deferred !== undefined) {
    throw new Error(
      `Cannot listen in ${budget.label}: it has a listener for deferred frees, dispose of that one first`,
    );
  }
  const calls = new DeferredCalls(listener);
  budget.setDeferred(calls);
  return {
    [Symbol.dispose]: (): void => {
      if (budget.deferred === calls) budget.setDeferred(undefined);
    },
  };
}
