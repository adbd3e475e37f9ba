import assert from "node:assert/strict";
import process from "node:process";
import { test } from "node:test";
import { runGauge } from "../../bench/gauge.ts";
import type { Gauge } from "../../bench/suite.ts";
import { suite } from "../../bench/suites/threads.ts";
import { library } from "../../ffi/mod.ts";
import { Random } from "../../bench/threads/workloads/random.ts";

/** The next numbers of bench/allocators/work.h, in 64 bits. */
function* numbersOf(seed: bigint): IterableIterator<bigint> {
  const wrap = (value: bigint): bigint => BigInt.asUintN(64, value);
  let state = wrap(seed * 0x9e3779b97f4a7c15n + 0x632be59bd9b4e019n);
  while (true) {
    state ^= state >> 12n;
    state = wrap(state ^ state << 25n);
    state ^= state >> 27n;
    yield wrap(state * 0x2545f4914f6cdd1dn) >> 32n;
  }
}

test("Random draws the numbers that the workloads in C draw", () => {
  for (const seed of [43, 1849, 4141]) {
    const random = Random.from(seed);
    let draws = 0;
    for (const number of numbersOf(BigInt(seed))) {
      if (++draws > 2000) break;
      const limit = [100, 5000, 2 ** 21 - 1][draws % 3]!;
      assert.equal(random.below(limit), Number(number * BigInt(limit) >> 32n));
    }
    assert.equal(new Random(random.state).below(1000), random.below(1000));
  }
});

function tiny(name: string, parameters: readonly string[]): Gauge {
  const gauge = suite.gauges!.find(({ parameters: words }) => words?.[0] === name)!;
  return { ...gauge, parameters: [name, ...parameters], rounds: 1 };
}

for (
  const [name, ...parameters] of [
    ["larson", "2", "8", "1000", "40", "3", "3"],
    ["xmalloc-test", "2", "64", "2"],
    ["mstress", "2", "1", "3"],
  ] as const
) {
  test(`${name} in Workers does the work of the program in C, and leaves nothing in use`, { timeout: 300_000 }, () => {
    // Each arm compares its checksum with that of C; where there is no compiler it says so.
    const { rows } = runGauge(tiny(name, parameters));
    const [c, raw, send] = rows;
    if (c!.note === undefined) assert.deepEqual([raw!.note, send!.note], [undefined, undefined]);
    else assert.match(raw!.note!, /not compared/);
    for (const { figures } of [raw!, send!]) assert.ok(figures["block"]! > 0 && figures["starting"]! > 0);
    assert.deepEqual([raw!.figures["live"], send!.figures["live"]], [null, 0]);
  });
}

test("short Workers are found when they have ended, and what they left is given back", { timeout: 300_000 }, () => {
  const gauge = suite.gauges!.find(({ name }) => name === "short Workers")!;
  // The program counts them, and what is in use at its end.
  const { rows } = runGauge({ ...gauge, parameters: ["10"] });
  for (const { figures, note } of rows) {
    assert.equal([figures["nothing"], figures["each"]].every(Number.isFinite), note === undefined);
    assert.equal(note === undefined, library().sharedHeaps && process.platform === "linux");
  }
  assert.deepEqual(rows.map(({ arm }) => arm), ["dlopen alone", "a heap left open"]);
});
