// deno-lint-ignore-file explicit-function-return-type explicit-module-boundary-types -- types are in the JSDoc
import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { findCommand, runCommand } from "./run_command.mjs";
import { SetupError } from "./setup_error.mjs";

const KEYRINGS = [
  "/usr/share/keyrings/debian-archive-keyring.pgp",
  "/usr/share/keyrings/debian-archive-keyring.gpg",
];

const DEBIAN_SUITES = /^(oldoldstable|oldstable|stable|testing|unstable|sid|bullseye|bookworm|trixie|forky|duke)$/;

const DIAGNOSIS = [
  [
    /NO_PUBKEY|not signed|GPG error|signature/i,
    "install the newest debian-archive-keyring, then run this again",
  ],
  [/not valid yet|expired/i, "set this machine's clock, then run this again"],
  [/No space left/i, "free some disk space, then run this again"],
  [
    /Permission denied|Read-only/i,
    "make the project directory writable for this user, then run this again",
  ],
  [
    /40[34] |Unable to locate|does not have a Release/i,
    "put a mirror that has this suite first in apt's sources",
  ],
  [
    /resolve|connect|timed out|timeout|unreachable|failure/i,
    "check the network, the mirror in apt's sources and apt's proxy setting, then run this again",
  ],
];

// English words, so that the diagnosis above finds them.
const ENVIRONMENT = { LC_ALL: "C", DEBIAN_FRONTEND: "noninteractive" };

/** Whether the tools of a Debian system are on the search path. */
export function hasApt() {
  return ["apt-get", "dpkg", "dpkg-deb"].every((name) => findCommand(name) !== undefined);
}

/**
 * The Debian mirrors among apt's index targets, best first.
 *
 * @param {string} targets Lines of `mirror|release|component|origin`
 * @returns {string[]}
 */
export function chooseMirrors(targets) {
  const certain = [];
  const likely = [];
  for (const line of targets.split("\n")) {
    const [mirror, release, component, origin] = line.split("|");
    if (component !== "main" || mirror.startsWith("cdrom:")) continue;
    if (!DEBIAN_SUITES.test(release)) continue;
    if (origin === "Debian") certain.push(mirror);
    // apt leaves the field as it is when it has not read the release file yet.
    else if (origin.startsWith("$(")) likely.push(mirror);
  }
  return [...new Set([...certain, ...likely])];
}

/**
 * Asks apt for the Debian mirrors in the machine's configuration and dpkg for its
 * architecture.
 *
 * @returns {Promise<{ mirrors: string[], architecture: string, keyring?: string }>}
 * @throws {SetupError} When apt does not answer or names no Debian mirror
 */
export async function readAptConfiguration() {
  const format = "$(REPO_URI)|$(RELEASE)|$(COMPONENT)|$(ORIGIN)";
  const targets = (...options) =>
    runCommand("apt-get", [
      "indextargets",
      ...options,
      "--format",
      format,
      "Created-By: Packages",
    ], {
      env: ENVIRONMENT,
    });
  // Without --no-release-info apt is silent about a mirror whose lists were never fetched.
  const [known, all, dpkg] = await Promise.all([
    targets(),
    targets("--no-release-info"),
    runCommand("dpkg", ["--print-architecture"], { env: ENVIRONMENT }),
  ]);
  const failed = [known, all, dpkg].find((result) => !result.ok);
  if (failed) {
    throw new SetupError(
      "Cannot read apt's configuration",
      aptWords(failed),
      "make `apt-get update` work first",
    );
  }
  const mirrors = chooseMirrors(`${known.stdout}${all.stdout}`);
  if (mirrors.length === 0) {
    throw new SetupError(
      "Cannot fetch libmimalloc with apt",
      "apt's sources name no mirror of Debian",
      "install this system's own package (`apt-get install libmimalloc3`, else `libmimalloc2.0`), then run this again",
    );
  }
  return {
    mirrors,
    architecture: dpkg.stdout.trim(),
    keyring: KEYRINGS.find((path) => existsSync(path)),
  };
}

/**
 * Downloads packages of one suite with directories of their own: the machine's
 * lists, cache and configuration stay as they are. Signatures are checked.
 *
 * @param {string} directory An empty directory to work in
 * @param {{ mirror: string, suite: string, architecture: string, keyring?: string }} source
 * @param {readonly string[]} packages
 * @throws {SetupError} In apt's own words
 */
export async function downloadPackages(directory, source, packages) {
  const options = await readPackageList(directory, source);
  await download(directory, source, options, packages);
}

/**
 * Reads the list of one suite into a directory of its own.
 *
 * @param {string} directory An empty directory, which the options name
 * @param {{ mirror: string, suite: string, architecture: string, keyring?: string }} source
 * @returns {Promise<string[]>} The options with which apt uses that list
 * @throws {SetupError} In apt's own words
 */
export async function readPackageList(directory, source) {
  const options = writeConfiguration(directory, source);
  const update = await runCommand("apt-get", [...options, "update"], { cwd: directory, env: ENVIRONMENT });
  if (!update.ok) {
    throw aptError(`Cannot read the package list of ${source.suite} of ${source.mirror}`, update);
  }
  return options;
}

/**
 * Downloads one package of a list that was read.
 *
 * @param {string} directory An empty one
 * @param {{ mirror: string, suite: string }} source
 * @param {readonly string[]} options What `readPackageList` returned
 * @param {string} name
 * @returns {Promise<string>} The file
 * @throws {SetupError} In apt's own words
 */
export async function downloadListed(directory, source, options, name) {
  await download(directory, source, options, [name]);
  const file = readdirSync(directory).find((entry) => entry.endsWith(".deb"));
  return join(directory, file);
}

async function download(directory, source, options, packages) {
  const result = await runCommand("apt-get", [...options, "download", ...packages], {
    cwd: directory,
    env: ENVIRONMENT,
  });
  if (!result.ok) {
    throw aptError(`Cannot download ${packages.join(" and ")} from ${source.suite} of ${source.mirror}`, result);
  }
}

/** @returns {string[]} The options that make apt use the directory and nothing else */
function writeConfiguration(directory, source) {
  const path = (name) => join(directory, name);
  for (const name of ["lists/partial", "archives/partial", "none"]) {
    mkdirSync(path(name), { recursive: true });
  }
  const signed = source.keyring ? ` signed-by=${source.keyring}` : "";
  const fields = `arch=${source.architecture} lang=none target=Packages pdiffs=no${signed}`;
  writeFileSync(
    path("sources.list"),
    `deb [${fields}] ${source.mirror} ${source.suite} main\n`,
  );
  writeFileSync(path("status"), "");
  // What the machine does after an update (cleaning its cache, telling desktop services) is not for this one.
  const hooks = ["Pre-Invoke", "Post-Invoke", "Post-Invoke-Success"];
  writeFileSync(
    path("apt.conf"),
    hooks.map((hook) => `#clear APT::Update::${hook};\n`).join(""),
  );
  const settings = {
    "Dir::State": directory,
    "Dir::State::lists": path("lists"),
    "Dir::State::status": path("status"),
    "Dir::Cache": directory,
    "Dir::Cache::archives": path("archives"),
    "Dir::Cache::pkgcache": path("pkgcache.bin"),
    "Dir::Cache::srcpkgcache": "",
    "Dir::Etc::sourcelist": path("sources.list"),
    "Dir::Etc::sourceparts": path("none"),
    "Dir::Etc::preferences": path("none/preferences"),
    "Dir::Etc::preferencesparts": path("none"),
    // The sandbox user of a root run could not write to a directory of the project.
    "APT::Sandbox::User": "root",
    "APT::Update::Error-Mode": "any",
    "APT::Get::AllowUnauthenticated": "false",
    "Acquire::AllowInsecureRepositories": "false",
    "Acquire::AllowWeakRepositories": "false",
    "Acquire::AllowDowngradeToInsecureRepositories": "false",
    "Acquire::Retries": "1",
    "Acquire::http::Timeout": "20",
    "Acquire::https::Timeout": "20",
  };
  const values = Object.entries(settings).flatMap((
    [name, value],
  ) => ["-o", `${name}=${value}`]);
  return ["-q", "-y", "-c", path("apt.conf"), ...values];
}

/**
 * Unpacks a package and tells its name and version.
 *
 * @param {string} file The .deb
 * @param {string} directory Where to
 * @returns {Promise<{ name: string, version: string }>}
 */
export async function unpackPackage(file, directory) {
  const fields = await runCommand("dpkg-deb", [
    "--show",
    "--showformat=${Package} ${Version}",
    file,
  ], {
    env: ENVIRONMENT,
  });
  if (!fields.ok) throw aptError(`Cannot read ${file}`, fields);
  const unpack = await runCommand("dpkg-deb", ["--extract", file, directory], {
    env: ENVIRONMENT,
  });
  if (!unpack.ok) throw aptError(`Cannot unpack ${file}`, unpack);
  const [name, version] = fields.stdout.trim().split(" ");
  return { name, version };
}

/**
 * The lines in which apt says why, at most three.
 *
 * @param {{ stderr: string, failure: string }} result
 * @returns {string}
 */
export function aptWords(result) {
  const lines = result.stderr.split("\n").filter((line) => /^(E|W|dpkg-deb: error):/.test(line));
  const telling = lines.map((line) => line.replace(/^[EW]: */, "").trim())
    .filter((line) => !/^Some index files failed/.test(line));
  return [...new Set(telling)].slice(0, 3).join("; ") ||
    result.stderr.trim().split("\n").at(-1) || result.failure;
}

function aptError(what, result) {
  const why = aptWords(result);
  const advice = DIAGNOSIS.find(([pattern]) => pattern.test(why))?.[1];
  return new SetupError(
    what,
    why,
    advice ?? "make `apt-get update` work first, then run this again",
  );
}
