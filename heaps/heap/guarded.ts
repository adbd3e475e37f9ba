import { UnsupportedError } from "../../ffi/errors.ts";
import { library } from "../../ffi/library/library.ts";
import { isWithin } from "../../ffi/releases.ts";
import { requireObject, shown } from "../argument.ts";
import { options } from "../options/options.ts";
import { expectGuards } from "../core/heap_end.ts";
import { type Heap, storeOf } from "./heap.ts";

/** Options of {@linkcode setGuarded}. */
export interface GuardedOptions {
  /** A block gets a guard page about every so many blocks, on 3.6 bytes; 0 for none. */
  readonly rate: number;
  /**
   * The smallest block that gets one, in bytes.
   *
   * @default {0}
   */
  readonly minimum?: number;
  /**
   * The largest block that gets one, in bytes.
   *
   * @default {1_073_741_824}
   */
  readonly maximum?: number;
  /**
   * Whether a block ends exactly where the guard page begins, so that an overflow of one byte is caught, at the price
   * of its alignment. Unlike the others it holds for the whole process; absent means to leave it as it is.
   */
  readonly precise?: boolean;
}

/**
 * Makes a guarded build of mimalloc put guard pages behind blocks that this thread allocates in `heap` from now on:
 * writing beyond such a block ends the process. Versions before 3.2.6 do not tell how they were built: there it is
 * without effect unless it is a guarded build.
 *
 * Throws `UnsupportedError` before 2.1.8, when the library says that it is not a guarded build
 * (`library().build.guarded`), and for a `rate` of 1 from 2.1.8 to 2.2.3, which would guard nothing; `RangeError` for a
 * figure that is not an integer from 0 to 2^53 - 1 or a `minimum` above the `maximum`, and `ClosedError` when the heap
 * is closed.
 *
 * @example
 * ```ts
 * import { Heap, setGuarded, UnsupportedError } from "@mimalloc/ffi";
 * import assert from "node:assert/strict";
 *
 * using heap = new Heap();
 * try {
 *   setGuarded(heap, { rate: 1000, minimum: 64, maximum: 4096 });
 * } catch (error) {
 *   assert.ok(error instanceof UnsupportedError);
 * }
 * ```
 */
export function setGuarded(heap: Heap, settings: GuardedOptions): void {
  const { rate, minimum = 0, maximum = 2 ** 30, precise } = requireObject(settings, "guard blocks");
  for (const figure of [rate, minimum, maximum]) checkFigure(figure);
  if (minimum > maximum) {
    throw new RangeError(`Cannot guard blocks from ${minimum} to ${maximum} bytes: the minimum is above the maximum`);
  }
  const handle = storeOf(heap).handle("guard blocks");
  requireGuarded();
  expectGuards();
  const loaded = library();
  if (loaded.has("mi_heap_guarded_set_sample_rate")) {
    const { heapGuardedSetSampleRate, heapGuardedSetSizeBound } = loaded.bind("heapSettings");
    heapGuardedSetSampleRate(handle, rate, seedFor(rate));
    heapGuardedSetSizeBound(handle, minimum, maximum);
  } else {
    const { heapTheap, theapGuardedSetSampleRate, theapGuardedSetSizeBound } = loaded.bind("theaps");
    const theap = heapTheap(handle);
    theapGuardedSetSampleRate(theap, rate, 0);
    theapGuardedSetSizeBound(theap, minimum, maximum);
  }
  // One option under two names; the one that the version lacks is left out.
  if (precise !== undefined) options.apply({ guarded_precise: precise, unsafe_guarded_precise: precise });
}

function checkFigure(figure: number): void {
  if (Number.isSafeInteger(figure) && figure >= 0) return;
  throw new RangeError(
    `Cannot guard blocks with ${shown(figure)}: expected integers from 0 to 2^53 - 1 as rate, minimum and maximum`,
  );
}

/** The number of the first block that is guarded; 0 lets mimalloc choose. */
function seedFor(rate: number): number {
  // From 2.1.8 to 2.2.3 a multiple of the rate, such as any number for a rate of 1, is counted down from 0 and never met.
  const { version, versionText } = library();
  if (rate === 0 || !isWithin(version, { since: "2.1.8", until: "2.2.3" })) return 0;
  if (rate > 1) return 1 + Math.floor(Math.random() * (rate - 1));
  const [found, needed] = [`mimalloc ${versionText}`, "mimalloc 2.2.4, or a rate of 2 or more"];
  throw new UnsupportedError({ feature: "a guard page behind every block", found, needed });
}

function requireGuarded(): void {
  const loaded = library();
  const { build, versionText } = loaded;
  const isKnown = loaded.has("mi_heap_guarded_set_sample_rate") || loaded.has("mi_theap_guarded_set_sample_rate");
  if (isKnown && build.guarded !== false) return;
  const found = isKnown ? `a build of mimalloc ${versionText} without them` : `mimalloc ${versionText}`;
  const needed = "a build of mimalloc 2.1.8 or newer with MI_GUARDED";
  throw new UnsupportedError({ feature: "guarded blocks", found, needed });
}
