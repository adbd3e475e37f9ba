import assert from "node:assert/strict";
import { test } from "node:test";
import { runGauge } from "../../bench/gauge.ts";
import { runSuite } from "../../bench/runner.ts";
import type { Gauge, GaugeTarget } from "../../bench/suite.ts";
import { formatResult } from "../../bench/table.ts";
import { judgeGauge } from "../../bench/targets.ts";
import { Directory } from "../realtime/_directory.ts";

function gaugeOf(arms: readonly string[], targets: readonly GaugeTarget[] = [], rounds = 1): Gauge {
  return {
    name: "figures",
    operation: "print figures",
    program: "../tests/bench/_figures.ts",
    parameters: ["3"],
    arms,
    columns: [{ key: "time", title: "time", unit: "ms" }, { key: "bytes", title: "memory", unit: "B" }],
    rounds,
    targets,
  };
}

test("runGauge() runs a process for each arm and round, and returns medians and ratios to the first arm", () => {
  const { rows } = runGauge(gaugeOf(["small", "large", "none"], [], 2));
  assert.deepEqual(rows.map(({ figures }) => figures), [
    { time: 6, bytes: 10 },
    { time: 24, bytes: 30 },
    { time: null, bytes: 40 },
  ]);
  assert.deepEqual(rows.map(({ ratios }) => ratios["bytes"]), [null, 3, 4]);
  assert.deepEqual(rows.map(({ ratios }) => ratios["time"]), [null, 4, null]);
  assert.deepEqual(rows[1]!.samples, { time: [24, 24], bytes: [30, 30] });
  assert.deepEqual(rows.map(({ note }) => note), [undefined, undefined, "it has no time"]);
});

test("runGauge() throws when a process fails", () => {
  assert.throws(() => runGauge(gaugeOf(["broken"])), /Cannot measure broken of "figures": it ended with 3/);
});

test("runSuite() judges the targets of gauges, formatResult() shows them", async () => {
  const gauge = gaugeOf(["small", "large", "none"], [
    { arm: "large", column: "bytes", atMost: 4, against: "small" },
    { arm: "small", column: "time", timesFaster: 5, against: "large" },
    { arm: "small", column: "bytes", atMostOf: 10, unit: "B" },
    { arm: "large", column: "bytes", atLeastOf: 31, unit: "B" },
    { arm: "none", column: "time", atMostOf: 10, unit: "ms" },
    { arm: "large", column: "bytes", atMost: 2, against: "small", floor: { arm: "none", margin: 1 } },
    { arm: "large", column: "bytes", atMost: 2, against: "small", runtimes: ["another"] },
  ]);
  const measurement = await runSuite({ name: "test", groups: [], gauges: [gauge] }, "test");
  assert.deepEqual(measurement.verdicts.map(({ status, measured }) => [status, measured]), [
    ["met", 3],
    ["missed", 4],
    ["met", 10],
    ["missed", 30],
    ["not measured", null],
    ["floor", 3],
  ]);
  const machine = { processor: "a", cores: 2, system: "b", architecture: "c", loadAverage: 0 };
  const text = formatResult({ suite: "test", runtime: "test", versions: {}, machine, ...measurement });
  assert.match(text, /^\| large +\| 24\.0 ms +\| × 4\.00 +\| 30\.0 B +\| × 3\.00 +\|/m);
  assert.match(text, /^- none: it has no time$/m);
  assert.match(text, /^- MISSED: figures, memory: large ≥ 31 B: 30\.0 B$/m);
});

test("a paired gauge compares round by round, shows the interval of the median and goes by it", () => {
  using directory = new Directory();
  const gauge: Gauge = {
    ...gaugeOf(["doubling", "halving"], [{ arm: "halving", column: "time", atMost: 1.2, against: "doubling" }], 6),
    parameters: ["3", directory.path("rounds")],
    paired: true,
  };
  const { rows } = runGauge(gauge);
  const [doubling, halving] = rows;
  assert.deepEqual(doubling!.samples["time"], [2, 4, 8, 16, 32, 64]);
  assert.equal(doubling!.figures["time"], halving!.figures["time"]);
  assert.deepEqual([halving!.ratios["time"], halving!.ratios["bytes"]], [1.25, 2]);
  assert.deepEqual(halving!.intervals, { time: [1 / 32, 32], bytes: [2, 2] });
  assert.equal(doubling!.intervals, undefined);
  assert.deepEqual(judgeGauge(gauge, rows, "test").map(({ status, measured }) => [status, measured]), [[
    "missed",
    1.25,
  ]]);
  const machine = { processor: "a", cores: 2, system: "b", architecture: "c", loadAverage: 0 };
  const result = { name: gauge.name, operation: gauge.operation, columns: gauge.columns, rows };
  const measured = { groups: [], rows: [], verdicts: [], missing: [], gauges: [result] };
  const text = formatResult({ suite: "test", runtime: "test", versions: {}, machine, ...measured });
  assert.match(text, /^\| halving +\| 12\.0 ms \| × 1\.25 \(0\.03–32\.00\) \| 20\.0 B +\| × 2\.00 \(2\.00–2\.00\) \|/m);
});

test("judgeGauge() throws RangeError for an unknown arm and an unknown column", () => {
  for (const target of [{ arm: "nobody", column: "time" }, { arm: "small", column: "nothing" }]) {
    const gauge = gaugeOf(["small"], [{ ...target, atMostOf: 1, unit: "ms" }]);
    assert.throws(() => judgeGauge(gauge, [], "test"), RangeError);
  }
});
