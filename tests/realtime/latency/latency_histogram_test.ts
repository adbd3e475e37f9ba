import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { test } from "node:test";
import { build, decodeFromCompressedBase64, encodeIntoCompressedBase64 } from "./_hdr.ts";
import { LatencyHistogram } from "../../../realtime/mod.ts";
import { runProgram, RUNTIME } from "../../_program.ts";
import { countCollections, TELL_COLLECTIONS } from "../_collections.ts";
import { seeded } from "../../examples/_seed.ts";

const PERCENTILES = [0.001, 1, 25, 50, 75, 90, 99, 99.9, 99.99, 99.999, 100];
const { random, message } = seeded();

/** Times with a long tail: half of them below 100 ns, one in a million above 50 ms. */
function randomTimes(count: number): number[] {
  return Array.from({ length: count }, () => Math.floor(50 / (1 - random())));
}

function filled(times: readonly number[], significantDigits = 3): LatencyHistogram {
  const histogram = new LatencyHistogram({ significantDigits });
  for (const time of times) histogram.record(time);
  return histogram;
}

test("LatencyHistogram.percentile() is right to the digits asked for, whatever was recorded", () => {
  const times = randomTimes(20_000);
  const sorted = times.toSorted((a, b) => a - b);
  for (const digits of [1, 2, 3, 4, 5]) {
    const histogram = filled(times, digits);
    for (const percent of PERCENTILES) {
      const exact = sorted[Math.max(0, Math.ceil(percent / 100 * sorted.length - 1e-9) - 1)]!;
      const told = histogram.percentile(percent);
      const wrong = `${told} for ${exact} at ${percent} % with ${digits} digits; ${message}`;
      assert.ok(told >= exact && told <= exact * (1 + 10 ** -digits), wrong);
    }
  }
});

test("LatencyHistogram tells count, least, longest, mean and variance exactly", () => {
  const times = randomTimes(5000).map((time) => time + 0.25);
  const histogram = filled(times);
  const mean = times.reduce((sum, time) => sum + time, 0) / times.length;
  const variance = times.reduce((sum, time) => sum + (time - mean) ** 2, 0) / times.length;
  assert.equal(histogram.count, 5000);
  assert.equal(histogram.min, Math.min(...times));
  assert.equal(histogram.max, Math.max(...times));
  assert.ok(Math.abs(histogram.mean / mean - 1) < 1e-9, message);
  assert.ok(Math.abs(histogram.variance / variance - 1) < 1e-9, message);
  assert.equal(histogram.standardDeviation, Math.sqrt(histogram.variance));
});

test("LatencyHistogram has a bucket for each time from 0 to 2^53, and tells it to three digits", () => {
  const highest = Number.MAX_SAFE_INTEGER;
  for (let power = 0; power < 53; power++) {
    for (const time of [2 ** power - 1, 2 ** power, 2 ** power + 1]) {
      const histogram = new LatencyHistogram({ highest });
      histogram.record(time);
      histogram.record(highest);
      const told = histogram.percentile(50);
      assert.ok(told >= time && told <= time * 1.001, `${told} for ${time}`);
      assert.equal(histogram.exceeded, 0);
    }
  }
});

test("LatencyHistogram.percentile() of none, of one and of a full count", () => {
  const histogram = new LatencyHistogram();
  assert.deepEqual([histogram.count, histogram.min, histogram.max, histogram.mean, histogram.variance], [
    0,
    0,
    0,
    0,
    0,
  ]);
  assert.equal(histogram.percentile(50), 0);
  histogram.record(1_000_001);
  assert.deepEqual([0, 50, 100].map((percent) => histogram.percentile(percent)), [1_000_001, 1_000_001, 1_000_001]);
  for (let i = 0; i < 999; i++) histogram.record(10);
  assert.equal(histogram.percentile(99.9), 10);
  assert.equal(histogram.percentile(99.91), 1_000_001);
});

test("LatencyHistogram counts what is longer than its highest time, and tells the longest all the same", () => {
  const histogram = new LatencyHistogram({ highest: 1000, significantDigits: 2 });
  for (const time of [10, 1000, 1001, 5000]) histogram.record(time);
  assert.deepEqual([histogram.exceeded, histogram.max, histogram.count], [2, 5000, 4]);
  assert.ok(histogram.percentile(100) <= 1023);
});

test("LatencyHistogram.record() refuses what is no time, and counts nothing", () => {
  const histogram = new LatencyHistogram();
  for (const time of [NaN, -1, -0.001, Infinity, 2 ** 53]) {
    assert.throws(() => histogram.record(time), RangeError);
  }
  for (const time of ["5", 5n, null, undefined, {}]) {
    assert.throws(() => histogram.record(time as number), { name: "TypeError", message: /expected a number/ });
  }
  assert.equal(histogram.count, 0);
});

test("LatencyHistogram refuses options and percentiles outside of what they say", () => {
  const wrong = [
    { significantDigits: 0 },
    { significantDigits: 6 },
    { significantDigits: 2.5 },
    { lowest: 0 },
    { lowest: 1.5 },
    { lowest: 2 ** 32 },
    { highest: 1 },
    { lowest: 10, highest: 19 },
    { highest: 2 ** 53 },
    { highest: NaN },
  ];
  for (const options of wrong) assert.throws(() => new LatencyHistogram(options), RangeError, JSON.stringify(options));
  assert.throws(() => new LatencyHistogram(null as unknown as undefined), TypeError);
  for (const percent of [-1, 100.1, NaN]) {
    assert.throws(() => new LatencyHistogram().percentile(percent), RangeError);
  }
});

test("LatencyHistogram.merge() gives what recording all at one place gives", () => {
  const parts = [randomTimes(3000), randomTimes(10), [], randomTimes(500)];
  const merged = new LatencyHistogram();
  for (const part of parts) merged.merge(filled(part));
  const whole = filled(parts.flat());
  assert.deepEqual(merged.encode(), whole.encode());
  assert.deepEqual([merged.count, merged.min, merged.max], [whole.count, whole.min, whole.max]);
  assert.ok(Math.abs(merged.mean / whole.mean - 1) < 1e-9, message);
  assert.ok(Math.abs(merged.variance / whole.variance - 1) < 1e-9, message);
  assert.throws(() => merged.merge({} as LatencyHistogram), TypeError);
});

test("LatencyHistogram.merge() takes one with other options by the middles of its buckets", () => {
  const merged = new LatencyHistogram({ significantDigits: 2 });
  merged.merge(filled([100, 20_000, 3_000_000], 4));
  assert.equal(merged.count, 3);
  assert.ok(Math.abs(merged.percentile(50) / 20_000 - 1) < 0.02);
  assert.equal(merged.max, 3_000_000);
});

test("LatencyHistogram.merge() with itself counts all twice", () => {
  const histogram = filled([5, 7, 9]);
  histogram.merge(histogram);
  assert.deepEqual([histogram.count, histogram.mean, histogram.percentile(50)], [6, 7, 7]);
});

test("LatencyHistogram.reset() forgets all", () => {
  const histogram = filled(randomTimes(100));
  histogram.reset();
  assert.deepEqual(histogram.encode(), new LatencyHistogram().encode());
  assert.deepEqual([histogram.count, histogram.min, histogram.max, histogram.exceeded], [0, 0, 0, 0]);
});

test("HdrHistogram's own reader reads what LatencyHistogram.encode() writes", () => {
  for (const [lowest, significantDigits] of [[1, 3], [1, 1], [1000, 2], [1, 5]] as const) {
    const ours = new LatencyHistogram({ lowest, significantDigits });
    for (const time of randomTimes(5000)) ours.record(time);
    const theirs = decodeFromCompressedBase64(Buffer.from(ours.encode()).toString("base64"));
    assert.equal(theirs.totalCount, 5000, message);
    for (const percent of PERCENTILES) {
      const told = Math.min(theirs.getValueAtPercentile(percent), ours.max);
      assert.equal(ours.percentile(percent), told, `${percent} %, from ${lowest}; ${message}`);
    }
  }
});

test("LatencyHistogram.decode() reads what HdrHistogram's own writer writes", () => {
  const theirs = build({ lowestDiscernibleValue: 1, highestTrackableValue: 1e9, numberOfSignificantValueDigits: 3 });
  for (const time of randomTimes(5000)) theirs.recordValue(Math.min(time, 1e9));
  const ours = LatencyHistogram.decode(new Uint8Array(Buffer.from(encodeIntoCompressedBase64(theirs), "base64")));
  assert.equal(ours.count, 5000);
  for (const percent of PERCENTILES) {
    assert.equal(ours.percentile(percent), theirs.getValueAtPercentile(percent), message);
  }
  assert.ok(Math.abs(ours.mean / theirs.mean - 1) < 1e-3);
  assert.ok(Math.abs(ours.standardDeviation / theirs.stdDeviation - 1) < 1e-2);
});

test("LatencyHistogram.decode() reads an empty one, and one of all that it reads again", () => {
  assert.equal(LatencyHistogram.decode(new LatencyHistogram().encode()).count, 0);
  const once = filled(randomTimes(1000));
  assert.deepEqual(LatencyHistogram.decode(once.encode()).encode(), once.encode());
});

test("LatencyHistogram.decode() refuses bytes that are cut short, damaged or something else", () => {
  const bytes = filled(randomTimes(1000)).encode();
  for (let length = 0; length < bytes.length; length += length < 60 ? 1 : 37) {
    assert.throws(() => LatencyHistogram.decode(bytes.subarray(0, length)), RangeError, `${length} bytes`);
  }
  for (let at = 0; at < bytes.length; at += at < 12 ? 1 : 29) {
    const damaged = Uint8Array.from(bytes);
    damaged[at]! ^= 0x20;
    let read: LatencyHistogram;
    try {
      read = LatencyHistogram.decode(damaged);
    } catch (error) {
      assert.ok(error instanceof RangeError, `byte ${at}: ${error}`);
      continue;
    }
    // Some bits of what is compressed say nothing, those that fill up its last byte for one.
    assert.deepEqual(read.encode(), bytes, `byte ${at}; ${message}`);
  }
  assert.throws(() => LatencyHistogram.decode(Uint8Array.from([...bytes, 0])), RangeError);
  assert.throws(() => LatencyHistogram.decode("text" as unknown as Uint8Array), TypeError);
});

test(
  "LatencyHistogram.record() and Stopwatch make no object: 8 million times, no collection",
  { timeout: 300_000 },
  async () => {
    const outcome = await runProgram("tests/realtime/latency/programs/record.ts", TELL_COLLECTIONS);
    assert.equal(outcome.code, 0, outcome.stderr);
    const [before, during, ...rest] = countCollections(outcome);
    assert.equal(rest.length, 1, "there are not two marks");
    assert.ok(before! > 0, `${RUNTIME} tells of no collection at all: ${outcome.stdout.slice(0, 500)}`);
    assert.equal(during, 0, outcome.stdout.slice(-2000));
  },
);
