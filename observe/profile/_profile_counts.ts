import type { AnyView } from "../../heaps/allocator.ts";
import type { Block } from "../../heaps/core/block.ts";
import type { BlockStore } from "../../heaps/core/block_store.ts";
import { holderOf } from "../../heaps/core/open_heaps.ts";
import type { Scope } from "../../heaps/scope/scope.ts";
import { openScopesOf, type ScopePool } from "../../heaps/scope/scope_pool.ts";
import type { AllocationSite } from "../sites/allocation_site.ts";
import { SiteTable } from "../sites/site_table.ts";
import type { ProfileValues } from "./profile_values.ts";
import type { SiteFigures } from "./site_profile.ts";

type Changing = { -readonly [Key in keyof ProfileValues]: ProfileValues[Key] };

interface SiteCount extends Changing {
  readonly site: AllocationSite;
  samples: number;
}

/** A sample that was taken just now. */
export interface Sampled {
  readonly bytes: number;
  /** How many of its kind it stands for. */
  readonly weight: number;
  readonly stack: Error;
}

/** A sampled allocation that is live. */
interface Sample {
  readonly count: SiteCount;
  readonly bytes: number;
  readonly weight: number;
}

/** One that a scope handed out. */
interface ScopeSample extends Sample {
  /** How many blocks the scope had then. */
  readonly order: number;
  readonly buffer: ArrayBuffer;
}

/** What a scope has taken back, and how many blocks it has left. */
interface GivenBack {
  readonly bytes: number;
  readonly blocks: number;
  readonly left: number;
}

/** Held scopes are looked at when there are so many, and twice as many as were left the last time. */
const MOST_HELD = 64;

function nothing(): Changing {
  return { liveBytes: 0, liveObjects: 0, totalBytes: 0, totalObjects: 0 };
}

/** What a profiler counts and what it samples, in bounded memory. */
export class ProfileCounts {
  #takenBytes = 0;
  #taken = 0;
  #givenBytes = 0;
  #given = 0;
  readonly #counts = new Map<AllocationSite, SiteCount>();
  readonly #sites: SiteTable;
  readonly #most: number;
  readonly #blocks = new Map<Block, Sample>();
  readonly #scopes = new Map<Scope, ScopeSample[]>();
  #grown = 0;
  #live = 0;
  #samples = 0;
  #homeless = 0;
  // What was there before, which does not count when it goes.
  readonly #oldBlocks = new Set<Block>();
  readonly #oldScopes = new Map<Scope, { readonly bytes: number; readonly blocks: number }>();
  /** Scopes that have ended and hold promises: their memory goes unseen. */
  readonly #held = new Map<Scope, { readonly bytes: number; readonly blocks: number }>();
  #mostHeld = MOST_HELD;

  /** Makes room for so many sites and live samples. */
  constructor(maxSites: number, maxSamples: number) {
    this.#sites = new SiteTable(maxSites);
    this.#most = maxSamples;
  }

  /** Leaves out what a store has now. */
  ignore(store: BlockStore): void {
    for (const block of store.isPooled ? [] : store.blocks) {
      this.#oldBlocks.add(block);
      block.noted = true;
    }
    const pool = store.isPooled ? holderOf(store) as ScopePool | undefined : undefined;
    for (const scope of pool === undefined ? [] : openScopesOf(pool)) {
      this.#oldScopes.set(scope, { bytes: scope.liveBytes, blocks: scope.liveBlocks });
    }
  }

  /** Counts what was handed out. */
  take(bytes: number): void {
    this.#takenBytes += bytes;
    this.#taken++;
  }

  /** What scopes have beyond what they had when all began, the held ones too: of that they have told nothing yet. */
  #heldBy(scopes: readonly Scope[]): { readonly bytes: number; readonly blocks: number } {
    let [bytes, blocks] = [0, 0];
    for (const scope of [...scopes, ...this.#held.keys()]) {
      const old = this.#oldScopes.get(scope);
      bytes += scope.liveBytes - (old?.bytes ?? 0);
      blocks += scope.liveBlocks - (old?.blocks ?? 0);
    }
    return { bytes, blocks };
  }

  /** Counts what `scopes` have, of which nothing is heard any more. */
  stop(scopes: readonly Scope[]): void {
    this.#settleHeld();
    const { bytes, blocks } = this.#heldBy(scopes);
    this.#takenBytes += bytes;
    this.#taken += blocks;
    this.#held.clear();
  }

  /** Counts what a scope has grown in place as an allocation. */
  growInScope(): void {
    this.#grown++;
  }

  /** Keeps a sample of a block. */
  sample(block: Block, sampled: Sampled): void {
    const sample = this.#count(sampled);
    if (sample === undefined) return;
    this.#blocks.set(block, sample);
    block.noted = true;
  }

  /** Keeps a sample of what a scope handed out. */
  sampleInScope(scope: Scope, { buffer }: AnyView, sampled: Sampled): void {
    const sample = this.#count(sampled);
    if (sample === undefined) return;
    const inScope = { ...sample, order: scope.liveBlocks, buffer };
    const samples = this.#scopes.get(scope);
    if (samples === undefined) this.#scopes.set(scope, [inScope]);
    else samples.push(inScope);
  }

  /** Counts a sample; what to keep until its end, where there is room. */
  #count({ bytes, weight, stack }: Sampled): Sample | undefined {
    const count = this.#countOf(this.#sites.find(stack));
    this.#samples++;
    count.samples++;
    count.totalBytes += bytes * weight;
    count.totalObjects += weight;
    if (this.#live >= this.#most) {
      this.#homeless++;
      return undefined;
    }
    this.#live++;
    count.liveBytes += bytes * weight;
    count.liveObjects += weight;
    return { count, bytes, weight };
  }

  #countOf(site: AllocationSite): SiteCount {
    let count = this.#counts.get(site);
    if (count === undefined) this.#counts.set(site, count = { site, samples: 0, ...nothing() });
    return count;
  }

  #drop({ count, bytes, weight }: Sample): void {
    this.#live--;
    count.liveBytes -= bytes * weight;
    count.liveObjects -= weight;
  }

  /** Whether a block was there before. */
  isOld(block: Block): boolean {
    return this.#oldBlocks.has(block);
  }

  /** Counts a block of `bytes` as taken back. */
  give(block: Block, bytes: number): void {
    if (block.noted && this.#oldBlocks.delete(block)) return;
    this.#giveExact(bytes, 1);
    const sample = block.noted ? this.#blocks.get(block) : undefined;
    if (sample === undefined) return;
    this.#blocks.delete(block);
    this.#drop(sample);
  }

  #giveExact(bytes: number, blocks: number): void {
    this.#givenBytes += bytes;
    this.#given += blocks;
  }

  /** Counts a scope as ended, of which `bytes` in `blocks` came back: nothing when it holds promises. */
  endScope(scope: Scope, bytes: number, blocks: number): void {
    const { liveBytes } = scope;
    if (liveBytes === 0) return this.#forgetScope(scope, bytes, blocks);
    this.#held.set(scope, { bytes: liveBytes, blocks: scope.liveBlocks });
    if (this.#held.size >= this.#mostHeld) this.#settleHeld();
  }

  #forgetScope(scope: Scope, bytes: number, blocks: number): void {
    this.giveOfScope(scope, { bytes, blocks, left: 0 });
    if (this.#oldScopes.size > 0) this.#oldScopes.delete(scope);
  }

  /** Counts something as taken back by a scope: `view`, or what it handed out last. */
  giveOfScope(scope: Scope, given: GivenBack, view?: AnyView): void {
    const { bytes, blocks } = this.#oldScopes.size > 0 ? this.#withoutOld(scope, given) : given;
    // Scopes do not tell of each allocation: what they take back they have handed out.
    this.#takenBytes += bytes;
    this.#taken += blocks;
    this.#giveExact(bytes, blocks);
    const samples = this.#scopes.size === 0 ? undefined : this.#scopes.get(scope);
    if (samples === undefined) return;
    const isGone = view === undefined
      ? ({ order }: ScopeSample): boolean => order > given.left
      : ({ buffer }: ScopeSample): boolean => buffer === view.buffer;
    for (const sample of samples) if (isGone(sample)) this.#drop(sample);
    const rest = samples.filter((sample) => !isGone(sample));
    if (rest.length > 0) this.#scopes.set(scope, rest);
    else this.#scopes.delete(scope);
  }

  /** What is taken back beyond what the scope had when all began. */
  #withoutOld(scope: Scope, { bytes, blocks, left }: GivenBack): { readonly bytes: number; readonly blocks: number } {
    const old = this.#oldScopes.get(scope);
    if (old === undefined) return { bytes, blocks };
    const gone = { bytes: Math.max(0, old.bytes - scope.liveBytes), blocks: Math.max(0, old.blocks - left) };
    this.#oldScopes.set(scope, { bytes: old.bytes - gone.bytes, blocks: old.blocks - gone.blocks });
    return { bytes: bytes - gone.bytes, blocks: blocks - gone.blocks };
  }

  #settleHeld(): void {
    for (const [scope, { bytes, blocks }] of this.#held) {
      if (scope.liveBytes > 0) continue;
      this.#held.delete(scope);
      this.#forgetScope(scope, bytes, blocks);
    }
    this.#mostHeld = Math.max(MOST_HELD, 2 * this.#held.size);
  }

  /** Everything that is known now, with what `scopes` have. */
  figures(
    scopes: readonly Scope[],
  ): { samples: number; dropped: number; exact: ProfileValues; sites: readonly SiteFigures[] } {
    this.#settleHeld();
    const { bytes, blocks } = this.#heldBy(scopes);
    return {
      samples: this.#samples,
      dropped: this.#homeless + this.#sites.dropped,
      exact: {
        liveBytes: this.#takenBytes - this.#givenBytes + bytes,
        liveObjects: this.#taken - this.#given + blocks,
        totalBytes: this.#takenBytes + bytes,
        totalObjects: this.#taken + this.#grown + blocks,
      },
      sites: [...this.#counts.values()].map(figuresOf),
    };
  }
}

function figuresOf(count: SiteCount): SiteFigures {
  // What was added and taken away in fractions leaves a little.
  const isLive = count.liveObjects > 1e-6;
  return { ...count, liveBytes: isLive ? count.liveBytes : 0, liveObjects: isLive ? count.liveObjects : 0 };
}
