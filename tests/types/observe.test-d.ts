import type { Heap, ScopePool } from "@mimalloc/ffi";
import {
  type AllocationSite,
  countAllocations,
  type Dashboard,
  type DashboardState,
  diff,
  type Duration,
  expectNoLeaks,
  type HeapMap,
  heapMap,
  type HeapMetrics,
  type Leak,
  LeakDetector,
  type LeakLevel,
  type LeakMetrics,
  type LeakReason,
  type LeakReport,
  type LeakSuspect,
  type LeakWindow,
  metricNames,
  type Metrics,
  metrics,
  metricsChange,
  type MetricsReport,
  prometheusContentType,
  prometheusText,
  report,
  serveDashboard,
  type SiteProfile,
  SiteProfiler,
  type SpeedscopeFile,
  type StackFrame,
} from "@mimalloc/ffi/observe";
import { instrumentNames, observeMetrics } from "@mimalloc/ffi/observe/opentelemetry";
import { collectMetrics } from "@mimalloc/ffi/observe/prometheus";
import { metrics as openTelemetry } from "@opentelemetry/api";
import { MeterProvider } from "@opentelemetry/sdk-metrics";
import platformatic from "@platformatic/prom-client";
import client from "prom-client";
import { expectAssignable, expectError, expectNotAssignable, expectType } from "tsd";

declare const heap: Heap;
declare const pool: ScopePool;
declare const leaks: LeakDetector;
declare const profiler: SiteProfiler;

// One plain object; what nothing counts is null, and has to be looked at.
const reading = metrics({ pages: true, leaks });
expectType<Metrics>(reading);
expectType<number>(reading.current_rss);
expectType<"mimalloc">(reading.allocator);
expectType<readonly HeapMetrics[]>(reading.heaps);
expectType<number | null>(reading.heaps[0]!.allocations);
expectType<number>(reading.heaps[0]!.failures);
expectType<number>(reading.arenas[0]!.limit_bytes);
expectType<number | null>(reading.threads[0]!.failures);
expectType<readonly LeakMetrics[] | null>(reading.leaks);
expectError(reading.heaps.push(reading.heaps[0]!));
expectError(reading.current_rss = 1);
expectError(metrics({ page: true }));
expectError(metrics({ leaks: true }));
expectType<Disposable>(countAllocations());

// Reports.
expectType<Disposable>(report({ every: "10s" }, (found) => expectType<MetricsReport>(found)));
expectAssignable<Duration>("250ms");
expectNotAssignable<Duration>("10 parsecs");
expectError(report({}, () => {}));
expectError(report({ every: "10s" }));
expectType<number>(metricsChange(reading, reading).current_rss);
expectError(metricsChange(reading));

// The exposition format.
expectType<string>(prometheusText());
expectType<string>(prometheusText({ prefix: "shop_", labels: { region: "eu" }, process: "api", pages: true, leaks }));
expectType<readonly string[]>(metricNames);
expectAssignable<string>(prometheusContentType);
expectError(prometheusText({ labels: ["region"] }));
expectError(prometheusText({ labels: { region: 1 } }));

// The libraries that a program brings are taken by structure, each with its own registry.
expectType<Disposable>(collectMetrics(client));
expectType<Disposable>(collectMetrics(client, { register: new client.Registry(), prefix: "shop_", leaks }));
expectType<Disposable>(collectMetrics(platformatic));
expectType<Disposable>(collectMetrics(platformatic, { register: new platformatic.Registry() }));
expectError(collectMetrics({}));
expectError(collectMetrics(client, { register: {} }));
expectError(collectMetrics(client.register));

expectType<Disposable>(observeMetrics(openTelemetry.getMeter("shop"), { leaks }));
expectType<Disposable>(observeMetrics(new MeterProvider().getMeter("shop")));
expectType<readonly string[]>(instrumentNames);
expectError(observeMetrics(new MeterProvider()));
expectError(observeMetrics(openTelemetry.getMeter("shop"), { prefix: "shop_" }));

// Leaks.
expectAssignable<Disposable>(new LeakDetector());
new LeakDetector({ of: heap, level: "all" });
new LeakDetector({ of: pool, level: "sampled", every: 64, seed: 1, frames: 8, maxSites: 10, maxSamples: 10 });
expectError(new LeakDetector({ level: "some" }));
expectError(new LeakDetector({ of: "sessions" }));
expectType<LeakLevel>(leaks.level);
leaks.level = "off";
expectError(leaks.level = "none");
expectType<readonly Leak[]>(leaks.leaks);
expectType<LeakSuspect[]>(leaks.suspects());
expectType<LeakReport>(leaks.report());
expectAssignable<Leak>(leaks.suspects()[0]!);
expectType<"closed" | "collected" | "growing" | "window">({} as LeakReason);
expectType<Disposable>(leaks.onLeak((leak) => expectType<Leak>(leak)));
expectError(leaks.onLeak());
expectType<Disposable>(leaks.watch({ collections: 3 }));
expectType<LeakWindow>(leaks.window());
expectType<readonly Leak[]>(leaks.window().end());
expectType<Disposable>(expectNoLeaks());
expectType<Disposable>(expectNoLeaks(heap));
expectType<Disposable>(expectNoLeaks(pool));
expectError(expectNoLeaks({}));

declare const leak: Leak;
expectType<AllocationSite>(leak.site);
expectType<readonly StackFrame[]>(leak.site.frames);
expectError(leak.bytes = 0);

// Profiles.
const profile = new SiteProfiler({ of: heap, sampleRate: 1024, seed: 1 }).profile();
expectType<SiteProfile>(profile);
expectType<Uint8Array<ArrayBuffer>>(profile.toPprof());
expectType<SpeedscopeFile>(profile.toSpeedscope());
expectType<string>(profile.toFolded("totalBytes"));
expectType<string>(profile.toFlameGraph());
expectError(profile.toFolded("bytes"));
expectError(new SiteProfiler({ of: pool }));
expectType<string>(diff(profile, profile).toFlameGraph());
expectError(diff(profile));

// Pictures and the dashboard.
expectType<HeapMap>(heapMap(heap));
expectType<string>(heapMap(heap).picture());
expectError(heapMap(pool));
expectType<Promise<Dashboard>>(serveDashboard());
expectType<Promise<Dashboard>>(
  serveDashboard({ port: 0, hostname: "127.0.0.1", every: "2s", token: "t", leaks, profiler }),
);
expectError(serveDashboard({ port: "0" }));
expectError(serveDashboard({ leaks: profiler }));
declare const dashboard: Dashboard;
expectAssignable<AsyncDisposable>(dashboard);
expectType<string>(dashboard.url);
declare const state: DashboardState;
expectType<Metrics>(state.metrics);
