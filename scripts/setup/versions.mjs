// deno-lint-ignore-file explicit-function-return-type explicit-module-boundary-types -- types are in the JSDoc
/**
 * The upstream version in the version of a Debian package: `3.6.0+ds-1` is 3.6.0.
 *
 * @param {string} packageVersion
 * @returns {string | undefined} Three numbers, or undefined when it starts with none
 */
export function upstreamVersion(packageVersion) {
  const found = /^(?:\d+:)?(\d+)(?:\.(\d+))?(?:\.(\d+))?/.exec(packageVersion);
  return found ? `${found[1]}.${found[2] ?? 0}.${found[3] ?? 0}` : undefined;
}

/**
 * Reads the number that `mi_version` returns: 209 is 2.0.9, 3010 is 3.0.10 and 30600 is 3.6.0.
 * `parseVersion` of ffi/version.ts tells more, which plain Node.js cannot import here.
 *
 * @param {number} number
 */
export function versionFromNumber(number) {
  const patchScale = number < 1_000 ? 10 : 100;
  const minorScale = number < 10_000 ? 10 : 100;
  const rest = Math.floor(number / patchScale);
  return `${Math.floor(rest / minorScale)}.${rest % minorScale}.${number % patchScale}`;
}

/**
 * Negative when `a` is the older one, 0 when equal, positive when newer.
 *
 * @param {string} a
 * @param {string} b
 */
export function compareVersions(a, b) {
  const left = a.split(".").map(Number);
  const right = b.split(".").map(Number);
  return left[0] - right[0] || left[1] - right[1] || left[2] - right[2];
}
