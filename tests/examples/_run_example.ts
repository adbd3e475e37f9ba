import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { LONG_WAIT } from "../_time.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** An example in a process of its own, on the runtime that runs the test. */
export class RunningExample {
  readonly #child: ChildProcess;
  readonly #closed: Promise<unknown>;
  /** What it printed so far. */
  output = "";

  /** Starts `examples/<name>.ts`. */
  constructor(name: string, args: string[]) {
    const run = process.versions.bun === undefined ? ["run", "-A", "--no-check"] : [];
    this.#child = spawn(process.execPath, [...run, `examples/${name}.ts`, ...args], { cwd: ROOT });
    this.#closed = once(this.#child, "close");
    for (const stream of [this.#child.stdout!, this.#child.stderr!]) {
      stream.setEncoding("utf8").on("data", (text: string) => this.output += text);
    }
  }

  /** Waits until it ends, and tells its exit status. */
  async ended(): Promise<number | null> {
    const [status] = await this.#closed as [number | null];
    return status;
  }

  /** Waits until its output matches. */
  async printed(pattern: RegExp): Promise<RegExpExecArray> {
    for (const end = performance.now() + LONG_WAIT; performance.now() < end;) {
      const match = pattern.exec(this.output);
      if (match !== null) return match;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    throw new Error(`The example does not print ${pattern}:\n${this.output}`);
  }

  /** Ends it at once, when a test has failed. */
  kill(): void {
    this.#child.kill("SIGKILL");
  }

  /** Ends it as a service manager does, and tells its exit status. */
  stop(): Promise<number | null> {
    process.kill(this.#child.pid!, "SIGTERM");
    return this.ended();
  }
}
