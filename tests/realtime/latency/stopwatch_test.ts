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
  const again = performance.now();
  stopwatch.start();
  const anew = stopwatch.elapsed();
  assert.ok(anew <= (performance.now() - again) * 1e6 + 1000, `${anew} ns`);
});

test("Stopwatch.elapsed() never goes back, across seconds too", () => {
  const stopwatch = new Stopwatch();
  let last = 0;
  let [smallest, turns] = [Infinity, 0];
  while (last < 1.1e9 || turns < 1000) {
    const elapsed = stopwatch.elapsed();
    assert.ok(elapsed >= last, `${elapsed} after ${last}`);
    smallest = Math.min(smallest, elapsed - last);
    last = elapsed;
    turns++;
  }
  assert.ok(smallest < 1e6, `${smallest} ns from one to the next`);
});

test("Two stopwatches keep their own start", () => {
  const first = new Stopwatch();
  while (first.elapsed() < 5e6);
  const second = new Stopwatch();
  // Asked in this order, whatever comes in between is the first one's.
  const younger = second.elapsed();
  assert.ok(first.elapsed() >= younger + 4.9e6);
});

test("Stopwatch.advance() moves the start on without drift, across seconds too", () => {
  const before = new Stopwatch();
  const stopwatch = new Stopwatch();
  const after = new Stopwatch();
  for (let i = 0; i < 1000; i++) stopwatch.advance(7_654_321);
  const [least, moved, most] = [after.elapsed(), stopwatch.elapsed() + 7_654_321_000, before.elapsed()];
  assert.ok(least <= moved && moved <= most, `${moved} between ${least} and ${most}`);
  for (const wrong of [-1, 0.5, NaN, 2e15, "5"]) {
    assert.throws(() => stopwatch.advance(wrong as number), RangeError);
  }
});
