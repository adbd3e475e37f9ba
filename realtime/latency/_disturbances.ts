import { residentPages } from "../../ffi/libc/resident_pages.ts";
import { type ThreadUsage, threadUsage, usageWord } from "../../ffi/libc/thread_usage.ts";
import { collectedBytes } from "../../ffi/runtime/collector.ts";
import type { MemoryRange } from "../../heaps/arena/arena.ts";

/** What else the time of a step may have gone to. */
export const disturbance = { none: 0, fault: 1, scheduler: 2 } as const;

const { minorFaults, majorFaults, voluntarySwitches, involuntarySwitches } = usageWord;

/**
 * Watches what a thread shares its time with. Makes no object between {@linkcode Disturbances.begin} and
 * {@linkcode Disturbances.end}.
 */
export class Disturbances {
  readonly #usage: ThreadUsage | undefined = threadUsage();
  readonly #first: Uint32Array<ArrayBuffer> | undefined;
  readonly #memory: MemoryRange | undefined;
  readonly #pages: Uint8Array<ArrayBuffer> | undefined;
  #faults = 0;
  #switches = 0;
  #bytes: number | undefined = collectedBytes();
  #collections = 0;

  /** Begins to watch, and `memory` too where it is given. */
  constructor(memory: MemoryRange | undefined) {
    this.#memory = memory;
    this.#pages = memory && residentPages(memory.address, memory.byteLength);
    this.#usage?.read();
    this.#first = this.#usage?.words.slice();
  }

  /** A step begins. */
  begin(): void {
    if (this.#usage === undefined) return;
    const { words, read } = this.#usage;
    read();
    this.#faults = words[minorFaults]! + words[majorFaults]! | 0;
    this.#switches = words[voluntarySwitches]! + words[involuntarySwitches]! | 0;
  }

  /** A step has ended: what came in between. */
  end(): number {
    if (this.#usage === undefined) return disturbance.none;
    const { words, read } = this.#usage;
    read();
    if ((words[voluntarySwitches]! + words[involuntarySwitches]! | 0) !== this.#switches) return disturbance.scheduler;
    const faults = words[minorFaults]! + words[majorFaults]! | 0;
    return faults === this.#faults ? disturbance.none : disturbance.fault;
  }

  /** Whether the collector has run since this was asked before; `undefined` where the runtime does not tell. */
  hasCollected(): boolean | undefined {
    const [before, now] = [this.#bytes, collectedBytes()];
    this.#bytes = now;
    if (before === undefined || now === undefined) return undefined;
    if (now < before) this.#collections++;
    return now < before;
  }

  /** How often {@linkcode hasCollected} said so. */
  get collections(): number | undefined {
    return this.#bytes === undefined ? undefined : this.#collections;
  }

  /** How often since the beginning a figure of `usageWord` went up. */
  since(word: number): number | undefined {
    if (this.#usage === undefined || this.#first === undefined) return undefined;
    const { words, read } = this.#usage;
    read();
    return words[word]! - this.#first[word]! >>> 0;
  }

  /** Pages of the memory that the system has provided since the beginning. */
  newPages(): number | undefined {
    const before = this.#pages;
    const after = this.#memory && residentPages(this.#memory.address, this.#memory.byteLength);
    if (before === undefined || after === undefined) return undefined;
    return after.reduce((sum, page, index) => sum + (page & ~before[index]! & 1), 0);
  }
}
