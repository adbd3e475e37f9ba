import type { Memory } from "../../examples/core/memory.ts";
import { parseMeasurements } from "../../examples/request_scopes/parse_measurements.ts";
import { renderSummary } from "../../examples/request_scopes/render_summary.ts";
import { summarise } from "../../examples/request_scopes/summarise.ts";

/** Memory whose contents are anything but zero, as that of a scope may be. */
export const DIRTY_MEMORY: Memory = {
  bytes: (length) => new Uint8Array(length).fill(0x2c),
  integers: (length) => new Int32Array(length).fill(7),
  floats: (length) => new Float32Array(length).fill(-1e9),
  doubles: (length) => new Float64Array(length).fill(-1e9),
};

/** The answer of the example to a file that ends with a line feed. */
export function summaryOf(bytes: Uint8Array): string {
  const measurements = parseMeasurements(bytes, DIRTY_MEMORY);
  return renderSummary(summarise(measurements, DIRTY_MEMORY));
}
