import { refuseArgument } from "../../heaps/argument.ts";
import { FAMILIES, type MetricFamily, type MetricSample } from "../metrics/families.ts";
import type { Metrics } from "../metrics/metrics_types.ts";
import { metrics, type MetricsOptions } from "../metrics/metrics.ts";

/** What an instrument is made with. */
export interface InstrumentOptions {
  /** What it says. */
  description: string;
  /** What it counts, in the words of UCUM. */
  unit: string;
}

/** Takes figures of instruments. */
export interface InstrumentResult<I> {
  /** Takes the figure of an instrument. */
  observe(instrument: I, value: number, attributes?: Record<string, string>): void;
}

/** A meter of OpenTelemetry, as far as it matters here. */
export interface InstrumentMeter<I> {
  /** Makes an instrument for figures that cannot be added up. */
  createObservableGauge(name: string, options: InstrumentOptions): I;
  /** Makes an instrument for figures that only rise. */
  createObservableCounter(name: string, options: InstrumentOptions): I;
  /** Makes an instrument for figures that can be added up. */
  createObservableUpDownCounter(name: string, options: InstrumentOptions): I;
  /** Has `callback` called at each collection. */
  addBatchObservableCallback(callback: (result: InstrumentResult<I>) => void, instruments: I[]): void;
  /** Ends that. */
  removeBatchObservableCallback(callback: (result: InstrumentResult<I>) => void, instruments: I[]): void;
}

/** An instrument, and where its figures come from. */
interface Source {
  readonly name: string;
  readonly kind: "gauge" | "counter" | "upDownCounter";
  readonly unit: string;
  readonly description: string;
  readonly read: (metrics: Metrics) => MetricSample[];
}

/** Those for which the semantic conventions have names. */
const CONVENTIONAL: readonly Source[] = [
  {
    name: "process.memory.usage",
    kind: "upDownCounter",
    unit: "By",
    description: "The amount of physical memory in use.",
    read: ({ current_rss }) => [{ labels: {}, value: current_rss }],
  },
  {
    name: "process.cpu.time",
    kind: "counter",
    unit: "s",
    description: "Total CPU seconds broken down by different states.",
    read: ({ user_ms, system_ms }) => [
      { labels: { "cpu.mode": "user" }, value: user_ms / 1000 },
      { labels: { "cpu.mode": "system" }, value: system_ms / 1000 },
    ],
  },
  {
    name: "process.paging.faults",
    kind: "counter",
    unit: "{fault}",
    description: "Number of page faults the process has made.",
    read: ({ page_faults, major_page_faults }) => [
      { labels: { "system.paging.fault.type": "major" }, value: major_page_faults },
      { labels: { "system.paging.fault.type": "minor" }, value: page_faults - major_page_faults },
    ],
  },
];

/** Those that have a conventional one in their place. */
const REPLACED: ReadonlySet<string> = new Set(["rss", "cpu", "page_faults"]);

/** The last part of the names of gauges that make no sense added up. */
const LEVELS = /(^|[._])(info|elapsed|peak|peak_\w+|limit|headroom)$/;

/** What the figures without a unit count. */
const COUNTED = /(\w+_)?(blocks|allocations|frees|failures|scopes|heaps|suspects)$/;

function sourceOf({ path, unit, type, help, labels, read }: MetricFamily): Source {
  const [label] = labels;
  return {
    name: `memory_allocator.${path}`,
    kind: type === "counter" ? "counter" : LEVELS.test(path) ? "gauge" : "upDownCounter",
    unit: unit === "bytes" ? "By" : unit === "seconds" ? "s" : annotation(path),
    description: help,
    read: (reading) => read(reading).map((sample) => ({ ...sample, labels: attributes(label, sample.labels) })),
  };
}

function annotation(path: string): string {
  const [, , things] = COUNTED.exec(path) ?? [];
  return things === undefined ? "1" : `{${things.replace(/s$/, "")}}`;
}

/** The attributes of labels that are no names of things. */
const ATTRIBUTES: Readonly<Record<string, string>> = {
  version: "memory_allocator.version",
  reason: "memory_allocator.leak.reason",
  "allocation_site": "memory_allocator.leak.site",
};

function attributes(label: string | undefined, labels: Readonly<Record<string, string>>): Record<string, string> {
  if (label === undefined) return {};
  return { [ATTRIBUTES[label] ?? `memory_allocator.${label}.name`]: labels[label]! };
}

const SOURCES: readonly Source[] = [
  ...CONVENTIONAL,
  ...FAMILIES.filter(({ path }) => !REPLACED.has(path)).map(sourceOf),
];

const MAKERS = {
  gauge: "createObservableGauge",
  counter: "createObservableCounter",
  upDownCounter: "createObservableUpDownCounter",
} as const;

/** What is called of a meter. */
const METER = [
  ...Object.values(MAKERS),
  "addBatchObservableCallback",
  "removeBatchObservableCallback",
] as const;

/** The names of all instruments. */
export const instrumentNames: readonly string[] = SOURCES.map(({ name }) => name);

/**
 * Makes an instrument of OpenTelemetry for each figure of `metrics()`, which are read together at each collection. What
 * the semantic conventions have a name for has that: `process.memory.usage`, `process.cpu.time` and
 * `process.paging.faults`. All others begin with `memory_allocator.`, and the name of a heap is the attribute
 * `memory_allocator.heap.name`. An exporter to Prometheus makes of them what `prometheusText()` calls them. Returns what
 * ends it.
 *
 * Throws `TypeError` when `meter` is none.
 *
 * @example
 * ```ts
 * import { Heap } from "@mimalloc/ffi";
 * import { instrumentNames, observeMetrics } from "@mimalloc/ffi/observe/opentelemetry";
 * import { MeterProvider } from "@opentelemetry/sdk-metrics";
 * import assert from "node:assert/strict";
 *
 * using heap = new Heap({ name: "sessions" });
 * const provider = new MeterProvider(); // with a reader that exports
 * using observing = observeMetrics(provider.getMeter("shop"));
 * assert.ok(instrumentNames.includes("memory_allocator.heap.live"));
 * ```
 */
export function observeMetrics<I>(meter: InstrumentMeter<I>, options: MetricsOptions = {}): Disposable {
  const missing = METER.find((name) => typeof meter?.[name] !== "function");
  if (missing !== undefined) {
    refuseArgument(meter, "observe metrics", `a meter of OpenTelemetry, which has ${missing}()`);
  }
  const instruments = SOURCES.map(({ name, kind, unit, description }) =>
    meter[MAKERS[kind]](name, { description, unit })
  );
  const observe = (result: InstrumentResult<I>): void => {
    const reading = metrics(options);
    SOURCES.forEach(({ read }, index) => {
      for (const { labels, value } of read(reading)) result.observe(instruments[index]!, value, labels);
    });
  };
  meter.addBatchObservableCallback(observe, instruments);
  return { [Symbol.dispose]: () => meter.removeBatchObservableCallback(observe, instruments) };
}
