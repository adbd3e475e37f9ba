import type { AnyView } from "../../heaps/allocator.ts";
import { requireObject, shown } from "../../heaps/argument.ts";
import type { Block } from "../../heaps/core/block.ts";
import type { BlockObserver } from "../../heaps/core/block_observer.ts";
import type { BlockStore } from "../../heaps/core/block_store.ts";
import { type Heap, storeOf } from "../../heaps/heap/heap.ts";
import type { Scope } from "../../heaps/scope/scope.ts";
import { followScopeChanges, followScopes, type ScopeChanges, type ScopeFollower } from "../core/scope_hooks.ts";
import { openScopes, sampleScopes } from "../core/scope_sampling.ts";
import { ObservedHeaps } from "../core/observed_heaps.ts";
import { anySeed, checkSeed, PoissonSampler } from "../sites/sampler.ts";
import { captureStack } from "../../heaps/core/call_stack.ts";
import { ProfileCounts, type Sampled } from "./_profile_counts.ts";
import { makeSiteProfile, type SiteProfile } from "./site_profile.ts";

/** Options of a {@linkcode SiteProfiler}. */
export interface SiteProfilerOptions {
  /** What is profiled; absent means all heaps and scopes of this thread, those included that are made later. */
  readonly of?: Heap;
  /**
   * Look at one allocation in about every so many bytes; 1 looks at each.
   *
   * @default {524_288}
   */
  readonly sampleRate?: number;
  /**
   * What begins the random numbers, an integer of 32 bits: the same program with the same seed gives the same samples.
   *
   * @default {any}
   */
  readonly seed?: number;
  /**
   * How many calls of a stack are kept at least, from 1 to 200.
   *
   * @default {32}
   */
  readonly frames?: number;
  /**
   * The most sites that are kept apart; what further ones allocate counts for a site without frames.
   *
   * @default {4096}
   */
  readonly maxSites?: number;
  /**
   * The most sampled allocations that may be live; those beyond are in the totals of what was allocated alone.
   *
   * @default {65_536}
   */
  readonly maxSamples?: number;
}

/** Throws `RangeError` unless `value` is an integer within bounds. */
function checked(name: string, value: number, most: number): number {
  if (Number.isSafeInteger(value) && value >= 1 && value <= most) return value;
  throw new RangeError(`Cannot profile with ${name} ${shown(value)}: expected an integer from 1 to ${most}`);
}

/**
 * A profiler of native memory by JavaScript call site: it samples what heaps and scopes hand out and keeps the stack of
 * each sample, until it is disposed of. Beside it, everything is counted, so that the error of the estimates is known.
 *
 * It is another one than {@linkcode Profiler}, which mimalloc 3.6 has built in: that one sees C alone, where all of
 * JavaScript is an address without a name; this one sees JavaScript alone, on every version. `profileReport()` shows
 * both.
 *
 * An allocation is sampled with a chance that depends on nothing but its bytes, and weighs as much as it stands for, so
 * that the estimates are right on average; with `n` samples they are within `2 / sqrt(n)` in 19 of 20 cases. While it
 * runs, an allocation in a heap costs up to 0.15 µs more, one in a scope nothing, and a scope 0.1 to 0.3 µs
 * (`npm run bench -- observe`). A sampled allocation costs some microseconds: 4 to 8 in Bun, 10 to 30 in Deno; there the
 * first of each site takes 0.1 to 0.5 ms, and up to some milliseconds where it is the first of a file, because places of
 * TypeScript are looked up then. The default rate is that of Go: 200 MB of allocations give about 400 samples.
 *
 * Blocks that were there before do not count. What containers take counts for the call of the program that made them
 * grow; a scope that grows or moves something counts as a new allocation of the difference.
 *
 * @example
 * ```ts
 * import { Heap } from "@mimalloc/ffi";
 * import { SiteProfiler } from "@mimalloc/ffi/observe";
 * import assert from "node:assert/strict";
 *
 * using heap = new Heap({ name: "tiles" });
 * using profiler = new SiteProfiler({ sampleRate: 1024, seed: 1 });
 * function decodeTile(): void {
 *   heap.allocate(Uint8Array, 4096);
 * }
 * for (let i = 0; i < 1000; i++) decodeTile();
 * const profile = profiler.profile();
 * assert.equal(profile.exact.liveBytes, 4_096_000);
 * assert.ok(Math.abs(profile.totals.liveBytes.error) < 0.05);
 * ```
 */
export class SiteProfiler implements Disposable {
  readonly #counts: ProfileCounts;
  readonly #sampler: PoissonSampler;
  readonly #heaps: ObservedHeaps;
  readonly #ends: Disposable[] = [];
  readonly #frames: number;
  readonly #sampleRate: number;
  #followsScopes = false;
  readonly #startedAt = Date.now();
  readonly #begin = performance.now();
  #stoppedAfter: number | undefined;

  /**
   * Starts to profile.
   *
   * Throws `RangeError` for options outside of their bounds, `TypeError` for an `of` that is no heap, and `ClosedError`
   * when it is closed.
   */
  constructor(options: SiteProfilerOptions = {}) {
    const { of, sampleRate = 512 * 2 ** 10, seed = anySeed(), frames = 32, maxSites = 4096, maxSamples = 65_536 } =
      requireObject(options, "profile sites");
    this.#sampleRate = checked("sampleRate", sampleRate, 2 ** 40);
    this.#frames = checked("frames", frames, 200);
    this.#counts = new ProfileCounts(
      checked("maxSites", maxSites, 2 ** 20),
      checked("maxSamples", maxSamples, 2 ** 24),
    );
    this.#sampler = new PoissonSampler(sampleRate === 1 ? 0 : sampleRate, checkSeed(seed));
    const store = of === undefined ? undefined : storeOf(of);
    store?.budget.requireUsable("profile");
    this.#heaps = new ObservedHeaps(this.#follower(), store);
    for (const each of this.#heaps.stores) this.#counts.ignore(each);
    if (of !== undefined) return;
    this.#followsScopes = true;
    const scopes = this.#scopeFollower();
    this.#ends.push(
      followScopes(scopes),
      followScopeChanges(scopes),
      sampleScopes({
        gap: () => this.#sampler.gap(),
        sampled: (scope, bytes, view) => this.#counts.sampleInScope(scope, view, this.#made(bytes)),
      }),
    );
  }

  #follower(): BlockObserver {
    const counts = this.#counts;
    const taken = (block: Block): void => {
      // What a scope hands out of it counts, not its chunks.
      if (block.store.isPooled) return;
      counts.take(block.byteLength);
      if (this.#sampler.covers(block.byteLength)) counts.sample(block, this.#made(block.byteLength));
    };
    return {
      taken,
      received: taken,
      resized: (block: Block, before: number): void => {
        if (block.store.isPooled || counts.isOld(block)) return;
        counts.give(block, before);
        counts.take(block.byteLength);
        if (this.#sampler.covers(block.byteLength)) counts.sample(block, this.#made(block.byteLength));
      },
      given: (block: Block): void => {
        if (!block.store.isPooled) counts.give(block, block.byteLength);
      },
      ending: (store: BlockStore): void => this.#heaps.remove(store),
    };
  }

  #scopeFollower(): ScopeFollower & ScopeChanges {
    const counts = this.#counts;
    return {
      hearsAllocations: false,
      opened: (): void => {},
      poolEnding: (): void => {},
      ended: (scope: Scope, bytes: number, blocks: number): void => counts.endScope(scope, bytes, blocks),
      took: (_scope: Scope, _bytes: number, _view: AnyView, added: number): void => {
        if (added === 0) counts.growInScope();
      },
      gave: (scope: Scope, bytes: number, blocks: number, left: number, view?: AnyView): void =>
        counts.giveOfScope(scope, { bytes, blocks, left }, view),
    };
  }

  #made(bytes: number): Sampled {
    return { bytes, weight: this.#sampler.weightOf(bytes), stack: captureStack(this.#frames) };
  }

  /** Whether it still samples. */
  get running(): boolean {
    return this.#stoppedAfter === undefined;
  }

  /** What begins the random numbers. */
  get seed(): number {
    return this.#sampler.seed;
  }

  #openScopes(): readonly Scope[] {
    return this.#followsScopes && this.running ? openScopes() : [];
  }

  /** What was found so far, in a time that grows with the sites and open scopes; source maps of files are read then. */
  profile(): SiteProfile {
    return makeSiteProfile({
      sampleRate: this.#sampleRate,
      seed: this.seed,
      startedAt: this.#startedAt,
      duration: this.#stoppedAfter ?? performance.now() - this.#begin,
      ...this.#counts.figures(this.#openScopes()),
    });
  }

  /** Ends it; {@linkcode SiteProfiler.profile} still tells what was found. The second call does nothing. */
  [Symbol.dispose](): void {
    if (!this.running) return;
    this.#counts.stop(this.#openScopes());
    this.#stoppedAfter = performance.now() - this.#begin;
    this.#heaps[Symbol.dispose]();
    for (const end of this.#ends) end[Symbol.dispose]();
  }
}
