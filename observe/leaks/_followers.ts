import type { AnyView } from "../../heaps/allocator.ts";
import type { Block } from "../../heaps/core/block.ts";
import type { BlockObserver } from "../../heaps/core/block_observer.ts";
import type { BlockStore } from "../../heaps/core/block_store.ts";
import { type Heap, storeOf } from "../../heaps/heap/heap.ts";
import type { Scope } from "../../heaps/scope/scope.ts";
import { ScopePool } from "../../heaps/scope/scope_pool.ts";
import { followHeaps } from "../core/heap_hooks.ts";
import { followScopes } from "../core/scope_hooks.ts";
import { ObservedHeaps } from "../core/observed_heaps.ts";
import type { PoissonSampler } from "../sites/sampler.ts";
import type { Held } from "./_held.ts";
import type { Holdings } from "./_holdings.ts";

/** What the followers tell. */
export interface Finder {
  /** So many allocations were made that it is time to look at the sites. */
  isTime(): void;
  /** A heap or pool is closed with something live. `held` is what was sampled of it. */
  closedWith(held: readonly Held[], rest: Rest | undefined): void;
  /** The view of a block was collected, and the block is live. */
  collected(held: Held): void;
}

/** What is live in a heap or pool of which nothing was sampled. */
export interface Rest {
  /** Where the heap or pool was made, when that is known. */
  readonly owner: Held | undefined;
  readonly home: string;
  readonly kind: "block" | "scope";
  readonly count: number;
  readonly bytes: number;
}

/** After so many allocations sites are looked at. */
export const ROUND = 32_768;

interface Handle {
  readonly held: Held;
  readonly buffer: ArrayBuffer;
}

/** Follows blocks, views, scopes, heaps and pools, and keeps a sample of what is live. */
export class Followers implements Disposable {
  readonly #holdings: Holdings;
  readonly #sampler: PoissonSampler;
  readonly #finder: Finder;
  readonly #pool: ScopePool | undefined;
  readonly #heaps: ObservedHeaps | undefined;
  readonly #store: BlockStore | undefined;
  readonly #ends: Disposable[] = [];
  /** Scopes that were sampled and have not ended. */
  #scopes = 0;
  /** The last that was sampled: the next view that is handed out may be its own. */
  #fresh: Held | undefined;
  #due = ROUND;
  readonly #views = new FinalizationRegistry<Handle>(({ held, buffer }) => {
    // A block that was given another size has another view.
    if (held.isLive && (held.what as Block).buffer === buffer && !buffer.detached) this.#finder.collected(held);
  });

  /** Follows `of`, or everything. */
  constructor(of: Heap | ScopePool | undefined, holdings: Holdings, sampler: PoissonSampler, finder: Finder) {
    this.#holdings = holdings;
    this.#sampler = sampler;
    this.#finder = finder;
    holdings.begin(sampler.next());
    this.#pool = of instanceof ScopePool ? of : undefined;
    this.#store = of === undefined || of instanceof ScopePool ? undefined : storeOf(of);
    this.#store?.budget.requireUsable("look for leaks");
    if (this.#pool === undefined) {
      this.#heaps = new ObservedHeaps(this.#blocks(), this.#store, (store) => this.#opened(store));
      this.#ends.push(
        this.#heaps,
        followHeaps({ handedOut: (view) => this.#handedOut(view), closing: (store) => this.#closing(store) }),
      );
    }
    if (this.#store !== undefined) return;
    this.#ends.push(followScopes({
      opened: (scope, pool) => this.#openedScope(scope, pool),
      ended: (scope) => this.#endedScope(scope),
      poolEnding: (pool) => this.#poolEnding(pool),
    }));
  }

  #blocks(): BlockObserver {
    const holdings = this.#holdings;
    const taken = (block: Block): void => {
      // Scopes are followed, not their chunks.
      if (block.store.isPooled || --holdings.left > 0) return;
      this.#next();
      this.#fresh = holdings.take(block, block.store, this.#sampler.weightOf(1));
      block.noted = true;
    };
    return {
      taken,
      received: taken,
      resized: (block: Block): void => {
        const held = block.noted ? holdings.get(block) : undefined;
        held?.resize(block.byteLength);
        this.#fresh = held;
      },
      given: (block: Block): void => {
        if (block.noted) this.#given(block);
      },
      ending: (store: BlockStore): void => this.#ending(store),
    };
  }

  /** An allocation is sampled: begins to count down to the next one. */
  #next(): void {
    this.#holdings.begin(this.#sampler.next());
    const { ticks } = this.#holdings;
    if (ticks < this.#due) return;
    this.#due = ticks - ticks % ROUND + ROUND;
    this.#finder.isTime();
  }

  #given(block: Block): void {
    const held = this.#holdings.give(block);
    if (held !== undefined) this.#views.unregister(held);
  }

  #handedOut(view: AnyView): void {
    const held = this.#fresh;
    if (held === undefined) return;
    this.#fresh = undefined;
    const { buffer } = held.what as Block;
    if (view.buffer !== buffer) return;
    this.#views.unregister(held);
    this.#views.register(view, { held, buffer }, held);
  }

  // Heaps and pools are few, and dear.
  #opened(store: BlockStore): void {
    this.#holdings.take(store, store, 1);
  }

  #ending(store: BlockStore): void {
    this.#closing(store);
    this.#heaps?.remove(store);
    this.#holdings.give(store);
  }

  #closing(store: BlockStore): void {
    if (store.isPooled || store.liveBlocks === 0 || (this.#store !== undefined && store !== this.#store)) return;
    const held = this.#holdings.all().filter(({ kind, home }) => kind === "block" && home === store);
    const owner = this.#holdings.get(store);
    const { label: home, liveBlocks: count, liveBytes: bytes } = store;
    this.#finder.closedWith(held, held.length > 0 ? undefined : { owner, home, kind: "block", count, bytes });
  }

  #openedScope(scope: Scope, pool: ScopePool): void {
    if (this.#pool !== undefined && pool !== this.#pool) return;
    if (--this.#holdings.left > 0) return;
    this.#next();
    if (this.#holdings.take(scope, pool, this.#sampler.weightOf(1)) !== undefined) this.#scopes++;
  }

  #endedScope(scope: Scope): void {
    // While promises are held its memory is, and they may never settle.
    if (this.#scopes > 0 && scope.liveBytes === 0 && this.#holdings.give(scope) !== undefined) this.#scopes--;
  }

  #poolEnding(pool: ScopePool): void {
    if (pool.live === 0 || (this.#pool !== undefined && pool !== this.#pool)) return;
    const held = this.#holdings.all().filter(({ home }) => home === pool);
    const { name: home, live: count, liveBytes: bytes } = pool;
    this.#finder.closedWith(
      held,
      held.length > 0 ? undefined : { owner: undefined, home, kind: "scope", count, bytes },
    );
  }

  /** Ends it. */
  [Symbol.dispose](): void {
    for (const end of this.#ends) end[Symbol.dispose]();
  }
}
