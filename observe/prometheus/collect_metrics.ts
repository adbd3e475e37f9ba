import { refuseArgument } from "../../heaps/argument.ts";
import { oncePerTurn } from "../core/once_per_turn.ts";
import { FAMILIES, type MetricFamily, type MetricSample } from "../metrics/families.ts";
import { checkedNaming, type MetricNaming, nameOf } from "../metrics/metric_names.ts";
import { metrics, type MetricsOptions } from "../metrics/metrics.ts";

/** What a metric is made with, as far as it matters here. */
export interface PrometheusMetricOptions<R, M> {
  /** Its name. */
  name: string;
  /** What it says. */
  help: string;
  /** The names of its labels. */
  labelNames: string[];
  /** Where it is registered. */
  registers: R[];
  /** What sets its figures before they are read. */
  collect: (this: M) => void;
}

/** A gauge of prom-client, as far as it matters here. */
export interface PrometheusGauge {
  /** Sets a figure. */
  set(labels: Record<string, string>, value: number): void;
  /** Forgets all figures. */
  reset(): void;
}

/** A counter of prom-client, as far as it matters here. */
export interface PrometheusCounter {
  /** Adds to a figure. */
  inc(labels: Record<string, string>, value: number): void;
  /** Forgets all figures. */
  reset(): void;
}

/** A registry of prom-client, as far as it matters here. */
export interface PrometheusRegistry {
  /** The metric of that name. */
  getSingleMetric(name: string): unknown;
  /** Takes the metric of that name out. */
  removeSingleMetric(name: string): void;
}

/** The module prom-client or @platformatic/prom-client, as far as it matters here. */
export interface PrometheusClient<R extends PrometheusRegistry> {
  /** The class of gauges. */
  readonly Gauge: new (options: PrometheusMetricOptions<R, PrometheusGauge>) => PrometheusGauge;
  /** The class of counters. */
  readonly Counter: new (options: PrometheusMetricOptions<R, PrometheusCounter>) => PrometheusCounter;
  /** The registry that metrics are put into by default. */
  readonly register: R;
}

/** Options of {@linkcode collectMetrics}. */
export interface CollectMetricsOptions<R> extends MetricNaming, MetricsOptions {
  /**
   * The registry to put the metrics into.
   *
   * @default {} that of the client
   */
  readonly register?: R;
}

/**
 * Puts the figures of `metrics()` into a registry, where they are read at each scrape, once for all of them. Their names
 * are `metricNames` behind the prefix; what they say of names and counts, `prometheusText()` says too. Returns what takes
 * them out again.
 *
 * Throws `TypeError` when `client` is no such module, for names and labels that Prometheus does not take, or that
 * figures have already, and `Error` when the registry has a metric of one of the names; then nothing is registered.
 *
 * @example
 * ```ts
 * import { Heap } from "@mimalloc/ffi";
 * import { collectMetrics } from "@mimalloc/ffi/observe/prometheus";
 * import assert from "node:assert/strict";
 * import client from "prom-client";
 *
 * using heap = new Heap({ name: "sessions", limit: 2 ** 20 });
 * const register = new client.Registry();
 * using collecting = collectMetrics(client, { register, prefix: "shop_", labels: { region: "eu" } });
 * heap.allocate(Uint8Array, 1000);
 * const metric = await register.getSingleMetric("shop_memory_allocator_heap_live_bytes")!.get();
 * assert.equal(metric.values.find(({ labels }) => labels.heap === "sessions")?.value, 1000);
 * ```
 */
export function collectMetrics<R extends PrometheusRegistry>(
  client: PrometheusClient<R>,
  options: CollectMetricsOptions<R> = {},
): Disposable {
  const { prefix, labels } = checkedNaming(options, "collect metrics");
  if (typeof client?.Gauge !== "function" || typeof client.Counter !== "function") {
    refuseArgument(client, "collect metrics", "the module prom-client or @platformatic/prom-client");
  }
  const register = options.register ?? client.register;
  const read = oncePerTurn(() => metrics(options));
  const families = FAMILIES.map((family) => ({ family, name: nameOf(family, prefix) }));
  for (const { name } of families) {
    if (register.getSingleMetric(name) === undefined) continue;
    throw new Error(`Cannot collect metrics: the registry has a metric ${name} already, give them a prefix`);
  }
  for (const { family, name } of families) {
    const settings = {
      name,
      help: family.help,
      labelNames: [...Object.keys(labels), ...family.labels],
      registers: [register],
    };
    const samples = (): MetricSample[] =>
      family.read(read()).map((sample) => ({ ...sample, labels: { ...labels, ...sample.labels } }));
    addMetric(client, family, settings, samples);
  }
  return {
    [Symbol.dispose]: () => {
      for (const { name } of families) register.removeSingleMetric(name);
    },
  };
}

function addMetric<R extends PrometheusRegistry>(
  { Gauge, Counter }: PrometheusClient<R>,
  { type }: MetricFamily,
  settings: Omit<PrometheusMetricOptions<R, unknown>, "collect">,
  samples: () => MetricSample[],
): void {
  if (type === "gauge") {
    new Gauge({
      ...settings,
      collect(): void {
        this.reset();
        for (const { labels, value } of samples()) this.set(labels, value);
      },
    });
  } else {
    new Counter({
      ...settings,
      collect(): void {
        this.reset();
        for (const { labels, value } of samples()) this.inc(labels, value);
      },
    });
  }
}
