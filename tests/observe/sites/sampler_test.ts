import assert from "node:assert/strict";
import { test } from "node:test";
import { PoissonSampler } from "../../../observe/sites/sampler.ts";
import { SEED } from "../_seed.ts";

/** By how much a sampler is wrong about a program that allocates 16 to 5,015 bytes 8,000 times and frees 3 of 4. */
function estimate(seed: number): { readonly samples: number; readonly total: number; readonly live: number } {
  const sampler = new PoissonSampler(8192, seed);
  let [state, samples, exact, estimated, exactLive, estimatedLive] = [seed >>> 0, 0, 0, 0, 0, 0];
  for (let i = 0; i < 8000; i++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    const bytes = 16 + (state >>> 8) % 5000;
    const live = state >>> 30 === 0 ? bytes : 0;
    exact += bytes;
    exactLive += live;
    if (!sampler.covers(bytes)) continue;
    samples++;
    estimated += bytes * sampler.weightOf(bytes);
    estimatedLive += live * sampler.weightOf(bytes);
  }
  return { samples, total: estimated / exact - 1, live: estimatedLive / exactLive - 1 };
}

test("PoissonSampler estimates without bias: 100 seeds are within 1.5 % on average, and most of them within 5 %", () => {
  const runs = Array.from({ length: 100 }, (_, index) => estimate((SEED + index) >>> 0));
  assert.ok(runs.every(({ samples }) => samples >= 1600), `${Math.min(...runs.map(({ samples }) => samples))} samples`);
  const mean = runs.reduce((sum, { total }) => sum + total, 0) / runs.length;
  // The errors of a seed have a deviation of 1.8 % and 3.6 %, the means a tenth of it: these are eight of them.
  assert.ok(Math.abs(mean) < 0.015, `mean error ${mean} of everything, SEED=${SEED}`);
  const meanLive = runs.reduce((sum, { live }) => sum + live, 0) / runs.length;
  assert.ok(Math.abs(meanLive) < 0.03, `mean error ${meanLive} of a quarter, SEED=${SEED}`);
  // Of 15,000 seeds 99.4 % are; fewer than 88 of 100 come once in 10^13 runs.
  const within = runs.filter(({ total }) => Math.abs(total) <= 0.05).length;
  assert.ok(within >= 88, `${within} of 100 seeds are within 5 %, SEED=${SEED}`);
});

test("PoissonSampler.oneIn() samples one in so many, and everything at 1", () => {
  for (const every of [2, 128]) {
    const sampler = PoissonSampler.oneIn(every, SEED);
    let samples = 0;
    for (let i = 0; i < 200_000; i++) if (sampler.covers(1)) samples++;
    const expected = 200_000 / every;
    assert.ok(Math.abs(samples - expected) < 8 * Math.sqrt(expected), `${samples} of ${expected}, SEED=${SEED}`);
    assert.ok(Math.abs(sampler.weightOf(1) - every) < 1e-6);
  }
  const all = PoissonSampler.oneIn(1, SEED);
  for (let i = 0; i < 100; i++) assert.ok(all.covers(1));
  assert.equal(all.weightOf(1), 1);
});

test("PoissonSampler chooses the same for the same seed", () => {
  const choose = (seed: number): boolean[] => {
    const sampler = new PoissonSampler(100, seed);
    return Array.from({ length: 1000 }, () => sampler.covers(10));
  };
  assert.deepEqual(choose(7), choose(7));
  assert.notDeepEqual(choose(7), choose(8));
});
