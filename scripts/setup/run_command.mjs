// deno-lint-ignore-file explicit-function-return-type explicit-module-boundary-types -- types are in the JSDoc
import { spawn } from "node:child_process";
import { accessSync, constants, statSync } from "node:fs";
import { delimiter, join } from "node:path";
import process from "node:process";

/** @type {Set<import("node:child_process").ChildProcess>} */
const running = new Set();

/**
 * @typedef {object} CommandResult
 * @property {boolean} ok Whether the command ran and ended with 0
 * @property {string} stdout
 * @property {string} stderr
 * @property {string} failure Why it is not ok, in one clause; empty when it is
 */

/**
 * Runs a command without a terminal to prompt on. Never rejects.
 *
 * @param {string} file
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: Record<string, string>, seconds?: number }} [options]
 * @returns {Promise<CommandResult>}
 */
export function runCommand(file, args, options = {}) {
  const seconds = options.seconds ?? 600;
  return new Promise((resolve) => {
    const child = spawn(file, args, {
      cwd: options.cwd,
      env: { ...process.env, ...options.env },
      stdio: ["ignore", "pipe", "pipe"],
      timeout: seconds * 1000,
      // Node refuses to spawn .cmd files without a shell (CVE-2024-27980).
      shell: file.endsWith(".cmd"),
    });
    running.add(child);
    let stdout = "";
    let stderr = "";
    child.stdout.setEncoding("utf8").on("data", (text) => stdout += text);
    child.stderr.setEncoding("utf8").on("data", (text) => stderr += text);
    child.on("error", (error) => {
      running.delete(child);
      resolve({ ok: false, stdout, stderr, failure: error.message });
    });
    child.on("close", (code, signal) => {
      running.delete(child);
      const late = child.killed ? ` (not done after ${seconds} s)` : "";
      const failure = code === 0 ? "" : signal ? `ended by ${signal}${late}` : `ended with code ${code}`;
      resolve({ ok: code === 0, stdout, stderr, failure });
    });
  });
}

/** Ends every command that is still running. */
export function stopCommands() {
  for (const child of running) child.kill("SIGTERM");
}

/**
 * The file that a command name stands for on the search path.
 *
 * @param {string} name
 * @param {NodeJS.ProcessEnv} [environment]
 * @returns {string | undefined}
 */
export function findCommand(name, environment = process.env) {
  const suffixes = process.platform === "win32" ? [".exe", ".cmd"] : [""];
  for (
    const directory of (environment.PATH ?? environment.Path ?? "").split(
      delimiter,
    )
  ) {
    if (directory === "") continue;
    for (const suffix of suffixes) {
      const file = join(directory, name + suffix);
      if (isExecutable(file)) return file;
    }
  }
  return undefined;
}

/** @param {string} file */
function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    // Not there or not ours to run: the next directory of the path may have it.
    return false;
  }
}
