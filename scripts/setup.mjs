// deno-lint-ignore-file explicit-function-return-type explicit-module-boundary-types -- types are in the JSDoc
/**
 * Makes this checkout ready: npm packages (Deno and Bun among them) and the
 * versions of libmimalloc that the tests run on. Run it again at any time: it
 * does only what is missing. To get a newer library, remove its directory in
 * `.mimalloc` first.
 */
import { mkdirSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { hasApt } from "./setup/apt.mjs";
import { fetchLibraries, findMissing } from "./setup/debian_libraries.mjs";
import { installCommandHere, listLibraries, listSystemLibraries, probeLibrary } from "./setup/libraries.mjs";
import { installPackages } from "./setup/npm_packages.mjs";
import { stopCommands } from "./setup/run_command.mjs";
import { SetupError } from "./setup/setup_error.mjs";
import { makeTemporary, removeTemporary } from "./setup/temporary.mjs";
import { compareVersions } from "./setup/versions.mjs";

const SIGNALS = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 };

/**
 * @typedef {object} Ready
 * @property {string} deno Path of the Deno executable
 * @property {string} bun Path of the Bun executable
 * @property {{ version: string, path: string }[]} libraries Those that load, oldest first
 */

/**
 * Installs and fetches what is missing.
 *
 * @param {{ root?: string, report?: (line: string) => void }} [options]
 *   `root`: the project, by default the one that this file is in;
 *   `report`: takes each line, by default the standard output
 * @returns {Promise<Ready>}
 * @throws {SetupError} When the npm packages or every library cannot be had
 */
export async function setup(options = {}) {
  const root = options.root ??
    resolve(dirname(fileURLToPath(import.meta.url)), "..");
  const report = options.report ??
    ((line) => process.stdout.write(`${line}\n`));
  const directory = join(root, ".mimalloc");
  const start = performance.now();
  const release = cleanUpOnSignal(root);
  try {
    removeTemporary(root);
    const temporary = makeTemporary(root);
    mkdirSync(directory, { recursive: true });
    // Both are awaited before either failure is thrown: no child outlives this call.
    const [packages, fetched] = await Promise.allSettled([
      installPackages(root, temporary, report),
      provideLibraries(directory, temporary, report),
    ]);
    if (packages.status === "rejected") throw packages.reason;
    if (fetched.status === "rejected") throw fetched.reason;
    const { deno, bun } = packages.value;
    const libraries = await checkLibraries(
      directory,
      bun.path,
      fetched.value,
      report,
    );
    const word = packages.value.changed || fetched.value.changed ? "ready" : "already there";
    const seconds = ((performance.now() - start) / 1000).toFixed(1);
    const versions = libraries.map(({ version }) => version).join(", ");
    report(
      `Setup: ${word}: deno ${deno.version}, bun ${bun.version}, libmimalloc ${versions} (${seconds} s)`,
    );
    return { deno: deno.path, bun: bun.path, libraries };
  } finally {
    removeTemporary(root);
    release();
  }
}

/** Fetches with apt, or says what to do where it is missing. */
async function provideLibraries(directory, temporary, report) {
  const missing = findMissing(listLibraries(directory));
  if (missing.length === 0) return { changed: false, advice: "" };
  if (!hasApt()) {
    const advice = installCommandHere();
    report(
      `Cannot fetch ${names(missing)}: there is no apt on the search path`,
    );
    report(`  What to do: ${advice}`);
    return { changed: true, advice };
  }
  const failures = await fetchLibraries(directory, temporary, missing, report);
  for (const { message } of failures) report(message);
  return { changed: true, advice: "see above what apt said" };
}

/** Loads every library, says which are missing, and falls back on those of the system. */
async function checkLibraries(directory, bun, { advice }, report) {
  const found = listLibraries(directory);
  let libraries = await loadable(bun, found.map(({ path }) => path), report);
  if (libraries.length === 0) {
    libraries = await loadable(bun, listSystemLibraries(), report);
    for (const { version, path } of libraries) {
      report(`libmimalloc ${version}: found on the system, ${path}`);
    }
  }
  if (libraries.length === 0) {
    throw new SetupError(
      "Cannot find a libmimalloc that loads",
      `there is none in ${directory}, in MIMALLOC_PATH or in the directories of the system`,
      advice || `remove ${directory} and run this again`,
    );
  }
  const headers = (version) => found.some((library) => library.version === version && library.headers);
  const missing = findMissing(
    libraries.map(({ version }) => ({ version, headers: headers(version) })),
  );
  if (missing.length > 0) {
    report(`Missing: ${names(missing)}; going on with what is there`);
  }
  return libraries;
}

async function loadable(bun, paths, report) {
  const probes = await Promise.all(
    paths.map(async (path) => ({ path, ...await probeLibrary(bun, path) })),
  );
  for (const { path, version, failure } of probes) {
    if (version) continue;
    report(`Cannot load ${path}: ${failure}`);
    report(
      `  What to do: remove ${
        basename(dirname(dirname(path))) === ".mimalloc" ? dirname(path) : "it"
      } and run this again`,
    );
  }
  return probes.filter(({ version }) => version)
    .map(({ version, path }) => ({ version, path }))
    .sort((a, b) => compareVersions(a.version, b.version));
}

function names(missing) {
  return missing.map((wanted) => wanted.name + (wanted.headers ? " with headers" : "")).join(", ");
}

/** Ends the children and removes the half-done work when this process is told to end. */
function cleanUpOnSignal(root) {
  const handlers = Object.entries(SIGNALS).map(([signal, number]) => {
    const handler = () => {
      stopCommands();
      removeTemporary(root);
      process.exit(128 + number);
    };
    process.once(signal, handler);
    return [signal, handler];
  });
  return () => {
    for (const [signal, handler] of handlers) process.off(signal, handler);
  };
}

if (
  process.argv[1] && resolve(process.argv[1]) === fileURLToPath(import.meta.url)
) {
  try {
    await setup();
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  }
}
