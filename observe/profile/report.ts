import { readFileSync } from "node:fs";
import { refuseArgument, requireObject } from "../../heaps/argument.ts";
import { drawFlameGraph } from "./_flame_graph.ts";
import { drawPage, type PagePart } from "./_flame_page.ts";
import { flameTree } from "./_flame_tree.ts";
import { readPprof } from "./_read_pprof.ts";
import type { ValueRow } from "./_value_row.ts";
import { addValues, NO_VALUES, type ProfileValues, showValue } from "./profile_values.ts";
import { drawSites, SiteProfile } from "./site_profile.ts";

/** What {@linkcode profileReport} shows. */
export interface ProfileReportOptions {
  /** What JavaScript allocated: {@linkcode SiteProfiler.profile}. */
  readonly sites?: SiteProfile;
  /**
   * What C allocated: a file of mimalloc's own profiler in the format `"protobuf"`, as `Profiler.snapshot()` returns
   * its path, or its contents. Any file of pprof with the same sample types will do.
   */
  readonly native?: string | Uint8Array;
  /**
   * The heading of the page.
   *
   * @default {"Native memory"}
   */
  readonly title?: string;
}

/**
 * One page, in HTML and without anything from elsewhere, with what both profilers have found: call sites of JavaScript
 * ({@linkcode SiteProfiler}) and, apart, the C functions of mimalloc's own profiler (`Profiler`, 3.6). The two cannot
 * be added up: they saw the same allocations from two sides.
 *
 * Throws `TypeError` without either and for what is no profile, `RangeError` for a file that is none, and the error of
 * the system for one that cannot be read.
 *
 * @example
 * ```ts
 * import { Heap } from "@mimalloc/ffi";
 * import { profileReport, SiteProfiler } from "@mimalloc/ffi/observe";
 * import assert from "node:assert/strict";
 *
 * using heap = new Heap();
 * using profiler = new SiteProfiler({ of: heap, sampleRate: 1 });
 * const page = heap.allocate(Uint8Array, 4096);
 * const html = profileReport({ sites: profiler.profile(), title: "After start" });
 * assert.match(html, /^<!doctype html>.*After start.*<svg/s);
 * heap.free(page);
 * ```
 */
export function profileReport(options: ProfileReportOptions): string {
  const { sites, native, title = "Native memory" } = requireObject(options, "report profiles");
  const parts: PagePart[] = [];
  if (sites !== undefined) parts.push(drawSitesPart(sites));
  if (native !== undefined) parts.push(drawNativePart(native));
  if (parts.length === 0) throw new TypeError("Cannot report profiles: expected `sites`, `native` or both");
  return drawPage(String(title), parts);
}

function drawSitesPart(sites: SiteProfile): PagePart {
  if (!(sites instanceof SiteProfile)) refuseArgument(sites, "report profiles", "a SiteProfile");
  return {
    heading: "JavaScript call sites (SiteProfiler)",
    words: `${sites.summary()}.`,
    content: `${sites.toFlameGraph()}${drawSites(sites)}`,
  };
}

function drawNativePart(native: string | Uint8Array): PagePart {
  const isBytes = native instanceof Uint8Array;
  if (!isBytes && typeof native !== "string") {
    refuseArgument(native, "report profiles", "a path or the bytes of a file");
  }
  const rows = readPprof(isBytes ? native : readFileSync(native));
  const sums = rows.reduce<ProfileValues>((sum, row) => addValues(sum, row), NO_VALUES);
  return {
    heading: "C functions (Profiler, mimalloc's own)",
    words: "Of samples as they are, not scaled up; JavaScript is an address without a name.",
    content: drawNative(rows, sums),
  };
}

function drawNative(rows: readonly ValueRow[], { liveBytes, totalBytes }: ProfileValues): string {
  const note = `${showValue(liveBytes, "liveBytes")} in use of ${showValue(totalBytes, "totalBytes")} sampled`;
  const head = { title: "In use by C function", note, value: "liveBytes", compared: false } as const;
  return drawFlameGraph(flameTree(rows, "liveBytes"), head);
}
