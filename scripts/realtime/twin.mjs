// deno-lint-ignore-file explicit-function-return-type explicit-module-boundary-types -- types are in the JSDoc
import { spawnSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";

const FLAGS = ["-O2", "-std=c11", "-D_GNU_SOURCE", "-fno-builtin-malloc", "-fno-builtin-free", "-pthread"];

/** A run of ten times the usual load: each instruction raises a signal. */
const TIMEOUT = 600_000;

/**
 * Compiles bench/realtime/twin.c.
 *
 * @param {string} root The project
 * @returns {string} The program
 * @throws {Error} Without a compiler, on another system than Linux, and in the compiler's words
 */
export function compileTwin(root) {
  if (process.platform !== "linux") throw new Error(`the twin in C is for Linux, not for ${process.platform}`);
  const output = join(root, ".tmp", "bench", "twin");
  mkdirSync(join(root, ".tmp", "bench"), { recursive: true });
  const source = join(root, "bench", "realtime", "twin.c");
  for (const compiler of [process.env.CC, "cc", "gcc", "clang"]) {
    if (!compiler) continue;
    const { status, error, stderr } = spawnSync(compiler, [...FLAGS, "-o", output, source, "-ldl", "-lm"], {
      encoding: "utf8",
    });
    if (error !== undefined) continue;
    if (status !== 0) throw new Error(`Cannot compile ${source}: ${stderr}`);
    return output;
  }
  throw new Error("there is no C compiler (cc, gcc, clang, or CC)");
}

/**
 * Plays the workload once.
 *
 * @param {string} program What {@link compileTwin} made
 * @param {"time" | "instructions" | "calls"} mode
 * @param {{ kind: string, environment: Record<string, string> }} arm
 * @param {{ seed?: number, requests?: number, slots?: number, file?: string }} [options]
 * @returns {Record<string, any>} What it printed
 * @throws {Error} In its words, when it fails
 */
export function runTwin(
  program,
  mode,
  { kind, environment },
  { seed = 1, requests = 18_000, slots = 2000, file } = {},
) {
  const words = [mode, kind, seed, requests, slots, ...(file === undefined ? [] : [file])].map(String);
  const { status, signal, stdout, stderr, error } = spawnSync(program, words, {
    encoding: "utf8",
    env: { ...process.env, ...environment },
    timeout: TIMEOUT,
  });
  if (error !== undefined || status !== 0) {
    throw new Error(stderr?.trim() || error?.message || `it ended with ${status ?? signal}`);
  }
  return JSON.parse(stdout);
}
