import { MemPool } from "@thi.ng/malloc";
import { library } from "../../ffi/mod.ts";
import { Heap } from "../../heaps/mod.ts";
import { bare } from "../_bare.ts";
import { arm, type Group } from "../suite.ts";

/** Live blocks at every moment. */
const LIVE = 1_000;

/** Enough for all of them at their biggest, twice. */
const POOL_BYTES = 16 * 1024 * 1024;

/** Float64 lengths from 16 B to 4 KiB, evenly spread over the powers of two; a fixed seed. */
function mixedLengths(): Uint16Array {
  const lengths = new Uint16Array(8_192);
  let state = 0x2545f491;
  for (let i = 0; i < lengths.length; i++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    lengths[i] = Math.floor(2 ** (1 + 8 * state / 2 ** 32));
  }
  return lengths;
}

/** The slot that each operation replaces; a fixed seed. */
function mixedSlots(): Uint16Array {
  const slots = new Uint16Array(8_192);
  let state = 0x9e3779b9;
  for (let i = 0; i < slots.length; i++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    slots[i] = Math.floor(LIVE * state / 2 ** 32);
  }
  return slots;
}

const plan = { live: LIVE, lengths: mixedLengths(), slots: mixedSlots() };

const bareAddresses = arm({
  name: "bare FFI pair",
  bind: () => ({ ...plan, malloc: bare.malloc, free: bare.free }),
  run: ({ live, lengths, slots, malloc, free }) => {
    const blocks = Array.from({ length: live }, () => malloc(8));
    let step = 0;
    return (operations) => {
      let sum = 0;
      for (let i = 0; i < operations; i++) {
        step = (step + 1) & 8_191;
        const slot = slots[step]!;
        free(blocks[slot]);
        const block = blocks[slot] = malloc(lengths[step]! * 8);
        if (block !== null) sum++;
      }
      return sum;
    };
  },
});

const rawAddresses = arm({
  name: "raw layer",
  bind: () => ({ ...plan, ...library().bind("blocks") }),
  run: ({ live, lengths, slots, malloc, free }) => {
    const blocks = Array.from({ length: live }, () => malloc(8));
    let step = 0;
    return (operations) => {
      let sum = 0;
      for (let i = 0; i < operations; i++) {
        step = (step + 1) & 8_191;
        const slot = slots[step]!;
        free(blocks[slot]!);
        const block = blocks[slot] = malloc(lengths[step]! * 8);
        if (block !== null) sum++;
      }
      return sum;
    };
  },
});

const thiNgAddresses = arm({
  name: "@thi.ng/malloc",
  bind: () => ({ ...plan, pool: new MemPool({ size: POOL_BYTES }) }),
  run: ({ live, lengths, slots, pool }) => {
    const blocks = Array.from({ length: live }, () => pool.malloc(8));
    let step = 0;
    return (operations) => {
      let sum = 0;
      for (let i = 0; i < operations; i++) {
        step = (step + 1) & 8_191;
        const slot = slots[step]!;
        pool.free(blocks[slot]!);
        const block = blocks[slot] = pool.malloc(lengths[step]! * 8);
        if (block !== 0) sum++;
      }
      return sum;
    };
  },
});

const bareViews = arm({
  name: "bare wrap+detach",
  bind: () => ({
    ...plan,
    malloc: bare.malloc,
    free: bare.free,
    wrap: bare.wrap,
  }),
  run: ({ live, lengths, slots, malloc, free, wrap }) => {
    const blocks: unknown[] = [];
    const views: Float64Array<ArrayBuffer>[] = [];
    for (let slot = 0; slot < live; slot++) {
      blocks.push(malloc(8));
      views.push(new Float64Array(wrap(blocks[slot], 8)));
      views[slot]![0] = slot;
    }
    let step = 0;
    return (operations) => {
      let sum = 0;
      for (let i = 0; i < operations; i++) {
        step = (step + 1) & 8_191;
        const slot = slots[step]!;
        const old = views[slot]!;
        if (old[0] === slot) sum++;
        old.buffer.transfer(0);
        free(blocks[slot]);
        const bytes = lengths[step]! * 8;
        const block = blocks[slot] = malloc(bytes);
        const view = views[slot] = new Float64Array(wrap(block, bytes));
        view[0] = slot;
      }
      return sum;
    };
  },
});

const heapViews = arm({
  name: "Heap.allocate + free",
  bind: () => ({ ...plan, heap: new Heap({ name: "bench" }) }),
  release: ({ heap }) => heap.destroy(),
  run: ({ live, lengths, slots, heap }) => {
    const views = Array.from(
      { length: live },
      (_, slot) => heap.allocate(Float64Array, 1).fill(slot),
    );
    let step = 0;
    return (operations) => {
      let sum = 0;
      for (let i = 0; i < operations; i++) {
        step = (step + 1) & 8_191;
        const slot = slots[step]!;
        const old = views[slot]!;
        if (old[0] === slot) sum++;
        heap.free(old);
        const view = views[slot] = heap.allocate(Float64Array, lengths[step]!);
        view[0] = slot;
      }
      return sum;
    };
  },
});

const newTypes = arm({
  name: "new Float64Array(n)",
  bind: () => plan,
  run: ({ live, lengths, slots }) => {
    const views = Array.from(
      { length: live },
      (_, slot) => new Float64Array(1).fill(slot),
    );
    let step = 0;
    return (operations) => {
      let sum = 0;
      for (let i = 0; i < operations; i++) {
        step = (step + 1) & 8_191;
        const slot = slots[step]!;
        if (views[slot]![0] === slot) sum++;
        const view = views[slot] = new Float64Array(lengths[step]!);
        view[0] = slot;
      }
      return sum;
    };
  },
});

const thiNgViews = arm({
  name: "@thi.ng/malloc",
  bind: () => ({ ...plan, pool: new MemPool({ size: POOL_BYTES }) }),
  run: ({ live, lengths, slots, pool }) => {
    const views = Array.from(
      { length: live },
      (_, slot) => pool.mallocAs("f64", 1)!.fill(slot),
    );
    let step = 0;
    return (operations) => {
      let sum = 0;
      for (let i = 0; i < operations; i++) {
        step = (step + 1) & 8_191;
        const slot = slots[step]!;
        const old = views[slot]!;
        if (old[0] === slot) sum++;
        pool.free(old);
        const view = views[slot] = pool.mallocAs("f64", lengths[step]!)!;
        view[0] = slot;
      }
      return sum;
    };
  },
});

/** Random replacement among a thousand blocks, addresses only. */
export const churnAddresses: Group = {
  name: "churn of addresses",
  operation: "replace one of 1,000 live blocks of 16 B to 4 KiB, no view",
  checksum: (operations) => operations,
  arms: [bareAddresses, rawAddresses, thiNgAddresses],
  targets: [
    { arm: "raw layer", timesFaster: 10, against: "@thi.ng/malloc" },
  ],
};

/** Random replacement among a thousand blocks that have views. */
export const churnViews: Group = {
  name: "churn of views",
  operation: "replace one of 1,000 live views of 16 B to 4 KiB",
  checksum: (operations) => operations,
  arms: [bareViews, heapViews, newTypes, thiNgViews],
  targets: [
    {
      arm: "Heap.allocate + free",
      timesFaster: 10,
      against: "@thi.ng/malloc",
      floor: { arm: "bare wrap+detach", margin: 1.3 },
    },
  ],
};
