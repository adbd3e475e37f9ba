/** A version of mimalloc. */
export interface Version {
  /** Major number: 2 or 3. */
  readonly major: number;
  /** Minor number. */
  readonly minor: number;
  /** Patch number. */
  readonly patch: number;
}

/** A release whose number is that of another version: 3.0.7 was published with the number of 3.0.6. */
const MISNUMBERED: ReadonlyMap<number, Version> = new Map([[306, { major: 3, minor: 0, patch: 7 }]]);

/**
 * Reads the number that `mi_version` returns, which was written in three ways: three digits are major, minor and patch
 * (2.0.9 is 209, 3.1.4 is 314), four are major, minor and a patch of two digits (3.0.10 is 3010, 3.2.8 is 3208), and
 * five or more are major and two digits for each of the others (2.4.1 is 20401, 3.6.0 is 30600).
 *
 * 3.4.2 has the number of 3.4.1, and cannot be told from it.
 */
export function parseVersion(number: number): Version {
  const misnumbered = MISNUMBERED.get(number);
  if (misnumbered !== undefined) return { ...misnumbered };
  const patchScale = number < 1_000 ? 10 : 100;
  const minorScale = number < 10_000 ? 10 : 100;
  const rest = Math.floor(number / patchScale);
  return { major: Math.floor(rest / minorScale), minor: rest % minorScale, patch: number % patchScale };
}

/** Reads a version that was written as text: `"3.6.0"`. */
export function versionOf(text: string): Version {
  const [major = NaN, minor = NaN, patch = NaN] = text.split(".").map(Number);
  return { major, minor, patch };
}

/** Writes a version as text: `"3.6.0"`. */
export function formatVersion(version: Version): string {
  return `${version.major}.${version.minor}.${version.patch}`;
}

/** Compares two versions: negative when `a` is older, 0 when equal, positive when newer. */
export function compareVersions(a: Version, b: Version): number {
  return a.major - b.major || a.minor - b.minor || a.patch - b.patch;
}
