import { library } from "../../ffi/mod.ts";
import { bare } from "../_bare.ts";
import { arm, type Group, Unavailable } from "../suite.ts";

const barePair = arm({
  name: "bare FFI pair",
  bind: () => ({ malloc: bare.malloc, free: bare.free }),
  run: ({ malloc, free }) => (operations) => {
    let sum = 0;
    for (let i = 0; i < operations; i++) {
      const block = malloc(64);
      if (block !== null) sum++;
      free(block);
    }
    return sum;
  },
});

const cLoop = arm({
  name: "C loop",
  bind: () =>
    ({ pairs: bare.cPairs }).pairs ??
      new Unavailable("no C compiler was found"),
  run: (pairs) => (operations) => pairs(operations, 64),
  // One call into C per operation would measure the call and not the loop.
  shapes: ["loop", "burst"],
});

const rawLayer = arm({
  name: "raw layer",
  bind: () => library().bind("blocks"),
  run: ({ malloc, free }) => (operations) => {
    let sum = 0;
    for (let i = 0; i < operations; i++) {
      const block = malloc(64);
      if (block !== null) sum++;
      free(block);
    }
    return sum;
  },
});

/** Addresses without views: what a call into C costs. */
export const raw: Group = {
  name: "raw",
  operation: "allocate and free 64 B, no view",
  checksum: (operations) => operations,
  arms: [barePair, cLoop, rawLayer],
  targets: [
    { arm: "raw layer", atMost: 1.15, against: "bare FFI pair" },
    {
      arm: "raw layer",
      atMost: 2.5,
      against: "C loop",
      floor: { arm: "bare FFI pair", margin: 1.15 },
    },
  ],
};
