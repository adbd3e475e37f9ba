import { library } from "../../ffi/mod.ts";
import { Heap, type Stats, stats as readStats } from "../../heaps/mod.ts";
import { type Arm, arm, type Group, Unavailable } from "../suite.ts";

/** Heaps that the arms of a group share: those of another arm would count as well. */
class SharedHeaps {
  #heaps: readonly Heap[] = [];
  #users = 0;
  readonly #count: number;

  constructor(count: number) {
    this.#count = count;
  }

  take(): readonly Heap[] {
    if (this.#users++ === 0) this.#heaps = Array.from({ length: this.#count }, makeHeap);
    return this.#heaps;
  }

  giveBack(): void {
    if (--this.#users === 0) this.#heaps.forEach((heap) => heap.destroy());
  }
}

function makeHeap(): Heap {
  const heap = new Heap({ name: "bench" });
  heap.allocate(Uint8Array, 64);
  return heap;
}

/** `mi_stats_get` into a structure that nobody reads. */
function readRaw(): () => boolean {
  const { byteLength, version } = library().statsLayout;
  const words = new BigInt64Array(byteLength / 8);
  words[0] = BigInt(byteLength);
  words[1] = BigInt(version);
  const { statsGet } = library().bind("statistics");
  return () => Boolean(statsGet(words));
}

function reader(name: string, heaps: SharedHeaps, makeRead: (heaps: readonly Heap[]) => () => unknown): Arm {
  return arm<{ readonly read: () => unknown }>({
    name,
    bind: () => {
      if (!library().has("mi_theap_stats_get")) {
        return new Unavailable("mimalloc counts blocks in every build since 3.6");
      }
      return { read: makeRead(heaps.take()) };
    },
    release: () => heaps.giveBack(),
    run: ({ read }) => (operations) => {
      let sum = 0;
      for (let i = 0; i < operations; i++) if (read()) sum++;
      return sum;
    },
  });
}

/** The statistics of the process, with `count` heaps of the program. */
export function stats(count: number): Group {
  const heaps = new SharedHeaps(count);
  return {
    name: count === 1 ? "1 heap" : `${count} heaps`,
    operation: "read the statistics once",
    checksum: (operations) => operations,
    arms: [
      reader("C alone", heaps, readRaw),
      reader("stats()", heaps, () => (): Stats => readStats()),
      reader("stats({ exclusive: true })", heaps, () => (): Stats => readStats({ exclusive: true })),
      reader("heap.stats()", heaps, ([heap]) => (): Stats => heap!.stats()),
    ],
    targets: [
      // C adds up 0.4 µs for each heap.
      ...(count > 10 ? [] : [{ arm: "stats()", atMostNanoseconds: 10_000 }]),
      { arm: "stats({ exclusive: true })", atMostNanoseconds: 10_000 },
      { arm: "heap.stats()", atMostNanoseconds: 10_000 },
    ],
  };
}
