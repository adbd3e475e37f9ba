import type { AllocationSite } from "../sites/allocation_site.ts";

/** How much a detector looks at: nothing, one in so many allocations, or all. */
export type LeakLevel = "off" | "sampled" | "all";

/**
 * Why something counts as leaked: its heap or pool was closed while it was live, the view of a block was collected by
 * the garbage collector before the block was freed, its site only grows, or it was live at the end of a window.
 */
export type LeakReason = "closed" | "collected" | "growing" | "window";

/** What has leaked. */
export type LeakKind = "block" | "scope" | "heap" | "scope pool";

/** What leaks at one site. */
export interface Leak {
  /** Why it counts as leaked. */
  readonly reason: LeakReason;
  /** What it is. */
  readonly kind: LeakKind;
  /** Where it was allocated, opened or made. */
  readonly site: AllocationSite;
  /** The heap or pool that it lies in, as messages call it. */
  readonly heap: string;
  /** How many there are: an estimate where the detector samples. */
  readonly count: number;
  /** Their bytes: an estimate where the detector samples. */
  readonly bytes: number;
  /** How many of them were sampled; 0 when none was, and the heap alone is known. */
  readonly samples: number;
  /** The age of the oldest, in milliseconds. */
  readonly age: number;
}

/** A site that may leak, from what is live of it. */
export interface LeakSuspect extends Leak {
  /** How many of its sampled allocations were given back. */
  readonly freed: number;
  /** In how many sixteenths of the time so far something was allocated that is live and old. */
  readonly spread: number;
  /** Whether that is as sure as a leak has to be to be reported. */
  readonly growing: boolean;
}
