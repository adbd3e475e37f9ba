import type { AllocationProfile, ProfileData } from "../../../realtime/mod.ts";
import { type AnyView, type Heap, usableSize } from "../../../mod.ts";
import type { Random } from "../../fuzz/_random.ts";
import { addressOf } from "../../heaps/_support.ts";

/** In how many steps one takes a block that has a page for itself: never by chance, so that every trace has some. */
const LARGE_EVERY = 400;

/** Plays random steps in `heap` and writes what happened to blocks: `+ 112` for a block that was taken, `- 112` for one given back. */
export function playTrace(heap: Heap, random: Random, steps: number): string[] {
  const trace: string[] = [];
  const live: AnyView[] = [];
  for (let step = 0; step < steps; step++) {
    const isGrowing = Math.floor(step / 500) % 3 !== 2;
    const isLarge = step % LARGE_EVERY === LARGE_EVERY - 1;
    if (isLarge || live.length === 0 || random.below(100) < (isGrowing ? 60 : 30)) {
      const view = heap.allocate(Uint8Array, isLarge ? largeBytesOf(random) : bytesOf(random));
      live.push(view);
      trace.push(`+ ${usableSize(view)}`);
    } else if (random.once(5)) {
      const index = random.below(live.length);
      live[index] = reallocate(heap, live[index] as Uint8Array<ArrayBuffer>, bytesOf(random), trace);
    } else {
      const index = random.below(live.length);
      const [view] = live.splice(index, 1);
      trace.push(`- ${usableSize(view!)}`);
      heap.free(view!);
    }
  }
  return trace;
}

/** From 1 byte to 40 KiB, small ones as often as large ones. */
function bytesOf(random: Random): number {
  return Math.ceil(2 ** (random.next() * 15.3));
}

/** From 1 to 2 MiB. */
function largeBytesOf(random: Random): number {
  return 2 ** 20 + random.below(2 ** 20);
}

function reallocate(heap: Heap, view: Uint8Array<ArrayBuffer>, length: number, trace: string[]): AnyView {
  const [address, usable] = [addressOf(view), usableSize(view)];
  const moved = heap.reallocate(view, length);
  // Both blocks exist while the contents are copied.
  if (addressOf(moved) !== address) trace.push(`+ ${usableSize(moved)}`, `- ${usable}`);
  return moved;
}

const KINDS = { 65_536: "small", 524_288: "medium", 4_194_304: "large" } as const;

/** Counts the blocks of a trace anew, in the sizes that `profile` names. */
export function recount(trace: readonly string[], { classes, mimalloc }: AllocationProfile): ProfileData {
  const live = new Map<number, number>();
  const peak = new Map<number, number>();
  const pages: Record<string, { peakPages: number; peakBytes: number }> = {};
  for (const kind of ["small", "medium", "large", "single"]) pages[kind] = { peakPages: 0, peakBytes: 0 };
  const largest = classes.at(-1)?.blockBytes ?? 0;
  for (const line of trace) {
    const usable = Number(line.slice(2));
    const size = classes.find(({ blockBytes }) => blockBytes >= usable)?.blockBytes ?? usable;
    const count = (live.get(size) ?? 0) + (line.startsWith("+") ? 1 : -1);
    live.set(size, count);
    peak.set(size, Math.max(peak.get(size) ?? 0, count));
    for (const kind of Object.keys(pages)) {
      const now = pagesOf(kind, live, classes, largest);
      pages[kind]!.peakPages = Math.max(pages[kind]!.peakPages, now.pages);
      pages[kind]!.peakBytes = Math.max(pages[kind]!.peakBytes, now.bytes);
    }
  }
  return {
    mimalloc,
    classes: classes.map((entry) => {
      const peakBlocks = peak.get(entry.blockBytes) ?? 0;
      return { ...entry, peakBlocks, peakPages: Math.ceil(peakBlocks / entry.blocksPerPage) };
    }),
    singles: [...peak].filter(([size]) => size > largest).sort(([a], [b]) => a - b)
      .map(([blockBytes, peakBlocks]) => ({ blockBytes, peakBlocks })),
    pages: pages as unknown as ProfileData["pages"],
  };
}

function pagesOf(
  kind: string,
  live: ReadonlyMap<number, number>,
  classes: AllocationProfile["classes"],
  largest: number,
): { pages: number; bytes: number } {
  let [pages, bytes] = [0, 0];
  for (const [size, count] of live) {
    const sizeClass = classes.find(({ blockBytes }) => blockBytes === size);
    if (kind === "single" && size > largest) [pages, bytes] = [pages + count, bytes + count * size];
    if (sizeClass === undefined || KINDS[sizeClass.pageBytes as keyof typeof KINDS] !== kind) continue;
    const full = Math.ceil(count / sizeClass.blocksPerPage);
    [pages, bytes] = [pages + full, bytes + full * sizeClass.pageBytes];
  }
  return { pages, bytes };
}

/** The figures of a profile alone. */
export function figuresOf({ mimalloc, classes, singles, pages }: ProfileData): ProfileData {
  return { mimalloc, classes, singles, pages };
}
