import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import process from "node:process";
import { test } from "node:test";
import { instrumentNames } from "../../../observe/opentelemetry/mod.ts";
import { ROOT, RUNTIME } from "../../_program.ts";
import { type DataPoint, type ExportedMetric, Receiver } from "./_receiver.ts";

const PROGRAM = "tests/observe/opentelemetry/programs/exported.ts";

/** What the first export of the program has, by name. */
async function exportedMetrics(): Promise<Map<string, ExportedMetric>> {
  await using receiver = await Receiver.start("shop");
  const child = spawn(process.execPath, ["run", "-A", "--no-check", PROGRAM], {
    cwd: ROOT,
    env: {
      ...process.env,
      OTEL_DENO: "true",
      OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
      OTEL_EXPORTER_OTLP_PROTOCOL: "http/json",
      OTEL_METRIC_EXPORT_INTERVAL: "200",
    },
    stdio: ["pipe", "inherit", "inherit"],
  });
  const ended = new Promise<number | null>((resolve) => child.on("close", resolve));
  const found = await Promise.race([receiver.metrics, ended]);
  assert.ok(found instanceof Array, `the program ended with ${found}, and nothing was exported`);
  child.stdin.end();
  assert.equal(await ended, 0);
  return new Map(found.map((metric) => [metric.name, metric]));
}

function attributesOf({ attributes }: DataPoint): Record<string, string | undefined> {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, value.stringValue]));
}

test("Deno's own exporter sends what observeMetrics() observes, with names, units, types and values", {
  ...RUNTIME === "bun" ? { skip: "it is Deno's" } : {},
  timeout: 300_000,
}, async () => {
  const found = await exportedMetrics();
  const pointsOf = (name: string): readonly DataPoint[] => (found.get(name)!.sum ?? found.get(name)!.gauge)!.dataPoints;
  const value = (name: string, attributes: Readonly<Record<string, string>> = {}): number => {
    const point = pointsOf(name).find((each) =>
      Object.entries(attributes).every(([key, wanted]) => attributesOf(each)[key] === wanted)
    );
    return Number(point!.asInt ?? point!.asDouble);
  };
  const kind = (name: string): unknown[] => {
    const { unit, sum, gauge } = found.get(name)!;
    return [unit, sum === undefined ? gauge && "gauge" : sum.isMonotonic ? "counter" : "up and down"];
  };
  assert.deepEqual([...found.keys()].filter((name) => !instrumentNames.includes(name)), []);
  assert.ok(found.size >= 20, `${found.size} metrics`);

  const orders = { "memory_allocator.heap.name": "orders" };
  assert.equal(value("memory_allocator.heap.live", orders), 1500);
  assert.equal(value("memory_allocator.heap.headroom", orders), 8500);
  assert.equal(value("memory_allocator.heap.failures", orders), 1);
  assert.ok(value("process.memory.usage") > 10 * 2 ** 20);
  const cpu = value("process.cpu.time", { "cpu.mode": "user" });
  assert.ok(cpu > 0 && cpu < 60, `${cpu} s`);
  assert.ok(value("process.paging.faults", { "system.paging.fault.type": "minor" }) > 100);
  assert.equal(value("memory_allocator.leak_suspects", { "memory_allocator.leak.reason": "closed" }), 12);
  assert.equal(pointsOf("memory_allocator.leak_suspect").length, 10);

  assert.deepEqual(kind("memory_allocator.heap.live"), ["By", "up and down"]);
  assert.deepEqual(kind("memory_allocator.heap.failures"), ["{failure}", "counter"]);
  assert.deepEqual(kind("memory_allocator.peak_rss"), ["By", "gauge"]);
  assert.deepEqual(kind("process.cpu.time"), ["s", "counter"]);
  assert.deepEqual(kind("process.paging.faults"), ["{fault}", "counter"]);
});
