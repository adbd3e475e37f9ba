/**
 * The figures of `metrics()` as instruments of OpenTelemetry, which the program brings, or of Deno's own exporter.
 *
 * @example
 * ```ts
 * import { observeMetrics } from "@mimalloc/ffi/observe/opentelemetry";
 * import { metrics } from "@opentelemetry/api";
 *
 * using observing = observeMetrics(metrics.getMeter("shop"));
 * ```
 *
 * @module
 */
export * from "./observe_metrics.ts";
