import type { Held, SiteLife } from "./_held.ts";
import type { Holdings } from "./_holdings.ts";

/** Fewer samples are no growth but chance, unless everything is looked at. */
const LEAST_GROWTH = 8;

interface Course {
  bytes: number;
  /** How often in a row there was more than the time before. */
  rises: number;
  /** Samples when that began. */
  begin: number;
}

/** Looks after each collection whether what is live of a site is more than the time before. */
export class CollectionWatch {
  readonly #collections: number;
  readonly #found: (life: SiteLife, held: readonly Held[]) => void;
  readonly #courses = new Map<SiteLife, Course>();
  #lastTick = 0;

  /** Calls `found` for a site that grew at so many collections in a row. */
  constructor(collections: number, found: (life: SiteLife, held: readonly Held[]) => void) {
    this.#collections = collections;
    this.#found = found;
  }

  /** A collection has been. */
  look(holdings: Holdings): void {
    // What came since the last one may be on its way to its end.
    const settled = holdings.all().filter(({ tick }) => tick <= this.#lastTick);
    this.#lastTick = holdings.ticks;
    const bySite = Map.groupBy(settled, ({ life }) => life!);
    for (const life of this.#courses.keys()) if (!bySite.has(life)) this.#courses.delete(life);
    for (const [life, held] of bySite) this.#follow(life, held, holdings.readsAtOnce ? 1 : LEAST_GROWTH);
  }

  #follow(life: SiteLife, held: readonly Held[], least: number): void {
    const bytes = held.reduce((sum, each) => sum + each.weight * each.bytes, 0);
    const course = this.#courses.get(life) ?? { bytes: 0, rises: 0, begin: 0 };
    const isRise = bytes > course.bytes;
    const next = { bytes, rises: isRise ? course.rises + 1 : 0, begin: isRise ? course.begin : held.length };
    this.#courses.set(life, next);
    if (next.rises >= this.#collections && held.length - next.begin >= least) this.#found(life, held);
  }
}
