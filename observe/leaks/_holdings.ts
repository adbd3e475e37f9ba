import type { BlockStore } from "../../heaps/core/block_store.ts";
import type { ScopePool } from "../../heaps/scope/scope_pool.ts";
import { captureStack } from "../../heaps/core/call_stack.ts";
import { SiteTable } from "../sites/site_table.ts";
import type { AllocationSite } from "../sites/allocation_site.ts";
import { Held, type Holdable, type SiteLife } from "./_held.ts";

/** Stacks that wait to be read: what is given back before that never needs its own. */
const MOST_WAITING = 32;

/** What was sampled and is live, in bounded memory. */
export class Holdings {
  readonly #held = new Map<Holdable, Held>();
  readonly #lives = new Map<AllocationSite, SiteLife>();
  readonly #sites: SiteTable;
  readonly #most: number;
  readonly #frames: number;
  readonly #waiting: Held[] = [];
  /** Whether stacks are read at once, so that they keep nothing alive that the program has dropped. */
  readsAtOnce = false;
  /** How many allocations are left until the next that is sampled, with that; the followers count it down. */
  left = 0;
  #stretch = 0;
  #before = 0;
  /** How many were sampled. */
  samples = 0;
  #homeless = 0;

  /** Makes room for so many sites and live samples, with stacks of so many calls. */
  constructor(maxSites: number, maxSamples: number, frames: number) {
    this.#sites = new SiteTable(maxSites);
    this.#most = maxSamples;
    this.#frames = frames;
  }

  /** How many allocations there were. */
  get ticks(): number {
    return this.#before + this.#stretch - this.left;
  }

  /** Begins to count down to another sample. */
  begin(count: number): void {
    this.#before = this.ticks;
    this.#stretch = count;
    this.left = count;
  }

  /** How many samples found no room. */
  get dropped(): number {
    return this.#homeless + this.#sites.dropped;
  }

  /** Everything that is live, with its site. */
  all(): Held[] {
    for (const held of this.#waiting.splice(0)) this.#read(held);
    const all = [...this.#held.values()];
    for (const held of all) if (held.isGone) this.give(held.what);
    return all.filter(({ isLive }) => isLive);
  }

  /** What is known of the sites. */
  get lives(): Iterable<SiteLife> {
    return this.#lives.values();
  }

  /** Keeps `what`, which stands for `weight` of its kind. */
  take(what: Holdable, home: BlockStore | ScopePool, weight: number): Held | undefined {
    this.samples++;
    if (this.#held.size >= this.#most) {
      this.#homeless++;
      return undefined;
    }
    const held = new Held(what, home, weight, this.ticks, captureStack(this.#frames));
    this.#held.set(what, held);
    if (this.readsAtOnce) this.#read(held);
    else if (this.#waiting.push(held) > MOST_WAITING) this.#read(this.#waiting.shift()!);
    return held;
  }

  /** What is kept of `what`. */
  get(what: Holdable): Held | undefined {
    return this.#held.size === 0 ? undefined : this.#held.get(what);
  }

  /** Forgets `what`, which was given back. */
  give(what: Holdable): Held | undefined {
    const held = this.get(what);
    if (held === undefined) return undefined;
    this.#held.delete(what);
    held.isLive = false;
    held.stack = undefined;
    if (held.life !== undefined) {
      held.life.freed++;
      held.life.longest = Math.max(held.life.longest, this.ticks - held.tick);
    }
    return held;
  }

  /** What is known of the site of `held`. */
  lifeOf(held: Held): SiteLife {
    this.#read(held);
    return held.life!;
  }

  #read(held: Held): void {
    if (held.stack === undefined) return;
    const site = this.#sites.find(held.stack);
    held.stack = undefined;
    held.life = this.#lives.get(site);
    if (held.life === undefined) this.#lives.set(site, held.life = { site, freed: 0, longest: 0 });
  }

  /** Forgets everything that is live. */
  clear(): void {
    this.#held.clear();
    this.#waiting.length = 0;
  }
}
