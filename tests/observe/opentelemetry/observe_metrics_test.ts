import { type CollectionResult, DataPointType, MeterProvider, MetricReader } from "@opentelemetry/sdk-metrics";
import assert from "node:assert/strict";
import { test } from "node:test";
import { Heap } from "../../../mod.ts";
import { LeakDetector, metrics } from "../../../observe/mod.ts";
import { instrumentNames, observeMetrics } from "../../../observe/opentelemetry/mod.ts";
import { leakAtTwelveSites } from "../_leaking_sites.ts";

/** Collects when it is asked to. */
class Reader extends MetricReader {
  protected override onForceFlush(): Promise<void> {
    return Promise.resolve();
  }
  protected override onShutdown(): Promise<void> {
    return Promise.resolve();
  }
}

type Attributes = Readonly<Record<string, unknown>>;

function figure({ resourceMetrics }: CollectionResult, name: string, attributes: Attributes = {}): unknown {
  const metric = resourceMetrics.scopeMetrics.flatMap((scope) => scope.metrics).find(({ descriptor }) =>
    descriptor.name === name
  );
  const wanted = JSON.stringify(attributes);
  return metric?.dataPoints.find((point) => JSON.stringify(point.attributes) === wanted)?.value;
}

test("observeMetrics() makes an instrument for each figure, read together at each collection", async () => {
  const reader = new Reader();
  const provider = new MeterProvider({ readers: [reader] });
  using heap = new Heap({ name: "traced", limit: 10_000 });
  using _ = observeMetrics(provider.getMeter("test"));
  heap.allocate(Uint8Array, 1500);
  const attributes = { "memory_allocator.heap.name": "traced" };
  const first = await reader.collect();
  assert.deepEqual(first.errors, []);
  assert.equal(figure(first, "memory_allocator.heap.live", attributes), 1500);
  assert.equal(figure(first, "memory_allocator.heap.headroom", attributes), 8500);
  heap.allocate(Uint8Array, 500);
  assert.throws(() => heap.allocate(Uint8Array, 10_000), RangeError);
  const second = await reader.collect();
  assert.equal(figure(second, "memory_allocator.heap.live", attributes), 2000);
  assert.equal(figure(second, "memory_allocator.heap.failures", attributes), 1);
  const found = second.resourceMetrics.scopeMetrics.flatMap((scope) =>
    scope.metrics.map(({ descriptor }) => descriptor.name)
  );
  assert.deepEqual(found.filter((name) => !instrumentNames.includes(name)), []);
  await provider.shutdown();
});

test("observeMetrics() uses the names, units and attributes of the semantic conventions", async () => {
  const reader = new Reader();
  const provider = new MeterProvider({ readers: [reader] });
  using _ = observeMetrics(provider.getMeter("test"));
  const result = await reader.collect();
  const before = metrics();
  const rss = figure(result, "process.memory.usage") as number;
  assert.ok(Math.abs(rss - before.current_rss) < 32 * 2 ** 20);
  assert.ok((figure(result, "process.cpu.time", { "cpu.mode": "user" }) as number) > 0);
  assert.ok((figure(result, "process.cpu.time", { "cpu.mode": "system" }) as number) >= 0);
  const minor = figure(result, "process.paging.faults", { "system.paging.fault.type": "minor" }) as number;
  const major = figure(result, "process.paging.faults", { "system.paging.fault.type": "major" }) as number;
  assert.ok(minor + major <= before.page_faults && minor + major > before.page_faults - 10_000);
  const described = new Map(
    result.resourceMetrics.scopeMetrics.flatMap((scope) => scope.metrics).map((
      metric,
    ) => [metric.descriptor.name, metric]),
  );
  const of = (name: string): unknown[] => {
    const { descriptor: { unit }, dataPointType } = described.get(name)!;
    return [
      unit,
      DataPointType[dataPointType],
      dataPointType === DataPointType.SUM && (described.get(name) as { isMonotonic?: boolean }).isMonotonic,
    ];
  };
  assert.deepEqual(of("process.memory.usage"), ["By", "SUM", false]);
  assert.deepEqual(of("process.cpu.time"), ["s", "SUM", true]);
  assert.deepEqual(of("process.paging.faults"), ["{fault}", "SUM", true]);
  assert.deepEqual(of("memory_allocator.commit"), ["By", "SUM", false]);
  assert.deepEqual(of("memory_allocator.peak_rss"), ["By", "GAUGE", false]);
  assert.deepEqual(of("memory_allocator.thread.failures"), ["{failure}", "SUM", true]);
  await provider.shutdown();
});

test("observeMetrics() tells of leaks when it is given a detector", async () => {
  const reader = new Reader();
  const provider = new MeterProvider({ readers: [reader] });
  using leaks = new LeakDetector({ level: "all" });
  leakAtTwelveSites();
  using _ = observeMetrics(provider.getMeter("test"), { leaks });
  const result = await reader.collect();
  const count = (reason: string): unknown =>
    figure(result, "memory_allocator.leak_suspects", { "memory_allocator.leak.reason": reason });
  assert.deepEqual([count("closed"), count("growing")], [12, 0]);
  const found = result.resourceMetrics.scopeMetrics.flatMap((scope) => scope.metrics);
  const of = (name: string): typeof found[number] => found.find(({ descriptor }) => descriptor.name === name)!;
  assert.equal(of("memory_allocator.leak_suspects").descriptor.unit, "{suspect}");
  const { descriptor, dataPoints } = of("memory_allocator.leak_suspect");
  assert.equal(descriptor.unit, "By");
  assert.deepEqual(dataPoints.map(({ value }) => value), Array.from({ length: 10 }, (_, index) => 1200 - 100 * index));
  assert.match(String(dataPoints[0]!.attributes["memory_allocator.leak.site"]), /_leaking_sites\.ts:\d+:\d+/);
  await provider.shutdown();
});

test("observeMetrics() ends with what it returns", async () => {
  const reader = new Reader();
  const provider = new MeterProvider({ readers: [reader] });
  observeMetrics(provider.getMeter("test"))[Symbol.dispose]();
  const result = await reader.collect();
  const points = result.resourceMetrics.scopeMetrics.flatMap((scope) =>
    scope.metrics.map(({ dataPoints }) => dataPoints.length)
  );
  assert.deepEqual(points.filter((count) => count > 0), []);
  await provider.shutdown();
});

test("observeMetrics() refuses what is no meter", () => {
  for (const wrong of [undefined, null, {}, 7]) {
    assert.throws(
      () => observeMetrics(wrong as never),
      /^TypeError: Cannot observe metrics: expected a meter of OpenTelemetry/,
    );
  }
});
