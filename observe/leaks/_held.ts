import { Block } from "../../heaps/core/block.ts";
import { BlockStore } from "../../heaps/core/block_store.ts";
import { Scope } from "../../heaps/scope/scope.ts";
import type { ScopePool } from "../../heaps/scope/scope_pool.ts";
import type { AllocationSite } from "../sites/allocation_site.ts";
import type { LeakKind } from "./leak.ts";

/** What can leak. */
export type Holdable = Block | Scope | BlockStore;

/** What is known of a site. */
export interface SiteLife {
  readonly site: AllocationSite;
  /** How many were sampled and given back. */
  freed: number;
  /** The most allocations of the program that one of them has outlived. */
  longest: number;
}

/** Something that was sampled and has not been given back. */
export class Held {
  readonly what: Holdable;
  /** How many it stands for. */
  readonly weight: number;
  /** How many allocations there were before it. */
  readonly tick: number;
  /** When it was allocated, as `performance.now()` tells it. */
  readonly time: number;
  /** What it lies in. */
  readonly home: BlockStore | ScopePool;
  /** Its stack, until that is looked at. */
  stack: Error | undefined;
  life: SiteLife | undefined;
  isLive = true;
  #bytes: number;

  constructor(what: Holdable, home: BlockStore | ScopePool, weight: number, tick: number, stack: Error) {
    this.what = what;
    this.home = home;
    this.weight = weight;
    this.tick = tick;
    this.time = performance.now();
    this.stack = stack;
    this.#bytes = what instanceof Block ? what.byteLength : 0;
  }

  /** Bytes of it alone. */
  get bytes(): number {
    return this.what instanceof Block ? this.#bytes : this.what.liveBytes;
  }

  /** Notes that a block has another size. */
  resize(bytes: number): void {
    this.#bytes = bytes;
  }

  get kind(): LeakKind {
    if (this.what instanceof Block) return "block";
    if (this.what instanceof Scope) return "scope";
    return this.what.isPooled ? "scope pool" : "heap";
  }

  /** How messages call what it lies in. */
  get homeLabel(): string {
    return this.home instanceof BlockStore ? this.home.label : this.home.name;
  }

  /** Whether it has gone without being given back: a scope that had ended, once its promises have settled. */
  get isGone(): boolean {
    return this.what instanceof Scope && this.what.closed && this.what.liveBytes === 0;
  }
}
