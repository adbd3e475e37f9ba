/**
 * The figures of `metrics()` in a registry of prom-client or of @platformatic/prom-client, which the program brings.
 *
 * @example
 * ```ts
 * import { collectMetrics } from "@mimalloc/ffi/observe/prometheus";
 * import assert from "node:assert/strict";
 * import client from "prom-client";
 *
 * using collecting = collectMetrics(client, { process: "api" });
 * const text = await client.register.metrics();
 * assert.match(text, /^memory_allocator_rss_bytes\{allocator="mimalloc",process="api"\} \d+$/m);
 * ```
 *
 * @module
 */
export { metricNames, type MetricNaming } from "../metrics/metric_names.ts";
export * from "./collect_metrics.ts";
