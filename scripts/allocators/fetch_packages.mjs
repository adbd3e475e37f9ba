// deno-lint-ignore-file explicit-function-return-type explicit-module-boundary-types -- types are in the JSDoc
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { downloadListed, hasApt, readAptConfiguration, readPackageList, unpackPackage } from "../setup/apt.mjs";
import { SetupError } from "../setup/setup_error.mjs";
import { makeTemporary, removeTemporary } from "../setup/temporary.mjs";
import { upstreamVersion } from "../setup/versions.mjs";

/**
 * Something that a distribution packages.
 *
 * @typedef {object} Wanted
 * @property {string} name The folder of `.allocators/` that it goes into
 * @property {string[][]} packages For each package its names in the releases of Debian; the first one tells the version
 */

/**
 * What became of it: unpacked below `directory`, or why not. `isOffered` is false where the machine's package list has
 * no such package; everything else that fails could have worked.
 *
 * @typedef {{ version: string, directory: string } | { reason: string, isOffered: boolean }} Fetched
 */

/**
 * Fetches packages of the Debian release that this machine runs into `.allocators/<name>`, without root and without
 * touching the machine's own lists. What is there already stays.
 *
 * @param {string} root The project
 * @param {readonly Wanted[]} wanted
 * @param {(line: string) => void} report
 * @returns {Promise<Map<string, Fetched>>} By name
 */
export async function fetchPackages(root, wanted, report) {
  const found = new Map();
  const missing = [];
  for (const one of wanted) {
    const directory = join(root, ".allocators", one.name);
    if (existsSync(join(directory, "version"))) {
      found.set(one.name, { version: readFileSync(join(directory, "version"), "utf8").trim(), directory });
    } else missing.push(one);
  }
  if (missing.length === 0) return found;
  const temporary = makeTemporary(root);
  try {
    const list = await openList(temporary);
    await missing.reduce(async (before, one) => {
      await before;
      report(`${one.name}: fetching`);
      found.set(one.name, await fetchOne(root, temporary, list, one));
    }, Promise.resolve());
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    for (const { name } of missing) found.set(name, { reason: firstLine(error), isOffered: true });
  } finally {
    removeTemporary(root);
  }
  return found;
}

async function openList(temporary) {
  if (!hasApt()) {
    throw new SetupError("Cannot fetch packages", "there is no apt on the search path", "install them by hand");
  }
  const { mirrors, architecture, keyring } = await readAptConfiguration();
  const source = { mirror: mirrors[0], suite: releaseName(), architecture, keyring };
  const directory = join(temporary, "list");
  mkdirSync(directory);
  return { source, directory, options: await readPackageList(directory, source) };
}

/** The release of Debian that this machine runs, whose libraries fit its libc. */
function releaseName() {
  const text = existsSync("/etc/os-release") ? readFileSync("/etc/os-release", "utf8") : "";
  return /^VERSION_CODENAME=(\w+)/m.exec(text)?.[1] ?? "testing";
}

/** @returns {Promise<Fetched>} */
async function fetchOne(root, temporary, list, { name, packages }) {
  const tree = join(temporary, name);
  mkdirSync(tree);
  let version;
  try {
    for (const names of packages) {
      const unpacked = await fetchFirst(list, names, join(temporary, `${name}-${names[0]}`), tree);
      if (unpacked === undefined) {
        return { reason: `Debian ${list.source.suite} has no package ${names.join(" or ")}`, isOffered: false };
      }
      version ??= upstreamVersion(unpacked.version);
    }
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    return { reason: firstLine(error), isOffered: true };
  }
  writeFileSync(join(tree, "version"), `${version}\n`);
  const directory = join(root, ".allocators", name);
  mkdirSync(dirname(directory), { recursive: true });
  rmSync(directory, { recursive: true, force: true });
  renameSync(tree, directory);
  return { version, directory };
}

/** The first of the names that the list has, or undefined. */
async function fetchFirst({ source, options }, names, directory, tree) {
  const [name, ...others] = names;
  if (name === undefined) return undefined;
  mkdirSync(directory, { recursive: true });
  try {
    const file = await downloadListed(directory, source, options, name);
    return await unpackPackage(file, tree);
  } catch (error) {
    if (
      !(error instanceof SetupError) || !/Unable to locate|no installation candidate|No candidate/i.test(error.message)
    ) {
      throw error;
    }
    return fetchFirst({ source, options }, others, directory, tree);
  }
}

function firstLine({ message }) {
  return message.split("\n")[0];
}
