// deno-lint-ignore-file explicit-function-return-type explicit-module-boundary-types -- types are in the JSDoc
import { copyFileSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { downloadPackages, readAptConfiguration, unpackPackage } from "./apt.mjs";
import { listLibraries } from "./libraries.mjs";
import { SetupError } from "./setup_error.mjs";
import { compareVersions, upstreamVersion } from "./versions.mjs";

/**
 * A generation of libmimalloc that is tested: where Debian has it, and which
 * versions count.
 *
 * @typedef {object} Wanted
 * @property {string} name How messages call it
 * @property {string[]} suites Tried in this order
 * @property {string} package
 * @property {string} since First version that counts
 * @property {string} before First version that no longer counts
 * @property {boolean} headers Whether the headers are fetched too
 */

/** @type {readonly Wanted[]} */
export const WANTED = [
  {
    name: "libmimalloc 2.0",
    suites: ["bookworm"],
    package: "libmimalloc2.0",
    since: "2.0.0",
    before: "2.1.0",
    headers: false,
  },
  {
    name: "libmimalloc 3.0",
    suites: ["trixie"],
    package: "libmimalloc3",
    since: "3.0.0",
    before: "3.1.0",
    headers: false,
  },
  {
    name: "the newest libmimalloc 3",
    suites: ["testing", "unstable"],
    package: "libmimalloc3",
    since: "3.1.0",
    before: "4.0.0",
    headers: true,
  },
];

/**
 * The generations that `.mimalloc` lacks, or whose headers it lacks.
 *
 * @param {readonly { version: string, headers: boolean }[]} libraries
 * @returns {Wanted[]}
 */
export function findMissing(libraries) {
  return WANTED.filter((wanted) =>
    !libraries.some(({ version, headers }) => isIn(wanted, version) && (headers || !wanted.headers))
  );
}

/** @param {Wanted} wanted @param {string} version */
function isIn(wanted, version) {
  return compareVersions(version, wanted.since) >= 0 &&
    compareVersions(version, wanted.before) < 0;
}

/**
 * Fetches what `.mimalloc` lacks from the Debian mirror of this machine, the suites
 * side by side.
 *
 * @param {string} directory `.mimalloc`
 * @param {string} temporary Where to work, on the same file system
 * @param {readonly Wanted[]} missing
 * @param {(line: string) => void} report
 * @returns {Promise<SetupError[]>} What failed; the other generations are there
 */
export async function fetchLibraries(directory, temporary, missing, report) {
  let apt;
  try {
    apt = await readAptConfiguration();
  } catch (error) {
    if (error instanceof SetupError) return [error];
    throw error;
  }
  const outcomes = await Promise.all(missing.map((wanted) => {
    const work = join(temporary, wanted.suites[0]);
    return fetchLibrary({ directory, work, apt, report }, wanted);
  }));
  return outcomes.flat();
}

/** @returns {Promise<SetupError[]>} Empty once one of the suites delivered */
async function fetchLibrary(context, wanted) {
  const failures = [];
  for (const suite of wanted.suites) {
    for (const [index, mirror] of context.apt.mirrors.entries()) {
      try {
        await fetchFrom(context, wanted, {
          ...context.apt,
          mirror,
          suite,
          work: join(context.work, `${suite}${index}`),
        });
        return [];
      } catch (error) {
        if (!(error instanceof SetupError)) throw error;
        failures.push(error);
      }
    }
  }
  return failures;
}

async function fetchFrom(context, wanted, source) {
  const start = performance.now();
  context.report(`${wanted.name}: fetching from Debian ${source.suite}`);
  mkdirSync(source.work, { recursive: true });
  const packages = wanted.headers ? [wanted.package, "libmimalloc-dev"] : [wanted.package];
  await downloadPackages(source.work, source, packages);
  const tree = join(source.work, "tree");
  const versions = new Set();
  for (
    const name of readdirSync(source.work).filter((file) => file.endsWith(".deb"))
  ) {
    versions.add(
      upstreamVersion(
        (await unpackPackage(join(source.work, name), tree)).version,
      ),
    );
  }
  const [version] = versions;
  if (versions.size !== 1 || !version || !isIn(wanted, version)) {
    throw new SetupError(
      `Cannot use ${packages.join(" and ")} of Debian ${source.suite}`,
      `found version ${[...versions].join(" and ")}, needed ${wanted.since} or newer, older than ${wanted.before}`,
      "point apt's sources at an up-to-date mirror of Debian, then run this again",
    );
  }
  publish(tree, join(context.directory, version), wanted.headers);
  const headers = wanted.headers ? " and its headers" : "";
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  context.report(
    `libmimalloc ${version}${headers}: fetched from Debian ${source.suite} in ${seconds} s`,
  );
}

/** Moves the library and its headers into place, each in one step, the library last. */
function publish(tree, target, headers) {
  const libraries = readdirSync(join(tree, "usr", "lib"), { recursive: true })
    .map(String);
  const found = libraries.find((path) => /(^|\/)libmimalloc\.so\.\d+$/.test(path));
  if (!found) {
    throw new SetupError(
      "Cannot use the package of libmimalloc",
      `it holds no libmimalloc.so.N, only ${libraries.join(", ")}`,
      "report this to the project: Debian changed its package",
    );
  }
  mkdirSync(target, { recursive: true });
  const include = join(target, "include");
  if (headers && !existsSync(join(include, "mimalloc.h"))) {
    rmSync(include, { recursive: true, force: true });
    renameSync(join(tree, "usr", "include"), include);
  }
  const isThere = listLibraries(join(target, "..")).some(({ path }) => path.startsWith(target));
  if (isThere) return;
  const name = found.slice(found.lastIndexOf("/") + 1);
  // The name is a link to the file with the full version: what is kept is the file.
  copyFileSync(join(tree, "usr", "lib", found), join(tree, name));
  renameSync(join(tree, name), join(target, name));
}
