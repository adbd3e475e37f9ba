/**
 * What is in memory, who put it there, and whether it grows. Nothing is paid for until it is switched on.
 *
 * @example
 * ```ts
 * import { metrics } from "@mimalloc/ffi/observe";
 * import assert from "node:assert/strict";
 *
 * const { current_rss, version } = metrics();
 * assert.ok(current_rss > 0);
 * assert.match(version, /^\d+\.\d+\.\d+$/);
 * ```
 *
 * @module
 */
export type { StackFrame } from "../heaps/core/call_stack.ts";
export type { Duration } from "./core/every.ts";
export * from "./dashboard/dashboard_sources.ts";
export * from "./dashboard/dashboard_state.ts";
export { Dashboard, type DashboardOptions, serveDashboard } from "./dashboard/serve_dashboard.ts";
export * from "./leaks/expect_no_leaks.ts";
export * from "./leaks/leak.ts";
export * from "./leaks/leak_detector.ts";
export { LeakReport, type LeakReportData } from "./leaks/leak_report.ts";
export { LeakWindow } from "./leaks/leak_window.ts";
export * from "./map/heap_fill.ts";
export { HeapMap, heapMap } from "./map/heap_map.ts";
export * from "./metrics/count_allocations.ts";
export { metricNames, type MetricNaming } from "./metrics/metric_names.ts";
export * from "./metrics/metrics.ts";
export * from "./metrics/metrics_types.ts";
export * from "./metrics/prometheus_text.ts";
export * from "./metrics/report.ts";
export * from "./profile/diff.ts";
export type { ProfileValue, ProfileValues } from "./profile/profile_values.ts";
export * from "./profile/report.ts";
export { type EstimatedTotal, type SiteFigures, SiteProfile, type SiteProfileData } from "./profile/site_profile.ts";
export { SiteProfiler, type SiteProfilerOptions } from "./profile/site_profiler.ts";
export type { SpeedscopeFile, SpeedscopeFrame, SpeedscopeProfile } from "./profile/speedscope_file.ts";
export { AllocationSite } from "./sites/allocation_site.ts";
