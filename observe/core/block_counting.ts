import { arenaSlots } from "../../heaps/arena/arena_slot.ts";
import type { Block } from "../../heaps/core/block.ts";
import type { BlockObserver } from "../../heaps/core/block_observer.ts";
import type { BlockStore } from "../../heaps/core/block_store.ts";
import { holderOf, openHeaps } from "../../heaps/core/open_heaps.ts";
import type { ArenaMember } from "../../heaps/core/subprocess_state.ts";
import type { Scope } from "../../heaps/scope/scope.ts";
import { openScopesOf, ScopePool } from "../../heaps/scope/scope_pool.ts";
import { BlockCounter, type BlockCounts } from "./block_counts.ts";
import { followScopes, followScopeUse, type ScopeFollower, type ScopeUser } from "./scope_hooks.ts";
import { ObservedHeaps } from "./observed_heaps.ts";

/** Counts the blocks of all heaps and scope pools of this thread. */
export class BlockCounting implements BlockObserver, ScopeFollower, ScopeUser, Disposable {
  readonly #counters = new WeakMap<object, BlockCounter>();
  readonly #pools = new WeakMap<Scope, BlockCounter>();
  /** Scopes that have ended and hold promises, with what they have. */
  readonly #held = new Map<Scope, { readonly bytes: number; readonly blocks: number }>();
  readonly #ends: readonly Disposable[];
  /** Peaks need each allocation. */
  readonly hearsAllocations = true;
  /** What is counted of the thread. */
  readonly thread: BlockCounter = new BlockCounter(0, 0, []);

  /** Begins with what is live. */
  constructor() {
    for (const store of openHeaps().keys()) this.#begin(store);
    this.#ends = [
      new ObservedHeaps(this, undefined, (store) => this.#begin(store)),
      followScopes(this),
      followScopeUse(this),
    ];
  }

  /** What is counted of an open heap, by its store, or of a scope pool or arena. */
  countsOf(thing: object): BlockCounts | undefined {
    this.#settle();
    return this.#counters.get(thing);
  }

  #begin(store: BlockStore): void {
    const pool = store.isPooled ? holderOf(store) : undefined;
    if (pool instanceof ScopePool) this.#ofPool(pool);
    this.#counters.set(store, this.#counterFor(store, store.isPooled ? undefined : store));
  }

  #counterFor(member: ArenaMember, live: Pick<BlockStore, "liveBytes" | "liveBlocks"> | undefined): BlockCounter {
    const holder = arenaSlots().find(({ members }) => members.has(member))?.holder;
    const parents = holder === undefined ? [this.thread] : [this.thread, this.#ofArena(holder)];
    return new BlockCounter(live?.liveBytes ?? 0, live?.liveBlocks ?? 0, parents);
  }

  #ofArena(arena: object): BlockCounter {
    const known = this.#counters.get(arena) ?? new BlockCounter(0, 0, []);
    this.#counters.set(arena, known);
    return known;
  }

  #ofPool(pool: ScopePool): BlockCounter {
    const known = this.#counters.get(pool);
    if (known !== undefined) return known;
    const counter = this.#counterFor(pool, pool);
    this.#counters.set(pool, counter);
    for (const scope of openScopesOf(pool)) this.#pools.set(scope, counter);
    return counter;
  }

  // The blocks of a scope pool are chunks: what scopes hand out of them is counted.
  #of({ store }: Block): BlockCounter | undefined {
    return store.isPooled ? undefined : this.#counters.get(store);
  }

  /** Counts a block. */
  taken(block: Block): void {
    this.#of(block)?.take(block.byteLength);
  }

  /** Counts a block that came from a heap that is not counted. */
  received(block: Block): void {
    this.taken(block);
  }

  /** Counts what a block has more. */
  resized(block: Block, before: number): void {
    this.#of(block)?.resize(block.byteLength - before);
  }

  /** Counts a block as given back. */
  given(block: Block): void {
    this.#of(block)?.give(block.byteLength, 1);
  }

  /** Its blocks are given back one by one. */
  ending(): void {}

  /** Counts what the scope hands out for its pool. */
  opened(scope: Scope, pool: ScopePool): void {
    this.#pools.set(scope, this.#ofPool(pool));
  }

  /** Counts what a scope hands out. */
  took(scope: Scope, bytes: number): void {
    this.#pools.get(scope)?.take(bytes);
  }

  /** Counts what a scope takes back. */
  gave(scope: Scope, bytes: number, blocks: number): void {
    this.#pools.get(scope)?.give(bytes, blocks);
  }

  /** Counts what a scope had at its end. */
  ended(scope: Scope, bytes: number, blocks: number): void {
    this.#pools.get(scope)?.give(bytes, blocks);
    const { liveBytes, liveBlocks } = scope;
    if (liveBlocks > 0) this.#held.set(scope, { bytes: liveBytes, blocks: liveBlocks });
  }

  #settle(): void {
    for (const [scope, { bytes, blocks }] of this.#held) {
      if (scope.liveBlocks > 0) continue;
      this.#held.delete(scope);
      this.#pools.get(scope)?.give(bytes, blocks);
    }
  }

  /** Its scopes end one by one. */
  poolEnding(): void {}

  /** Ends the counting. */
  [Symbol.dispose](): void {
    for (const end of this.#ends) end[Symbol.dispose]();
  }
}

let counting: BlockCounting | undefined;
let users = 0;

/** Begins to count unless that is done already, until everything that this returned is disposed of. */
export function beginCounting(): Disposable {
  counting ??= new BlockCounting();
  users++;
  let counts = true;
  return {
    [Symbol.dispose]: () => {
      if (!counts) return;
      counts = false;
      if (--users > 0) return;
      counting?.[Symbol.dispose]();
      counting = undefined;
    },
  };
}

/** What is counted of an open heap, by its store, or of a scope pool or arena; `undefined` while nothing is counted. */
export function countsOf(thing: object): BlockCounts | undefined {
  return counting?.countsOf(thing);
}

/** What is counted of this thread; `undefined` while nothing is counted. */
export function countsOfThread(): BlockCounts | undefined {
  return counting?.thread;
}
