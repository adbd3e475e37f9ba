import type { Heap } from "../../../mod.ts";

type Views = Uint8Array<ArrayBuffer>[];

/** Allocates, and adds the view to a list. What it did were no call of its own if it returned the view (Bun). */
type Site = (heap: Heap, byteLength: number, views: Views) => void;

/** Forty call sites, each a function on a line of its own. */
export const SITES: readonly Site[] = [
  function site0(heap, byteLength, views): void {
    views.push(heap.allocate(Uint8Array, byteLength));
  },
  function site1(heap, byteLength, views): void {
    views.push(heap.allocate(Uint8Array, byteLength));
  },
  function site2(heap, byteLength, views): void {
    views.push(heap.allocate(Uint8Array, byteLength));
  },
  function site3(heap, byteLength, views): void {
    views.push(heap.allocate(Uint8Array, byteLength));
  },
  function site4(heap, byteLength, views): void {
    views.push(heap.allocate(Uint8Array, byteLength));
  },
  function site5(heap, byteLength, views): void {
    views.push(heap.allocate(Uint8Array, byteLength));
  },
  function site6(heap, byteLength, views): void {
    views.push(heap.allocate(Uint8Array, byteLength));
  },
  function site7(heap, byteLength, views): void {
    views.push(heap.allocate(Uint8Array, byteLength));
  },
  function site8(heap, byteLength, views): void {
    views.push(heap.allocate(Uint8Array, byteLength));
  },
  function site9(heap, byteLength, views): void {
    views.push(heap.allocate(Uint8Array, byteLength));
  },
  function site10(heap, byteLength, views): void {
    views.push(heap.allocate(Uint8Array, byteLength));
  },
  function site11(heap, byteLength, views): void {
    views.push(heap.allocate(Uint8Array, byteLength));
  },
  function site12(heap, byteLength, views): void {
    views.push(heap.allocate(Uint8Array, byteLength));
  },
  function site13(heap, byteLength, views): void {
    views.push(heap.allocate(Uint8Array, byteLength));
  },
  function site14(heap, byteLength, views): void {
    views.push(heap.allocate(Uint8Array, byteLength));
  },
  function site15(heap, byteLength, views): void {
    views.push(heap.allocate(Uint8Array, byteLength));
  },
  function site16(heap, byteLength, views): void {
    views.push(heap.allocate(Uint8Array, byteLength));
  },
  function site17(heap, byteLength, views): void {
    views.push(heap.allocate(Uint8Array, byteLength));
  },
  function site18(heap, byteLength, views): void {
    views.push(heap.allocate(Uint8Array, byteLength));
  },
  function site19(heap, byteLength, views): void {
    views.push(heap.allocate(Uint8Array, byteLength));
  },
  function site20(heap, byteLength, views): void {
    views.push(heap.allocate(Uint8Array, byteLength));
  },
  function site21(heap, byteLength, views): void {
    views.push(heap.allocate(Uint8Array, byteLength));
  },
  function site22(heap, byteLength, views): void {
    views.push(heap.allocate(Uint8Array, byteLength));
  },
  function site23(heap, byteLength, views): void {
    views.push(heap.allocate(Uint8Array, byteLength));
  },
  function site24(heap, byteLength, views): void {
    views.push(heap.allocate(Uint8Array, byteLength));
  },
  function site25(heap, byteLength, views): void {
    views.push(heap.allocate(Uint8Array, byteLength));
  },
  function site26(heap, byteLength, views): void {
    views.push(heap.allocate(Uint8Array, byteLength));
  },
  function site27(heap, byteLength, views): void {
    views.push(heap.allocate(Uint8Array, byteLength));
  },
  function site28(heap, byteLength, views): void {
    views.push(heap.allocate(Uint8Array, byteLength));
  },
  function site29(heap, byteLength, views): void {
    views.push(heap.allocate(Uint8Array, byteLength));
  },
  function site30(heap, byteLength, views): void {
    views.push(heap.allocate(Uint8Array, byteLength));
  },
  function site31(heap, byteLength, views): void {
    views.push(heap.allocate(Uint8Array, byteLength));
  },
  function site32(heap, byteLength, views): void {
    views.push(heap.allocate(Uint8Array, byteLength));
  },
  function site33(heap, byteLength, views): void {
    views.push(heap.allocate(Uint8Array, byteLength));
  },
  function site34(heap, byteLength, views): void {
    views.push(heap.allocate(Uint8Array, byteLength));
  },
  function site35(heap, byteLength, views): void {
    views.push(heap.allocate(Uint8Array, byteLength));
  },
  function site36(heap, byteLength, views): void {
    views.push(heap.allocate(Uint8Array, byteLength));
  },
  function site37(heap, byteLength, views): void {
    views.push(heap.allocate(Uint8Array, byteLength));
  },
  function site38(heap, byteLength, views): void {
    views.push(heap.allocate(Uint8Array, byteLength));
  },
  function site39(heap, byteLength, views): void {
    views.push(heap.allocate(Uint8Array, byteLength));
  },
];

/** What a run of the program does. */
export interface Run {
  readonly seed: number;
  /** How many allocations. */
  readonly steps: number;
  /** The site that never frees 1 % of all allocations; -1 for none. */
  readonly leaking: number;
  /** Called after every 65,536 allocations; true ends the run. */
  readonly isOver?: () => boolean;
}

/** Blocks that live at once, those of a leak apart. */
const LIVE = 2000;

/**
 * A program that allocates at forty sites and frees after a while. Three of them are like leaks without being any: one
 * loads things that stay, one fills a cache to its capacity, and one fills a list and empties it again.
 */
export function runSites(heap: Heap, { seed, steps, leaking, isOver }: Run): void {
  let state = seed >>> 0;
  const random = (below: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor(state / 2 ** 32 * below);
  };
  const slots: (Uint8Array<ArrayBuffer> | undefined)[] = Array.from({ length: LIVE });
  const [made, kept, cache, list]: [Views, Views, Views, Views] = [[], [], [], []];
  for (let step = 0; step < steps; step++) {
    if (step % 65_536 === 65_535 && isOver?.()) break;
    const leaks = leaking >= 0 && random(100) === 0;
    const site = leaks ? leaking : random(40);
    // Called by itself, because V8 names a method after its array.
    const allocate = SITES[site]!;
    allocate(heap, 16 + random(200), made);
    const view = made.pop()!;
    if (leaks) kept.push(view);
    else if (site === 3 && step < 20_000) kept.push(view);
    else if (site === 5 && cache.push(view) > 1500) heap.free(cache.shift()!);
    else if (site === 7 && list.push(view) > 1000) { for (const each of list.splice(0)) heap.free(each); }
    else if (site !== 5 && site !== 7) {
      const slot = random(LIVE);
      if (slots[slot] !== undefined) heap.free(slots[slot]);
      slots[slot] = view;
    }
  }
}
