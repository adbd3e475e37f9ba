// deno-lint-ignore-file explicit-function-return-type explicit-module-boundary-types
import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import process from "node:process";
import { GC_LOG, pauseMilliseconds, withoutGcLog } from "./gc_log.mjs";

const EXAMPLE = "examples/request_scopes.ts";
/** Milliseconds that a server has to start, and to stop. */
const PATIENCE = 10_000;
/** What the example prints; the log of collections is cut by it anywhere. */
const MESSAGE_REGEXP = /(?:Listening on |Try: |\d+ scopes opened, ).*\n|Closed\n/g;

/** The example in a process of its own. */
export class ServerProcess {
  url = "";
  #child;
  #closed;
  #output = "";
  #errors = "";

  /**
   * Starts the example and waits until it listens.
   *
   * @param {{ runtime: "deno" | "bun", executable: string, arm: string, library: string }} options
   */
  static async start({ runtime, executable, arm, library }) {
    const server = new ServerProcess();
    const { arguments: flags, environment } = GC_LOG[runtime];
    const run = runtime === "deno" ? ["run", "-A", ...flags] : flags;
    server.#child = spawn(
      executable,
      [...run, EXAMPLE, "--port=0", `--arm=${arm}`],
      {
        env: { ...process.env, ...environment, MIMALLOC_PATH: library },
        stdio: ["ignore", "pipe", "pipe"],
      },
    );
    server.#read();
    await server.#listening(`${runtime}, ${arm}`);
    return server;
  }

  /** Waits until it ends, and throws unless it ended as it should. */
  async stop() {
    this.#child.kill("SIGTERM");
    const timer = setTimeout(() => this.kill(), PATIENCE);
    const status = await this.#closed;
    clearTimeout(timer);
    if (status !== 0 || this.messages.at(-1) !== "Closed") {
      throw new Error(
        `Cannot stop the server cleanly: it ended with ${status}\n${this.#said()}`,
      );
    }
  }

  /** Ends it at once. */
  kill() {
    this.#child.kill("SIGKILL");
  }

  /** Lines that the example printed. */
  get messages() {
    return (this.#output.match(MESSAGE_REGEXP) ?? [])
      .map((message) => message.trimEnd());
  }

  /**
   * Milliseconds that garbage collections stopped the program, `undefined` when
   * the runtime does not tell. Complete once the server stopped.
   */
  get pauses() {
    return pauseMilliseconds(
      `${this.#output.replaceAll(MESSAGE_REGEXP, "")}\n${this.#errors}`,
    );
  }

  /** The figures of `GET /metrics` by name. */
  async metrics() {
    const text = await (await fetch(`${this.url}/metrics`)).text();
    return Object.fromEntries(
      text.split("\n")
        .filter((line) => line !== "" && !line.startsWith("#"))
        .map((line) => line.split(" "))
        .map(([name, value]) => [name, Number(value)]),
    );
  }

  /** The most memory that the process had in RAM so far, in bytes. */
  async peakBytes() {
    const path = `/proc/${this.#child.pid}/status`;
    if (!existsSync(path)) {
      return (await this.metrics()).process_resident_memory_peak_bytes;
    }
    const kilobytes = /^VmHWM:\s+(\d+) kB/m.exec(readFileSync(path, "utf8"));
    return Number(kilobytes[1]) * 1024;
  }

  #read() {
    const child = this.#child;
    child.stdout.setEncoding("utf8").on("data", (text) => {
      this.#output += text;
    });
    child.stderr.setEncoding("utf8").on("data", (text) => {
      this.#errors += text;
    });
    const kill = () => this.kill();
    process.once("exit", kill);
    this.#closed = new Promise((resolve) => {
      child.on("error", (error) => resolve(error.message));
      child.on("close", (code, signal) => {
        process.off("exit", kill);
        resolve(signal ?? code);
      });
    });
  }

  async #listening(what) {
    let ended;
    void this.#closed.then((status) => ended = status);
    const start = Date.now();
    while (this.url === "") {
      if (ended !== undefined || Date.now() - start > PATIENCE) {
        this.kill();
        throw new Error(
          `Cannot start the server (${what}): it ${
            ended === undefined ? "does not listen" : `ended with ${ended}`
          }\n${this.#said()}`,
        );
      }
      await new Promise((resolve) => setTimeout(resolve, 20));
      this.url = /^Listening on (\S+) /m.exec(this.#output)?.[1] ?? "";
    }
  }

  #said() {
    return withoutGcLog(this.#output) + withoutGcLog(this.#errors);
  }
}
