// deno-lint-ignore-file explicit-function-return-type explicit-module-boundary-types
import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import process from "node:process";
import { GC_LOG, readPauses, withoutGcLog } from "./gc_log.mjs";

/** Milliseconds that a server has to start and to stop. */
const PATIENCE = 10_000;
/** What the examples print; the log of collections is cut by it anywhere. */
const MESSAGE_REGEXP =
  /(?:Listening on |Try: |(?:Built|Loaded|Saved) \d+ |\d+ scopes opened, |\d+ devices? left).*\n|Closed\n/g;

/** An example in a process of its own. */
export class ServerProcess {
  url = "";
  #child;
  #closed;
  #patience;
  #output = "";
  #errors = "";
  #spawned = performance.now();
  /** When pauses count, and which part of the errors was written then. */
  #spans = [];

  /**
   * Starts an example without waiting for it.
   *
   * @param {{
   *   runtime: "deno" | "bun",
   *   executable: string,
   *   library: string,
   *   example: string,
   *   words: string[],
   *   patience?: number,
   *   environment?: Record<string, string>,
   * }} options `words` are the arguments of the example, `patience` milliseconds to start and to stop
   */
  constructor({ runtime, executable, library, example, words, patience = PATIENCE, environment: variables }) {
    const { arguments: flags, environment } = GC_LOG[runtime];
    const run = runtime === "deno" ? ["run", "-A", ...flags] : flags;
    this.#patience = patience;
    this.#child = spawn(executable, [...run, `examples/${example}.ts`, "--port=0", ...words], {
      env: { ...process.env, ...environment, ...variables, MIMALLOC_PATH: library },
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.#listen();
  }

  /** Waits until it answers requests. */
  async started() {
    let ended;
    void this.#closed.then((status) => ended = status);
    const start = Date.now();
    while (this.url === "") {
      if (ended !== undefined || Date.now() - start > this.#patience) {
        this.kill();
        throw new Error(
          `Cannot start ${this.#child.spawnargs.join(" ")}: it ${
            ended === undefined ? "does not listen" : `ended with ${ended}`
          }\n${this.#said()}`,
        );
      }
      await new Promise((resolve) => setTimeout(resolve, 20));
      this.url = /^Listening on (\S+) /m.exec(this.#output)?.[1] ?? "";
    }
  }

  /** Waits until it ends, and throws unless it ended as it should. */
  async stop() {
    // Of a child that kill() was called on, Deno 2.9 says that the signal ended it, whatever did.
    process.kill(this.#child.pid, "SIGTERM");
    const timer = setTimeout(() => this.kill(), this.#patience);
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

  /** The id of the process. */
  get id() {
    return this.#child.pid;
  }

  /** Lines that the example printed. */
  get messages() {
    return (this.#output.match(MESSAGE_REGEXP) ?? [])
      .map((message) => message.trimEnd());
  }

  /** From now on, until what it returns is called, pauses for garbage collections count. */
  watchPauses() {
    const span = { from: performance.now() - this.#spawned, start: this.#errors.length };
    return () => {
      this.#spans.push({ ...span, to: performance.now() - this.#spawned, end: this.#errors.length });
    };
  }

  /**
   * How long garbage collections stopped the program while they counted, and the longest of these times;
   * `undefined` when the runtime does not tell. Whole once the server has ended.
   *
   * @returns {{ total: number, longest: number } | undefined}
   */
  pauses() {
    const log = this.#output.replaceAll(MESSAGE_REGEXP, "");
    if (readPauses(`${log}\n${this.#errors}`) === undefined) return undefined;
    const found = this.#spans.flatMap(({ from, to, start, end }) => [
      readPauses(log, { from, to }),
      readPauses(this.#errors.slice(start, end)),
    ]).filter((pauses) => pauses !== undefined);
    return {
      total: found.reduce((sum, { total }) => sum + total, 0),
      longest: Math.max(0, ...found.map(({ longest }) => longest)),
    };
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

  /** The memory that the process has in RAM, in bytes; `undefined` where the system does not tell. */
  residentBytes() {
    return this.#status("VmRSS");
  }

  /** The most memory that the process had in RAM so far, in bytes. */
  async peakBytes() {
    return this.#status("VmHWM") ?? (await this.metrics()).process_resident_memory_peak_bytes;
  }

  #status(name) {
    const path = `/proc/${this.#child.pid}/status`;
    if (!existsSync(path)) return undefined;
    const kilobytes = new RegExp(`^${name}:\\s+(\\d+) kB`, "m").exec(readFileSync(path, "utf8"));
    return kilobytes === null ? undefined : Number(kilobytes[1]) * 1024;
  }

  #listen() {
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

  #said() {
    return withoutGcLog(this.#output) + withoutGcLog(this.#errors);
  }
}
