// deno-lint-ignore-file explicit-function-return-type explicit-module-boundary-types
// Which files of the project are what.
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

/** The project directory. */
export const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** The parsed deno.json. */
export function readConfiguration() {
  return JSON.parse(readFileSync(path.join(ROOT, "deno.json"), "utf8"));
}

/** Every file below `place` (a file or directory of the project), as `a/b.ts`, sorted. */
export function listFiles(place, matches) {
  const absolute = path.join(ROOT, place);
  if (!existsSync(absolute)) return [];
  if (!statSync(absolute).isDirectory()) {
    return matches.test(place) ? [place] : [];
  }
  return readdirSync(absolute)
    .filter((name) => name !== "node_modules" && !name.startsWith("."))
    .flatMap((name) => listFiles(`${place}/${name}`, matches))
    .sort();
}

/** The TypeScript files that are published. */
export function listLibraryFiles() {
  return readConfiguration().publish.include.flatMap((place) => listFiles(place, /\.ts$/));
}

/** Every TypeScript file that Deno checks; the type tests belong to tsd. */
export function listCheckedFiles() {
  const others = ["tests", "examples", "bench", "scripts"];
  return [
    ...listLibraryFiles(),
    ...others.flatMap((place) => listFiles(place, /\.ts$/)),
  ]
    .filter((file) => !file.startsWith("tests/types/"));
}

/** The files of the suite. */
export function listTestFiles() {
  return listFiles("tests", /_test\.ts$/);
}

/** The files whose fenced examples are run. Those of the reference are those of the doc comments. */
export function listDocumentedFiles() {
  return [
    ...listFiles("README.md", /\.md$/),
    ...listFiles("docs", /\.md$/).filter((file) => !file.startsWith("docs/reference/")),
    ...listLibraryFiles(),
  ];
}
