import { MemPool } from "@thi.ng/malloc";
import { Heap } from "../../heaps/mod.ts";
import { bare } from "../_bare.ts";
import { arm, type Group } from "../suite.ts";

/** Sum of `i & 255` for i below `operations`: every view holds what was written to it. */
export function byteSum(operations: number): number {
  const rest = operations % 256;
  return Math.floor(operations / 256) * 32_640 + rest * (rest - 1) / 2;
}

const byHand = arm({
  name: "bare wrap+detach",
  bind: () => ({ malloc: bare.malloc, free: bare.free, wrap: bare.wrap }),
  run: ({ malloc, free, wrap }) => (operations) => {
    let sum = 0;
    for (let i = 0; i < operations; i++) {
      const block = malloc(64);
      const view = new Float64Array(wrap(block, 64));
      view[0] = i & 255;
      sum += view[0]!;
      view.buffer.transfer(0);
      free(block);
    }
    return sum;
  },
});

const heapView = arm({
  name: "Heap.allocate + free",
  bind: () => new Heap({ name: "bench" }),
  release: (heap) => heap.close(),
  run: (heap) => (operations) => {
    let sum = 0;
    for (let i = 0; i < operations; i++) {
      const view = heap.allocate(Float64Array, 8);
      view[0] = i & 255;
      sum += view[0]!;
      heap.free(view);
    }
    return sum;
  },
});

const newType = arm({
  name: "new Float64Array(8)",
  bind: () => ({ Type: Float64Array }),
  run: ({ Type }) => (operations) => {
    let sum = 0;
    for (let i = 0; i < operations; i++) {
      const view = new Type(8);
      view[0] = i & 255;
      sum += view[0]!;
    }
    return sum;
  },
});

const thiNg = arm({
  name: "@thi.ng/malloc",
  bind: () => new MemPool({ size: 65_536 }),
  run: (pool) => (operations) => {
    let sum = 0;
    for (let i = 0; i < operations; i++) {
      const view = pool.mallocAs("f64", 8)!;
      view[0] = i & 255;
      sum += view[0]!;
      pool.free(view);
    }
    return sum;
  },
});

/** One block with a view of its own that can be freed at any time. */
export const view: Group = {
  name: "view",
  operation: "allocate a Float64Array of 64 B, write, read, free",
  checksum: byteSum,
  arms: [byHand, heapView, newType, thiNg],
  targets: [
    { arm: "Heap.allocate + free", atMost: 1.3, against: "bare wrap+detach" },
  ],
};
