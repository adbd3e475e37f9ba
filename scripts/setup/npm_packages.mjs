// deno-lint-ignore-file explicit-function-return-type explicit-module-boundary-types -- types are in the JSDoc
import { copyFileSync, existsSync, lstatSync, mkdirSync, readFileSync, renameSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { findCommand, runCommand } from "./run_command.mjs";
import { SetupError } from "./setup_error.mjs";

const DIAGNOSIS = [
  [
    /E404|ETARGET|EINTEGRITY/,
    "the registry that npm is set to lacks or changed a package: see `npm config get registry`",
  ],
  [
    /ENOTFOUND|EAI_AGAIN|ECONN|ETIMEDOUT|network/i,
    "check the network and npm's proxy settings, then run this again",
  ],
  [
    /EACCES|EPERM|EROFS/,
    "make the project directory writable for this user, then run this again",
  ],
  [/ENOSPC/, "free some disk space, then run this again"],
  [
    /EUSAGE|in sync/,
    "run `npm install` and commit package-lock.json: it does not match package.json",
  ],
];

/** The two runtimes: the file that npm's package holds and the script that puts it there. */
const RUNTIMES = [
  {
    name: "deno",
    file: process.platform === "win32" ? "deno.exe" : "deno",
    script: "install.cjs",
  },
  { name: "bun", file: join("bin", "bun.exe"), script: "install.js" },
];

/**
 * Compares what is installed with the lockfile.
 *
 * @param {{ packages: Record<string, any> }} lock package-lock.json
 * @param {{ packages: Record<string, any> } | undefined} installed node_modules/.package-lock.json
 * @param {(path: string) => boolean} isThere Whether the package's directory exists
 * @returns {string | undefined} The first difference; undefined when there is none
 */
export function findDifference(lock, installed, isThere) {
  if (!installed) return "nothing is installed";
  for (const [path, wanted] of Object.entries(lock.packages)) {
    if (path === "") continue;
    const found = installed.packages[path];
    // npm leaves optional packages of other platforms out.
    if (!found && wanted.optional) continue;
    if (!found) return `${path} is missing`;
    if (found.version !== wanted.version) {
      return `${path} is ${found.version}, not ${wanted.version}`;
    }
    // A lockfile made against a registry without a platform's package has no integrity for it.
    if (wanted.integrity && found.integrity !== wanted.integrity) {
      return `${path} is another build of ${wanted.version}`;
    }
    if (!isThere(path)) return `${path} is missing`;
  }
  const extra = Object.keys(installed.packages).find((path) => !(path in lock.packages));
  return extra && `${extra} is not in the lockfile`;
}

/**
 * Installs the npm packages of the lockfile unless they are there, and sees that
 * Deno and Bun run.
 *
 * @param {string} root The project
 * @param {string} temporary Where to work, on the same file system
 * @param {(line: string) => void} report
 * @returns {Promise<{ deno: Runtime, bun: Runtime, changed: boolean }>}
 * @throws {SetupError} When npm fails or a runtime does not run
 *
 * @typedef {{ path: string, version: string }} Runtime
 */
export async function installPackages(root, temporary, report) {
  const difference = findDifference(
    readJson(join(root, "package-lock.json")),
    readInstalled(root),
    (path) => existsSync(join(root, path, "package.json")),
  );
  if (difference) await replacePackages(root, temporary, difference, report);
  let changed = difference !== undefined;
  const [deno, bun] = await Promise.all(RUNTIMES.map(async (runtime) => {
    const found = await runtimeVersion(root, runtime);
    if (found.version) return { path: found.path, version: found.version };
    changed = true;
    return await installRuntime(root, runtime);
  }));
  return { deno, bun, changed };
}

/**
 * Installs next to the project and moves the whole into place: whatever fails or is
 * killed, and whatever npm a killed run left behind, node_modules is never half done.
 */
async function replacePackages(root, temporary, difference, report) {
  const npm = findNpm();
  report(`npm packages: installing from package-lock.json (${difference})`);
  const start = performance.now();
  const work = join(temporary, "npm");
  mkdirSync(work);
  for (const name of ["package.json", "package-lock.json", ".npmrc"]) {
    if (existsSync(join(root, name))) {
      copyFileSync(join(root, name), join(work, name));
    }
  }
  // Which packages may run scripts depends on npm's version and settings (npm 11.19 has an
  // allow-list): run none, then the two that are needed, the same way everywhere.
  const options = [
    "--ignore-scripts",
    "--no-audit",
    "--no-fund",
    "--loglevel=error",
  ];
  const result = await runCommand(npm.file, [
    ...npm.args,
    "ci",
    `--prefix=${work}`,
    ...options,
  ], {
    cwd: work,
  });
  if (!result.ok) throw npmError(result);
  await Promise.all(RUNTIMES.map((runtime) => installRuntime(work, runtime)));
  moveIntoPlace(work, root, temporary);
  report(
    `npm packages: installed in ${((performance.now() - start) / 1000).toFixed(1)} s`,
  );
}

function moveIntoPlace(work, root, temporary) {
  const target = join(root, "node_modules");
  try {
    if (lstatSync(target, { throwIfNoEntry: false })) {
      renameSync(target, join(temporary, "old"));
    }
    renameSync(join(work, "node_modules"), target);
  } catch (error) {
    throw new SetupError(
      "Cannot move the npm packages into place",
      error.message,
      "close what uses node_modules (or run `npm ci` when it is a mount), then run this again",
    );
  }
}

function npmError(result) {
  const words = result.stderr.split("\n")
    .filter((line) => /^npm (error|ERR!)/.test(line) && !/complete log/.test(line))
    .map((line) => line.replace(/^npm (error|ERR!) ?/, "").trim())
    .filter(Boolean).slice(0, 4);
  const why = words.join("; ") || result.failure;
  const advice = DIAGNOSIS.find(([pattern]) => pattern.test(result.stderr))
    ?.[1];
  return new SetupError(
    "Cannot install the npm packages",
    why,
    advice ?? "run `npm ci` to see all of npm's output",
  );
}

/** The npm that started this process, else the one on the search path. */
function findNpm() {
  const current = process.env.npm_execpath;
  if (current?.endsWith("npm-cli.js") && existsSync(current)) {
    return { file: process.execPath, args: [current] };
  }
  const file = findCommand("npm");
  if (file) return { file, args: [] };
  throw new SetupError(
    "Cannot install the npm packages",
    "there is no npm on the search path",
    "install npm (it comes with Node.js 20 and newer), then run this again",
  );
}

async function installRuntime(root, runtime) {
  const directory = join(root, "node_modules", runtime.name);
  const script = await runCommand(process.execPath, [runtime.script], {
    cwd: directory,
  });
  const found = await runtimeVersion(root, runtime);
  if (found.version) return { path: found.path, version: found.version };
  const words = script.stderr.trim().split("\n").at(-1);
  throw new SetupError(
    `Cannot run ${runtime.name} from node_modules on ${process.platform} ${process.arch}`,
    [found.failure, words].filter(Boolean).join("; "),
    "remove node_modules and run this again; if it stays, npm has no build of it for this platform",
  );
}

async function runtimeVersion(root, runtime) {
  const path = join(root, "node_modules", runtime.name, runtime.file);
  if (!existsSync(path)) return { path, failure: `${path} is missing` };
  const result = await runCommand(path, ["--version"], { seconds: 60 });
  const version = /\d+\.\d+\.\d+/.exec(result.stdout)?.[0];
  if (result.ok && version) return { path, version };
  return {
    path,
    failure: `${path} --version: ${result.stderr.trim().split("\n")[0] || result.failure}`,
  };
}

function readInstalled(root) {
  try {
    return readJson(join(root, "node_modules", ".package-lock.json"));
  } catch {
    // Absent or cut off: either way npm has to install, and says so itself when it cannot.
    return undefined;
  }
}

function readJson(path) {
  return JSON.parse(readFileSync(path, "utf8"));
}
