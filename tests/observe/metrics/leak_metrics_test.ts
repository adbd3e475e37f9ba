import assert from "node:assert/strict";
import { test } from "node:test";
import { Heap } from "../../../mod.ts";
import { LeakDetector, metrics, prometheusText } from "../../../observe/mod.ts";
import { leakAtTwelveSites, leakOneInTwenty } from "../_leaking_sites.ts";
import { FIXED_SEED } from "../_seed.ts";
import { needsTool } from "../_system_tool.ts";
import { checkMetrics, figureIn } from "../prometheus/_promtool.ts";

const COMMON = 'allocator="mimalloc",process="p"';

test("metrics() tells of leaks only when it is given a detector", () => {
  using leaks = new LeakDetector({ level: "all" });
  assert.equal(metrics().leaks, null);
  assert.deepEqual(metrics({ leaks }).leaks, []);
  for (const wrong of [null, {}, 1]) {
    assert.throws(
      () => metrics({ leaks: wrong as never }),
      /^TypeError: Cannot read the metrics: expected a LeakDetector as `leaks`, got /,
    );
  }
});

test("metrics() tells of what a heap was closed with for good, those with the most bytes first", () => {
  using leaks = new LeakDetector({ level: "all" });
  leakAtTwelveSites();
  const found = metrics({ leaks }).leaks!;
  assert.deepEqual(found.map(({ bytes }) => bytes), Array.from({ length: 12 }, (_, index) => 1200 - 100 * index));
  assert.deepEqual(found.map(({ count }) => count), found.map(() => 1));
  const [{ site, reason, kind, heap }] = found as [typeof found[number]];
  assert.deepEqual([reason, kind, heap], ["closed", "block", 'heap "leaking"']);
  assert.match(site, /_leaking_sites\.ts:\d+:\d+/);
  assert.deepEqual(metrics({ leaks }).leaks, found);
});

test("metrics() tells of a site that grows as long as any of it is live", { timeout: 300_000 }, () => {
  using heap = new Heap();
  using leaks = new LeakDetector({ of: heap, seed: FIXED_SEED });
  const leaked = leakOneInTwenty(heap);
  const [growing, ...others] = metrics({ leaks }).leaks!;
  assert.equal(others.length, 0);
  assert.equal(growing!.reason, "growing");
  const bytes = 64 * leaked.length;
  assert.ok(Math.abs(growing!.bytes - bytes) < 0.5 * bytes, `${growing!.bytes} of ${bytes} bytes, seed ${FIXED_SEED}`);
  for (const view of leaked) heap.free(view);
  assert.deepEqual(metrics({ leaks }).leaks, []);
  assert.equal(leaks.leaks.length, 1);
});

test("prometheusText() has no family of leaks without a detector", () => {
  assert.doesNotMatch(prometheusText(), /memory_allocator_leak/);
});

test("prometheusText() counts the sites that leak by their reasons, and names the ten with the most bytes", () => {
  using leaks = new LeakDetector({ level: "all" });
  const count = (reason: string): number =>
    figureIn(prometheusText({ process: "p", leaks }), `memory_allocator_leak_suspects{${COMMON},reason="${reason}"}`);
  assert.deepEqual(["closed", "collected", "growing", "window"].map(count), [0, 0, 0, 0]);
  leakAtTwelveSites();
  assert.deepEqual(["closed", "collected", "growing", "window"].map(count), [12, 0, 0, 0]);
  const series = [
    ...prometheusText({ process: "p", leaks }).matchAll(
      /^memory_allocator_leak_suspect_bytes\{allocator="mimalloc",process="p",allocation_site="[^"]+"\} (\d+)$/gm,
    ),
  ];
  assert.deepEqual(series.map(([, bytes]) => Number(bytes)), Array.from({ length: 10 }, (_, i) => 1200 - 100 * i));
});

test(
  "promtool finds nothing wrong with what prometheusText() says of leaks",
  needsTool("promtool", "prometheus"),
  () => {
    using leaks = new LeakDetector({ level: "all" });
    leakAtTwelveSites();
    checkMetrics(prometheusText({ leaks }));
  },
);
