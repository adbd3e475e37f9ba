import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import { Heap } from "../../../mod.ts";
import { countAllocations, metrics, metricsChange, type MetricsReport, report } from "../../../observe/mod.ts";
import { runProgram } from "../../_program.ts";

test("metricsChange() tells what was added, what is new and what is gone", () => {
  using counting = countAllocations();
  using stays = new Heap({ name: "stays" });
  const leaves = new Heap({ name: "leaves" });
  stays.allocate(Uint8Array, 100);
  leaves.allocate(Uint8Array, 70);
  const before = metrics();
  stays.allocate(Uint8Array, 50);
  stays.free(stays.allocate(Uint8Array, 8));
  leaves.destroy();
  using comes = new Heap({ name: "comes" });
  comes.allocate(Uint8Array, 30);
  const { heaps, elapsed_ms } = metricsChange(before, metrics());
  const found = ["stays", "leaves", "comes"].map((wanted) => heaps.find(({ name }) => name === wanted)!);
  assert.deepEqual(
    found.map((
      { state, live_bytes, live_blocks, allocations, frees },
    ) => [state, live_bytes, live_blocks, allocations, frees]),
    [["there", 50, 1, 2, 1], ["gone", -70, -1, null, null], ["new", 30, 1, 1, 0]],
  );
  assert.ok(elapsed_ms >= 0 && elapsed_ms < 60_000);
  counting[Symbol.dispose]();
  assert.equal(metricsChange(before, metrics()).heaps.find(({ name }) => name === "stays")!.allocations, null);
});

test("report() tells the differences of two readings in a row, until it is ended", async () => {
  using heap = new Heap({ name: "reported" });
  const reports: MetricsReport[] = [];
  const reporting = report({ every: "30ms" }, (reading) => reports.push(reading));
  heap.allocate(Uint8Array, 1000);
  while (reports.length < 1) await wait(5);
  heap.allocate(Uint8Array, 300);
  while (reports.length < 3) await wait(5);
  reporting[Symbol.dispose]();
  const { length } = reports;
  const grown = reports.map(({ change }) => change.heaps.find(({ name }) => name === "reported")!.live_bytes);
  assert.equal(grown[0], 1000);
  assert.equal(grown.slice(1).reduce((total, each) => total + each, 0), 300);
  for (let index = 1; index < length; index++) assert.equal(reports[index]!.before, reports[index - 1]!.after);
  await wait(100);
  assert.equal(reports.length, length);
});

test("report() does not keep the program alive, and goes on after a listener that throws", async () => {
  const { code, stdout, stderr } = await runProgram("tests/observe/programs/reporting.ts");
  assert.deepEqual([code, stdout, stderr], [0, "reported: Error: refused\nreported: Error: refused\nend\n", ""]);
});

test("report() refuses what is no duration and no function", () => {
  assert.throws(() => report({ every: "soon" as never }, () => {}), /^RangeError: Cannot wait "soon"/);
  assert.throws(() => report({} as never, () => {}), /^RangeError: Cannot wait undefined/);
  assert.throws(() => report({ every: 10 }, null as never), /^TypeError: Cannot report: expected a function, got null/);
  assert.throws(
    () => metricsChange(null as never, metrics()),
    /^TypeError: Cannot compare readings: expected what metrics\(\) returned/,
  );
});
