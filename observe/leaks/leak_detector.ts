import { refuseArgument, requireFunction, requireObject, shown } from "../../heaps/argument.ts";
import { Heap } from "../../heaps/heap/heap.ts";
import { ScopePool } from "../../heaps/scope/scope_pool.ts";
import { anySeed, checkSeed, PoissonSampler } from "../sites/sampler.ts";
import { onCollection } from "./_collections.ts";
import { CollectionWatch } from "./_collection_watch.ts";
import { type Finder, Followers, type Rest, ROUND } from "./_followers.ts";
import { findSuspects } from "./_growth.ts";
import type { Held } from "./_held.ts";
import { Holdings } from "./_holdings.ts";
import { Reported } from "./_reported.ts";
import type { Leak, LeakLevel, LeakSuspect } from "./leak.ts";
import { type LeakReport, makeLeakReport } from "./leak_report.ts";
import { type LeakWindow, openWindow } from "./leak_window.ts";

const LEVELS: readonly LeakLevel[] = ["off", "sampled", "all"];

/** Options of a {@linkcode LeakDetector}. */
export interface LeakDetectorOptions {
  /** Where leaks are looked for; absent means all heaps and scope pools of this thread. */
  readonly of?: Heap | ScopePool;
  /**
   * How much is looked at.
   *
   * @default {"sampled"}
   */
  readonly level?: LeakLevel;
  /**
   * Look at one in so many allocations, when sampled.
   *
   * @default {128}
   */
  readonly every?: number;
  /**
   * What begins the random numbers, an integer of 32 bits: the same program with the same seed gives the same samples.
   *
   * @default {any}
   */
  readonly seed?: number;
  /**
   * How many calls of a stack are kept at least, from 1 to 200.
   *
   * @default {24}
   */
  readonly frames?: number;
  /**
   * The most sites that are kept apart.
   *
   * @default {4096}
   */
  readonly maxSites?: number;
  /**
   * The most samples that may be live; what is allocated beyond is not looked at, and counted as dropped.
   *
   * @default {65_536}
   */
  readonly maxSamples?: number;
}

/** Options of {@linkcode LeakDetector.watch}. */
export interface LeakWatchOptions {
  /**
   * How many garbage collections in a row a site has to grow at.
   *
   * @default {5}
   */
  readonly collections?: number;
}

function checked(name: string, value: number, most: number): number {
  if (Number.isSafeInteger(value) && value >= 1 && value <= most) return value;
  throw new RangeError(`Cannot look for leaks with ${name} ${shown(value)}: expected an integer from 1 to ${most}`);
}

/** After so many rounds of 32,768 allocations it is known how long allocations live. */
const ROUNDS_WITH_FREES = 8;
const ROUNDS_WITHOUT_FREES = 16;

/**
 * Finds what a program allocates and never gives back: blocks, the blocks of containers and pools, scopes that are never
 * ended, heaps and scope pools that are never closed. Each leak has the place that allocated it, its bytes, age and heap,
 * and is reported once per site:
 *
 * - when its heap or scope pool is closed or destroyed while it is live (`"closed"`),
 * - when the view of a block was collected by the garbage collector before the block was freed (`"collected"`); that
 *   comes in a task of its own, and means nothing where the program goes on with `view.buffer` or another view of it,
 * - when its site only grows (`"growing"`): what is live of it is twice as old as what it gives back, and comes from
 *   every part of the time; looked at after every 32,768 allocations,
 * - at the end of a {@linkcode LeakDetector.window}, and at garbage collections with {@linkcode LeakDetector.watch}.
 *
 * Sampled, one allocation in 128 is looked at, so that the program can run like that all the time: an allocation costs up
 * to 0.15 µs more (`npm run bench -- observe`). Figures of what is sampled are estimates. `"all"` is for tests and for
 * looking closely; in Deno a stack takes 10 to 30 µs. Heaps and pools are few, and all looked at. Blocks that were there
 * before are not known.
 *
 * @example
 * ```ts
 * import { Heap } from "@mimalloc/ffi";
 * import { LeakDetector } from "@mimalloc/ffi/observe";
 * import assert from "node:assert/strict";
 *
 * using heap = new Heap({ name: "uploads" });
 * using leaks = new LeakDetector({ of: heap, level: "all" });
 * using window = leaks.window();
 * function readUpload(): void {
 *   const body = heap.allocate(Uint8Array, 1000);
 *   body.fill(1); // and never freed
 * }
 * readUpload();
 * const [leak] = window.end();
 * assert.deepEqual([leak!.count, leak!.bytes, leak!.heap], [1, 1000, 'heap "uploads"']);
 * assert.match(leak!.site.name, /readUpload/);
 * ```
 */
export class LeakDetector implements Disposable {
  readonly #holdings: Holdings;
  readonly #reported = new Reported();
  readonly #of: Heap | ScopePool | undefined;
  readonly #every: number;
  readonly #seed: number;
  #level: LeakLevel = "off";
  #followers: Followers | undefined;
  #watches: { readonly watch: CollectionWatch; readonly end: Disposable }[] = [];

  /**
   * Starts to look, unless the level is `"off"`.
   *
   * Throws `RangeError` for options outside of their bounds and for another level, `TypeError` for an `of` that is
   * neither a heap nor a scope pool, and `ClosedError` when it is closed.
   */
  constructor(options: LeakDetectorOptions = {}) {
    const { of, level = "sampled", every = 128, seed = anySeed(), frames = 24, maxSites = 4096, maxSamples = 65_536 } =
      requireObject(options, "look for leaks");
    if (of !== undefined && !(of instanceof Heap || of instanceof ScopePool)) {
      refuseArgument(of, "look for leaks", "a Heap or ScopePool");
    }
    this.#of = of;
    this.#every = checked("every", every, 2 ** 31);
    this.#seed = checkSeed(seed);
    this.#holdings = new Holdings(
      checked("maxSites", maxSites, 2 ** 20),
      checked("maxSamples", maxSamples, 2 ** 24),
      checked("frames", frames, 200),
    );
    this.level = level;
  }

  /** How much it looks at; what was live before it was switched on is not known. */
  get level(): LeakLevel {
    return this.#level;
  }

  set level(level: LeakLevel) {
    if (!LEVELS.includes(level)) {
      throw new RangeError(`Cannot look for leaks at the level ${shown(level)}: expected "off", "sampled" or "all"`);
    }
    if (level === this.#level) return;
    this.#followers?.[Symbol.dispose]();
    this.#followers = undefined;
    this.#holdings.clear();
    this.#level = level;
    if (level === "off") return;
    this.#holdings.readsAtOnce = level === "all";
    const sampler = PoissonSampler.oneIn(level === "all" ? 1 : this.#every, this.#seed);
    this.#followers = new Followers(this.#of, this.#holdings, sampler, this.#finder());
  }

  #finder(): Finder {
    const reported = this.#reported;
    return {
      isTime: (): void => this.#lookAtSites(),
      closedWith: (held: readonly Held[], rest: Rest | undefined): void => {
        if (rest === undefined) reported.addHeld("closed", held);
        else reported.addRest(rest);
      },
      collected: (held: Held): void => {
        reported.addCollected(this.#holdings.lifeOf(held), held);
      },
    };
  }

  #lookAtSites(): void {
    const { ticks } = this.#holdings;
    if (ticks < ROUND * ROUNDS_WITH_FREES) return;
    for (const { suspect, life, held } of findSuspects(this.#holdings, performance.now())) {
      const needed = suspect.freed > 0 ? ROUNDS_WITH_FREES : ROUNDS_WITHOUT_FREES;
      if (suspect.growing && ticks >= ROUND * needed) this.#reported.addSite("growing", life, held);
    }
  }

  /** What leaks, each site once; a copy. */
  get leaks(): readonly Leak[] {
    return this.#reported.leaks;
  }

  /**
   * Calls `listener` with each site that leaks, once, in a microtask after it was found, until what this returns is
   * disposed of. What it throws goes to `reportError`.
   *
   * Throws `TypeError` when `listener` is not a function.
   */
  onLeak(listener: (leak: Leak) => void): Disposable {
    requireFunction(listener, "listen to leaks");
    return this.#reported.listen(listener);
  }

  /** Sites with something that is live, those that leak most likely first, in a time that grows with the samples. */
  suspects(): LeakSuspect[] {
    return findSuspects(this.#holdings, performance.now()).map(({ suspect }) => suspect);
  }

  /**
   * Begins a stretch of the program that should leave nothing behind.
   *
   * Throws `Error` at the level `"off"`.
   */
  window(): LeakWindow {
    this.#requireOn("open a window");
    return openWindow(this.#holdings, this.#reported);
  }

  /**
   * Reports a site as growing when what is live of it is more at each of so many garbage collections of the engine in a
   * row, until what this returns is disposed of. What was allocated since the collection before does not count. Engines
   * tell of a collection in a task of its own, so a program has to come to its event loop in between.
   *
   * Throws `RangeError` for a number of collections that is no integer from 1 to 1000, and `Error` at the level `"off"`.
   */
  watch(options: LeakWatchOptions = {}): Disposable {
    const { collections = 5 } = requireObject(options, "watch for leaks");
    this.#requireOn("watch");
    const watch = new CollectionWatch(
      checked("collections", collections, 1000),
      (life, held) => this.#reported.addSite("growing", life, held),
    );
    const end = onCollection(() => watch.look(this.#holdings));
    const entry = { watch, end };
    this.#watches.push(entry);
    return {
      [Symbol.dispose]: (): void => {
        end[Symbol.dispose]();
        this.#watches = this.#watches.filter((each) => each !== entry);
      },
    };
  }

  #requireOn(action: string): void {
    if (this.#level === "off") throw new Error(`Cannot ${action}: the level of the leak detector is off`);
  }

  /** Everything that is known, as data, text and JSON. */
  report(): LeakReport {
    const suspects = this.suspects();
    const { ticks: allocations, samples, dropped } = this.#holdings;
    const { leaks } = this;
    return makeLeakReport({
      level: this.#level,
      every: this.#level === "all" ? 1 : this.#every,
      seed: this.#seed,
      allocations,
      samples,
      dropped,
      leaks,
      suspects,
    });
  }

  /** Switches it off, with its watches; what was found stays. The second call does nothing. */
  [Symbol.dispose](): void {
    this.level = "off";
    for (const { end } of this.#watches.splice(0)) end[Symbol.dispose]();
  }
}
