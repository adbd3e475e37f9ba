import { refuseArgument } from "../../heaps/argument.ts";
import { PRIVATE, requirePrivate } from "../../heaps/core/private_constructor.ts";
import type { AllocationSite } from "../sites/allocation_site.ts";
import { drawFlameGraph } from "./_flame_graph.ts";
import { flameTree } from "./_flame_tree.ts";
import { writePprof } from "./_pprof.ts";
import {
  addValues,
  checkValue,
  NO_VALUES,
  type ProfileValue,
  type ProfileValues,
  showValue,
} from "./profile_values.ts";
import { rowsOf, type SiteFigures, SiteProfile } from "./site_profile.ts";

/** How the figures of a site have changed; negative where there is less. */
export interface SiteChange extends ProfileValues {
  /** Where. */
  readonly site: AllocationSite;
}

let makeDifference: (before: SiteProfile, after: SiteProfile) => ProfileDifference;

/** What has changed from one profile to another; {@linkcode diff} makes it. */
export class ProfileDifference {
  /** The earlier profile. */
  readonly before: SiteProfile;
  /** The later one. */
  readonly after: SiteProfile;
  /** Every site of the two, that whose live bytes have grown most first. */
  readonly sites: readonly SiteChange[];
  /** How the counted figures of all sites have changed; exact. */
  readonly exact: ProfileValues;

  static {
    makeDifference = (before, after) => new ProfileDifference(PRIVATE, before, after);
  }

  private constructor(key: typeof PRIVATE, before: SiteProfile, after: SiteProfile) {
    requirePrivate(key, "ProfileDifference", "diff() compares profiles");
    this.before = before;
    this.after = after;
    this.sites = changesOf(before, after);
    this.exact = addValues(after.exact, before.exact, -1);
  }

  /**
   * The sites whose `value` has grown, the one that grew most first.
   *
   * Throws `TypeError` for a `value` that profiles do not have.
   */
  grown(value: ProfileValue = "liveBytes"): readonly SiteChange[] {
    checkValue(value, "tell what has grown");
    return this.sites.filter((site) => site[value] > 0).toSorted((a, b) => b[value] - a[value]);
  }

  /** The difference as a file for pprof, as `pprof -diff_base` makes it: values may be negative. */
  toPprof(): Uint8Array<ArrayBuffer> {
    const { sampleRate, startedAt, duration } = this.after;
    const rows = this.sites.map(({ site, ...values }) => ({ frames: site.frames, ...values }));
    return writePprof(rows, { sampleRate, startedAt, duration, comments: ["difference of two profiles"] });
  }

  /**
   * A flame graph of the later profile as SVG: red is what has grown, blue what has shrunk.
   *
   * Throws `TypeError` for a `value` that profiles do not have.
   */
  toFlameGraph(value: ProfileValue = "liveBytes"): string {
    checkValue(value, "draw a flame graph");
    const change = this.exact[value];
    return drawFlameGraph(flameTree(rowsOf(this.after), value, rowsOf(this.before)), {
      title: "What has grown (red) and shrunk (blue)",
      note: `${change < 0 ? "" : "+"}${showValue(change, value)} counted`,
      value,
      compared: true,
    });
  }

  /** The sites that have grown, a line each. */
  toString(): string {
    const lines = this.grown().slice(0, 20).map(({ site, liveBytes, liveObjects }) =>
      `${`+${showValue(liveBytes, "liveBytes")}`.padStart(12)} ${
        showValue(liveObjects, "liveObjects").padStart(9)
      }  ${site.name}`
    );
    const { liveBytes, liveObjects } = this.exact;
    return [
      `live ${showValue(liveBytes, "liveBytes")} and ${showValue(liveObjects, "liveObjects")} objects more (counted)`,
      ...lines,
    ].join("\n");
  }

  /** The changes, for `JSON.stringify()`. */
  toJSON(): { readonly exact: ProfileValues; readonly sites: readonly SiteChange[] } {
    return { exact: this.exact, sites: this.sites };
  }
}

function changesOf(before: SiteProfile, after: SiteProfile): SiteChange[] {
  const changes = new Map<string, SiteChange>();
  const add = (figures: SiteFigures, factor: number): void => {
    const { site } = figures;
    // By their text, because two profilers have a site each.
    const key = `${site.frames.length}\n${site.stack}`;
    changes.set(key, { site, ...addValues(changes.get(key) ?? NO_VALUES, figures, factor) });
  };
  for (const site of before.sites) add(site, -1);
  for (const site of after.sites) add(site, 1);
  return [...changes.values()].sort((a, b) => b.liveBytes - a.liveBytes);
}

/**
 * What has changed from `before` to `after`, site by site: mostly two profiles of one profiler. Figures of sites are
 * estimates, so small changes mean nothing; `exact` says what has changed in all.
 *
 * Throws `TypeError` for what is no profile.
 *
 * @example
 * ```ts
 * import { Heap } from "@mimalloc/ffi";
 * import { diff, SiteProfiler } from "@mimalloc/ffi/observe";
 * import assert from "node:assert/strict";
 *
 * using heap = new Heap();
 * using profiler = new SiteProfiler({ of: heap, sampleRate: 1 });
 * const kept = [heap.allocate(Uint8Array, 100)];
 * const before = profiler.profile();
 * function cacheTile(): void {
 *   kept.push(heap.allocate(Uint8Array, 1000));
 * }
 * for (let i = 0; i < 10; i++) cacheTile();
 * const [first] = diff(before, profiler.profile()).grown();
 * assert.equal(first?.liveBytes, 10_000);
 * assert.match(first!.site.name, /cacheTile/);
 * ```
 */
export function diff(before: SiteProfile, after: SiteProfile): ProfileDifference {
  for (const profile of [before, after]) {
    if (!(profile instanceof SiteProfile)) refuseArgument(profile, "compare profiles", "a SiteProfile");
  }
  return makeDifference(before, after);
}
