// deno-lint-ignore-file explicit-function-return-type explicit-module-boundary-types -- types are in the JSDoc
import { spawnSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { basename, join } from "node:path";
import process from "node:process";

/** Without them the compiler leaves out blocks that nothing reads, which is the work. */
const FLAGS = ["-O2", "-std=c11", "-fno-builtin-malloc", "-fno-builtin-calloc", "-fno-builtin-free", "-pthread"];

const compiled = new Map();

/**
 * Compiles a program of bench/allocators/, each once.
 *
 * @param {string} root The project
 * @param {string} name
 * @returns {string} Its path
 * @throws {Error} Without a compiler, and in the compiler's words
 */
export function compile(root, name) {
  if (!compiled.has(name)) compiled.set(name, compileProgram(root, name));
  return compiled.get(name);
}

function compileProgram(root, name) {
  const output = join(root, ".tmp", "bench", name);
  mkdirSync(join(root, ".tmp", "bench"), { recursive: true });
  const source = join(root, "bench", "allocators", `${name}.c`);
  for (const compiler of [process.env.CC, "cc", "gcc", "clang"]) {
    if (!compiler) continue;
    const { status, error, stderr } = spawnSync(compiler, [...FLAGS, "-o", output, source, "-ldl"], {
      encoding: "utf8",
    });
    if (error !== undefined) continue;
    if (status !== 0) throw new Error(`Cannot compile ${source}: ${stderr}`);
    return output;
  }
  throw new Error("there is no C compiler (cc, gcc, clang, or CC)");
}

/**
 * Runs a program on an allocator and tells what it printed and what the kernel says of it.
 *
 * @param {string} measure The compiled measure.c
 * @param {{ libraries: string[] }} allocator
 * @param {string} file
 * @param {readonly string[]} args
 * @param {Record<string, string>} [environment]
 * @returns {{ stdout: string, seconds: number, cpuSeconds: number, peakBytes: number, faults: number }}
 * @throws {Error} When the program fails
 */
export function runMeasured(measure, allocator, file, args, environment = {}) {
  const result = spawnSync(measure, [allocator.libraries.join(":"), file, ...args], {
    encoding: "utf8",
    env: { ...process.env, NO_COLOR: "1", ...environment },
    stdio: ["ignore", "pipe", "pipe"],
    timeout: 120_000,
  });
  const lines = result.stderr?.trim().split("\n") ?? [];
  if (result.error !== undefined || result.status !== 0) {
    const words = lines.slice(0, -1).join(" ").trim();
    throw new Error(`${basename(file)} ended with ${result.status ?? result.error?.message}: ${words}`);
  }
  const told = JSON.parse(lines.at(-1));
  return {
    stdout: result.stdout,
    seconds: told.seconds,
    cpuSeconds: told.userSeconds + told.systemSeconds,
    peakBytes: told.peakBytes,
    faults: told.minorFaults + told.majorFaults,
  };
}

/**
 * The file from which a program takes `malloc` when these libraries are loaded first, as the dynamic linker tells.
 *
 * @param {string} program A dynamically linked program that knows `--version`
 * @param {string} preload The value of LD_PRELOAD
 * @param {Record<string, string>} [environment]
 * @returns {string}
 * @throws {Error} When the linker does not say
 */
export function mallocOf(program, preload, environment = {}) {
  const { stderr, error } = spawnSync(program, ["--version"], {
    encoding: "utf8",
    maxBuffer: 2 ** 28,
    env: { ...process.env, ...environment, LD_DEBUG: "bindings", LD_BIND_NOW: "1", LD_PRELOAD: preload },
  });
  for (
    const [, from, to] of stderr?.matchAll(/binding file (\S+) \[0\] to (\S+) \[0\]: normal symbol `malloc'/g) ?? []
  ) {
    if (basename(from) === basename(program)) return to;
  }
  throw new Error(`Cannot tell where ${program} takes malloc from: ${error?.message ?? "the linker does not say"}`);
}
