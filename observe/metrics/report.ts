// deno-lint-ignore-file camelcase -- the names of the document

import { refuseArgument, requireArray, requireFunction, requireObject } from "../../heaps/argument.ts";
import { type Duration, millisecondsOf, repeat } from "../core/every.ts";
import { metrics, type MetricsOptions } from "./metrics.ts";
import type { Metrics, UsageMetrics } from "./metrics_types.ts";

/** How the figures of one thing have changed. */
export interface UsageChange {
  /** Its number. */
  readonly id: number;
  /** Its name. */
  readonly name: string;
  /** `"new"` when it was not there before, `"gone"` when it is not there any more. */
  readonly state: "new" | "there" | "gone";
  /** Bytes that are handed out. */
  readonly live_bytes: number;
  /** Blocks that are handed out. */
  readonly live_blocks: number;
  /** Bytes that are held and not handed out. */
  readonly cached_bytes: number;
  /** Blocks that were handed out meanwhile; `null` unless they were counted all the time. */
  readonly allocations: number | null;
  /** Blocks that were given back meanwhile; `null` unless they were counted all the time. */
  readonly frees: number | null;
  /** Requests that were refused meanwhile. */
  readonly failures: number | null;
}

/** How figures have changed from one reading to a later one. Sizes are in bytes, times in milliseconds. */
export interface MetricsChange {
  /** Time between the two. */
  readonly elapsed_ms: number;
  /** Resident memory. */
  readonly current_rss: number;
  /** Memory that mimalloc has committed. */
  readonly current_commit: number;
  /** Pages that the system had to provide meanwhile. */
  readonly page_faults: number;
  /** Time that the processor spent in the program meanwhile. */
  readonly user_ms: number;
  /** Time that the processor spent in the system meanwhile. */
  readonly system_ms: number;
  /** The heaps of this thread. */
  readonly heaps: readonly UsageChange[];
  /** The arenas of this thread. */
  readonly arenas: readonly UsageChange[];
  /** The pools of this thread. */
  readonly pools: readonly UsageChange[];
  /** The scope pools of this thread. */
  readonly scope_pools: readonly UsageChange[];
  /** The threads. */
  readonly threads: readonly UsageChange[];
}

/** Two readings and what has changed. */
export interface MetricsReport {
  /** The earlier reading. */
  readonly before: Metrics;
  /** The later one. */
  readonly after: Metrics;
  /** The later one less the earlier one. */
  readonly change: MetricsChange;
}

/** Options of {@linkcode report}. */
export interface ReportOptions extends MetricsOptions {
  /** How often to report. */
  readonly every: Duration;
}

const CHANGES = ["live_bytes", "live_blocks", "cached_bytes", "allocations", "frees", "failures"] as const;

const NUMBERS = ["current_rss", "current_commit", "page_faults", "user_ms", "system_ms"] as const;
const LISTS = ["heaps", "arenas", "pools", "scope_pools", "threads"] as const;

/**
 * What changed from one reading of `metrics()` to a later one. Things are told apart by their numbers.
 *
 * Throws `TypeError` for what is no reading.
 */
export function metricsChange(before: Metrics, after: Metrics): MetricsChange {
  checkReading(before);
  checkReading(after);
  const difference = (name: (typeof NUMBERS)[number]): number => after[name] - before[name];
  const changes = (list: (typeof LISTS)[number]): UsageChange[] => changesOf(before[list], after[list]);
  return {
    elapsed_ms: Date.parse(after.timestamp) - Date.parse(before.timestamp),
    current_rss: difference("current_rss"),
    current_commit: difference("current_commit"),
    page_faults: difference("page_faults"),
    user_ms: difference("user_ms"),
    system_ms: difference("system_ms"),
    heaps: changes("heaps"),
    arenas: changes("arenas"),
    pools: changes("pools"),
    scope_pools: changes("scope_pools"),
    threads: changes("threads"),
  };
}

/** Throws `TypeError` for what `metrics()` has not returned, now or before it was written as JSON. */
function checkReading(reading: Metrics): void {
  const action = "compare readings";
  requireObject(reading, action, "what metrics() returned");
  for (const name of NUMBERS) {
    if (typeof reading[name] !== "number") refuseArgument(reading[name], action, `a number as ${name}`);
  }
  if (typeof reading.timestamp !== "string") refuseArgument(reading.timestamp, action, "a text as timestamp");
  for (const name of LISTS) {
    for (const thing of requireArray<UsageMetrics>(reading[name], action, `a list as ${name}`)) {
      requireObject(thing, action, `figures in ${name}`);
    }
  }
}

function changesOf(before: readonly UsageMetrics[], after: readonly UsageMetrics[]): UsageChange[] {
  const [earlier, later] = [before, after].map((list) => new Map(list.map((thing) => [thing.id, thing])));
  const gone = before.filter(({ id }) => !later!.has(id)).map((thing) => changeOf(thing, undefined));
  return [...after.map((thing) => changeOf(earlier!.get(thing.id), thing)), ...gone];
}

function changeOf(before: UsageMetrics | undefined, after: UsageMetrics | undefined): UsageChange {
  const { id, name } = (after ?? before)!;
  const state = before === undefined ? "new" : after === undefined ? "gone" : "there";
  const figures = CHANGES.map((figure) => {
    const [earlier, later] = [before?.[figure], after?.[figure]];
    // What something that is gone has counted since is not known.
    if (earlier === null || later === null) return [figure, null];
    if (after === undefined && !figure.startsWith("live") && figure !== "cached_bytes") return [figure, null];
    return [figure, (later ?? 0) - (earlier ?? 0)];
  });
  return { id, name, state, ...Object.fromEntries(figures) };
}

/**
 * Calls `listener` again and again with two readings of `metrics()` and what has changed, until what this returns is
 * disposed of. The timer does not keep the process alive. What `listener` throws goes to `reportError`, and the reports
 * go on. Differences are taken here, because mimalloc 3.6 cannot set its own figures back.
 *
 * Throws `TypeError` when `listener` is not a function, `RangeError` for a duration that is none.
 *
 * @example
 * ```ts
 * import { Heap } from "@mimalloc/ffi";
 * import { report } from "@mimalloc/ffi/observe";
 * import assert from "node:assert/strict";
 *
 * using heap = new Heap({ name: "sessions" });
 * const growth = await new Promise<number>((resolve) => {
 *   const reports = report({ every: "20ms" }, ({ change }) => {
 *     reports[Symbol.dispose]();
 *     resolve(change.heaps.find(({ name }) => name === "sessions")!.live_bytes);
 *   });
 *   heap.allocate(Uint8Array, 5000);
 *   setTimeout(() => {}, 100); // the reports alone do not keep the program alive
 * });
 * assert.equal(growth, 5000);
 * ```
 */
export function report(options: ReportOptions, listener: (report: MetricsReport) => void): Disposable {
  const { every } = requireObject(options, "report");
  const milliseconds = millisecondsOf(every);
  requireFunction(listener, "report");
  let before = metrics(options);
  return repeat(() => {
    const after = metrics(options);
    const reading: MetricsReport = { before, after, change: metricsChange(before, after) };
    before = after;
    try {
      listener(reading);
    } catch (error) {
      reportError(error);
    }
  }, milliseconds);
}
