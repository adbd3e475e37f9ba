import type { Held, SiteLife } from "./_held.ts";
import type { Holdings } from "./_holdings.ts";
import type { Leak, LeakSuspect } from "./leak.ts";

/** The time so far is looked at in so many parts. */
const PARTS = 16;
/** A site is judged by how long its own allocations live once so many were given back. */
const ENOUGH_FREED = 8;

/** How much it takes until a site is said to leak. */
interface Evidence {
  /** Samples that are older than anything that was given back. */
  readonly samples: number;
  /** Parts of the time in which they were allocated. */
  readonly spread: number;
}

const WITH_FREES: Evidence = { samples: 6, spread: 4 };
/** Of a site that never gave anything back it is not known how long its allocations live. */
const WITHOUT_FREES: Evidence = { samples: 16, spread: 8 };

/** How old something has to be until it is old for its site: twice as old as what is given back in the end. */
function ageOfOld({ freed, longest }: SiteLife, usual: number, ticks: number): number {
  return Math.max(2 * (freed >= ENOUGH_FREED ? longest : usual), ticks / PARTS);
}

/** The longest life at nearly every site that gives back. */
function usualLife(lives: Iterable<SiteLife>): number {
  const known = [...lives].filter(({ freed }) => freed >= ENOUGH_FREED).map(({ longest }) => longest);
  known.sort((a, b) => a - b);
  return known[Math.floor(0.9 * known.length)] ?? 0;
}

/** A site, what may leak of it, and what is said of that. */
export interface Suspected {
  readonly life: SiteLife;
  readonly held: readonly Held[];
  readonly suspect: LeakSuspect;
}

/**
 * Sites with something that is live, those that leak most likely first. What is allocated and given back lives for a
 * while; what is twice as old as that and comes from every part of the time is never given back. So neither what a
 * program has loaded at its begin is taken for a leak, nor what fills up and is emptied again.
 */
export function findSuspects(holdings: Holdings, now: number): Suspected[] {
  const { ticks } = holdings;
  const usual = usualLife(holdings.lives);
  const bySite = Map.groupBy(holdings.all(), ({ life }) => life!);
  const suspects = [...bySite].map(([life, held]): Suspected => {
    const old = held.filter(({ tick }) => ticks - tick > ageOfOld(life, usual, ticks));
    // What is counted is the leak, as far as it can be told from what is in use.
    const counted = old.length > 0 ? old : held;
    return { life, held: counted, suspect: suspectOf(life, held, old, ticks, describeHeld(life, counted, now)) };
  });
  return suspects.sort((a, b) => rank(b.suspect) - rank(a.suspect) || b.suspect.bytes - a.suspect.bytes);
}

function rank({ growing, spread }: LeakSuspect): number {
  return growing ? 2 : spread >= WITH_FREES.spread ? 1 : 0;
}

function suspectOf(
  { freed }: SiteLife,
  held: readonly Held[],
  old: readonly Held[],
  ticks: number,
  description: Omit<Leak, "reason">,
): LeakSuspect {
  const spread = new Set(old.map(({ tick }) => Math.floor(tick * PARTS / ticks))).size;
  const needed = freed >= ENOUGH_FREED ? WITH_FREES : WITHOUT_FREES;
  // A cache that has filled up takes nothing any more.
  const goesOn = held.some(({ tick }) => tick > ticks * (1 - 2 / PARTS));
  const growing = goesOn && old.length >= needed.samples && spread >= needed.spread;
  return { reason: "growing", ...description, freed, spread, growing };
}

/** What `held`, which is of one site, comes to. */
export function describeHeld({ site }: SiteLife, held: readonly Held[], now: number): Omit<Leak, "reason"> {
  const first = held[0]!;
  let [count, bytes, oldest] = [0, 0, now];
  for (const each of held) {
    count += each.weight;
    bytes += each.weight * each.bytes;
    oldest = Math.min(oldest, each.time);
  }
  return {
    kind: first.kind,
    site,
    heap: first.homeLabel,
    count: Math.round(count),
    bytes: Math.round(bytes),
    samples: held.length,
    age: now - oldest,
  };
}
