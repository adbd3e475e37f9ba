// deno-lint-ignore-file explicit-function-return-type explicit-module-boundary-types
import { Buffer } from "node:buffer";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { generateMeasurements, listMeasurements } from "../../generate_measurements.mjs";
import { referenceSummary } from "./reference_summary.mjs";

const DATA = ".data/measurements";

/**
 * CSV files of measurements for examples/request_scopes.ts, with the answers that they have to get.
 *
 * @returns {import("./compare_arms.mjs").Job}
 */
export function summaryJob(seed) {
  const names = listMeasurements(DATA, seed) ?? generateMeasurements(DATA, seed);
  const files = names.map((name) => {
    const body = readFileSync(join(DATA, name));
    return { name, body, expected: Buffer.from(referenceSummary(body.toString())) };
  });
  return {
    name: "summaries of CSV files",
    example: "request_scopes",
    path: "/summary",
    connections: 32,
    rounds: 2,
    warmUp: 1_500,
    round: 1_500,
    shares: [["small", 850], ["medium", 120], ["large", 30]],
    files,
  };
}
