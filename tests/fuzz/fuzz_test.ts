import { test } from "node:test";
import { numberFrom, Random } from "./_random.ts";
import { World } from "./_world.ts";

const STEPS = numberFrom("STEPS", 200_000);
const SEED = numberFrom("SEED", Math.floor(Math.random() * 2 ** 32));
const CHECK_ALL_EVERY = 10_000;

test(`heaps and scopes keep every byte and count through ${STEPS} random steps (SEED=${SEED})`, () => {
  const world = new World(new Random(SEED));
  let step = 0;
  try {
    for (; step < STEPS; step++) {
      world.step();
      if (step % CHECK_ALL_EVERY === 0) world.checkAll();
    }
    world.checkAll();
    world.end();
  } catch (cause) {
    throw new Error(`Step ${step} went wrong, run again with SEED=${SEED} STEPS=${STEPS}: ${String(cause)}`, { cause });
  }
});
