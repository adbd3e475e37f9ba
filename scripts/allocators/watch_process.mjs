// deno-lint-ignore-file explicit-function-return-type explicit-module-boundary-types
import { readFileSync } from "node:fs";

/** Of the kernel's clock in /proc, which is 100 per second on every Linux. */
const TICKS_PER_SECOND = 100;

/**
 * What the kernel says of a process that runs.
 *
 * @param {number} id
 * @returns {{ cpuSeconds: number, faults: number, peakBytes: number, residentBytes: number }}
 */
export function readProcess(id) {
  // The name of the program, in brackets, may hold spaces.
  const fields = readFileSync(`/proc/${id}/stat`, "utf8").replace(/^.*\) /s, "").split(" ").map(Number);
  const status = readFileSync(`/proc/${id}/status`, "utf8");
  const kilobytes = (name) => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, "m").exec(status)[1]);
  return {
    faults: fields[7] + fields[9],
    cpuSeconds: (fields[11] + fields[12]) / TICKS_PER_SECOND,
    peakBytes: kilobytes("VmHWM") * 1024,
    residentBytes: kilobytes("VmRSS") * 1024,
  };
}

/** Waits until `isTrue` resolves to true, ten seconds at most. */
export async function waitUntil(what, isTrue) {
  const end = Date.now() + 10_000;
  while (!await isTrue()) {
    if (Date.now() > end) throw new Error(`Cannot wait any longer until ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
