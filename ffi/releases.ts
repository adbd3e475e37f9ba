import { compareVersions, type Version, versionOf } from "./version.ts";

/** The releases whose facts this package knows, from the oldest to the newest. */
export const releases: readonly string[] = [
  ...["2.0.5", "2.0.6", "2.0.7", "2.0.9"],
  ...["2.1.0", "2.1.1", "2.1.2", "2.1.4", "2.1.5", "2.1.6", "2.1.7", "2.1.8", "2.1.9"],
  ...["2.2.2", "2.2.3", "2.2.4", "2.2.6", "2.2.7", "2.3.0", "2.3.1", "2.3.2", "2.4.0", "2.4.1"],
  ...["3.0.0", "3.0.1", "3.0.2", "3.0.3", "3.0.7", "3.0.8", "3.0.9", "3.0.10", "3.0.11", "3.0.12"],
  ...["3.1.4", "3.1.5", "3.1.6", "3.2.6", "3.2.7", "3.2.8", "3.3.0", "3.3.1", "3.3.2"],
  ...["3.4.0", "3.4.1", "3.4.2", "3.4.3", "3.6.0"],
];

/** The versions that have something. */
export interface Presence extends VersionRange {
  /** Releases in between that lack it all the same: `"3.0.1"`, or `"3.0.7 to 3.0.12"`. */
  readonly missing?: readonly string[];
}

/** The versions for which a fact holds. */
export interface VersionRange {
  /** The first release for which it holds; absent means the oldest that is supported. */
  readonly since?: string;
  /** The last release for which it holds; absent means up to the newest. */
  readonly until?: string;
}

/** The release whose facts are taken for `version`: itself where it is known, else the newest one that is not newer. */
export function releaseOf(version: Version): string {
  return releases.findLast((release) => compareVersions(versionOf(release), version) <= 0) ?? releases[0]!;
}

/** Whether `version` is in `range`. */
export function isWithin(version: Version, { since, until }: VersionRange): boolean {
  return (since === undefined || compareVersions(version, versionOf(since)) >= 0) &&
    (until === undefined || compareVersions(version, versionOf(until)) <= 0);
}

/** Whether `version` has what `presence` is said of. */
export function isPresent(version: Version, presence: Presence): boolean {
  return isWithin(version, presence) && !presence.missing?.some((gap) => {
    const [since = gap, until = since] = gap.split(" to ");
    return isWithin(version, { since, until });
  });
}

/** Says which releases have something: `"2.2.2 to 2.4.1, 3.1.4 and newer"`. */
export function describePresence(presence: Presence): string {
  const having = releases.filter((release) => isPresent(versionOf(release), presence));
  return describeRanges(having.map((since) => since === releases.at(-1) ? { since } : { since, until: since }));
}

/**
 * Says for which releases facts hold: `"2.1.2 to 2.4.1, 3.0.0 and newer"`. Ranges that no release separates are said as
 * one.
 */
export function describeRanges(ranges: readonly VersionRange[]): string {
  const spans: { first: number; last: number }[] = [];
  for (const { since = releases[0]!, until } of ranges) {
    const first = releases.indexOf(since);
    const last = until === undefined ? Infinity : releases.indexOf(until);
    const previous = spans.at(-1);
    if (previous !== undefined && previous.last + 1 === first) previous.last = last;
    else spans.push({ first, last });
  }
  return spans.map(({ first, last }) => {
    if (last === Infinity) return `${releases[first]} and newer`;
    return first === last ? releases[first] : `${releases[first]} to ${releases[last]}`;
  }).join(", ");
}
