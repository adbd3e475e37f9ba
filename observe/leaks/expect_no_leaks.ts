import { LeakError } from "../../heaps/errors.ts";
import type { Heap } from "../../heaps/heap/heap.ts";
import type { ScopePool } from "../../heaps/scope/scope_pool.ts";
import { LeakDetector } from "./leak_detector.ts";
import { describeLeak } from "./leak_report.ts";

/**
 * For tests: what this returns throws at its end, mostly that of a `using` block, when something is live that was
 * allocated in `of` meanwhile, or was when `of` was closed. Without `of` it looks at all heaps and scope pools of the
 * thread. All allocations are looked at.
 *
 * Throws like the constructor of {@linkcode LeakDetector}; its end throws `LeakError` with a message that names each
 * site, its bytes and its stack.
 *
 * @example
 * ```ts
 * import { Heap } from "@mimalloc/ffi";
 * import { expectNoLeaks } from "@mimalloc/ffi/observe";
 * import assert from "node:assert/strict";
 *
 * using heap = new Heap();
 * function forgetful(): void {
 *   using _guard = expectNoLeaks(heap);
 *   heap.free(heap.allocate(Uint8Array, 10));
 *   const kept = heap.allocate(Uint8Array, 20);
 *   kept.fill(0);
 * }
 * assert.throws(forgetful, { name: "LeakError", bytes: 20, message: /1 block, 20 B .*forgetful/s });
 * ```
 */
export function expectNoLeaks(of?: Heap | ScopePool): Disposable {
  const options = { level: "all", maxSamples: 2 ** 24 } as const;
  const detector = new LeakDetector(of === undefined ? options : { of, ...options });
  const stretch = detector.window();
  return {
    [Symbol.dispose]: (): void => {
      stretch.end();
      detector[Symbol.dispose]();
      const { leaks } = detector;
      if (leaks.length === 0) return;
      const [blocks, bytes] = [
        leaks.reduce((sum, { count }) => sum + count, 0),
        leaks.reduce((sum, leak) => sum + leak.bytes, 0),
      ];
      throw new LeakError(`Expected no leaks, found ${leaks.map(describeLeak).join("\n")}`, { blocks, bytes });
    },
  };
}
