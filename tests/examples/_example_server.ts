import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { connect } from "node:net";
import { fileURLToPath } from "node:url";
import process from "node:process";
import { LONG_WAIT } from "../_time.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
/** Milliseconds after which what was answered so far is taken for the whole answer. */
const ANSWER_MS = 60_000;
const EXAMPLE = "examples/request_scopes.ts";

/** Whether an answer has come to its end, on a connection that is kept alive. */
function isWhole(answer: string): boolean {
  const [, head, body] = /^([^]*?\r\n)\r\n([^]*)$/.exec(answer) ?? [];
  if (head === undefined) return false;
  if (/^transfer-encoding: chunked\r$/im.test(head)) return /(^|\n)0\r\n\r\n$/.test(body!);
  const length = /^content-length: (\d+)\r$/im.exec(head)?.[1];
  // The texts are ASCII.
  return length !== undefined && body!.length >= Number(length);
}

/** The example in a process of its own, on the runtime that runs the test. */
export class ExampleServer {
  readonly #child: ChildProcess;
  #output = "";

  private constructor(args: string[]) {
    const run = process.versions.bun === undefined ? ["run", "-A"] : [];
    this.#child = spawn(process.execPath, [...run, EXAMPLE, ...args], {
      cwd: ROOT,
      stdio: ["ignore", "pipe", "pipe"],
    });
    for (const stream of [this.#child.stdout!, this.#child.stderr!]) {
      stream.setEncoding("utf8").on("data", (text: string) => {
        this.#output += text;
      });
    }
  }

  /** Starts it and waits until it listens. */
  static async start(...args: string[]): Promise<ExampleServer> {
    const server = new ExampleServer(["--port=0", ...args]);
    const end = performance.now() + LONG_WAIT;
    while (server.url === "") {
      if (performance.now() > end || server.#child.exitCode !== null) {
        server.#child.kill("SIGKILL");
        throw new Error(`The example does not start:\n${server.output}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    return server;
  }

  /** Runs it to its end. */
  static async run(...args: string[]): Promise<{ status: number; output: string }> {
    const server = new ExampleServer(args);
    const [status] = await once(server.#child, "close") as [number];
    return { status, output: server.output };
  }

  /** Where it listens. */
  get url(): string {
    return /^Listening on (\S+) /m.exec(this.#output)?.[1] ?? "";
  }

  /** What it printed so far. */
  get output(): string {
    return this.#output;
  }

  /** Ends it as a service manager does, and tells its exit status. */
  async stop(signal: "SIGTERM" | "SIGINT" = "SIGTERM"): Promise<number | string> {
    const closed = once(this.#child, "close");
    // Deno 2.9 reports whatever ChildProcess.kill() sent as the cause of death,
    // even when the process took the signal and ended with status 0.
    process.kill(this.#child.pid!, signal);
    const [status, killed] = await closed as [number | null, string | null];
    return status ?? killed!;
  }

  /** Ends it at once, when a test has failed. */
  kill(): void {
    this.#child.kill("SIGKILL");
  }

  /** Sends a file. */
  post(body: BodyInit, headers: Record<string, string> = {}): Promise<Response> {
    return fetch(`${this.url}/summary`, {
      method: "POST",
      body,
      headers,
      ...(body instanceof ReadableStream && { duplex: "half" }),
    } as RequestInit);
  }

  /** What it answers to these bytes on a connection of its own, until the answer is whole. */
  send(bytes: string): Promise<string> {
    const { hostname, port } = new URL(this.url);
    return new Promise((resolve, reject) => {
      const socket = connect(Number(port), hostname, () => socket.write(bytes));
      let answer = "";
      socket.setEncoding("utf8").setTimeout(ANSWER_MS, () => socket.destroy());
      socket.on("data", (text: string) => {
        answer += text;
        if (isWhole(answer)) socket.destroy();
      });
      socket.on("error", reject).on("close", () => resolve(answer));
    });
  }

  /** One figure of `GET /metrics`. */
  async metric(name: string): Promise<number> {
    const text = await (await fetch(`${this.url}/metrics`)).text();
    const found = new RegExp(`^${name} (\\d+)$`, "m").exec(text);
    if (found === null) throw new Error(`No ${name} in\n${text}`);
    return Number(found[1]);
  }
}
