// deno-lint-ignore-file explicit-function-return-type explicit-module-boundary-types -- types are in the JSDoc
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { findMissing, WANTED } from "../setup/debian_libraries.mjs";
import { listLibraries, probeLibrary } from "../setup/libraries.mjs";
import { fetchPackages } from "./fetch_packages.mjs";

/**
 * One way to allocate. One that has a `reason` cannot be measured here; `isOffered` says whether it should have been.
 *
 * @typedef {object} Allocator
 * @property {string} name With its version, for tables
 * @property {string} kind
 * @property {boolean} isOffered
 * @property {string} [version]
 * @property {string[]} [libraries] Loaded first, in this order; none for the system's own
 * @property {string} [reason]
 */

/** The system's own, which all others are compared with. */
const SYSTEM = { name: "glibc", kind: "glibc", isOffered: true, libraries: [] };

const PACKAGED = [
  { kind: "jemalloc", packages: [["libjemalloc2"]], files: ["libjemalloc.so.2"] },
  {
    kind: "tcmalloc",
    packages: [["libtcmalloc-minimal4t64", "libtcmalloc-minimal4"]],
    files: ["libtcmalloc_minimal.so.4"],
  },
  { kind: "tbbmalloc", packages: [["libtbbmalloc2"]], files: ["libtbbmalloc_proxy.so.2", "libtbbmalloc.so.2"] },
  { kind: "rpmalloc", packages: [["librpmalloc"]], files: ["librpmalloc.so"] },
];

/**
 * Finds or fetches every allocator that the suite compares.
 *
 * @param {string} root The project
 * @param {string} bun The Bun executable, which asks libraries their version
 * @param {(line: string) => void} report
 * @returns {Promise<Allocator[]>} The system's own first
 */
export async function provideAllocators(root, bun, report) {
  const wanted = PACKAGED.map(({ kind, packages }) => ({ name: kind, packages }));
  const fetched = await fetchPackages(root, wanted, report);
  return [
    SYSTEM,
    ...mimallocs(root),
    await secureMimalloc(bun),
    ...PACKAGED.map((one) => packaged(one, fetched.get(one.kind))),
  ];
}

/** @returns {Allocator[]} */
function mimallocs(root) {
  const libraries = listLibraries(join(root, ".mimalloc"));
  const there = libraries.map(({ version, path }) => ({
    name: `mimalloc ${version}`,
    kind: "mimalloc",
    version,
    isOffered: true,
    libraries: [path],
  }));
  const missing = findMissing(libraries.map(({ version }) => ({ version, headers: true }))).map(({ name }) => ({
    name,
    kind: "mimalloc",
    isOffered: WANTED.some((wanted) => wanted.name === name),
    reason: "it is not in .mimalloc/: run `npm run setup`",
  }));
  return [...there, ...missing];
}

/** The secure build that `TEST_SECURE_LIBRARY` names, as for the tests: Debian packages none. */
async function secureMimalloc(bun) {
  const path = process.env.TEST_SECURE_LIBRARY;
  const secure = { name: "mimalloc secure", kind: "secure" };
  if (!path) {
    const reason = "Debian packages no secure build, and TEST_SECURE_LIBRARY names none";
    return { ...secure, isOffered: false, reason };
  }
  const { version, failure } = await probeLibrary(bun, path);
  if (version === undefined) return { ...secure, isOffered: true, reason: `${path} does not load: ${failure}` };
  return { ...secure, name: `mimalloc ${version} secure`, version, isOffered: true, libraries: [path] };
}

/** @returns {Allocator} */
function packaged({ kind, files }, fetched) {
  if ("reason" in fetched) return { name: kind, kind, isOffered: fetched.isOffered, reason: fetched.reason };
  const { version, directory } = fetched;
  const allocator = { name: `${kind} ${version}`, kind, version, isOffered: true };
  const libraries = files.map((file) => findFile(directory, file));
  if (libraries.includes(undefined)) {
    return { ...allocator, reason: `the package holds no ${files.join(" and ")}` };
  }
  return { ...allocator, libraries };
}

/**
 * A file of that name anywhere below `directory`.
 *
 * @param {string} directory
 * @param {string} name
 */
export function findFile(directory, name) {
  if (!existsSync(directory)) return undefined;
  const found = readdirSync(directory, { recursive: true }).map(String).find((path) => `/${path}`.endsWith(`/${name}`));
  return found === undefined ? undefined : join(directory, found);
}
