import { PRIVATE, requirePrivate } from "../../heaps/core/private_constructor.ts";
import type { AllocationSite } from "../sites/allocation_site.ts";
import { drawFlameGraph } from "./_flame_graph.ts";
import { drawPage, drawTable } from "./_flame_page.ts";
import { flameTree } from "./_flame_tree.ts";
import { toFolded } from "./_folded.ts";
import { writePprof } from "./_pprof.ts";
import { toSpeedscope } from "./_speedscope.ts";
import { showShare } from "./_share.ts";
import type { ValueRow } from "./_value_row.ts";
import {
  addValues,
  checkValue,
  NO_VALUES,
  type ProfileValue,
  type ProfileValues,
  showValue,
} from "./profile_values.ts";
import type { SpeedscopeFile } from "./speedscope_file.ts";

/** What a site allocated, estimated from its samples. */
export interface SiteFigures extends ProfileValues {
  /** Where. */
  readonly site: AllocationSite;
  /** How many allocations were looked at. */
  readonly samples: number;
}

/** A value as it was estimated and as it is. */
export interface EstimatedTotal {
  /** What the samples stand for. */
  readonly estimated: number;
  /** What was counted, allocation by allocation. */
  readonly exact: number;
  /** By which part of the exact value the estimate is wrong: 0.02 for 2 % too much. */
  readonly error: number;
}

/** What a profiler has found. */
export interface SiteProfileData {
  /** The bytes between two samples on average. */
  readonly sampleRate: number;
  /** What began the random numbers. */
  readonly seed: number;
  /** When the profiler began, in milliseconds since 1970. */
  readonly startedAt: number;
  /** For how long it ran, in milliseconds. */
  readonly duration: number;
  /** How many allocations were looked at. */
  readonly samples: number;
  /** How many of them found no room: their site or their end is not known. */
  readonly dropped: number;
  /** What was counted, not sampled. */
  readonly exact: ProfileValues;
  /** The sites. */
  readonly sites: readonly SiteFigures[];
}

/** Makes a profile of what a profiler found; not part of the public interface. */
export let makeSiteProfile: (data: SiteProfileData) => SiteProfile;

const WORDS: Readonly<Record<ProfileValue, string>> = {
  liveBytes: "Live bytes",
  liveObjects: "Live objects",
  totalBytes: "Allocated bytes",
  totalObjects: "Allocated objects",
};

/** Rows of a profile for what draws and writes it. */
export function rowsOf({ sites }: SiteProfile): ValueRow[] {
  return sites.map(({ site, liveBytes, liveObjects, totalBytes, totalObjects }) => ({
    frames: site.frames,
    liveBytes,
    liveObjects,
    totalBytes,
    totalObjects,
  }));
}

/**
 * Which places of a JavaScript program have allocated how much native memory, and what of that is live:
 * {@linkcode SiteProfiler.profile} takes one. Figures of sites are estimates, those of {@linkcode SiteProfile.totals}
 * stand beside what was counted.
 */
export class SiteProfile implements SiteProfileData {
  /** The bytes between two samples on average. */
  readonly sampleRate: number;
  /** What began the random numbers. */
  readonly seed: number;
  /** When the profiler began, in milliseconds since 1970. */
  readonly startedAt: number;
  /** For how long it ran, in milliseconds. */
  readonly duration: number;
  /** How many allocations were looked at. */
  readonly samples: number;
  /** How many of them found no room: their site or their end is not known. */
  readonly dropped: number;
  /** What was counted, not sampled. */
  readonly exact: ProfileValues;
  /** The sites, the one with the most live bytes first. */
  readonly sites: readonly SiteFigures[];

  static {
    makeSiteProfile = (data: SiteProfileData): SiteProfile => new SiteProfile(PRIVATE, data);
  }

  private constructor(key: typeof PRIVATE, data: SiteProfileData) {
    requirePrivate(key, "SiteProfile", "SiteProfiler.profile() takes profiles");
    ({
      sampleRate: this.sampleRate,
      seed: this.seed,
      startedAt: this.startedAt,
      duration: this.duration,
      samples: this.samples,
      dropped: this.dropped,
      exact: this.exact,
    } = data);
    this.sites = data.sites.toSorted((a, b) => b.liveBytes - a.liveBytes || b.totalBytes - a.totalBytes);
  }

  /** Each value of all sites together, beside the exact one, with the error. */
  get totals(): Readonly<Record<ProfileValue, EstimatedTotal>> {
    const estimated = this.sites.reduce<ProfileValues>((sum, site) => addValues(sum, site), NO_VALUES);
    const total = (key: ProfileValue): EstimatedTotal => ({
      estimated: estimated[key],
      exact: this.exact[key],
      error: this.exact[key] === 0 ? 0 : estimated[key] / this.exact[key] - 1,
    });
    return {
      liveBytes: total("liveBytes"),
      liveObjects: total("liveObjects"),
      totalBytes: total("totalBytes"),
      totalObjects: total("totalObjects"),
    };
  }

  /**
   * The profile as a file for `go tool pprof` and whatever else reads `profile.proto`, compressed: sample types
   * `alloc_objects`, `alloc_space`, `inuse_objects` and `inuse_space`, as Go's own heap profiles have them.
   */
  toPprof(): Uint8Array<ArrayBuffer> {
    const { sampleRate, startedAt, duration } = this;
    const comments = Object.entries(this.totals).map(([key, { exact }]) => `exact ${key}: ${exact}`);
    return writePprof(rowsOf(this), { sampleRate, startedAt, duration, comments });
  }

  /** The profile as an object for https://www.speedscope.app, to be written as JSON; live bytes come first. */
  toSpeedscope(): SpeedscopeFile {
    return toSpeedscope(rowsOf(this), "Native memory by JavaScript call site");
  }

  /**
   * The profile as folded stacks, `main;load;parse 4096`, a line each, for `flamegraph.pl` and its kin.
   *
   * Throws `TypeError` for a `value` that profiles do not have.
   */
  toFolded(value: ProfileValue = "liveBytes"): string {
    checkValue(value, "fold a profile");
    return toFolded(rowsOf(this), value);
  }

  /**
   * A flame graph as SVG, for light and dark pages: as wide as what a call allocated, its callers below it.
   *
   * Throws `TypeError` for a `value` that profiles do not have.
   */
  toFlameGraph(value: ProfileValue = "liveBytes"): string {
    checkValue(value, "draw a flame graph");
    const total = this.totals[value];
    const note = `${showValue(total.estimated, value)} estimated from ${this.samples} samples, ` +
      `${showValue(total.exact, value)} counted, ${showError(total)}`;
    return drawFlameGraph(flameTree(rowsOf(this), value), {
      title: `${WORDS[value]} by JavaScript call site`,
      note,
      value,
      compared: false,
    });
  }

  /**
   * A page of its own, with a flame graph to click and search in and a table of the sites.
   *
   * Throws `TypeError` for a `value` that profiles do not have.
   */
  toHtml(value: ProfileValue = "liveBytes"): string {
    return drawPage(`${WORDS[value]} by JavaScript call site`, [{
      heading: "Flame graph",
      words: this.summary(),
      content: `${this.toFlameGraph(value)}${drawSites(this)}`,
    }]);
  }

  /** What was looked at, in a sentence. */
  summary(): string {
    const { liveBytes, totalBytes } = this.totals;
    const lost = this.dropped === 0 ? "" : `, ${this.dropped} found no room`;
    return `${this.samples} samples, one per ${showValue(this.sampleRate, "liveBytes")} (seed ${this.seed})${lost}; ` +
      `live ${showValue(liveBytes.estimated, "liveBytes")} estimated, ${
        showValue(liveBytes.exact, "liveBytes")
      } counted (${showError(liveBytes)}); allocated ${showValue(totalBytes.estimated, "totalBytes")} estimated, ${
        showValue(totalBytes.exact, "totalBytes")
      } counted (${showError(totalBytes)})`;
  }

  /** The summary and the first sites, a line each. */
  toString(): string {
    const lines = this.sites.slice(0, 20).map((site) =>
      `${showValue(site.liveBytes, "liveBytes").padStart(10)} ${
        showShare(site.liveBytes, this.totals.liveBytes.estimated).padStart(8)
      }  ${site.site.name}`
    );
    return [`${this.summary()}`, ...lines].join("\n");
  }

  /** The figures and sites, for `JSON.stringify()`. */
  toJSON(): SiteProfileData & { readonly totals: Readonly<Record<ProfileValue, EstimatedTotal>> } {
    const { sampleRate, seed, startedAt, duration, samples, dropped, exact, sites, totals } = this;
    return { sampleRate, seed, startedAt, duration, samples, dropped, exact, totals, sites };
  }
}

function showError({ error }: EstimatedTotal): string {
  return `error ${error < 0 ? "" : "+"}${(100 * error).toFixed(1)} %`;
}

/** A table of the sites of a profile. */
export function drawSites({ sites }: SiteProfile): string {
  const rows = sites.slice(0, 50).map(({ site, liveBytes, liveObjects, totalBytes, totalObjects }) => [
    site.name,
    showValue(liveBytes, "liveBytes"),
    showValue(liveObjects, "liveObjects"),
    showValue(totalBytes, "totalBytes"),
    showValue(totalObjects, "totalObjects"),
  ]);
  return drawTable(["Site", "Live", "Objects", "Allocated", "Objects in all"], rows);
}
