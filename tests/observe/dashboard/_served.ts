import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import process from "node:process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const PROGRAM = fileURLToPath(new URL("programs/served.ts", import.meta.url));

/** The program with a dashboard, in a process of its own on the runtime that runs the test. */
export class Served implements AsyncDisposable {
  readonly #child: ChildProcess;
  /** The address of the dashboard, with its token. */
  readonly url: string;

  private constructor(child: ChildProcess, url: string) {
    this.#child = child;
    this.url = url;
  }

  /** Starts it, with `heaps` more. */
  static async start(heaps = 0): Promise<Served> {
    const run = process.versions.bun === undefined ? ["run", "-A", "--no-check"] : [];
    const child = spawn(process.execPath, [...run, PROGRAM, String(heaps)], { stdio: ["pipe", "pipe", "inherit"] });
    const lines = createInterface({ input: child.stdout! });
    const [url] = await Promise.race([
      once(lines, "line") as Promise<[string]>,
      once(child, "exit").then(([code]) => Promise.reject(new Error(`The program ended with ${code}`))),
    ]);
    return new Served(child, url);
  }

  /** Closes the dashboard and tells how the process ended. */
  async close(): Promise<number | null> {
    if (this.#child.exitCode !== null) return this.#child.exitCode;
    const ended = once(this.#child, "exit");
    this.#child.stdin!.end();
    const [code] = await ended as [number | null];
    return code;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}
