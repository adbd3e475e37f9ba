import assert from "node:assert/strict";
import { AllocationError, type Allocator, type Checkpoint, Heap, type Scope, type ScopePool } from "../../mod.ts";
import { adopt, assertDetached, type ModelBlock, randomRequest, verify } from "./_block.ts";
import type { Prompter } from "./_operation.ts";
import type { Random } from "./_random.ts";

const MOST_VIEWS = 12;

/** Where containers and plain views lie side by side. */
export abstract class Place {
  protected readonly random: Random;
  protected views: ModelBlock[] = [];
  /** What the memory comes from. */
  abstract readonly allocator: Allocator;

  constructor(random: Random) {
    this.random = random;
  }

  /** Whether it has ended. */
  get closed(): boolean {
    return this.allocator.closed;
  }

  /** Whether it may run out of memory. */
  get limited(): boolean {
    return this.allocator.limit < Infinity;
  }

  /** Takes a plain view, which nobody may write to from then on. */
  protected addView(): void {
    if (this.views.length >= MOST_VIEWS) return;
    const request = randomRequest(this.random);
    const { alignment = 8, offset = 0 } = request.options ?? {};
    // What is aligned to more than a page, or at an odd byte, counts for more than its bytes.
    if (request.byteLength > 3000 || alignment > 4096 || offset % Math.min(alignment, 8) !== 0) return;
    try {
      this.views.push(
        adopt(this.allocator.allocate(request.type, request.length, request.options), request, false, 0),
      );
    } catch (error) {
      if (!(error instanceof AllocationError && this.limited)) throw error;
    }
  }

  /** Bytes of plain views. */
  get viewBytes(): number {
    return this.views.reduce((sum, { view }) => sum + view.byteLength, 0);
  }

  /** Does something to it; whether memory may have gone from below containers. */
  abstract change(): boolean;

  /** Asserts that nobody has written to the plain views. */
  check(): void {
    this.views.forEach(verify);
  }

  /** Ends it; every view has to be gone then. */
  end(): void {
    this.check();
    this.allocator[Symbol.dispose]();
    for (const { view } of this.views) assertDetached(view);
    assert.deepEqual([this.allocator.liveBytes, this.allocator.liveBlocks], [0, 0]);
  }
}

/** A heap, now and then with a limit, whose listener uses the containers to make room. */
export class HeapPlace extends Place {
  readonly allocator: Heap;

  constructor(random: Random, prompter: Prompter, limit: number) {
    super(random);
    this.allocator = new Heap({ name: "a heap", limit });
    this.allocator.onDeferredFree(({ force }) => prompter.interruptQuietly(`onDeferredFree, force ${force}`));
  }

  change(): boolean {
    const view = this.views.at(-1);
    if (view !== undefined && this.random.once(2)) {
      verify(view);
      this.views.pop();
      this.allocator.free(view.view);
      assertDetached(view.view);
    } else if (this.random.once(20)) this.allocator.collect(this.random.once(2));
    else this.addView();
    return false;
  }
}

/** A scope, which is rolled back and reset below its containers. */
export class ScopePlace extends Place {
  readonly allocator: Scope;
  readonly #marks: { readonly checkpoint: Checkpoint; readonly views: number }[] = [];

  constructor(random: Random, pool: ScopePool) {
    super(random);
    this.allocator = pool.open();
  }

  change(): boolean {
    const choice = this.random.below(10);
    if (choice < 4) this.addView();
    else if (choice < 7) this.#marks.push({ checkpoint: this.allocator.checkpoint(), views: this.views.length });
    else if (choice < 9) return this.#rollback();
    else if (this.random.once(4)) return this.#reset();
    return false;
  }

  #rollback(): boolean {
    if (this.#marks.length === 0) return false;
    const index = this.random.below(this.#marks.length);
    const { checkpoint, views } = this.#marks[index]!;
    this.#marks.length = index + 1;
    this.allocator.rollback(checkpoint);
    return this.#cut(views);
  }

  #reset(): boolean {
    this.#marks.length = 0;
    this.allocator.reset();
    return this.#cut(0);
  }

  #cut(kept: number): boolean {
    for (const { view } of this.views.splice(kept)) assertDetached(view);
    this.views.forEach(verify);
    return true;
  }
}
