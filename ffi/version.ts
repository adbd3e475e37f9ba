/** A version of mimalloc. */
export interface Version {
  /** Major number: 2 or 3. */
  readonly major: number;
  /** Minor number. */
  readonly minor: number;
  /** Patch number. */
  readonly patch: number;
}

/**
 * Reads the number that `mi_version` returns. It was `major * 100 + minor * 10 + patch`
 * (2.0.9 is 209) and became `major * 10000 + minor * 100 + patch` (3.6.0 is 30600).
 */
export function parseVersion(number: number): Version {
  const scale = number < 10_000 ? 10 : 100;
  return {
    major: Math.floor(number / (scale * scale)),
    minor: Math.floor(number / scale) % scale,
    patch: number % scale,
  };
}

/** Writes a version as text: `"3.6.0"`. */
export function formatVersion(version: Version): string {
  return `${version.major}.${version.minor}.${version.patch}`;
}

/** Compares two versions: negative when `a` is older, 0 when equal, positive when newer. */
export function compareVersions(a: Version, b: Version): number {
  return a.major - b.major || a.minor - b.minor || a.patch - b.patch;
}
