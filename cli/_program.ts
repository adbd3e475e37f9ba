import { accessSync, closeSync, constants, openSync, readSync, realpathSync, statSync } from "node:fs";
import { basename, delimiter, join } from "node:path";
import { preloadObstacle } from "../ffi/library/preload_obstacle.ts";
import { currentPlatform, readEnvironment } from "../ffi/platform.ts";
import { backend } from "../ffi/runtime/backend.ts";
import { CommandError } from "./_command_error.ts";

/** Scripts may be run by scripts; the kernel follows no more of them either. */
const DEEPEST_SCRIPT = 4;
const LONGEST_FIRST_LINE = 256;

/**
 * Throws `CommandError` when the program `name` does not exist, or is one that a library cannot be preloaded into. For
 * a script the program that runs it counts.
 */
export function requirePreloadable(name: string): void {
  let path = findProgram(name);
  if (path === undefined) {
    const subject = name === "" ? '""' : name;
    const where = name === "" || name.includes("/") ? "" : " on the PATH";
    throw new CommandError(`Cannot run ${subject}: there is no such program${where}`);
  }
  for (let depth = 0; depth < DEEPEST_SCRIPT; depth++) {
    const interpreter = interpreterOf(path);
    if (interpreter === undefined) break;
    const found = findProgram(interpreter);
    if (found === undefined) {
      throw new CommandError(`Cannot run ${name}: its first line names ${interpreter}, which does not exist`);
    }
    path = found;
  }
  const obstacle = preloadObstacle(realpathSync(path), currentPlatform());
  if (obstacle !== undefined) {
    const subject = path === name ? name : `${name} (${path})`;
    throw new CommandError(`Cannot run ${subject} on mimalloc: ${obstacle}`);
  }
}

/** The file behind a program's name, as the shell finds it. */
function findProgram(name: string): string | undefined {
  if (name === "") return undefined;
  if (name.includes("/")) return isExecutable(name) ? name : undefined;
  return (readEnvironment("PATH") ?? "").split(delimiter)
    .map((directory) => join(directory === "" ? "." : directory, name))
    .find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch (error) {
    if (backend().isPermissionError(error)) throw error;
    // Missing or forbidden: either way the shell would look on.
    return false;
  }
}

/** The program that the first line of a script names, or `undefined` for what is not a script. */
function interpreterOf(path: string): string | undefined {
  const line = /^#! *(.*)/.exec(readStart(path))?.[1];
  if (line === undefined) return undefined;
  const [program = "", ...rest] = line.trim().split(/[ \t]+/);
  if (basename(program) !== "env") return program;
  return rest.find((word) => !word.startsWith("-") && !word.includes("="));
}

function readStart(path: string): string {
  const bytes = new Uint8Array(LONGEST_FIRST_LINE);
  const descriptor = openProgram(path);
  try {
    return new TextDecoder("latin1").decode(bytes.subarray(0, readSync(descriptor, bytes)));
  } finally {
    closeSync(descriptor);
  }
}

function openProgram(path: string): number {
  try {
    return openSync(path, "r");
  } catch (error) {
    if (backend().isPermissionError(error)) throw error;
    // A program may be executable and not readable.
    throw new CommandError(`Cannot run ${path} on mimalloc: ${(error as Error).message}`, { cause: error });
  }
}
