import { encodeDeviceOf } from "../../scripts/fleet_devices.mjs";
import { Ingest } from "./ingest.ts";
import type { Store } from "./store.ts";

/** Devices that are made at a time. */
const BATCH = 1000;
const MOST_BYTES = 145;

/**
 * Puts `devices` made-up devices into an empty store the way reports come in, and returns the milliseconds that the
 * store took for them.
 */
export function build(store: Store, devices: number, seed: number): number {
  const started = performance.now();
  // A sixteenth is for those that come before others expire.
  store.reserve(Math.ceil(devices * 17 / 16));
  let milliseconds = performance.now() - started;
  const bytes = new Uint8Array(BATCH * MOST_BYTES);
  const ingest = new Ingest(store, 0, "binary");
  for (let index = 0; index < devices;) {
    let length = 0;
    for (const end = Math.min(index + BATCH, devices); index < end; index++) {
      length = encodeDeviceOf(index, seed, bytes, length);
    }
    const before = performance.now();
    ingest.push(bytes.subarray(0, length));
    milliseconds += performance.now() - before;
  }
  const before = performance.now();
  store.filled();
  return milliseconds + performance.now() - before;
}
