// deno-lint-ignore-file explicit-function-return-type explicit-module-boundary-types
import { Buffer } from "node:buffer";
import { deviceOf, encodeDevice } from "../../fleet_devices.mjs";

/** No record is longer. */
const RECORD_BYTES = 160;

/** @typedef {import("../../fleet_devices.mjs").Device} Device */

/**
 * Binary records of devices.
 *
 * @param {Device[]} devices
 */
export function recordsOf(devices) {
  const bytes = Buffer.alloc(devices.length * RECORD_BYTES);
  let end = 0;
  for (const device of devices) end = encodeDevice(device, bytes, end);
  return bytes.subarray(0, end);
}

/** What the service has to know of its devices, as plainly as can be. */
export class FleetModel {
  /** @type {Map<string, Device>} */
  devices = new Map();

  /** Those that the service makes at the start. */
  constructor(devices, seed) {
    for (let index = 0; index < devices; index++) {
      const device = deviceOf(index, seed);
      this.devices.set(device.id, device);
    }
  }

  /**
   * Takes reports, and returns what the service has to count.
   *
   * @param {Device[]} reports
   */
  report(reports) {
    const counts = { accepted: 0, created: 0, stale: 0 };
    for (const report of reports) {
      const known = this.devices.get(report.id);
      if (known !== undefined && report.time < known.time) {
        counts.stale++;
        continue;
      }
      counts.accepted++;
      if (known === undefined) counts.created++;
      this.devices.set(report.id, report);
    }
    return counts;
  }

  /**
   * The records of those of `ids` that there are.
   *
   * @param {string[]} ids
   */
  lookup(ids) {
    return recordsOf(ids.map((id) => this.devices.get(id)).filter((device) => device !== undefined));
  }

  /** A device as the service writes it in JSON; `undefined` when there is none. */
  json(id) {
    const device = this.devices.get(id);
    if (device === undefined) return undefined;
    const { latitude, longitude } = device;
    return JSON.stringify({ ...device, latitude: latitude / 1e6, longitude: longitude / 1e6 });
  }
}
