import { AllocationError } from "../../heaps/errors.ts";
import type { Budget } from "../../heaps/core/budget.ts";
import { BlockCounter } from "../core/block_counter.ts";
import { PAGE_KINDS, type SizeClasses } from "../core/size_classes.ts";
import type { Headroom } from "./headroom.ts";
import type { ExceededPolicy, ProfileExcess } from "./realtime_options.ts";

const SINGLE = PAGE_KINDS.indexOf("single");

/** Lets a heap hand out what was made ready, and does what the program has decided for the rest. */
export class Guard extends BlockCounter {
  /** Blocks of each class that are ready. */
  readonly ready: Int32Array<ArrayBuffer>;
  /** Bytes of blocks with a page of their own that are ready. */
  readySingleBytes = 0;
  readonly #budget: Budget;
  readonly #policy: ExceededPolicy;
  readonly #exceeded: Int32Array<ArrayBuffer>;

  /** Has nothing ready. */
  constructor(classes: SizeClasses, budget: Budget, policy: ExceededPolicy) {
    super(classes);
    this.#budget = budget;
    this.#policy = policy;
    this.ready = new Int32Array(classes.list.length);
    this.#exceeded = new Int32Array(classes.list.length + 1);
  }

  /** Refuses what is not ready, or lets it grow. */
  admit(byteLength: number): void {
    const index = this.classes.indexOf(byteLength);
    if (!this.#isReady(index, byteLength)) this.#exceed(index, byteLength);
  }

  #isReady(index: number, byteLength: number): boolean {
    return index < this.ready.length
      ? this.live[index]! < this.ready[index]!
      : this.kindBytes[SINGLE]! + byteLength <= this.readySingleBytes;
  }

  #exceed(index: number, requested: number): void {
    this.#budget.requireUsable("allocate");
    // A program that can make room does so first, as at a limit.
    this.#budget.makeRoom(true, "allocate");
    if (this.#isReady(index, requested)) return;
    this.#exceeded[index]!++;
    if (this.#policy === "grow") return;
    const isOne = index < this.ready.length;
    const excess: ProfileExcess = {
      requested,
      blockBytes: isOne ? this.classes.list[index]!.blockBytes : undefined,
      live: isOne ? this.live[index]! : this.kindPages[SINGLE]!,
      ready: isOne ? this.ready[index]! : 0,
    };
    if (this.#policy === "throw") this.#refuse(excess);
    this.#policy(excess);
    this.#budget.requireUsable("allocate");
  }

  #refuse({ requested, blockBytes, ready }: ProfileExcess): never {
    const { label, liveBytes } = this.#budget;
    const [reason, limit] = blockBytes === undefined
      ? [`its profile has ${this.readySingleBytes} bytes for such blocks`, this.readySingleBytes]
      : [`its profile has ${ready} blocks of ${blockBytes} bytes, and all are live`, ready * blockBytes];
    throw new AllocationError(
      `Cannot allocate ${requested} bytes in ${label}: ${reason}; merge what heap.profile() tells, or let it grow`,
      { requested, live: liveBytes, limit },
    );
  }

  /** How often something was asked for that was not ready. */
  get exceeded(): number {
    return this.#exceeded.reduce((total, count) => total + count, 0);
  }

  /** What is ready, live and free. */
  headroom(): Headroom {
    const { classes: { list }, ready, live, peak, kindBytes, kindPeakBytes, readySingleBytes } = this;
    const sizes = list.map(({ blockBytes }, index) => ({
      blockBytes,
      ready: ready[index]!,
      live: live[index]!,
      peak: peak[index]!,
      free: Math.max(0, ready[index]! - live[index]!),
      exceeded: this.#exceeded[index]!,
    }));
    return {
      sizes: sizes.filter(({ ready, peak, exceeded }) => ready + peak + exceeded > 0),
      single: {
        readyBytes: readySingleBytes,
        liveBytes: kindBytes[SINGLE]!,
        peakBytes: kindPeakBytes[SINGLE]!,
        exceeded: this.#exceeded.at(-1)!,
      },
    };
  }
}
