import assert from "node:assert/strict";
import { test } from "node:test";
import { AllocationError, Heap } from "../../mod.ts";
import { numberFrom, Random } from "../fuzz/_random.ts";
import { type Play, PLAYS } from "./_limit_plays.ts";

const SEED = numberFrom("SEED", Math.floor(Math.random() * 2 ** 32));
const STEPS = numberFrom("STEPS", 2000);
const LIMIT = 2 ** 20;

/** Does one step with `room` bytes left. Returns whether they were enough. */
function squeeze(play: Play, heap: Heap, room: number, random: Random): boolean {
  const { run, apply } = play.step(random);
  const ballast = heap.allocate(Uint8Array, heap.limit - heap.liveBytes - room);
  try {
    run();
  } catch (error) {
    if (error instanceof AllocationError) return false;
    throw error;
  } finally {
    heap.free(ballast);
  }
  apply();
  return true;
}

for (const { label, make } of PLAYS) {
  test(`a ${label} that runs out of memory at any place is as it was and goes on [SEED=${SEED}]`, () => {
    const random = new Random(SEED);
    const heap = new Heap({ limit: LIMIT });
    const play = make(heap);
    let failures = 0;
    // Some take new memory rarely: until it was short once, in as many more steps as that takes.
    for (let step = 0; step < STEPS || failures === 0 && step < 100 * STEPS; step++) {
      const room = random.pick([0, 0, 64, 400, 2000, 20_000, 100_000]);
      if (squeeze(play, heap, random.below(room + 1), random)) continue;
      failures++;
      assert.equal(heap.liveBytes, play.container.bytes, `step ${step} leaked`);
      play.check();
    }
    play.check();
    assert.equal(heap.liveBytes, play.container.bytes);
    assert.ok(failures > 0, "memory was never short");
    play.container.dispose();
    assert.equal(heap.liveBlocks, 0);
    heap.close();
  });
}
