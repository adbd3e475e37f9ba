import assert from "node:assert/strict";
import { test } from "node:test";
import { Stopwatch } from "../../../realtime/mod.ts";

test("Stopwatch tells whole nanoseconds since it was started, and starts anew", () => {
  const stopwatch = new Stopwatch();
  const before = performance.now();
  stopwatch.start();
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20);
  const elapsed = stopwatch.elapsed();
  const most = (performance.now() - before) * 1e6;
  assert.ok(Number.isInteger(elapsed));
  assert.ok(elapsed >= 19e6 && elapsed <= most + 1000, `${elapsed} of ${most} ns`);
  stopwatch.start();
  assert.ok(stopwatch.elapsed() < elapsed);
});

test("Stopwatch.elapsed() never goes back, across seconds too", () => {
  const stopwatch = new Stopwatch();
  let last = 0;
  for (const end = performance.now() + 1100; performance.now() < end;) {
    const elapsed = stopwatch.elapsed();
    assert.ok(elapsed >= last, `${elapsed} after ${last}`);
    last = elapsed;
  }
  assert.ok(stopwatch.elapsed() > 1.09e9 && last > 0.9e9, `${last}`);
});

test("Two stopwatches keep their own start", () => {
  const first = new Stopwatch();
  while (first.elapsed() < 5e6);
  const second = new Stopwatch();
  assert.ok(first.elapsed() >= second.elapsed() + 4.9e6);
});

test("Stopwatch.advance() moves the start on without drift, across seconds too", () => {
  const stopwatch = new Stopwatch();
  const still = new Stopwatch();
  for (let i = 0; i < 1000; i++) stopwatch.advance(7_654_321);
  const [moved, elapsed] = [stopwatch.elapsed(), still.elapsed()];
  assert.ok(Math.abs(moved + 7_654_321_000 - elapsed) < 50e6, `${moved} and ${elapsed}`);
  for (const wrong of [-1, 0.5, NaN, 2e15, "5"]) {
    assert.throws(() => stopwatch.advance(wrong as number), RangeError);
  }
});
