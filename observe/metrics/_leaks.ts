import type { LeakDetector } from "../leaks/leak_detector.ts";
import type { LeakMetrics } from "./metrics_types.ts";

/** What `detector` has reported, with the figures of now, those with the most bytes first. */
export function readLeaks(detector: LeakDetector): LeakMetrics[] {
  const live = new Map(detector.suspects().map((suspect) => [suspect.site, suspect]));
  return detector.leaks.flatMap(({ site, reason, kind, heap, count, bytes }): LeakMetrics[] => {
    // What was given back after all is no leak any more; what was closed with its heap never changes.
    const now = reason === "growing" ? live.get(site) : { count, bytes };
    return now === undefined ? [] : [{ site: site.name, reason, kind, heap, count: now.count, bytes: now.bytes }];
  }).sort((a, b) => b.bytes - a.bytes);
}
