import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { randomWorkload } from "../../../realtime/mod.ts";

test("randomWorkload() is the paper's by default: 18,000 allocations of 8 to 20,480 bytes, and as many frees", () => {
  const { slotCount, slots, byteLengths } = randomWorkload();
  const live = new Set<number>();
  let most = 0;
  slots.forEach((slot, step) => {
    const allocates = byteLengths[step]! > 0;
    assert.equal(live.has(slot), !allocates, `step ${step}`);
    if (allocates) live.add(slot);
    else live.delete(slot);
    most = Math.max(most, live.size);
  });
  const lengths = byteLengths.filter((length) => length > 0).sort();
  assert.deepEqual([slots.length, lengths.length, live.size], [36_000, 18_000, 0]);
  assert.deepEqual([lengths[0]! >= 8, lengths.at(-1)! <= 20_480], [true, true]);
  // Half of the twelve powers of two lie below 512 B.
  assert.ok(Math.abs(lengths[9000]! - 512) < 60, `${lengths[9000]}`);
  assert.ok(most > 0.9 * slotCount && most <= slotCount);
});

test("randomWorkload() gives the same steps for the same seed, and others for another", () => {
  const fingerprint = (seed: number): string => {
    const { slots, byteLengths } = randomWorkload({ seed });
    return createHash("sha256").update(slots).update(byteLengths).digest("hex").slice(0, 16);
  };
  assert.equal(fingerprint(1), "246572445fd43f1b");
  assert.notEqual(fingerprint(2), fingerprint(1));
});

test("randomWorkload() keeps within the bounds that it is given", () => {
  for (const [smallest, largest] of [[1, 1], [7, 100], [64, 64], [1000, 1023], [1, 2 ** 20]] as const) {
    const lengths = randomWorkload({ requests: 500, smallest, largest }).byteLengths.filter((length) => length > 0);
    assert.equal(lengths.length, 500);
    assert.ok(lengths.every((length) => length >= smallest && length <= largest), `${smallest} to ${largest}`);
  }
});

test("randomWorkload() refuses what it cannot make", () => {
  const wrong = [
    { requests: 0 },
    { requests: 1.5 },
    { smallest: 0 },
    { largest: 7 },
    { largest: 2 ** 31 },
    { slotCount: 0 },
    { seed: 0 },
    { seed: 2 ** 32 },
  ];
  for (const options of wrong) assert.throws(() => randomWorkload(options), RangeError, JSON.stringify(options));
  assert.throws(() => randomWorkload(null as unknown as undefined), TypeError);
});
