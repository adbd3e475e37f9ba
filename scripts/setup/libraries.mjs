// deno-lint-ignore-file explicit-function-return-type explicit-module-boundary-types -- types are in the JSDoc
import { existsSync, readdirSync, readFileSync, realpathSync } from "node:fs";
import { join, resolve } from "node:path";
import process from "node:process";
import { findCommand, runCommand } from "./run_command.mjs";
import { compareVersions, versionFromNumber } from "./versions.mjs";

const LIBRARY_FILE = /^(libmimalloc\.so(\.\d+)*|libmimalloc(\.\d+)*\.dylib|mimalloc\.dll)$/;

const INSTALL_COMMANDS = {
  apk: "apk add mimalloc2-insecure",
  dnf: "dnf install -y mimalloc",
  pacman: "pacman -S --noconfirm mimalloc",
  brew: "brew install mimalloc",
  vcpkg: "vcpkg install mimalloc",
};

const PROBE = `import { dlopen } from "bun:ffi";
console.log(dlopen(process.env.SETUP_LIBRARY, { mi_version: { args: [], returns: "i32" } }).symbols.mi_version());`;

/**
 * The libraries that lie in `.mimalloc/<version>/`, oldest first.
 *
 * @param {string} directory `.mimalloc`
 * @returns {{ version: string, path: string, headers: boolean }[]}
 */
export function listLibraries(directory) {
  if (!existsSync(directory)) return [];
  const libraries = [];
  for (
    const version of readdirSync(directory).filter((name) => /^\d+\.\d+\.\d+$/.test(name))
  ) {
    const file = readdirSync(join(directory, version)).find((name) => LIBRARY_FILE.test(name));
    if (!file) continue;
    const headers = existsSync(
      join(directory, version, "include", "mimalloc.h"),
    );
    libraries.push({ version, path: join(directory, version, file), headers });
  }
  return libraries.sort((a, b) => compareVersions(a.version, b.version));
}

/**
 * Where ffi/locate.ts looks on this system, which a test compares.
 *
 * @param {string} platform As `process.platform` says it
 * @param {string} architecture As `process.arch` says it
 * @returns {string[]}
 */
export function systemPaths(platform, architecture) {
  if (platform === "win32") {
    return [
      `C:\\vcpkg\\installed\\${architecture}-windows\\bin\\mimalloc.dll`,
      "C:\\Windows\\System32\\mimalloc.dll",
    ];
  }
  const multiarch = { x64: "x86_64-linux-gnu", arm64: "aarch64-linux-gnu" }[architecture];
  const debian = multiarch ? [`/usr/lib/${multiarch}`, `/lib/${multiarch}`] : [];
  const [directories, names] = platform === "darwin"
    ? [["/opt/homebrew/lib", "/usr/local/lib", "/opt/local/lib"], [
      ".3.dylib",
      ".2.dylib",
      ".dylib",
    ]]
    : [["/usr/local/lib", ...debian, "/usr/lib64", "/usr/lib", "/lib"], [
      ".so.3",
      ".so.2",
      ".so",
    ]];
  return directories.flatMap((directory) => names.map((name) => `${directory}/libmimalloc${name}`));
}

/**
 * The libraries of the system: the file that `MIMALLOC_PATH` names, else what the
 * system's directories hold.
 *
 * @returns {string[]}
 */
export function listSystemLibraries() {
  const named = process.env.MIMALLOC_PATH;
  const paths = named ? [resolve(named)] : systemPaths(process.platform, process.arch);
  const seen = new Set();
  return paths.filter((path) => {
    if (!existsSync(path)) return false;
    const file = realpathSync(path);
    return !seen.has(file) && seen.add(file);
  });
}

/**
 * Loads a library in a child process and asks its version: a damaged file kills
 * the process that opens it.
 *
 * @param {string} bun The Bun executable
 * @param {string} path
 * @returns {Promise<{ version?: string, failure: string }>}
 */
export async function probeLibrary(bun, path) {
  const result = await runCommand(bun, ["-e", PROBE], {
    // A damaged library crashes Bun on purpose: nothing to send to its makers.
    env: { SETUP_LIBRARY: path, BUN_ENABLE_CRASH_REPORTING: "0" },
    seconds: 60,
  });
  const number = Number.parseInt(result.stdout, 10);
  if (result.ok && number > 0) {
    return { version: versionFromNumber(number), failure: "" };
  }
  const words = result.stderr.split("\n").find((line) => /error/i.test(line))
    ?.trim();
  return { failure: words ?? result.failure };
}

/**
 * The one command that installs libmimalloc where apt is missing.
 *
 * @param {string} platform As `process.platform` says it
 * @param {(name: string) => boolean} isThere Whether the search path holds a command
 * @param {string} release The text of /etc/os-release, or ""
 * @returns {string}
 */
export function installCommand(platform, isThere, release) {
  const order = platform === "win32" ? ["vcpkg"] : platform === "darwin" ? ["brew"] : ["apk", "dnf", "pacman", "brew"];
  const family = /^ID(?:_LIKE)?=.*\b(alpine|fedora|rhel|arch)\b/m.exec(release)
    ?.[1];
  const byFamily = { alpine: "apk", fedora: "dnf", rhel: "dnf", arch: "pacman" }[family];
  const manager = order.find(isThere) ?? byFamily ??
    (order.length === 1 ? order[0] : undefined);
  if (!manager) {
    return `install mimalloc with this system's package manager (${Object.values(INSTALL_COMMANDS).join(", ")})`;
  }
  const prefix = ["apk", "dnf", "pacman"].includes(manager) && process.getuid?.() !== 0 ? "sudo " : "";
  return prefix + INSTALL_COMMANDS[manager];
}

/** The command of {@link installCommand} for this machine. */
export function installCommandHere() {
  const release = existsSync("/etc/os-release") ? readFileSync("/etc/os-release", "utf8") : "";
  return installCommand(
    process.platform,
    (name) => findCommand(name) !== undefined,
    release,
  );
}
