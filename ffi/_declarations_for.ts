import type { Declaration, Declarations } from "./types.ts";
import { compareVersions, type Version } from "./version.ts";

/** What of a group is bound on `version`: in the form that it has there, dangerous functions only on demand. */
export function declarationsFor(
  declarations: Declarations,
  version: Version,
  dangerous: boolean,
): Declarations {
  return Object.fromEntries(
    Object.entries(declarations)
      .filter(([, { danger }]) => dangerous || danger === undefined)
      .map(([symbol, declaration]) => [symbol, formOn(version, declaration)]),
  );
}

/** A declaration as it was on `version`. */
export function formOn(version: Version, declaration: Declaration): Declaration {
  const { older, ...rest } = declaration;
  if (older === undefined || compareVersions(version, parse(older.until)) > 0) return rest;
  const { until: _until, ...changes } = older;
  return { ...rest, ...changes };
}

function parse(text: string): Version {
  const [major = 0, minor = 0, patch = 0] = text.split(".").map(Number);
  return { major, minor, patch };
}
