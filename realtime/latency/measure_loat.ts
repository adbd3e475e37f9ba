import { usageWord } from "../../ffi/libc/thread_usage.ts";
import type { Allocator, AnyView } from "../../heaps/allocator.ts";
import type { MemoryRange } from "../../heaps/arena/arena.ts";
import { requireFunction, requireObject } from "../../heaps/argument.ts";
import { disturbance, Disturbances } from "./_disturbances.ts";
import { LatencyHistogram } from "./latency_histogram.ts";
import type { LoatReport, StepLatencies } from "./loat_report.ts";
import { Stopwatch } from "./stopwatch.ts";
import { type AllocationWorkload, checkWorkload } from "./workload.ts";

/** How {@linkcode measureLoat} measures. */
export interface LoatOptions {
  /**
   * Another allocator of the same class. The workload is played on it first, so that the code is compiled by the time
   * that counts; playing it on the measured heap would make the pages whose making is to be measured.
   */
  readonly warmUp?: Allocator;
  /**
   * Memory in which new pages are counted.
   *
   * @default {the arena of the heap, where it has one}
   */
  readonly memory?: MemoryRange;
}

/** What is measured: anything that allocates and frees; an arena of it is looked into. */
export interface MeasuredHeap extends Pick<Allocator, "allocate" | "free"> {
  /** Where its memory lies. */
  readonly arena?: { readonly area: MemoryRange } | undefined;
}

/** Steps after which the collector is asked whether it has run, which takes longer than a step. */
const BATCH = 32;
const WARM_UPS = 4;

/**
 * The longest observed allocation time: plays `workload` on `heap`, with a clock around every allocation and free, and
 * tells what the time went to: the allocator itself, page faults, the scheduler, the collector. What no allocator can
 * undercut is measured beside it, by the same loop around nothing (`floor`). The first and the last byte of each block are
 * written outside of the time. O(steps), some microseconds for each.
 *
 * The longest time of a busy machine is that of the machine. Compare `undisturbed`, and percentiles.
 *
 * Throws what the heap throws, `TypeError` for what is no heap or workload, and `RangeError` for a workload whose steps do
 * not fit.
 *
 * @example
 * ```ts
 * import { Heap } from "@mimalloc/ffi";
 * import { measureLoat, randomWorkload } from "@mimalloc/ffi/realtime";
 * import assert from "node:assert/strict";
 *
 * using heap = new Heap();
 * const report = measureLoat(heap, randomWorkload({ requests: 1000, slotCount: 100 }));
 * assert.equal(report.allocate.all.count, 1000);
 * assert.ok(report.allocate.undisturbed.max <= report.allocate.all.max);
 * assert.equal(heap.liveBlocks, 0);
 * ```
 */
export function measureLoat(heap: MeasuredHeap, workload: AllocationWorkload, options: LoatOptions = {}): LoatReport {
  requireFunction(requireObject(heap, "measure a heap", "a heap").allocate, "measure the allocate of a heap");
  requireFunction(heap.free, "measure the free of a heap");
  const { warmUp, memory = heap.arena?.area } = requireObject(options, "measure a heap");
  checkWorkload(workload);
  for (let play = 0; play < WARM_UPS; play++) {
    if (warmUp !== undefined) new Player(warmUp, workload, undefined).play();
    playNothing(workload);
  }
  const floor = playNothing(workload);
  const player = new Player(heap, workload, memory);
  player.play();
  return player.report(floor);
}

/** Plays a workload once. */
class Player {
  readonly #heap: MeasuredHeap;
  readonly #workload: AllocationWorkload;
  readonly #views: (AnyView | undefined)[];
  readonly #allocate: StepLatencies = createLatencies();
  readonly #free: StepLatencies = createLatencies();
  readonly #times: Float64Array<ArrayBuffer> = new Float64Array(BATCH);
  readonly #causes: Uint8Array<ArrayBuffer> = new Uint8Array(BATCH);
  readonly #disturbances: Disturbances;
  readonly #stopwatch: Stopwatch = new Stopwatch();
  /** Nanoseconds of steps in which nothing, a fault or the scheduler came in between. */
  readonly #spent: Float64Array<ArrayBuffer> = new Float64Array(3);
  #collecting = 0;

  constructor(heap: MeasuredHeap, workload: AllocationWorkload, memory: MemoryRange | undefined) {
    this.#heap = heap;
    this.#workload = workload;
    this.#views = new Array(workload.slotCount).fill(undefined);
    this.#disturbances = new Disturbances(memory);
  }

  play(): void {
    const { slots, byteLengths } = this.#workload;
    for (let start = 0; start < slots.length; start += BATCH) {
      const end = Math.min(start + BATCH, slots.length);
      for (let step = start; step < end; step++) this.#step(slots[step]!, byteLengths[step]!, step - start);
      this.#count(byteLengths, start, end);
    }
  }

  #step(slot: number, byteLength: number, at: number): void {
    const disturbances = this.#disturbances;
    const stopwatch = this.#stopwatch;
    const old = this.#views[slot];
    disturbances.begin();
    stopwatch.start();
    if (byteLength > 0) {
      const view = this.#heap.allocate(Uint8Array, byteLength);
      this.#times[at] = stopwatch.elapsed();
      this.#causes[at] = disturbances.end();
      view[0] = 1;
      view[byteLength - 1] = 1;
      this.#views[slot] = view;
    } else {
      this.#heap.free(old!);
      this.#times[at] = stopwatch.elapsed();
      this.#causes[at] = disturbances.end();
      this.#views[slot] = undefined;
    }
  }

  /** Counts the times of a batch, now that it is known whether the collector ran. */
  #count(byteLengths: Uint32Array, start: number, end: number): void {
    const collected = this.#disturbances.hasCollected() === true;
    for (let step = start; step < end; step++) {
      const time = this.#times[step - start]!;
      const cause = this.#causes[step - start]!;
      const latencies = byteLengths[step]! > 0 ? this.#allocate : this.#free;
      latencies.all.record(time);
      if (cause === disturbance.none && !collected) latencies.undisturbed.record(time);
      if (collected && cause !== disturbance.fault) this.#collecting += time;
      else this.#spent[cause] = this.#spent[cause]! + time;
    }
  }

  report(floor: StepLatencies): LoatReport {
    const disturbances = this.#disturbances;
    const { minorFaults, majorFaults, voluntarySwitches, involuntarySwitches } = usageWord;
    const collections = disturbances.collections;
    return {
      allocate: this.#allocate,
      free: this.#free,
      floor,
      nanoseconds: {
        own: this.#spent[disturbance.none]!,
        faults: this.#spent[disturbance.fault]!,
        scheduler: this.#spent[disturbance.scheduler]!,
        collector: collections === undefined ? undefined : this.#collecting,
      },
      newPages: disturbances.newPages(),
      minorFaults: disturbances.since(minorFaults),
      majorFaults: disturbances.since(majorFaults),
      waits: disturbances.since(voluntarySwitches),
      preemptions: disturbances.since(involuntarySwitches),
      collections,
    };
  }
}

function createLatencies(): StepLatencies {
  return { all: new LatencyHistogram(), undisturbed: new LatencyHistogram() };
}

/** The same around nothing. */
function playNothing({ slots }: AllocationWorkload): StepLatencies {
  const latencies = createLatencies();
  const disturbances = new Disturbances(undefined);
  const stopwatch = new Stopwatch();
  for (let step = 0; step < slots.length; step++) {
    disturbances.begin();
    stopwatch.start();
    const time = stopwatch.elapsed();
    const cause = disturbances.end();
    latencies.all.record(time);
    if (cause === disturbance.none) latencies.undisturbed.record(time);
  }
  return latencies;
}
