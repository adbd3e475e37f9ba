import assert from "node:assert/strict";
import { test } from "node:test";
import { Arena, Heap, ScopePool } from "../../../mod.ts";
import { metricNames, metrics, prometheusContentType, prometheusText } from "../../../observe/mod.ts";
import { Pool } from "../../../stl/mod.ts";
import { HAS_ARENAS, ofArenas } from "../../_arenas.ts";
import { needsTool } from "../_system_tool.ts";
import { checkMetrics, figureIn } from "../prometheus/_promtool.ts";

/** Names with everything that the text form has to write otherwise. */
const HOSTILE = 'a "heap"\\ of\nlines, größer 👍 {x="y"} 1';

function headOf(text: string): string[] {
  return [...text.matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name!);
}

test("prometheusText() has the families of the process with the labels allocator and process", () => {
  const before = metrics();
  const text = prometheusText({ process: "api" });
  const after = metrics();
  const common = '{allocator="mimalloc",process="api"}';
  // Between two readings, because the collector of the runtime gives back dozens of MiB at once.
  const near = (name: string, field: "current_rss" | "current_commit" | "page_faults", most: number): void => {
    const found = figureIn(text, name + common);
    const [low, high] = [before[field], after[field]].toSorted((a, b) => a - b) as [number, number];
    assert.ok(found >= low - most && found <= high + most, `${name} is ${found}, not near ${low} to ${high}`);
  };
  near("memory_allocator_rss_bytes", "current_rss", 32 * 2 ** 20);
  near("memory_allocator_commit_bytes", "current_commit", 32 * 2 ** 20);
  near("memory_allocator_page_faults_total", "page_faults", 5000);
  assert.match(text, /^# TYPE memory_allocator_rss_bytes gauge$/m);
  assert.match(text, /^# TYPE memory_allocator_commit_bytes gauge$/m);
  assert.match(text, /^# TYPE memory_allocator_page_faults_total counter$/m);
  assert.match(text, /^memory_allocator_cpu_seconds_total\{allocator="mimalloc",process="api",mode="user"\} [\d.]+$/m);
});

test("prometheusText() has no name that metricNames has not, and types and units in all", ofArenas, () => {
  using arena = Arena.reserve(64 * 2 ** 20, { name: "all" });
  using heap = new Heap({ arena, limit: 1000 });
  using scopes = new ScopePool({ limit: 1000 });
  using pool = new Pool(Uint8Array, 10, { allocator: heap });
  pool.acquire();
  const names = headOf(prometheusText());
  assert.deepEqual(names.filter((name) => !metricNames.includes(name)), []);
  assert.ok(names.length >= 40, `${names.length} families, with ${scopes.name}`);
  for (const name of metricNames) {
    assert.match(name, /^memory_allocator_[a-z_]+$/);
    assert.equal(
      name.endsWith("_total"),
      /(allocations|frees|failures|faults|scopes|cpu_seconds)_total$/.test(name),
      name,
    );
  }
  assert.equal(new Set(metricNames).size, metricNames.length);
});

test("prometheusText() has one series for heaps of one name, and for those without", () => {
  using first = new Heap({ name: "same", limit: 1000 });
  using second = new Heap({ name: "same", limit: 500 });
  using nameless = new Heap();
  first.allocate(Uint8Array, 10);
  second.allocate(Uint8Array, 400);
  nameless.allocate(Uint8Array, 1);
  const text = prometheusText({ process: "p" });
  const of = (figure: string, heap: string): number =>
    figureIn(text, `memory_allocator_heap_${figure}{allocator="mimalloc",process="p",heap="${heap}"}`);
  assert.equal(of("live_bytes", "same"), 410);
  assert.equal(of("limit_bytes", "same"), 1000);
  assert.equal(of("headroom_bytes", "same"), 100);
  assert.ok(of("live_blocks", "unnamed") >= 1);
  assert.doesNotMatch(text, /heap="heap \d+"/);
  assert.equal(text.split('memory_allocator_heap_live_bytes{allocator="mimalloc",process="p",heap="same"}').length, 2);
});

test("prometheusText() never takes back what heaps have counted that are closed since", () => {
  const failures = (): number =>
    figureIn(
      prometheusText({ process: "p" }),
      'memory_allocator_heap_failures_total{allocator="mimalloc",process="p",heap="brief"}',
    );
  const heap = new Heap({ name: "brief", limit: 10 });
  assert.throws(() => heap.allocate(Uint8Array, 11), RangeError);
  assert.throws(() => heap.allocate(Uint8Array, 11), RangeError);
  assert.equal(failures(), 2);
  heap.destroy();
  assert.equal(failures(), 2);
  using next = new Heap({ name: "brief", limit: 10 });
  assert.throws(() => next.allocate(Uint8Array, 11), RangeError);
  assert.equal(failures(), 3);
});

test("prometheusText() takes a prefix and labels", () => {
  const text = prometheusText({ prefix: "shop_", labels: { region: "eu" }, process: "p" });
  assert.match(text, /^shop_memory_allocator_rss_bytes\{allocator="mimalloc",process="p",region="eu"\} \d+$/m);
  assert.equal(prometheusContentType, "text/plain; version=0.0.4; charset=utf-8");
});

test("prometheusText() refuses names and labels that Prometheus does not take, or that figures have", () => {
  const refused: [object, RegExp][] = [
    [{ prefix: "no-dash" }, /the prefix "no-dash"/],
    [{ prefix: "1x" }, /the prefix "1x"/],
    [{ labels: { "a b": "x" } }, /the label "a b"/],
    [{ labels: { __name: "x" } }, /the label "__name"/],
    [{ labels: { heap: "x" } }, /the label heap: figures have one already/],
    [{ labels: { process: "x" } }, /the label process: figures have one already/],
    [{ labels: null }, /expected an object with labels, got null/],
  ];
  for (const [options, message] of refused) {
    assert.throws(
      () => prometheusText(options),
      (error: Error) => error instanceof TypeError && message.test(error.message),
    );
  }
  assert.throws(() => prometheusText(null as never), TypeError);
});

const ofPromtool = HAS_ARENAS ? needsTool("promtool", "prometheus") : ofArenas;

test("promtool finds nothing wrong with prometheusText()", ofPromtool, () => {
  using arena = Arena.reserve(64 * 2 ** 20, { name: HOSTILE });
  using heap = new Heap({ arena, name: HOSTILE, limit: 1000 });
  using scopes = new ScopePool({ name: HOSTILE, limit: 1000 });
  using pool = new Pool(Uint8Array, 10, { allocator: heap, name: HOSTILE });
  using scope = scopes.open();
  scope.allocate(Uint8Array, 8);
  pool.acquire();
  const text = prometheusText({ process: HOSTILE, labels: { note: HOSTILE }, pages: true });
  checkMetrics(text);
  assert.throws(() => checkMetrics(`${text}x{ 1\n`), "promtool checks nothing");
});
