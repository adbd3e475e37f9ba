// deno-lint-ignore-file explicit-function-return-type explicit-module-boundary-types
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { Agent } from "node:http";
import { dirname } from "node:path";
import { MemorySamples } from "../memory_samples.mjs";
import { openLoop } from "../open_loop.mjs";
import { send } from "../send.mjs";
import { ServerProcess } from "../server_process.mjs";
import { CONNECTIONS, KEEP } from "./requests.mjs";

/** Milliseconds to build, to save and to load the devices on a slow machine. */
const PATIENCE = 600_000;
/** Milliseconds after which a server without requests is at rest. */
const REST = 1_500;

/** A server of examples/fleet.ts with one store, and what was measured of it. */
export class Resident {
  /** Of the open loop. */
  results = [];
  openSeconds = 0;
  cpuSeconds = 0;
  /** Of the closed loop. */
  closedRequests = 0;
  closedSeconds = 0;
  memory = new MemorySamples(() => this.#server?.residentBytes());
  #answers;
  #server;
  #options;
  #agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });

  /**
   * @param {{
   *   arm: string,
   *   runtime: "deno" | "bun",
   *   executable: string,
   *   library: string,
   *   devices: number,
   *   seed: number,
   *   snapshot: string,
   *   answers: import("./answers.mjs").Answers,
   * }} options
   */
  constructor({ arm, answers, ...options }) {
    this.arm = arm;
    this.#answers = answers;
    this.#options = options;
  }

  /** Starts the server, which makes the devices. */
  async build() {
    const { snapshot, devices, seed } = this.#options;
    mkdirSync(dirname(snapshot), { recursive: true });
    rmSync(snapshot, { force: true });
    await this.#watched(() => this.#start([`--devices=${devices}`, `--seed=${seed}`]));
    this.buildMilliseconds = this.#told("Built");
  }

  /** Sends requests one after the other as fast as the answers come; the first calls of a server are the slowest. */
  async warmUp(requests) {
    const milliseconds = [];
    await this.#watched(async () => {
      for (const request of requests) {
        const sent = performance.now();
        await this.#ask(request);
        milliseconds.push(performance.now() - sent);
      }
    });
    return milliseconds;
  }

  /** The memory that the server has in RAM, in bytes; `undefined` where the system does not tell. */
  residentBytes() {
    return this.#server.residentBytes();
  }

  /** Sends requests when they are due. */
  async open(requests, period) {
    const before = (await this.#server.metrics()).process_cpu_seconds_total;
    const unwatch = this.#server.watchPauses();
    const start = performance.now();
    await this.#watched(async () => {
      const results = await openLoop(requests, { period, send: (request) => this.#ask(request) });
      for (const { request, at, latency } of results) {
        this.results.push({ kind: request.kind, seconds: this.openSeconds + at / 1000, latency });
      }
    });
    this.openSeconds += (performance.now() - start) / 1000;
    unwatch();
    this.cpuSeconds += (await this.#server.metrics()).process_cpu_seconds_total - before;
  }

  /** Sends the requests of each connection as fast as the answers come. */
  async closed(connections) {
    const start = performance.now();
    await this.#watched(() =>
      Promise.all(connections.map(async (requests) => {
        for (const request of requests) await this.#ask(request);
      }))
    );
    this.closedSeconds += (performance.now() - start) / 1000;
    this.closedRequests += connections.flat().length;
  }

  /** Looks at the server when it has nothing to do. */
  async rest() {
    await this.#watched(() => new Promise((resolve) => setTimeout(resolve, REST)));
    const metrics = await this.#server.metrics();
    this.restBytes = this.#server.residentBytes() ?? metrics.process_resident_memory_bytes;
    this.peakBytes = await this.#server.peakBytes();
    this.devices = metrics.fleet_devices;
  }

  /** Asks for the figures of all devices. */
  async summarise() {
    this.summaryMilliseconds = await this.#summarise("before the restart");
  }

  /** Stops the server, which saves the devices. */
  async stop() {
    this.#agent.destroy();
    await this.#server.stop();
    this.pauses = this.#server.pauses();
    this.saveMilliseconds = this.#told("Saved");
    this.closing = this.#server.messages.at(-2) ?? "";
  }

  /** Milliseconds that reading what it saved takes, with nothing made of it. */
  readSnapshot() {
    const start = performance.now();
    readFileSync(this.#options.snapshot);
    return performance.now() - start;
  }

  /** Starts it again, which has all devices of before. */
  async reload() {
    await this.#start([]);
    this.loadMilliseconds = this.#told("Loaded");
    await this.#summarise("after the restart");
    this.kill();
  }

  /** Ends the server at once, and leaves no file. */
  kill() {
    this.#server?.kill();
    this.#agent.destroy();
    if (existsSync(this.#options.snapshot)) rmSync(this.#options.snapshot);
  }

  async #start(words) {
    const { runtime, executable, library, snapshot } = this.#options;
    this.#server = new ServerProcess({
      runtime,
      executable,
      library,
      example: "fleet",
      words: [`--store=${this.arm}`, `--keep=${KEEP}`, `--snapshot=${snapshot}`, ...words],
      patience: PATIENCE,
    });
    await this.#server.started();
  }

  async #watched(work) {
    this.memory.start();
    try {
      await work();
    } finally {
      this.memory.stop();
    }
  }

  async #ask(request) {
    const { method, path, headers, body } = request;
    const answer = await send(`${this.#server.url}${path}`, { method, agent: this.#agent, headers, body });
    this.#answers.take(this.arm, request, answer);
  }

  /** The summary after a restart has to be the one before it. */
  async #summarise(when) {
    const start = performance.now();
    const answer = await send(`${this.#server.url}/summary`, { method: "GET", agent: this.#agent });
    const milliseconds = performance.now() - start;
    this.#answers.take(`${this.arm} ${when}`, { name: "GET /summary" }, answer);
    return milliseconds;
  }

  #told(what) {
    const line = this.#server.messages.find((message) => message.startsWith(`${what} `));
    const milliseconds = /^\w+ \d+ devices in ([\d.]+) ms$/.exec(line ?? "")?.[1];
    if (milliseconds === undefined) throw new Error(`Cannot read how long it took: the server says "${line}"`);
    return Number(milliseconds);
  }
}
