// deno-lint-ignore-file explicit-function-return-type explicit-module-boundary-types
// Child processes: bounded in time, their output kept whole, none left behind.
import { spawn, spawnSync } from "node:child_process";
import process from "node:process";
import { ROOT } from "./sources.mjs";

const MINUTE = 60_000;
const running = new Set();

/** Kills a child and everything it started. */
function kill(child) {
  if (process.platform === "win32") {
    spawnSync("taskkill", ["/pid", String(child.pid), "/t", "/f"]);
    return;
  }
  try {
    process.kill(-child.pid, "SIGKILL");
  } catch (error) {
    if (error.code !== "ESRCH") throw error;
  }
}

/** Kills every child that still runs, for when the run itself is stopped. */
export function killAll() {
  for (const child of running) kill(child);
}

/** The environment of a child: ours without the settings of mimalloc, plus `extra`. */
function environment(extra) {
  const inherited = Object.entries(process.env).filter(([name]) => !/^mimalloc_/i.test(name));
  return {
    ...Object.fromEntries(inherited),
    NO_COLOR: "1",
    DENO_NO_UPDATE_CHECK: "1",
    ...extra,
  };
}

/**
 * Runs a command in the project and resolves to `{ code, output }`, where `code`
 * is 0 for success, otherwise the exit code, the signal or what went wrong.
 */
export function run(
  command,
  args,
  { env = {}, minutes = 10, cwd = ROOT } = {},
) {
  return new Promise((resolve) => {
    const chunks = [];
    let timedOut = false;
    const child = spawn(command, args, {
      cwd,
      env: environment(env),
      stdio: ["ignore", "pipe", "pipe"],
      // A group of its own, so that kill() reaches the children of the child.
      detached: process.platform !== "win32",
    });
    const timer = setTimeout(() => {
      timedOut = true;
      kill(child);
    }, minutes * MINUTE);
    const finish = (code) => {
      clearTimeout(timer);
      running.delete(child);
      // Whatever a finished command left running would disturb the next steps.
      if (child.pid !== undefined && process.platform !== "win32") kill(child);
      resolve({ code, output: Buffer.concat(chunks).toString() });
    };
    running.add(child);
    child.stdout.on("data", (chunk) => chunks.push(chunk));
    child.stderr.on("data", (chunk) => chunks.push(chunk));
    child.on("error", (error) => finish(error.message));
    child.on("exit", () => {
      // A grandchild that keeps the pipe open must not hold up the run.
      setTimeout(() => child.stdout.destroy(), 2_000).unref();
      setTimeout(() => child.stderr.destroy(), 2_000).unref();
    });
    child.on("close", (code, signal) => {
      finish(timedOut ? `no end after ${minutes} minutes` : code ?? signal);
    });
  });
}
