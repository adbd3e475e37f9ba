import type { LeakReason } from "../leaks/leak.ts";
import { KeptTotals } from "./_kept_totals.ts";
import type { Metrics, UsageMetrics } from "./metrics_types.ts";

/** What a family of metrics tells of: the process, or each thing of one kind. */
type Subject = "heap" | "arena" | "pool" | "scope_pool" | "thread";

/** A figure, with the labels that tell it from others of its family. */
export interface MetricSample {
  /** Its labels. */
  readonly labels: Readonly<Record<string, string>>;
  /** The figure. */
  readonly value: number;
}

/** Figures of one name. */
export interface MetricFamily {
  /** Its name in parts, without the unit: `heap.live`. */
  readonly path: string;
  /** What it is counted in. */
  readonly unit: "bytes" | "seconds" | undefined;
  /** Whether it only rises. */
  readonly type: "gauge" | "counter";
  /** What it says. */
  readonly help: string;
  /** The names of its labels. */
  readonly labels: readonly string[];
  /** Reads it from what `metrics()` has returned; the same for the same. */
  readonly read: (metrics: Metrics) => MetricSample[];
}

/** The label of heaps and scope pools that the program gave no name: their numbers would make ever new series. */
export const UNNAMED = "unnamed";

function ofProcess(
  path: string,
  unit: MetricFamily["unit"],
  type: MetricFamily["type"],
  help: string,
  read: (metrics: Metrics) => number,
): MetricFamily {
  return { path, unit, type, help, labels: [], read: (metrics) => [{ labels: {}, value: read(metrics) }] };
}

const LISTS = {
  heap: "heaps",
  arena: "arenas",
  pool: "pools",
  scope_pool: "scope_pools",
  thread: "threads",
} as const satisfies Record<Subject, keyof Metrics>;

function labelOf({ name, named }: UsageMetrics & { readonly named?: boolean }): string {
  return named === false ? UNNAMED : name;
}

/** How figures of things with the same name become one. */
type Combination = (one: number, other: number) => number;

const add: Combination = (one, other) => one + other;

function gaugeOf<S extends Subject>(
  subject: S,
  figure: string,
  unit: MetricFamily["unit"],
  help: string,
  combine: Combination,
  read: (thing: Metrics[typeof LISTS[S]][number]) => number | null,
): MetricFamily {
  return {
    path: `${subject}.${figure}`,
    unit,
    type: "gauge",
    help,
    labels: [subject],
    read: (metrics) => {
      const values = new Map<string, number>();
      for (const thing of metrics[LISTS[subject]] as readonly Metrics[typeof LISTS[S]][number][]) {
        const [label, value] = [labelOf(thing), read(thing)];
        const known = values.get(label);
        if (value !== null) values.set(label, known === undefined ? value : combine(known, value));
      }
      return samplesOf(subject, values);
    },
  };
}

function counterOf<S extends Subject>(
  subject: S,
  figure: string,
  help: string,
  read: (thing: Metrics[typeof LISTS[S]][number]) => number | null,
): MetricFamily {
  const totals = new KeptTotals();
  return {
    path: `${subject}.${figure}`,
    unit: undefined,
    type: "counter",
    help,
    labels: [subject],
    read: (metrics) => {
      const things = metrics[LISTS[subject]] as readonly Metrics[typeof LISTS[S]][number][];
      return samplesOf(
        subject,
        totals.update(things.map((thing) => ({ id: thing.id, label: labelOf(thing), value: read(thing) }))),
      );
    },
  };
}

function samplesOf(label: string, values: ReadonlyMap<string, number>): MetricSample[] {
  return [...values].map(([name, value]) => ({ labels: { [label]: name }, value }));
}

/** What is told of each thing of a kind; `things` is what helps call them. */
function usageOf(subject: Subject, things: string): MetricFamily[] {
  const gauges = [
    gaugeOf(subject, "live", "bytes", `Bytes that ${things} have handed out.`, add, (thing) => thing.live_bytes),
    gaugeOf(
      subject,
      "live_blocks",
      undefined,
      `Blocks that ${things} have handed out.`,
      add,
      (thing) => thing.live_blocks,
    ),
    gaugeOf(
      subject,
      "cached",
      "bytes",
      `Bytes that ${things} keep for what comes, or until the runtime lets go of them.`,
      add,
      (thing) => thing.cached_bytes,
    ),
  ];
  const counted = "since it is counted";
  const highest = [
    gaugeOf(
      subject,
      "peak",
      "bytes",
      `The most bytes that ${things} had handed out ${counted}.`,
      add,
      (thing) => thing.peak_bytes,
    ),
    gaugeOf(subject, "peak_blocks", undefined, `The most blocks that ${things} had handed out ${counted}.`, add, (
      thing,
    ) => thing.peak_blocks),
  ];
  const counters = [
    counterOf(
      subject,
      "allocations",
      `Blocks that ${things} have handed out ${counted}.`,
      (thing) => thing.allocations,
    ),
    counterOf(subject, "frees", `Blocks that ${things} got back ${counted}.`, (thing) => thing.frees),
    counterOf(subject, "failures", `Requests that ${things} have refused.`, (thing) => thing.failures),
  ];
  return [...gauges, ...highest, ...counters];
}

function roomOf(subject: "heap" | "arena" | "scope_pool", of: string): MetricFamily[] {
  return [
    gaugeOf(
      subject,
      "limit",
      "bytes",
      `The limit of ${of}, the highest of those of one name.`,
      Math.max,
      (thing) => thing.limit_bytes,
    ),
    gaugeOf(
      subject,
      "headroom",
      "bytes",
      `What is left of the limit of ${of}, the least of those of one name.`,
      Math.min,
      (thing) => thing.headroom_bytes,
    ),
  ];
}

/** All reasons, so that each has a series from the beginning on, which rises from 0. */
const REASONS = {
  closed: 0,
  collected: 0,
  growing: 0,
  window: 0,
} as const satisfies Record<LeakReason, number>;

/** Only so many sites have series of their own, because a program may have thousands. */
const TOP_SITES = 10;

/** What a leak detector has reported; nothing without one. */
const LEAKS: readonly MetricFamily[] = [
  {
    path: "leak_suspects",
    unit: undefined,
    type: "gauge",
    help: "Sites of the program that the leak detector has reported, by the reason.",
    labels: ["reason"],
    read: ({ leaks }) => {
      if (leaks === null) return [];
      const counts = new Map<string, number>(Object.entries(REASONS));
      for (const { reason } of leaks) counts.set(reason, counts.get(reason)! + 1);
      return samplesOf("reason", counts);
    },
  },
  {
    path: "leak_suspect",
    unit: "bytes",
    type: "gauge",
    help: `Bytes that were leaked at a site of the program, of the ${TOP_SITES} with the most of them.`,
    labels: ["allocation_site"],
    read: ({ leaks }) => {
      const bytes = new Map<string, number>();
      for (const leak of leaks ?? []) bytes.set(leak.site, (bytes.get(leak.site) ?? 0) + leak.bytes);
      return samplesOf("allocation_site", new Map([...bytes].sort(([, a], [, b]) => b - a).slice(0, TOP_SITES)));
    },
  },
];

/** Everything that is told to tools for metrics, in the order in which it is written. */
export const FAMILIES: readonly MetricFamily[] = [
  {
    path: "info",
    unit: undefined,
    type: "gauge",
    help: "The allocator, 1.",
    labels: ["version"],
    read: ({ version }) => [{ labels: { version }, value: 1 }],
  },
  ofProcess("rss", "bytes", "gauge", "Resident memory of the process.", (metrics) => metrics.current_rss),
  ofProcess(
    "peak_rss",
    "bytes",
    "gauge",
    "The most resident memory that the process had.",
    (metrics) => metrics.peak_rss,
  ),
  ofProcess(
    "commit",
    "bytes",
    "gauge",
    "Memory that mimalloc has committed. On 3.6 it does not fall when memory is given back.",
    (metrics) => metrics.current_commit,
  ),
  ofProcess(
    "peak_commit",
    "bytes",
    "gauge",
    "The most memory that mimalloc had committed.",
    (metrics) => metrics.peak_commit,
  ),
  ofProcess(
    "page_faults",
    undefined,
    "counter",
    "Pages that the system had to provide, with and without reading a disk.",
    (metrics) => metrics.page_faults,
  ),
  ofProcess(
    "elapsed",
    "seconds",
    "gauge",
    "Time since the library was loaded.",
    (metrics) => metrics.elapsed_ms / 1000,
  ),
  {
    path: "cpu",
    unit: "seconds",
    type: "counter",
    help: "Time that the processor spent in the program, and in the system for it.",
    labels: ["mode"],
    read: ({ user_ms, system_ms }) => [
      { labels: { mode: "user" }, value: user_ms / 1000 },
      { labels: { mode: "system" }, value: system_ms / 1000 },
    ],
  },
  ofProcess("heaps", undefined, "gauge", "Open heaps of this thread.", ({ heaps }) => heaps.length),
  ...usageOf("heap", "heaps"),
  ...roomOf("heap", "heaps"),
  gaugeOf(
    "heap",
    "pages",
    "bytes",
    "Bytes that mimalloc has made into blocks for heaps.",
    add,
    (heap) => heap.page_bytes,
  ),
  ...usageOf("arena", "heaps and scope pools in arenas"),
  ...roomOf("arena", "arenas"),
  ...usageOf("pool", "pools").filter(({ path }) => path !== "pool.failures"),
  ...usageOf("scope_pool", "scope pools"),
  ...roomOf("scope_pool", "each scope"),
  gaugeOf("scope_pool", "open_scopes", undefined, "Scopes that are open.", add, (pool) => pool.open_scopes),
  counterOf("scope_pool", "scopes", "Scopes that were opened.", (pool) => pool.opened_scopes),
  ...usageOf("thread", "heaps and scope pools of threads"),
  ...LEAKS,
];
