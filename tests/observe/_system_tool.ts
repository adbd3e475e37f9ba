import { spawnSync } from "node:child_process";
import process from "node:process";
import type { TestOptions } from "node:test";

/** The path of a program of the system, or `undefined`. */
export function findTool(name: string): string | undefined {
  const { stdout, status } = spawnSync("sh", ["-c", `command -v ${name}`], { encoding: "utf8" });
  return status === 0 ? stdout.trim() : undefined;
}

/**
 * What a test needs that uses a program of the system: without it, it is not run, and fails where CI runs it, because
 * `npm test` has to install it there.
 */
export function needsTool(name: string, debianPackage: string): TestOptions {
  if (findTool(name) !== undefined || process.env["CI"] !== undefined) return {};
  return { skip: `not run: there is no ${name}, which npm test installs as root (package ${debianPackage})` };
}
