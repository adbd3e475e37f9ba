import assert from "node:assert/strict";
import { test } from "node:test";
import { ChecksumError, runSuite } from "../../bench/runner.ts";
import { quantile, summarise } from "../../bench/statistics.ts";
import { type Arm, arm, type Effort, type Group, type Suite, type Target, Unavailable } from "../../bench/suite.ts";
import { formatResult } from "../../bench/table.ts";
import { missed } from "../../bench/targets.ts";
import { retried } from "../_time.ts";

const EFFORT: Effort = {
  rounds: 5,
  sliceMilliseconds: 1,
  warmUpOperations: 50_000,
  warmUpMilliseconds: 20,
};

/** Adds one per operation, after `work` multiplications that nothing can leave out. */
function working(name: string, work: number): Arm {
  return arm({
    name,
    bind: () => ({ work, seen: new Int32Array(1) }),
    run: ({ work, seen }) => (operations) => {
      let sum = 0;
      for (let i = 0; i < operations; i++) {
        for (let k = 0; k < work; k++) seen[0] = Math.imul(seen[0]! + k, 31);
        sum++;
      }
      return sum;
    },
  });
}

function suiteOf(arms: readonly Arm[], targets: readonly Target[]): Suite {
  const group: Group = {
    name: "multiply",
    operation: "a few multiplications",
    checksum: (operations) => operations,
    arms,
    targets,
  };
  return { name: "test", groups: [group] };
}

test("quantile() interpolates between samples and throws RangeError without any", () => {
  assert.equal(quantile([1, 2, 3, 4], 0.5), 2.5);
  assert.equal(quantile([7], 0.25), 7);
  assert.throws(() => quantile([], 0.5), RangeError);
});

test("summarise() gives median and spread of unsorted samples", () => {
  const summary = summarise([5, 1, 3, 2, 4]);
  assert.equal(summary.nanoseconds, 3);
  assert.equal(summary.p25, 2);
  assert.equal(summary.p75, 4);
  assert.equal(summary.spread, 2 / 3);
  assert.deepEqual([summary.minimum, summary.maximum], [1, 5]);
});

test("runSuite() gives each arm in each shape its time and its ratio to each other arm", async () => {
  const suite = suiteOf([
    working("short", 10),
    working("middle", 20),
    working("long", 400),
  ], []);
  await retried(async () => {
    const { rows, verdicts } = await runSuite(suite, "test", EFFORT);
    assert.equal(rows.length, 9);
    assert.deepEqual(verdicts, []);
    for (const row of rows) {
      assert.ok(row.nanoseconds > 0 && row.operations > 0);
      assert.equal(Object.keys(row.ratios).length, 2);
      for (const other of rows) {
        if (other.shape !== row.shape || other.arm === row.arm) continue;
        assert.equal(row.ratios[other.arm], row.nanoseconds / other.nanoseconds);
      }
      // 40 times the work; on a machine that does other things less of that is to be seen.
      if (row.arm === "long") assert.ok((row.ratios["short"] ?? 0) > 2, JSON.stringify(rows));
    }
  });
});

test("runSuite() finds targets missed by an arm that is slow", async () => {
  const targets: Target[] = [
    { arm: "slow", atMost: 1.5, against: "fast" },
    { arm: "fast", atMost: 1.5, against: "slow" },
    { arm: "slow", timesFaster: 2, against: "fast", shapes: ["loop"] },
    { arm: "fast", timesFaster: 2, against: "slow", shapes: ["loop"] },
    { arm: "slow", atMostNanoseconds: 1, shapes: ["loop"] },
    { arm: "fast", atMostNanoseconds: 1e6, shapes: ["loop"] },
    { arm: "slow", atMostNanoseconds: 1, runtimes: ["another"] },
  ];
  const suite = suiteOf([working("fast", 10), working("slow", 400)], targets);
  await retried(async () => {
    const { verdicts } = await runSuite(suite, "test", EFFORT);
    assert.equal(verdicts.length, 10);
    assert.deepEqual(missed(verdicts).map(({ arm, shape, statement }) => [arm, shape, statement]), [
      ["slow", "loop", "≤ 1.5 × fast"],
      ["slow", "call", "≤ 1.5 × fast"],
      ["slow", "burst", "≤ 1.5 × fast"],
      ["slow", "loop", "≥ 2 × faster than fast"],
      ["slow", "loop", "≤ 1 ns"],
    ]);
  });
});

test("runSuite() reports a target below the floor apart from one that an arm misses", async () => {
  const targets: Target[] = [
    {
      arm: "slow",
      atMost: 1.5,
      against: "fast",
      floor: { arm: "bare", margin: 1.15 },
      shapes: ["loop"],
    },
    {
      arm: "slow",
      atMost: 1.5,
      against: "fast",
      floor: { arm: "fast", margin: 1.15 },
      shapes: ["loop"],
    },
  ];
  const arms = [
    working("fast", 10),
    working("bare", 300),
    working("slow", 400),
  ];
  await retried(async () => {
    const { verdicts } = await runSuite(suiteOf(arms, targets), "test", EFFORT);
    assert.deepEqual(verdicts.map(({ status }) => status), ["floor", "missed"]);
    assert.equal(missed(verdicts).length, 1);
  });
});

test("runSuite() throws ChecksumError when an arm skips work in any shape", async () => {
  for (const shape of ["loop", "call", "burst"] as const) {
    const lazy = arm({
      name: "lazy",
      bind: () => null,
      run: () => (operations) => operations - 1,
      shapes: [shape],
    });
    await assert.rejects(
      runSuite(suiteOf([working("honest", 10), lazy], []), "test", EFFORT),
      (error) =>
        error instanceof ChecksumError &&
        error.message.includes(`lazy / ${shape}`),
    );
  }
});

test("runSuite() names an arm that cannot run and leaves its targets open", async () => {
  const absent = arm({
    name: "absent",
    bind: () => new Unavailable("it is not here"),
    run: () => (operations) => operations,
  });
  const target: Target = {
    arm: "here",
    atMost: 1,
    against: "absent",
    shapes: ["loop"],
  };
  const measurement = await runSuite(
    suiteOf([working("here", 10), absent], [target]),
    "test",
    EFFORT,
  );
  assert.deepEqual(measurement.missing, [
    { group: "multiply", arm: "absent", reason: "it is not here" },
  ]);
  assert.deepEqual(
    measurement.verdicts.map(({ status, measured }) => [status, measured]),
    [["not measured", null]],
  );
});

test("runSuite() throws RangeError when a target names an arm that is not in its group", async () => {
  const suite = suiteOf([working("here", 10)], [{
    arm: "here",
    atMost: 1,
    against: "nowhere",
  }]);
  await assert.rejects(runSuite(suite, "test", EFFORT), RangeError);
});

test("runSuite() releases what every arm has bound, also after a failure", async () => {
  let live = 0;
  const counted = arm({
    name: "counted",
    bind: () => ++live,
    release: () => live--,
    run: () => () => -1,
  });
  await assert.rejects(
    runSuite(suiteOf([counted], []), "test", EFFORT),
    ChecksumError,
  );
  assert.equal(live, 0);
});

test("runSuite() compiles the text of an arm anew with nothing but its bindings", async () => {
  const outside = Number("1"); // a literal would be inlined by Bun
  const closing = arm({
    name: "closing",
    bind: () => null,
    run: () => (operations) => operations * outside,
  });
  await assert.rejects(
    runSuite(suiteOf([closing], []), "test", EFFORT),
    ReferenceError,
  );
});

test("formatResult() shows every arm and every target with its verdict", async () => {
  const target: Target = {
    arm: "slow",
    atMost: 1.5,
    against: "fast",
    shapes: ["loop"],
  };
  const suite = suiteOf([working("fast", 10), working("slow", 400)], [target]);
  const measurement = await runSuite(suite, "test", EFFORT);
  const text = formatResult({
    suite: "test",
    runtime: "test",
    versions: { test: "1", mimalloc: "3.6.0" },
    machine: {
      processor: "a",
      cores: 2,
      system: "b",
      architecture: "c",
      loadAverage: 0,
    },
    ...measurement,
  });
  assert.match(text, /^\| fast +\|/m);
  assert.match(text, /^\| slow +\|/m);
  assert.match(text, /^- MISSED: multiply, loop: slow ≤ 1\.5 × fast: × \d/m);
});
