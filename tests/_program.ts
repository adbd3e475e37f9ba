import { spawn } from "node:child_process";
import path from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";

/** The project's directory. */
export const ROOT: string = fileURLToPath(new URL("..", import.meta.url));

/** The runtime that runs the tests, and the programs that they start. */
export const RUNTIME: "deno" | "bun" = process.versions["bun"] === undefined ? "deno" : "bun";

/** How a program is started. */
export interface ProgramOptions {
  /** What follows the name of the program on the command line. */
  readonly arguments?: readonly string[];
  /** Variables set in the environment besides those of the tests; `undefined` removes one. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** Flags of the JavaScript engine, as both runtimes know them. */
  readonly engineFlags?: readonly string[];
  /** Deno's permissions as flags; all of them when absent. Bun has none. */
  readonly permissions?: readonly string[];
  /** The working directory; the project's when absent. */
  readonly directory?: string;
  /** Milliseconds after which it is killed; four minutes when absent. */
  readonly deadline?: number;
}

/** How a program ended and what it wrote. */
export interface Outcome {
  readonly code: number | null;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
}

const AT_ONCE = 2;
/** Milliseconds after which a program is taken for one that never ends: many times what any takes on a busy machine. */
const DEADLINE = 240_000;

let running = 0;
const waiting: (() => void)[] = [];

/** Runs the program at `file` (relative to the project) on the runtime of the tests, two at once at most. */
export async function runProgram(
  file: string,
  options: ProgramOptions = {},
): Promise<Outcome> {
  if (running >= AT_ONCE) {
    await new Promise<void>((resolve) => waiting.push(resolve));
  }
  running++;
  try {
    return await start(file, options);
  } finally {
    running--;
    waiting.shift()?.();
  }
}

function start(file: string, options: ProgramOptions): Promise<Outcome> {
  const { promise, resolve, reject } = Promise.withResolvers<Outcome>();
  const child = spawn(
    process.execPath,
    [...flagsOf(options), path.resolve(ROOT, file), ...options.arguments ?? []],
    {
      cwd: options.directory ?? ROOT,
      env: environment(options.environment ?? {}),
      stdio: ["ignore", "pipe", "pipe"],
    },
  );
  const written = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const) {
    child[name].setEncoding("utf8");
    child[name].on("data", (text: string) => written[name] += text);
  }
  const deadline = setTimeout(() => child.kill("SIGKILL"), options.deadline ?? DEADLINE);
  child.on("error", reject);
  child.on("close", (code, signal) => {
    clearTimeout(deadline);
    resolve({ code, signal, ...written });
  });
  return promise;
}

function flagsOf({ engineFlags = [], permissions }: ProgramOptions): string[] {
  if (RUNTIME === "bun") return [...engineFlags];
  // Deno's node:child_process grants everything to a Deno without any --allow flag (Deno 2.9).
  const granted = permissions?.concat("--allow-sys=uid") ?? ["--allow-all"];
  return ["run", "--quiet", "--no-check", ...granted, ...engineFlags.map((flag) => `--v8-flags=${flag}`)];
}

function environment(
  changes: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
  const all = { ...process.env, NO_COLOR: "1", ...changes };
  return Object.fromEntries(
    Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}

/** Whether a program died of a signal, which a shell writes as a code above 128. */
export function died({ code, signal }: Outcome): boolean {
  return signal !== null || (code !== null && code > 128);
}
