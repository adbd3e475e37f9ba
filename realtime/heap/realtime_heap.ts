import { populatePages } from "../../ffi/libc/pages.ts";
import { library } from "../../ffi/library/library.ts";
import { isWithin, type VersionRange } from "../../ffi/releases.ts";
import type { Handle } from "../../ffi/types.ts";
import { Arena, type MemoryRange } from "../../heaps/arena/arena.ts";
import { native } from "../../heaps/core/native.ts";
import { observeStore } from "../../heaps/core/block_observer.ts";
import { PRIVATE, requirePrivate } from "../../heaps/core/private_constructor.ts";
import { AllocationError } from "../../heaps/errors.ts";
import { Heap, type HeapTicket, storeOf } from "../../heaps/heap/heap.ts";
import { options as mimallocOptions } from "../../heaps/options/options.ts";
import { presets } from "../../heaps/options/presets.ts";
import { sizeClasses } from "../core/size_classes.ts";
import { type AllocationProfile, profileOf } from "../profile/allocation_profile.ts";
import { dataOf } from "../profile/counted_data.ts";
import { Guard } from "./_guard.ts";
import { lockRanges, unlockRanges, wholeRanges } from "./_lock.ts";
import { planOf, type RealtimePlan } from "./_plan.ts";
import { type PageSource, preparePages } from "./_prepare_pages.ts";
import { prepareSingles } from "./_prepare_singles.ts";
import type { Headroom } from "./headroom.ts";
import type { LockReport } from "./lock_report.ts";
import type { RealtimeHeapOptions, RealtimeVariant } from "./realtime_options.ts";

/** How often an arena is made larger when its pages leave wider gaps than was thought. */
const MOST_ARENAS = 3;
const LARGER = 1.5;

/**
 * Where a page that was full and put aside is not found again as soon as one of its blocks is free, so that a new one is
 * made though there is room.
 */
const LOSES_FULL_PAGES: VersionRange = { since: "3.2.6", until: "3.2.8" };

function prepareProcess(): void {
  mimallocOptions.apply(presets.latency);
  if (isWithin(library().version, LOSES_FULL_PAGES)) mimallocOptions.set("page_full_retain", -1);
}

const NOT_LOCKED: LockReport = { lockedBytes: 0, reason: undefined };

/**
 * A heap that has everything ready that its profile tells: all pages of all sizes made, written to and kept, in an arena
 * of its own. An allocation within the profile then makes no page, asks the system for nothing and touches no memory for
 * the first time.
 *
 * It is a `Heap` in every other way: views are emptied when they are freed, containers and pools take it as their
 * allocator. It belongs to the thread that made it; each Worker makes one of its own. An `alignment` costs as many bytes
 * more.
 *
 * @example
 * ```ts
 * import { Heap } from "@mimalloc/ffi";
 * import { AllocationProfile, RealtimeHeap } from "@mimalloc/ffi/realtime";
 * import assert from "node:assert/strict";
 *
 * using rehearsal = new Heap();
 * using recorder = AllocationProfile.record(rehearsal);
 * for (let voice = 0; voice < 32; voice++) rehearsal.allocate(Float32Array, 128);
 *
 * using heap = RealtimeHeap.create({ profile: recorder.profile() });
 * const voices = Array.from({ length: 32 }, () => heap.allocate(Float32Array, 128));
 * for (const voice of voices) heap.free(voice);
 * assert.equal(heap.exceeded, 0);
 * ```
 */
export class RealtimeHeap extends Heap {
  readonly #guard: Guard;
  readonly #sentinels: Handle[] = [];
  readonly #ownArena: Arena | undefined;
  #lockedRanges: readonly MemoryRange[] = [];
  #locked: LockReport = NOT_LOCKED;
  /** What it got ready. */
  readonly variant: RealtimeVariant;

  private constructor(key: typeof PRIVATE, plan: RealtimePlan, arena: Arena) {
    requirePrivate(key, "RealtimeHeap", "RealtimeHeap.create() makes realtime heaps");
    super({ name: plan.name, arena, limit: plan.limit });
    this.variant = plan.variant;
    this.#ownArena = plan.arena === undefined ? arena : undefined;
    const store = storeOf(this);
    this.#guard = new Guard(sizeClasses(), store.budget, plan.onExceeded);
    store.budget.endings.add(() => this.#letGo());
  }

  /**
   * Makes a heap and gets ready what its profile tells, which takes time for each MiB: the system has to provide it. It
   * sets `presets.latency` (`options.apply`) for the rest of the process, so that mimalloc gives no memory back; from
   * 3.2.6 to 3.2.8 also `page_full_retain` to -1, without which it makes new pages.
   *
   * Throws, before anything is reserved, `TypeError` and `RangeError` for options that are none, and
   * {@linkcode AllocationError} for a profile that needs more memory than the machine has. Throws `UnsupportedError`
   * before 2.0.7, which has no arenas, for the page variant of guarded builds, and where mimalloc does not tell of all
   * pages of a heap; {@linkcode AllocationError} when mimalloc has no room for a block of the profile in any arena; and
   * like `Arena.reserve`.
   */
  static create(options: RealtimeHeapOptions): RealtimeHeap {
    const plan = planOf(options);
    sizeClasses();
    prepareProcess();
    if (plan.arena !== undefined) return RealtimeHeap.#prepared(plan, plan.arena);
    for (let size = plan.arenaBytes, attempt = 1;; size *= LARGER, attempt++) {
      const arena = Arena.reserve(Math.ceil(size), { name: `arena of ${plan.name}` });
      try {
        return RealtimeHeap.#prepared(plan, arena);
      } catch (error) {
        arena.destroy();
        if (!(error instanceof AllocationError) || attempt === MOST_ARENAS) throw error;
      }
    }
  }

  static #prepared(plan: RealtimePlan, arena: Arena): RealtimeHeap {
    const heap = new RealtimeHeap(PRIVATE, plan, arena);
    try {
      const ranges = plan.variant === "page" ? heap.#preparePages(plan) : heap.#prepareMemory(plan);
      if (plan.lock) heap.#lock(ranges);
      observeStore(storeOf(heap), heap.#guard);
      return heap;
    } catch (error) {
      heap.destroy();
      throw error;
    }
  }

  #preparePages({ profile }: RealtimePlan): readonly MemoryRange[] {
    const { classes } = this.#guard;
    const store = storeOf(this);
    const source: PageSource = {
      label: store.label,
      handle: store.handle("make pages"),
      areas: () => this.areas(),
    };
    const wanted = new Int32Array(classes.list.length);
    for (const { blockBytes, peakBlocks } of profile.classes) wanted[classes.indexOf(blockBytes)] = peakBlocks;
    const [singleBytes, pages] = prepareSingles(
      source,
      profile.singles,
      () => preparePages(source, classes, wanted),
    );
    this.#guard.ready.set(pages.ready);
    this.#guard.readySingleBytes = singleBytes;
    this.#sentinels.push(...pages.sentinels);
    const { address, byteLength } = this.arena!.area;
    // mimalloc may take other memory of the arena for single blocks the next time (3.6).
    if (singleBytes > 0) populatePages(address, byteLength);
    return pages.areas.map(({ address, reservedBytes }) => ({ address, byteLength: reservedBytes }));
  }

  #prepareMemory({ profile }: RealtimePlan): readonly MemoryRange[] {
    const { ready, classes } = this.#guard;
    for (const { blockBytes, peakPages, blocksPerPage } of profile.classes) {
      ready[classes.indexOf(blockBytes)] = peakPages * blocksPerPage;
    }
    this.#guard.readySingleBytes = profile.pages.single.peakBytes;
    const { address, byteLength } = this.arena!.area;
    populatePages(address, byteLength);
    return [{ address, byteLength }];
  }

  #lock(ranges: readonly MemoryRange[]): void {
    const whole = wholeRanges(ranges);
    this.#locked = lockRanges(whole);
    if (this.#locked.reason === undefined) this.#lockedRanges = whole;
  }

  /** Gives back what keeps the pages, while C still knows the heap. */
  #letGo(): void {
    const sentinels = this.#sentinels.splice(0);
    const { subprocess } = storeOf(this).budget;
    if (subprocess.active) { for (const sentinel of sentinels) native().blocks.free(sentinel); }
    unlockRanges(this.#lockedRanges);
    this.#lockedRanges = [];
  }

  /** What is ready, live and free, for each size of blocks. */
  headroom(): Headroom {
    return this.#guard.headroom();
  }

  /** How often something was asked for that was not ready. */
  get exceeded(): number {
    return this.#guard.exceeded;
  }

  /** Whether its memory is locked, and why not. */
  get locked(): LockReport {
    return this.#locked;
  }

  /**
   * What the heap had live at most so far: merged into the profile that it was made with, it gives one that has what
   * that has missed.
   */
  profile(): AllocationProfile {
    return profileOf(dataOf(this.#guard));
  }

  /** Throws `Error`: what another thread takes would not be counted. */
  override share(): HeapTicket {
    throw new Error(`Cannot share ${storeOf(this).label}: it counts what this thread takes, make one on each thread`);
  }

  /** Like `Heap.destroy()`; its own arena is closed too. */
  override destroy(): void {
    super.destroy();
    this.#ownArena?.destroy();
  }
}
