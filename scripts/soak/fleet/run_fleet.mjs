// deno-lint-ignore-file explicit-function-return-type explicit-module-boundary-types
import { Buffer } from "node:buffer";
import { mkdtempSync, rmSync } from "node:fs";
import { Agent } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { deviceOf, LATEST, reportOf } from "../../fleet_devices.mjs";
import { seededRandom } from "../../generate_measurements.mjs";
import { send } from "../../start/send.mjs";
import { ServerProcess } from "../../start/server_process.mjs";
import { judge } from "../run_soak.mjs";
import { FleetModel, recordsOf } from "./fleet_model.mjs";
import { stall, STRAY, trouble } from "./troubles.mjs";

const SEED = 1;
const DEVICES = 20_000;
/** Seconds after which a silent device is forgotten: none is when the service begins, and none of the model later. */
const KEEP = 90_000;
const LIMIT = 2 ** 26;
const REPORTS = 200;
const LOOKUPS = 100;
/** Milliseconds from one filling of the store to the next. */
const FILL_EVERY = 20_000;
const FILLERS = 2_000;
const PATIENCE = 60_000;
const SAMPLES = 40;
const BINARY = { "content-type": "application/octet-stream" };
const LOOKUP = { "content-type": "text/plain", accept: "application/octet-stream" };

/**
 * Loads the resident service on the containers of this library for `seconds`, beside clients that leave, send what
 * nobody can read and read slowly, and fills it up to its limit now and then; each answer is held against a model.
 * Ends it with SIGTERM while a reader stalls, and looks at what it saved.
 *
 * @param {{ runtime: "deno" | "bun", executable: string, library: { path: string, version: string }, seconds: number }} options
 * @returns the same as the other soaks: `liveBytes` are those that no container tells of
 */
export async function soakFleet({ runtime, executable, library, seconds }) {
  const directory = mkdtempSync(join(tmpdir(), "fleet-soak-"));
  const snapshot = join(directory, "devices");
  const start = (words) =>
    new ServerProcess({
      runtime,
      executable,
      library: library.path,
      example: "fleet",
      patience: PATIENCE,
      words: [`--keep=${KEEP}`, `--limit=${LIMIT}`, `--snapshot=${snapshot}`, `--max-body=${2 ** 20}`, ...words],
    });
  const server = start([`--devices=${DEVICES}`, `--seed=${SEED}`]);
  let next;
  try {
    await server.started();
    const run = new FleetRun(server);
    const found = await run.play(seconds);
    await run.endWhileStalled();
    next = start([]);
    await next.started();
    await run.compareSaved(next);
    await next.stop();
    const result = { runtime, version: library.version, phase: "resident service", ...found };
    return withFaults(judge(result), run.faults);
  } finally {
    server.kill();
    next?.kill();
    rmSync(directory, { recursive: true });
  }
}

function withFaults(result, faults) {
  return { ...result, faults: [...faults, ...result.faults] };
}

class FleetRun {
  /** What went wrong, each thing once. */
  faults = [];
  #server;
  #url;
  #model = new FleetModel(DEVICES, SEED);
  #random = seededRandom(SEED);
  #agent = new Agent({ keepAlive: true, maxSockets: 1 });
  #started = performance.now();
  #requests = 0;
  #filled = 0;
  #strayBytes = 0;

  /** @param {ServerProcess} server */
  constructor(server) {
    this.#server = server;
    this.#url = server.url;
  }

  async play(seconds) {
    let going = true;
    const troubles = trouble(this.#url, seededRandom(SEED + 1), () => going, (fault) => this.#tell(fault));
    const rss = [];
    await this.#reportAll();
    const begun = performance.now();
    const end = begun + seconds * 1000;
    const timer = setInterval(() => rss.push(this.#server.residentBytes() ?? 0), seconds * 1000 / SAMPLES);
    try {
      for (let step = 1, filled = begun; performance.now() < end; step++) {
        await this.#step(step);
        if (this.#filled === 0 || performance.now() - filled > FILL_EVERY) {
          await this.#fill();
          filled = performance.now();
        }
        if (step % 20 === 0) await this.#compareBytes();
      }
    } finally {
      clearInterval(timer);
      going = false;
    }
    this.#requests += await troubles;
    await this.#compareBytes();
    await this.#compareAll(this.#url);
    return {
      rss: rss.slice(0, rss.length - rss.length % 4),
      count: this.#requests,
      seconds: (performance.now() - begun) / 1000,
      liveBytes: this.#strayBytes,
    };
  }

  /** SIGTERM while a client has asked for everything and does not read. */
  async endWhileStalled() {
    this.#agent.destroy();
    const leave = await stall(this.#url);
    try {
      await this.#server.stop();
    } finally {
      leave();
    }
    const last = this.#server.messages.at(-2) ?? "";
    if (!/; 0 bytes live, 0 blocks escaped, 0 in quarantine$/.test(last)) this.#tell(`it closed with "${last}"`);
  }

  /** A server that loaded what was saved has the same devices. */
  async compareSaved(next) {
    this.#agent = new Agent({ keepAlive: true, maxSockets: 1 });
    await this.#compareAll(next.url);
    this.#agent.destroy();
  }

  #tell(fault) {
    if (!this.faults.includes(fault)) this.faults.push(fault);
  }

  #expect(what, found, expected) {
    if (found !== expected) this.#tell(`${what}: ${shortened(found)} instead of ${shortened(expected)}`);
  }

  /** Seconds pass for the devices as they do here. */
  #now() {
    return LATEST + Math.floor((performance.now() - this.#started) / 1000);
  }

  async #ask(method, path, body, headers = {}) {
    this.#requests++;
    return await send(`${this.#url}${path}`, { method, agent: this.#agent, body, headers });
  }

  /** Every device reports once, so that none of the model expires. */
  async #reportAll() {
    const devices = [...this.#model.devices.values()].map((device) => ({ ...device, time: this.#now() }));
    for (let at = 0; at < devices.length; at += FILLERS) await this.#report(devices.slice(at, at + FILLERS));
  }

  async #report(devices) {
    const counts = this.#model.report(devices);
    const { status, body } = await this.#ask("POST", "/reports", recordsOf(devices), BINARY);
    this.#expect("the status of reports", status, 200);
    if (status !== 200) return;
    const { accepted, created, stale } = JSON.parse(body);
    this.#expect("what reports did", JSON.stringify({ accepted, created, stale }), JSON.stringify(counts));
  }

  #some() {
    return deviceOf(Math.floor(this.#random() * DEVICES * 1.02), SEED);
  }

  async #step(step) {
    const now = this.#now();
    await this.#report(Array.from({ length: REPORTS }, () => {
      const index = Math.floor(this.#random() * DEVICES);
      return { ...reportOf(index, SEED, step), time: this.#random() < 0.02 ? now - 60 : now };
    }));
    const ids = Array.from({ length: LOOKUPS }, () => this.#some().id);
    const { body } = await this.#ask("POST", "/lookup", Buffer.from(ids.join("\n")), LOOKUP);
    this.#expect("a look-up", body.toString("latin1"), this.#model.lookup(ids).toString("latin1"));
    const { id } = this.#some();
    const one = await this.#ask("GET", `/devices/${id}`);
    const json = this.#model.json(id);
    this.#expect("the status of a device", one.status, json === undefined ? 404 : 200);
    if (json !== undefined) this.#expect("a device", one.body.toString(), json);
    const gone = await this.#ask("DELETE", `/devices/${id}`);
    this.#expect("the status of a deletion", gone.status, this.#model.devices.delete(id) ? 204 : 404);
  }

  /** Reports devices that expire soon, each of a region of its own, until the store is full. */
  async #fill() {
    this.#filled++;
    const time = this.#now() - KEEP + 2;
    let status = 200;
    for (let batch = 0; status === 200 && batch < 1000; batch++) {
      const devices = Array.from({ length: FILLERS }, (_, one) => ({
        ...deviceOf(batch * FILLERS + one, SEED),
        id: `filler-${batch}-${one}`,
        region: `of ${one}`,
        time,
      }));
      ({ status } = await this.#ask("POST", "/reports", recordsOf(devices), BINARY));
    }
    this.#expect("the status at the limit", status, 507);
    await this.#compareBytes();
    // They expire as soon as others are newer by so much.
    while (this.#now() - KEEP <= time) await new Promise((resolve) => setTimeout(resolve, 100));
    for (let turn = 0; turn < 1000; turn++) {
      const some = [...this.#model.devices.values()].slice(0, 10).map((device) => ({ ...device, time: this.#now() }));
      this.#model.report(some);
      const { status: again, body } = await this.#ask("POST", "/reports", recordsOf(some), BINARY);
      this.#expect("the status of reports to a full store", again, 200);
      if (again !== 200 || JSON.parse(body).expired === 0) return;
    }
  }

  /** The bytes that are live are those of the containers. */
  async #compareBytes() {
    const { body } = await this.#ask("GET", "/metrics");
    const value = (name) => Number(new RegExp(`^${name} (\\d+)$`, "m").exec(body.toString())?.[1]);
    const stray = value("fleet_live_bytes") - value("fleet_container_bytes");
    if (stray !== 0) this.#strayBytes = stray;
  }

  /** Everything that the service has is everything that the model has. */
  async #compareAll(url) {
    const { status, body } = await send(`${url}/export`, { method: "GET", agent: this.#agent });
    this.#expect("the status of an export", status, 200);
    const lines = body.toString().split("\n").filter((line) => line !== "" && !line.startsWith(`{"id":"${STRAY}`));
    const expected = [...this.#model.devices.keys()].map((id) => this.#model.json(id));
    this.#expect("how many devices there are", lines.length, expected.length);
    this.#expect("what is known of them", lines.sort().join("\n"), expected.sort().join("\n"));
  }
}

function shortened(value) {
  const text = String(value);
  return text.length <= 80 ? text : `${text.slice(0, 80)}… (${text.length} characters)`;
}
