import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { LONG_WAIT } from "../_time.ts";

/** The project directory. */
export const ROOT: string = fileURLToPath(new URL("../..", import.meta.url));

const inDeno = process.versions.bun === undefined;

/** The program of Deno: the one that runs the test, or the project's own. */
export const DENO: string = inDeno ? process.execPath : join(ROOT, "node_modules/.bin/deno");

/** How the command line ended and what it printed. */
export interface Ended {
  readonly status: number | null;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Where and with what the command line runs. */
export interface CliOptions {
  readonly env?: Record<string, string | undefined>;
  readonly directory?: string;
}

/** `mimalloc` in a process of its own, on the runtime that runs the test. */
export class Cli {
  readonly #child: ChildProcess;
  readonly #closed: Promise<unknown[]>;
  #stdout = "";
  #stderr = "";

  constructor(args: readonly string[], { env, directory = ROOT }: CliOptions = {}) {
    const run = inDeno ? ["run", "-A", "--no-check"] : [];
    this.#child = spawn(process.execPath, [...run, join(ROOT, "cli/main.ts"), ...args], {
      cwd: directory,
      env: { ...process.env, NO_COLOR: "1", ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.#child.stdout!.setEncoding("utf8").on("data", (text: string) => void (this.#stdout += text));
    this.#child.stderr!.setEncoding("utf8").on("data", (text: string) => void (this.#stderr += text));
    this.#closed = once(this.#child, "close");
  }

  /** Waits until it has printed `text`. */
  async printed(text: string): Promise<void> {
    for (const end = performance.now() + LONG_WAIT; !this.#stdout.includes(text);) {
      if (performance.now() > end) throw new Error(`It does not print "${text}" but:\n${this.#stdout}${this.#stderr}`);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }

  /** Sends a signal to it alone. */
  send(signal: NodeJS.Signals): void {
    // Deno 2.9 reports whatever ChildProcess.kill() sent as the cause of death.
    process.kill(this.#child.pid!, signal);
  }

  /** Waits for its end. */
  async ended(): Promise<Ended> {
    const [status, signal] = await this.#closed as [number | null, string | null];
    return { status, signal, stdout: this.#stdout, stderr: this.#stderr };
  }
}

/** Runs `mimalloc` to its end. */
export function runCli(args: readonly string[], options?: CliOptions): Promise<Ended> {
  return new Cli(args, options).ended();
}

/** A directory of its own for one test. */
export class Directory implements Disposable {
  readonly path: string = mkdtempSync(join(tmpdir(), "mimalloc-cli-"));

  [Symbol.dispose](): void {
    rmSync(this.path, { recursive: true });
  }
}
