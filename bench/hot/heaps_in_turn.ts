import { library } from "../../ffi/mod.ts";
import type { Handle } from "../../ffi/types.ts";
import { Heap } from "../../heaps/mod.ts";
import { arm, type Group, Unavailable } from "../suite.ts";

const HEAPS = 16;

interface Raw {
  readonly allocate: (source: Handle, byteLength: number) => Handle | null;
  readonly free: (block: Handle | null) => void;
  readonly sources: readonly Handle[];
  readonly heaps: readonly Handle[];
}

function makeHeaps(): Handle[] {
  const { heapNew } = library().bind("heaps");
  return Array.from({ length: HEAPS }, () => heapNew()!);
}

function release({ heaps }: Raw): void {
  const { heapDestroy } = library().bind("heaps");
  for (const heap of heaps) heapDestroy(heap);
}

const byHeap = arm<Raw>({
  name: "raw layer by heap",
  bind: () => {
    const { heapMalloc, free } = library().bind("blocks");
    const heaps = makeHeaps();
    return { allocate: heapMalloc, free, sources: heaps, heaps };
  },
  release,
  run: ({ allocate, free, sources }) => (operations) => {
    let sum = 0;
    for (let i = 0; i < operations; i++) {
      const block = allocate(sources[i & 15]!, 64);
      if (block !== null) sum++;
      free(block);
    }
    return sum;
  },
});

const byTheap = arm<Raw>({
  name: "raw layer by theap",
  bind: () => {
    if (!library().has("mi_theap_malloc")) return new Unavailable("mimalloc has theaps since 3.6");
    const { theapMalloc } = library().bind("theapBlocks");
    const { heapTheap } = library().bind("theaps");
    const heaps = makeHeaps();
    const sources = heaps.map((heap) => heapTheap(heap)!);
    return { allocate: theapMalloc, free: library().bind("blocks").free, sources, heaps };
  },
  release,
  run: ({ allocate, free, sources }) => (operations) => {
    let sum = 0;
    for (let i = 0; i < operations; i++) {
      const block = allocate(sources[i & 15]!, 64);
      if (block !== null) sum++;
      free(block);
    }
    return sum;
  },
});

const views = arm({
  name: "Heap.allocate + free",
  bind: () => Array.from({ length: HEAPS }, () => new Heap({ name: "bench" })),
  release: (heaps) => heaps.forEach((heap) => heap.close()),
  run: (heaps) => (operations) => {
    let sum = 0;
    for (let i = 0; i < operations; i++) {
      const heap = heaps[i & 15]!;
      const view = heap.allocate(Float64Array, 8);
      if (view.length === 8) sum++;
      heap.free(view);
    }
    return sum;
  },
});

/** What it costs that C looks up the thread's part of a heap when heaps take turns. */
export const heapsInTurn: Group = {
  name: "heaps in turn",
  operation: "allocate and free 64 B in the next of 16 heaps",
  checksum: (operations) => operations,
  arms: [byHeap, byTheap, views],
  targets: [],
};
