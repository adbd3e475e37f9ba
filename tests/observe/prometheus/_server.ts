import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import os from "node:os";
import path from "node:path";
import process from "node:process";
import { setTimeout as wait } from "node:timers/promises";
import { ROOT, RUNTIME } from "../../_program.ts";

const DEADLINE = 200_000;

/** A child process, what it has written so far, and its end. */
export class Child implements AsyncDisposable {
  readonly #process: ChildProcess;
  #output = "";

  /** Starts a program. */
  constructor(file: string, args: readonly string[], environment: Readonly<Record<string, string>> = {}) {
    this.#process = spawn(file, args, {
      cwd: ROOT,
      env: { ...process.env, ...environment },
      stdio: ["ignore", "pipe", "pipe"],
    });
    for (const stream of [this.#process.stdout!, this.#process.stderr!]) {
      stream.setEncoding("utf8").on("data", (text: string) => this.#output += text);
    }
  }

  /** What `read` finds, once it finds something. */
  async find<T>(what: string, read: (output: string) => T | undefined | Promise<T | undefined>): Promise<T> {
    const deadline = performance.now() + DEADLINE;
    for (;;) {
      const found = await read(this.#output);
      if (found !== undefined) return found;
      assert.ok(performance.now() < deadline, `${what} did not come within ${DEADLINE} ms:\n${this.#output}`);
      assert.equal(this.#process.exitCode, null, `ended before ${what} came:\n${this.#output}`);
      await wait(100);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    const closed = once(this.#process, "close");
    process.kill(this.#process.pid!, "SIGKILL");
    await closed;
  }
}

/** The example that is watched, without what its files end in. */
export const EXAMPLE = "examples/monitoring";

/** Starts the example on the runtime that runs the test, and tells where it listens. */
export async function startExample(...args: string[]): Promise<{ child: Child; host: string }> {
  const flags = RUNTIME === "deno" ? ["run", "-A", "--no-check"] : [];
  const child = new Child(process.execPath, [...flags, `${EXAMPLE}.ts`, "--port=0", ...args]);
  const host = await child.find("the example", (output) => /^Listening on http:\/\/(\S+) /m.exec(output)?.[1]);
  return { child, host };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

/** Prometheus with the configuration and the rules of an example, once a second. */
export class Prometheus implements AsyncDisposable {
  readonly #child: Child;
  readonly #directory: string;
  readonly #url: string;

  private constructor(child: Child, directory: string, url: string) {
    this.#child = child;
    this.#directory = directory;
    this.#url = url;
  }

  /** Starts it with the files of `example`, to watch what listens at `host`. */
  static async start(example: string, host: string): Promise<Prometheus> {
    const directory = mkdtempSync(path.join(os.tmpdir(), "prometheus-"));
    const read = (file: string): string => readFileSync(path.join(ROOT, example, file), "utf8");
    const configuration = read("prometheus.yml").replaceAll("15s", "1s").replace(/"127\.0\.0\.1:\d+"/, `"${host}"`);
    assert.ok(configuration.includes(host) && configuration.includes("1s"));
    writeFileSync(path.join(directory, "prometheus.yml"), configuration);
    writeFileSync(path.join(directory, "alerts.yml"), read("alerts.yml"));
    const port = await freePort();
    const child = new Child("prometheus", [
      `--config.file=${directory}/prometheus.yml`,
      `--storage.tsdb.path=${directory}/data`,
      `--web.listen-address=127.0.0.1:${port}`,
    ]);
    const server = new Prometheus(child, directory, `http://127.0.0.1:${port}`);
    await child.find("Prometheus", async () => {
      const answer = await fetch(`${server.#url}/-/ready`).catch(() => undefined);
      await answer?.body?.cancel();
      return answer?.ok ? true : undefined;
    });
    return server;
  }

  /** Where it listens. */
  get url(): string {
    return this.#url;
  }

  async #ask<T>(request: string): Promise<T> {
    const answer = await fetch(`${this.#url}/api/v1/${request}`);
    const { status, data } = await answer.json() as { status: string; data: T };
    assert.equal(status, "success");
    return data;
  }

  /** The figures of a query, by the labels of each, once there are `count`. */
  async query(query: string, count: number): Promise<{ metric: Record<string, string>; value: number }[]> {
    return await this.#child.find(query, async () => {
      const { result } = await this.#ask<{ result: { metric: Record<string, string>; value: [number, string] }[] }>(
        `query?query=${encodeURIComponent(query)}`,
      );
      return result.length < count
        ? undefined
        : result.map(({ metric, value: [, value] }) => ({ metric, value: Number(value) }));
    });
  }

  /** The labels of an alert, once it fires. */
  async alert(name: string): Promise<Record<string, string>> {
    return await this.#child.find(`the alert ${name}`, async () => {
      const { alerts } = await this.#ask<{ alerts: { state: string; labels: Record<string, string> }[] }>("alerts");
      return alerts.find(({ state, labels }) => state === "firing" && labels["alertname"] === name)?.labels;
    });
  }

  /** The names of the alerts that fire or are about to. */
  async alerts(): Promise<string[]> {
    const { alerts } = await this.#ask<{ alerts: { labels: Record<string, string> }[] }>("alerts");
    return alerts.map(({ labels }) => labels["alertname"]!);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#child[Symbol.asyncDispose]();
    rmSync(this.#directory, { recursive: true });
  }
}
