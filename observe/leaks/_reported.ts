import { type AllocationSite, siteOfStack } from "../sites/allocation_site.ts";
import type { Rest } from "./_followers.ts";
import { describeHeld } from "./_growth.ts";
import type { Held, SiteLife } from "./_held.ts";
import type { Leak, LeakReason } from "./leak.ts";

/** The leaks that were found, each site once, and who hears of them. */
export class Reported {
  readonly #leaks = new Map<AllocationSite | string, Leak>();
  readonly #listeners = new Set<(leak: Leak) => void>();

  /** What was found so far. */
  get leaks(): readonly Leak[] {
    return [...this.#leaks.values()];
  }

  /** Lets `listener` hear of each from now on. */
  listen(listener: (leak: Leak) => void): Disposable {
    const entry = (leak: Leak): void => listener(leak);
    this.#listeners.add(entry);
    return { [Symbol.dispose]: () => void this.#listeners.delete(entry) };
  }

  /** Notes what is leaked of `held`, site by site. */
  addHeld(reason: LeakReason, held: readonly Held[]): void {
    for (const [life, ofSite] of Map.groupBy(held, (each) => each.life!)) this.addSite(reason, life, ofSite);
  }

  /** Notes what is leaked of one site; that it was there before is no news. */
  addSite(reason: LeakReason, life: SiteLife, held: readonly Held[]): void {
    this.#add(life.site, { reason, ...describeHeld(life, held, performance.now()) });
  }

  /** Notes one more of a site whose view was collected; other reasons to report the site have all of it already. */
  addCollected(life: SiteLife, held: Held): void {
    const known = this.#leaks.get(life.site);
    if (known !== undefined && known.reason !== "collected") return;
    const leak: Leak = { reason: "collected", ...describeHeld(life, [held], performance.now()) };
    const { count = 0, bytes = 0, samples = 0 } = known ?? {};
    this.#add(life.site, {
      ...leak,
      count: count + leak.count,
      bytes: bytes + leak.bytes,
      samples: samples + leak.samples,
      age: Math.max(known?.age ?? 0, leak.age),
    });
  }

  /** Notes what is live in a heap of which nothing was sampled: where the heap was made is all that is known. */
  addRest({ owner, home, kind, count, bytes }: Rest): void {
    const site = owner?.life?.site ?? siteOfStack("");
    const age = owner === undefined ? 0 : performance.now() - owner.time;
    this.#add(owner?.life?.site ?? home, { reason: "closed", kind, site, heap: home, count, bytes, samples: 0, age });
  }

  #add(key: AllocationSite | string, leak: Leak): void {
    const isNew = !this.#leaks.has(key);
    this.#leaks.set(key, leak);
    // Not here: it is in the middle of an allocation, or of the end of a heap.
    if (isNew && this.#listeners.size > 0) queueMicrotask(() => this.#tell(leak));
  }

  #tell(leak: Leak): void {
    for (const listener of this.#listeners) {
      try {
        listener(leak);
      } catch (error) {
        reportError(error);
      }
    }
  }
}
