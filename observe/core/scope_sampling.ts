import type { AnyView } from "../../heaps/allocator.ts";
import { holderOf, openHeaps } from "../../heaps/core/open_heaps.ts";
import { type Scope, type ScopeWatch, watchOf, watchScope } from "../../heaps/scope/scope.ts";
import { openScopesOf, type ScopePool } from "../../heaps/scope/scope_pool.ts";
import { followScopeChanges, followScopes } from "./scope_hooks.ts";

/** Looks at some of the allocations of scopes. */
export interface ScopeSampler {
  /** How many bytes lie before the next point on the line of all bytes, each time by new random numbers. */
  gap(): number;
  /** A scope handed out `bytes` more, in `view`, with a point among them. */
  sampled(scope: Scope, bytes: number, view: AnyView): void;
}

/** The scopes of this thread that have not ended. */
export function openScopes(): Scope[] {
  const pools = [...openHeaps().keys()].filter(({ isPooled }) => isPooled).map(holderOf) as (ScopePool | undefined)[];
  return pools.flatMap((pool) => pool === undefined ? [] : openScopesOf(pool));
}

/**
 * The next point of each sampler in one scope. Random points have no memory, so each scope may have its own ones, and the
 * next scope goes on with those of one that has ended.
 */
class Points implements ScopeWatch {
  readonly #points: readonly { readonly sampler: ScopeSampler; at: number }[];
  point = Infinity;

  constructor(scope: Scope, samplers: readonly ScopeSampler[], known: Points | undefined) {
    this.#points = samplers.map((sampler) => ({ sampler, at: known?.of(sampler) ?? scope.liveBytes + sampler.gap() }));
    this.#find();
  }

  of(sampler: ScopeSampler): number | undefined {
    return this.#points.find((each) => each.sampler === sampler)?.at;
  }

  #find(): void {
    this.point = Infinity;
    for (const { at } of this.#points) this.point = Math.min(this.point, at);
  }

  passed(scope: Scope, bytes: number, view: AnyView): void {
    const { liveBytes } = scope;
    for (const point of this.#points) {
      if (liveBytes <= point.at) continue;
      // What is left of the line behind this allocation begins anew.
      point.at = liveBytes + point.sampler.gap();
      point.sampler.sampled(scope, bytes, view);
    }
    this.#find();
  }

  /** The scope has `bytes` less, or its end: the points are as far away as they were. */
  approach(bytes: number): void {
    for (const point of this.#points) point.at -= bytes;
    this.point -= bytes;
  }
}

/** The most that wait for another scope. */
const MOST_SPARE = 64;

let samplers: readonly ScopeSampler[] = [];
/** Of scopes that have ended. */
let spare: Points[] = [];
let ends: readonly Disposable[] = [];

function watch(scope: Scope): void {
  const known = watchOf(scope) as Points | undefined;
  watchScope(scope, samplers.length === 0 ? undefined : new Points(scope, samplers, known));
}

function opened(scope: Scope): void {
  const points = spare.pop();
  if (points === undefined) return watch(scope);
  watchScope(scope, points);
}

function ended(scope: Scope, bytes: number): void {
  const points = watchOf(scope) as Points | undefined;
  // Of one that holds promises nothing has come back.
  if (points === undefined || scope.liveBytes > 0 || spare.length === MOST_SPARE) return;
  points.approach(bytes);
  spare.push(points);
}

function took(scope: Scope, bytes: number, view: AnyView): void {
  const points = watchOf(scope) as Points | undefined;
  if (points === undefined || scope.liveBytes <= points.point) return;
  points.passed(scope, bytes, view);
  watchScope(scope, points);
}

function gave(scope: Scope, bytes: number): void {
  const points = watchOf(scope) as Points | undefined;
  points?.approach(bytes);
  watchScope(scope, points);
}

function setSamplers(list: readonly ScopeSampler[]): void {
  const were = samplers.length;
  samplers = list;
  spare = [];
  for (const scope of openScopes()) watch(scope);
  if (were === 0) {
    ends = [
      followScopes({ opened, ended, poolEnding: () => {} }),
      followScopeChanges({ hearsAllocations: false, took, gave }),
    ];
  } else if (list.length === 0) {
    for (const end of ends) end[Symbol.dispose]();
  }
}

/** Lets `sampler` look at the scopes of this thread until what this returns is disposed of, once. */
export function sampleScopes(sampler: ScopeSampler): Disposable {
  setSamplers([...samplers, sampler]);
  return { [Symbol.dispose]: () => setSamplers(samplers.filter((each) => each !== sampler)) };
}
