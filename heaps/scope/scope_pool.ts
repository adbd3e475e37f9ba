import { type Arena, slotOf } from "../arena/arena.ts";
import { checkedLimit, checkOptions, requireFunction, requireObject, shown } from "../argument.ts";
import type { BlockStore } from "../core/block_store.ts";
import { setHolder } from "../core/open_heaps.ts";
import { requireStackRoom } from "../core/stack_room.ts";
import type { ArenaMember } from "../core/subprocess_state.ts";
import { ClosedError, LeakError } from "../errors.ts";
import { Heap, storeOf } from "../heap/heap.ts";
import { Chunks } from "./_chunks.ts";
import { Region, type ScopeOwner } from "./_region.ts";
import { ScopeSizes } from "./_scope_sizes.ts";
import { openScope, type Scope, setIndex } from "./scope.ts";

const OPTIONS: readonly string[] = ["name", "arena", "limit", "chunkBytes", "retainBytes", "maxRetained"];

/** Options of a {@linkcode ScopePool}. */
export interface ScopePoolOptions {
  /** A name for messages and metrics. */
  readonly name?: string;
  /** The arena that all memory of the scopes lies in. */
  readonly arena?: Arena;
  /**
   * The most bytes that may be live at once in one scope.
   *
   * @default {Infinity}
   */
  readonly limit?: number;
  /**
   * Bytes of a chunk, from 1,024 to 2^30, rounded up to a multiple of 64.
   *
   * @default {65536}
   */
  readonly chunkBytes?: number;
  /**
   * The most bytes of chunks that are kept for scopes to come. Bun counts them as live JavaScript memory: beyond 4 MiB
   * its collector runs late.
   *
   * @default {4194304}
   */
  readonly retainBytes?: number;
  /**
   * The most ended scopes that are kept, each with its first chunk.
   *
   * @default {64}
   */
  readonly maxRetained?: number;
}

let unnamed = 0;

/** The scopes of a pool that have not ended; not part of the public interface. */
export let openScopesOf: (pool: ScopePool) => readonly Scope[];

/**
 * Opens scopes for requests, frames or jobs, and keeps their chunks for the next ones: a scope that fits its first
 * chunk costs no call into C.
 *
 * @example
 * ```ts
 * import { ScopePool } from "@mimalloc/ffi";
 * import assert from "node:assert/strict";
 *
 * using pool = new ScopePool({ limit: 2 ** 20 });
 * const total = await pool.run(async (scope) => {
 *   const prices = scope.allocate(Float64Array, 3);
 *   prices.set(await Promise.resolve([1, 2, 3.5]));
 *   return prices[0]! + prices[1]! + prices[2]!;
 * });
 * assert.equal(total, 6.5);
 * assert.equal(pool.liveBytes, 0);
 * ```
 */
export class ScopePool implements Disposable {
  readonly #heap: Heap;
  readonly #store: BlockStore;
  readonly #home: Set<ArenaMember> | undefined;
  readonly #owner: ScopeOwner;
  readonly #live: Scope[] = [];
  readonly #chunks: Chunks;
  readonly #retained: Region[] = [];
  readonly #maxRetained: number;
  readonly #retainBytes: number;
  readonly #sizes = new ScopeSizes();
  #used = 0;
  #opened = 0;
  #state: "open" | "ending" | "closed" = "open";
  /** The name for messages and metrics. */
  readonly name: string;
  /** The arena that the scopes lie in, or `undefined`. */
  readonly arena: Arena | undefined;
  /** The most bytes that may be live at once in one scope. */
  readonly limit: number;
  /** Bytes of a chunk. */
  readonly chunkBytes: number;

  /**
   * Makes a pool without scopes.
   *
   * Throws `RangeError` for a limit, size or count outside of its bounds, and like the constructor of `Heap`.
   */
  constructor(options: ScopePoolOptions = {}) {
    // Once: a getter among them may answer otherwise the next time.
    const { name, arena, limit, chunkBytes, retainBytes, maxRetained } = requireObject(
      options,
      "make a scope pool",
    );
    checkOptions(options, "make a scope pool", OPTIONS);
    this.limit = checkedLimit(limit);
    this.chunkBytes = Math.ceil(checkedCount("chunkBytes", chunkBytes ?? 65_536, 1024, 2 ** 30) / 64) * 64;
    const retained = checkedCount("retainBytes", retainBytes ?? 2 ** 22, 0, 2 ** 40);
    this.#retainBytes = retained;
    this.#maxRetained = checkedCount("maxRetained", maxRetained ?? 64, 0, 2 ** 20);
    this.name = name === undefined ? `scope pool ${++unnamed}` : String(name);
    this.arena = arena;
    this.#heap = new Heap(arena === undefined ? { name: this.name } : { name: this.name, arena });
    this.#store = storeOf(this.#heap);
    this.#store.isPooled = true;
    this.#store.isNamed = name !== undefined;
    setHolder(this.#store, this);
    this.#chunks = new Chunks(this.#store, this.chunkBytes, Math.floor(retained / this.chunkBytes));
    this.#home = arena !== undefined ? slotOf(arena).members : this.#store.budget.subprocess.members;
    // The arena or sub-process ends the pool, and the pool its heap: views of open scopes are detached on the way.
    this.#home?.delete(this.#store);
    this.#home?.add(this);
    this.#owner = {
      name: this.name,
      sizes: this.#sizes,
      forget: (index: number): void => this.#forget(index),
      reclaim: (region: Region, index: number): void => this.#reclaim(region, index),
    };
  }

  /** Scopes that were opened so far. */
  get opened(): number {
    return this.#opened;
  }

  /** Scopes whose memory has come back. */
  get destroyed(): number {
    return this.#opened - this.#used;
  }

  /** Scopes that are open, or ended but still held. */
  get live(): number {
    return this.#used;
  }

  /** Chunks that are kept for scopes to come. */
  get retained(): number {
    return this.#chunks.kept;
  }

  /** Bytes that open scopes have handed out; adds up those of one scope after the other. */
  get liveBytes(): number {
    return this.#live.reduce((total, scope) => total + scope.liveBytes, 0);
  }

  /** Blocks that open scopes have handed out; adds up those of one scope after the other. */
  get liveBlocks(): number {
    return this.#live.reduce((total, scope) => total + scope.liveBlocks, 0);
  }

  /** The most bytes that one of the scopes that have ended had in use at once. */
  get peakScopeBytes(): number {
    return this.#sizes.peakBytes;
  }

  /**
   * Bytes for `chunkBytes` with which 19 of 20 of the scopes that have ended would have fit into their first chunk, and
   * called no C: a power of two, or what the largest one needed, at least 1,024 and at most `retainBytes`. `undefined`
   * before a scope has ended.
   */
  get suggestedChunkBytes(): number | undefined {
    return this.#sizes.suggestChunk(this.#retainBytes);
  }

  /** Bytes that the pool has taken from mimalloc, for open scopes and for those to come. */
  get heldBytes(): number {
    return this.#store.liveBytes;
  }

  /** Blocks and chunks whose buffer the program moved away, by `transfer()` for example; never freed. */
  get escapedBlocks(): number {
    return this.#store.budget.escapedBlocks;
  }

  /** Blocks and chunks that are freed as soon as the runtime's own input or output lets go of them (Bun). */
  get quarantinedBlocks(): number {
    return this.#store.budget.quarantinedBlocks;
  }

  /** Whether the pool is closed. */
  get closed(): boolean {
    return this.#state === "closed";
  }

  static {
    openScopesOf = (pool) => pool.#live;
  }

  /**
   * Opens a scope; end it with `using` or `[Symbol.dispose]()`.
   *
   * Throws {@linkcode ClosedError} when the pool is closed.
   */
  open(): Scope {
    if (this.#state !== "open") {
      throw new ClosedError(
        `Cannot open a scope of ${this.name}: the pool is closed`,
      );
    }
    const scope = openScope(
      this.#owner,
      this.#takeRegion(),
      this.limit,
    );
    setIndex(scope, this.#live.push(scope) - 1);
    this.#opened++;
    this.#used++;
    return scope;
  }

  /**
   * Calls `task` with a new scope and ends the scope when the task has returned or thrown, or when the promise that it
   * returned has settled. Returns what the task returned.
   *
   * Throws what the task throws, and {@linkcode ClosedError} when the pool is closed.
   */
  run<R>(task: (scope: Scope) => R): R {
    requireFunction(task, "run a task");
    const scope = this.open();
    try {
      const result = task(scope);
      if (isPromise(result)) return endAfter(scope, result) as R;
      scope[Symbol.dispose]();
      return result;
    } catch (error) {
      scope[Symbol.dispose]();
      throw error;
    }
  }

  #forget(index: number): void {
    const last = this.#live[this.#live.length - 1]!;
    // First, because it can fail at the end of the stack, and then nothing has changed.
    setIndex(last, index);
    this.#live[index] = last;
    // Not by its length, which V8 sets in 70 ns instead of none.
    this.#live.pop();
  }

  #takeRegion(): Region {
    const region = this.#retained.pop();
    if (region === undefined) return new Region(this.#store, this.#chunks);
    this.#chunks.waiting--;
    return region;
  }

  // What can fail at the end of the stack comes first: a second call does it again, and the rest once.
  #reclaim(region: Region, index: number): void {
    region.reset();
    const isKept = this.#state === "open" && region.first !== undefined && this.#retained.length < this.#maxRetained &&
      this.#chunks.hasRoom;
    if (!isKept) region.drop();
    if (index >= 0) this.#forget(index);
    this.#used--;
    if (isKept) {
      this.#chunks.waiting++;
      this.#retained.push(region);
    }
    if (this.#state !== "closed" || this.#used > 0) return;
    this.#store.budget.subprocess.whenInside(() => this.#heap.destroy());
  }

  /**
   * Closes the pool when all of its scopes have ended. The second call does nothing.
   *
   * Throws {@linkcode LeakError} when scopes are live; then the pool stays open.
   */
  close(): void {
    if (this.#state === "open" && this.#used > 0) {
      throw new LeakError(
        `Cannot close ${this.name}: ${this.#used} scopes with ${this.liveBytes} bytes are live, destroy() ends them`,
        { blocks: this.#used, bytes: this.liveBytes },
      );
    }
    this.destroy();
  }

  /**
   * Ends all scopes and closes the pool, in a time that grows with their chunks and blocks of their own. The memory of
   * scopes that hold promises goes when these have settled. The second call does nothing.
   */
  destroy(): void {
    if (this.#state === "closed") return;
    this.#store.budget.requireInside("destroy");
    requireStackRoom(2);
    // From here on no region is kept any more.
    this.#state = "ending";
    for (let region = this.#retained.at(-1); region !== undefined; region = this.#retained.at(-1)) {
      region.drop();
      this.#retained.pop();
    }
    this.#chunks.close();
    for (let scope = this.#live.at(-1); scope !== undefined; scope = this.#live.at(-1)) scope[Symbol.dispose]();
    if (this.#used === 0) this.#heap.destroy();
    this.#home?.delete(this);
    this.#state = "closed";
  }

  /** The same as {@linkcode ScopePool.destroy}. */
  [Symbol.dispose](): void {
    this.destroy();
  }
}

function isPromise(value: unknown): value is PromiseLike<unknown> {
  return typeof value === "object" && value !== null && "then" in value &&
    typeof value.then === "function";
}

async function endAfter(
  scope: Scope,
  promise: PromiseLike<unknown>,
): Promise<unknown> {
  try {
    return await promise;
  } finally {
    scope[Symbol.dispose]();
  }
}

function checkedCount(
  name: string,
  value: number,
  least: number,
  most: number,
): number {
  if (Number.isSafeInteger(value) && value >= least && value <= most) {
    return value;
  }
  throw new RangeError(
    `Cannot use ${name} ${shown(value)}: expected an integer from ${least} to ${most}`,
  );
}
