import platformatic from "@platformatic/prom-client";
import assert from "node:assert/strict";
import { test } from "node:test";
import client from "prom-client";
import { Heap } from "../../../mod.ts";
import { LeakDetector, prometheusText } from "../../../observe/mod.ts";
import { collectMetrics, metricNames } from "../../../observe/prometheus/mod.ts";
import { needsTool } from "../_system_tool.ts";
import { leakAtTwelveSites } from "../_leaking_sites.ts";
import { checkMetrics, figureIn } from "./_promtool.ts";

const CLIENTS = { "prom-client": client, "@platformatic/prom-client": platformatic as unknown as typeof client };

/** Names and labels without figures, which change from one reading to the next. */
function shapeOf(text: string): string[] {
  return text.split("\n").filter((line) => line !== "").map((line) =>
    line.startsWith("#") ? line : line.replace(/ \S+$/, "")
  );
}

for (const [name, module] of Object.entries(CLIENTS)) {
  test(`collectMetrics() registers every name with ${name}, and reads at each scrape`, async () => {
    const register = new module.Registry();
    using heap = new Heap({ name, limit: 10_000 });
    const series = `{allocator="mimalloc",process="api",heap="${name}"}`;
    using _ = collectMetrics(module, { register, process: "api" });
    assert.deepEqual(register.getMetricsAsArray().map((metric) => metric.name).sort(), metricNames.toSorted());
    heap.allocate(Uint8Array, 1000);
    assert.equal(figureIn(await register.metrics(), `memory_allocator_heap_live_bytes${series}`), 1000);
    const view = heap.allocate(Uint8Array, 2000);
    assert.throws(() => heap.allocate(Uint8Array, 10_000), RangeError);
    assert.throws(() => heap.allocate(Uint8Array, 10_000), RangeError);
    const text = await register.metrics();
    assert.equal(figureIn(text, `memory_allocator_heap_live_bytes${series}`), 3000);
    assert.equal(figureIn(text, `memory_allocator_heap_failures_total${series}`), 2);
    heap.free(view);
    assert.equal(figureIn(await register.metrics(), `memory_allocator_heap_failures_total${series}`), 2);
  });

  test(`collectMetrics() with ${name} writes what prometheusText() writes`, async () => {
    const register = new module.Registry();
    using heap = new Heap({ name: "watched", limit: 10_000 });
    heap.allocate(Uint8Array, 1);
    using leaks = new LeakDetector({ level: "all" });
    leakAtTwelveSites();
    const options = { process: "api", prefix: "shop_", labels: { region: "eu" }, leaks };
    using _ = collectMetrics(module, { register, ...options });
    const expected = shapeOf(prometheusText(options));
    const found = shapeOf(await register.metrics());
    assert.equal(expected.filter((line) => line.startsWith("shop_memory_allocator_leak_suspect")).length, 4 + 10);
    for (const line of expected) assert.ok(found.includes(line), `${line} is missing in\n${found.join("\n")}`);
  });

  test(`collectMetrics() takes everything out of ${name} again, and refuses to be there twice`, () => {
    const register = new module.Registry();
    {
      using _ = collectMetrics(module, { register });
      assert.throws(
        () => collectMetrics(module, { register }),
        /the registry has a metric memory_allocator_info already/,
      );
      assert.equal(register.getMetricsAsArray().length, metricNames.length);
    }
    assert.deepEqual(register.getMetricsAsArray(), []);
  });

  test(`promtool finds nothing wrong with what ${name} writes`, needsTool("promtool", "prometheus"), async () => {
    const register = new module.Registry();
    using heap = new Heap({ name: "watched", limit: 10_000 });
    heap.allocate(Uint8Array, 1);
    using leaks = new LeakDetector({ level: "all" });
    leakAtTwelveSites();
    using _ = collectMetrics(module, { register, pages: true, leaks });
    checkMetrics(await register.metrics());
  });
}

test("collectMetrics() reads once for all metrics of a scrape", async () => {
  const register = new client.Registry();
  using heap = new Heap({ name: "watched" });
  let readings = 0;
  using _ = collectMetrics(client, {
    register,
    get pages(): boolean {
      readings++;
      return false;
    },
  });
  const before = readings;
  await register.metrics();
  assert.equal(readings - before, 1);
  await register.metrics();
  assert.equal(readings - before, 2);
  assert.equal(heap.liveBytes, 0);
});

test("collectMetrics() uses the registry of the client unless it is given one", async () => {
  using _ = collectMetrics(client);
  assert.match(await client.register.metrics(), /^memory_allocator_rss_bytes\{/m);
});

test("collectMetrics() refuses what is no such module", () => {
  for (const wrong of [undefined, null, {}, { Gauge: 1 }, 7]) {
    assert.throws(
      () => collectMetrics(wrong as never),
      /^TypeError: Cannot collect metrics: expected the module prom-client/,
    );
  }
});

test("collectMetrics() takes both modules as they are typed", () => {
  const [first, second] = [new client.Registry(), new platformatic.Registry()];
  collectMetrics(client, { register: first })[Symbol.dispose]();
  collectMetrics(platformatic, { register: second })[Symbol.dispose]();
});
