import { FAMILIES, type MetricFamily, type MetricSample } from "./families.ts";
import { checkedNaming, type MetricNaming, nameOf } from "./metric_names.ts";
import { metrics, type MetricsOptions } from "./metrics.ts";

/** Options of {@linkcode prometheusText}. */
export interface PrometheusTextOptions extends MetricNaming, MetricsOptions {}

/** The media type of what {@linkcode prometheusText} returns, for the header `Content-Type`. */
export const prometheusContentType = "text/plain; version=0.0.4; charset=utf-8";

/**
 * The figures of `metrics()` as Prometheus reads them, for a server that has no library for metrics. Heaps and scope
 * pools without a name of the program's go by the label `unnamed`; figures of several things with one name become one.
 * What is not known is left out. Counts never fall: those of closed heaps stay, as far as they were read before.
 *
 * Throws `TypeError` for names and labels that Prometheus does not take, or that figures have already.
 *
 * @example
 * ```ts
 * import { Heap } from "@mimalloc/ffi";
 * import { prometheusText } from "@mimalloc/ffi/observe";
 * import assert from "node:assert/strict";
 *
 * using heap = new Heap({ name: "samples" });
 * heap.allocate(Float64Array, 1000);
 * const text = prometheusText({ process: "api" });
 * assert.match(text, /^# TYPE memory_allocator_rss_bytes gauge$/m);
 * assert.match(text, /^memory_allocator_heap_live_bytes\{allocator="mimalloc",process="api",heap="samples"\} 8000$/m);
 * ```
 */
export function prometheusText(options: PrometheusTextOptions = {}): string {
  const { prefix, labels } = checkedNaming(options, "write metrics");
  const reading = metrics(options);
  return FAMILIES.map((family) => writeFamily(family, nameOf(family, prefix), labels, family.read(reading))).join("");
}

function writeFamily(
  { help, type }: MetricFamily,
  name: string,
  common: Readonly<Record<string, string>>,
  samples: readonly MetricSample[],
): string {
  if (samples.length === 0) return "";
  const lines = samples.map(({ labels, value }) => `${name}{${writeLabels({ ...common, ...labels })}} ${value}\n`);
  return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${lines.join("")}`;
}

function writeLabels(labels: Readonly<Record<string, string>>): string {
  return Object.entries(labels).map(([name, value]) => `${name}="${escaped(value)}"`).join(",");
}

function escaped(value: string): string {
  return value.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");
}
