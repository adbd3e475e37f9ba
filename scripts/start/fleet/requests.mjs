// deno-lint-ignore-file explicit-function-return-type explicit-module-boundary-types
// What is asked of examples/fleet.ts: the same sequence for the same seed, whichever store answers.
import { Buffer } from "node:buffer";
import { deviceOf, encodeDevice, idOf, LATEST, reportOf } from "../../fleet_devices.mjs";
import { seededRandom } from "../../generate_measurements.mjs";

/** Seconds after which a silent device is forgotten: as many in a step as `NEW` come. */
export const KEEP = 86_400;
/** Devices that report in each step, and how many of them are new. */
export const REPORTS = 2_000;
const NEW = 70;
/** Ids that are looked up in each step. */
export const LOOKUPS = 1_000;
/** Each so many steps one query of each index. */
const QUERY_EVERY = 10;
/** Connections of the closed loop. */
export const CONNECTIONS = 4;
/** No record is longer. */
const RECORD_BYTES = 160;
const SECONDS_PER_STEP = 3;

/**
 * A request and what to call it.
 *
 * @typedef {{ name: string, kind: string, due: number, path: string, method: string, headers: Record<string, string>, body?: Buffer }} FleetRequest
 */

/** Makes the requests of one run. */
export class FleetRequests {
  #devices;
  #seed;

  /** @param {{ devices: number, seed: number }} options how many devices the server was built with */
  constructor({ devices, seed }) {
    this.#devices = devices;
    this.#seed = seed;
  }

  /**
   * The requests of `count` steps from number `first` on, due within their step; they come one after the other.
   *
   * @returns {FleetRequest[]}
   */
  inOrder(first, count) {
    const requests = [];
    for (let step = first; step < first + count; step++) {
      const random = seededRandom(this.#seed * 1_000_003 + step);
      const due = step - first;
      requests.push(
        { ...this.#reports(step, () => this.#any(step, random), NEW), due },
        { ...this.#lookup(step, () => this.#any(step, random)), due: due + 1 / 2 },
      );
      const turn = step % QUERY_EVERY;
      if (turn === 3) requests.push({ ...this.#nearby(step, random), due: due + 3 / 4 });
      if (turn === 8) requests.push({ ...stale(step), due: due + 3 / 4 });
    }
    return requests.map((request, index) => ({ ...request, name: `${request.name}, request ${index}` }));
  }

  /**
   * The requests of `count` steps for each connection, all at the time of `step`. No two connections ask for the same
   * device, so the answers do not depend on which is first.
   *
   * @returns {FleetRequest[][]}
   */
  forConnections(step, count) {
    return Array.from({ length: CONNECTIONS }, (_, connection) => {
      const random = seededRandom(this.#seed * 1_000_033 + step * CONNECTIONS + connection);
      const own = () => Math.floor(random() * this.#devices / CONNECTIONS) * CONNECTIONS + connection;
      const requests = [];
      for (let turn = 0; turn < count; turn++) {
        requests.push(this.#reports(step, own, 0), this.#lookup(step, own));
      }
      return requests.map((request, index) => ({
        ...request,
        name: `${request.name}, connection ${connection}, request ${index}`,
      }));
    });
  }

  /** The index of any device that was there until `step`. */
  #any(step, random) {
    return Math.floor(random() * (this.#devices + step * NEW));
  }

  #reports(step, pick, fresh) {
    const bytes = Buffer.alloc(REPORTS * RECORD_BYTES);
    let length = 0;
    for (let report = 0; report < REPORTS; report++) {
      const index = report < fresh ? this.#devices + step * NEW + report : pick();
      length = encodeDevice(reportOf(index, this.#seed, step), bytes, length);
    }
    return {
      name: `step ${step}: POST /reports`,
      kind: "reports",
      method: "POST",
      path: "/reports",
      headers: { "content-type": "application/octet-stream" },
      body: Buffer.from(bytes.subarray(0, length)),
    };
  }

  #lookup(step, pick) {
    const ids = Array.from({ length: LOOKUPS }, () => idOf(pick(), this.#seed));
    return {
      name: `step ${step}: POST /lookup`,
      kind: "lookup",
      method: "POST",
      path: "/lookup",
      headers: { "content-type": "text/plain", accept: "application/octet-stream" },
      body: Buffer.from(ids.join("\n")),
    };
  }

  #nearby(step, random) {
    const { latitude, longitude } = deviceOf(this.#any(step, random), this.#seed);
    return query(step, `/nearby?latitude=${latitude / 1e6}&longitude=${longitude / 1e6}&radius=5000&limit=20`);
  }
}

function stale(step) {
  return query(step, `/stale?since=${LATEST + step * SECONDS_PER_STEP - KEEP + 5}&limit=100`);
}

function query(step, path) {
  return { name: `step ${step}: GET ${path}`, kind: "query", method: "GET", path, headers: {} };
}
