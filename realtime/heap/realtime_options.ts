import type { Arena } from "../../heaps/arena/arena.ts";
import type { AllocationProfile } from "../profile/allocation_profile.ts";

/**
 * What a `RealtimeHeap` gets ready: every page of every size of blocks (`"page"`), or memory, in which pages are made when
 * they are needed (`"segment"`).
 */
export type RealtimeVariant = "page" | "segment";

/** An allocation that the profile of a `RealtimeHeap` has no room for. */
export interface ProfileExcess {
  /** Bytes that were asked for. */
  readonly requested: number;
  /** Bytes of the block that they need; `undefined` for one that has a page for itself. */
  readonly blockBytes: number | undefined;
  /** Blocks of that size that are live. */
  readonly live: number;
  /** Blocks of that size that were made ready. */
  readonly ready: number;
}

/**
 * What happens when a program needs more blocks of a size than its profile has: the allocation throws, or the heap grows
 * as others do; a function is called first, and what it throws refuses the allocation.
 */
export type ExceededPolicy = "throw" | "grow" | ((excess: ProfileExcess) => void);

/** Options of `RealtimeHeap.create`. */
export interface RealtimeHeapOptions {
  /** What the heap gets ready. */
  readonly profile: AllocationProfile;
  /**
   * Whether it gets pages ready, or memory for them.
   *
   * @default {"page"}
   */
  readonly variant?: RealtimeVariant;
  /**
   * What happens when the profile is exceeded.
   *
   * @default {"throw"}
   */
  readonly onExceeded?: ExceededPolicy;
  /**
   * Whether the memory is locked, so that the system never moves it out to a disk (`mlock`). Where that is not permitted
   * the heap is made all the same, and `locked` says why.
   *
   * @default {false}
   */
  readonly lock?: boolean;
  /** A name for messages and metrics. */
  readonly name?: string;
  /**
   * The most bytes that may be in use at once; checked before C is called.
   *
   * @default {Infinity}
   */
  readonly limit?: number;
  /**
   * An empty, exclusive arena to get ready, of huge pages for example (`Arena.reserveHuge`). The heap makes one of its own
   * without, of as many bytes as it needs, and closes it at its end.
   */
  readonly arena?: Arena;
  /**
   * Bytes of its own arena beyond what the profile needs, from which it grows; in the page variant they use no memory
   * until then.
   *
   * @default {as many as the profile needs, or 0 in the segment variant and with onExceeded: "throw"}
   */
  readonly growthBytes?: number;
}
