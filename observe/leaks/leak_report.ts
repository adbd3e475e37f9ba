import { PRIVATE, requirePrivate } from "../../heaps/core/private_constructor.ts";
import { formatBytes } from "../../realtime/core/format_bytes.ts";
import type { Leak, LeakLevel, LeakSuspect } from "./leak.ts";

/** What a detector has found. */
export interface LeakReportData {
  /** How much it looks at. */
  readonly level: LeakLevel;
  /** One in how many allocations is looked at. */
  readonly every: number;
  /** What began the random numbers. */
  readonly seed: number;
  /** Allocations so far, of blocks and scopes. */
  readonly allocations: number;
  /** How many of them were looked at. */
  readonly samples: number;
  /** How many of those found no room. */
  readonly dropped: number;
  /** What leaks, each site once, those with the most bytes first. */
  readonly leaks: readonly Leak[];
  /** Sites with something that is live, those that leak most likely first. */
  readonly suspects: readonly LeakSuspect[];
}

/** Makes a report; not part of the public interface. */
export let makeLeakReport: (data: LeakReportData) => LeakReport;

const REASONS = {
  closed: "live when its heap was closed",
  collected: "collected before it was freed",
  growing: "only grows",
  window: "live at the end of the window",
} as const;

/** What a {@linkcode LeakDetector} has found, as data, text and JSON. */
export class LeakReport implements LeakReportData {
  /** How much the detector looks at. */
  readonly level: LeakLevel;
  /** One in how many allocations is looked at. */
  readonly every: number;
  /** What began the random numbers. */
  readonly seed: number;
  /** Allocations so far, of blocks and scopes. */
  readonly allocations: number;
  /** How many of them were looked at. */
  readonly samples: number;
  /** How many of those found no room: something may leak there unseen. */
  readonly dropped: number;
  /** What leaks, each site once, those with the most bytes first. */
  readonly leaks: readonly Leak[];
  /** Sites with something that is live, those that leak most likely first. */
  readonly suspects: readonly LeakSuspect[];

  static {
    makeLeakReport = (data: LeakReportData): LeakReport => new LeakReport(PRIVATE, data);
  }

  private constructor(key: typeof PRIVATE, data: LeakReportData) {
    requirePrivate(key, "LeakReport", "LeakDetector.report() makes reports");
    ({
      level: this.level,
      every: this.every,
      seed: this.seed,
      allocations: this.allocations,
      samples: this.samples,
      dropped: this.dropped,
      suspects: this.suspects,
    } = data);
    this.leaks = data.leaks.toSorted((a, b) => b.bytes - a.bytes);
  }

  /** The leaks as text, each with its stack. */
  toString(): string {
    const { level, every, seed, allocations, samples, dropped } = this;
    const how = level === "sampled" ? `one in ${every}, seed ${seed}` : level;
    const lost = dropped === 0 ? "" : `, ${dropped} found no room`;
    const sites = this.leaks.length === 1 ? "1 site leaks" : `${this.leaks.length} sites leak`;
    const head = `${sites}: ${allocations} allocations, ${samples} looked at (${how})${lost}`;
    return [head, ...this.leaks.map(describeLeak)].join("\n\n");
  }

  /** The data, for `JSON.stringify()`. */
  toJSON(): LeakReportData {
    const { level, every, seed, allocations, samples, dropped, leaks, suspects } = this;
    return { level, every, seed, allocations, samples, dropped, leaks, suspects };
  }
}

/** A leak as text: what, how much, since when and where. */
export function describeLeak({ reason, kind, site, heap, count, bytes, samples, age }: Leak): string {
  const about = samples > 0 && samples < count ? "about " : "";
  const what = count === 1 ? `1 ${kind}` : `${about}${count} ${kind}s`;
  const where = site.frames.length === 0 ? "    (its stack is not known: look at all allocations)" : site.stack;
  return `${what}, ${formatBytes(bytes)} in ${heap}, ${REASONS[reason]}, ${
    (age / 1000).toFixed(1)
  } s old, of\n${where}`;
}
