// deno-lint-ignore-file explicit-function-return-type explicit-module-boundary-types -- types are in the JSDoc
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { watchConditions } from "../conditions.mjs";
import { listTwinArms } from "./arms.mjs";
import { drawTimes } from "./draw_times.mjs";
import { judgeTwin } from "./judge_twin.mjs";
import { formatTwin } from "./twin_tables.mjs";
import { compileTwin, runTwin } from "./twin.mjs";

/** Seeds of the workload; instructions, which take the longest, are counted with the first alone. */
export const SEEDS = [1, 2, 3];

/**
 * Measures the twin in C: instructions, times, faults, system calls and memory of the paper's workload on every arm.
 * Writes `bench/results/realtime.c.json` and the plots beside it.
 *
 * @param {string} root The project
 * @param {(line: string) => void} report
 * @returns {Promise<{ tables: string, verdicts: object[] }>}
 */
export async function measureTwin(root, report) {
  const tellConditions = watchConditions();
  let program;
  try {
    program = compileTwin(root);
  } catch (error) {
    return { tables: `Not measured: the twin in C, because ${error.message}.\n`, verdicts: [] };
  }
  const folder = join(root, ".tmp", "bench", "realtime");
  mkdirSync(folder, { recursive: true });
  const results = [];
  for (const arm of await listTwinArms(root, report)) {
    report(`measuring ${arm.name} in C …`);
    results.push(measureArm(program, arm, join(folder, `${arm.name.replaceAll(" ", "_")}.times`)));
  }
  const verdicts = judgeTwin(results);
  const conditions = tellConditions();
  const measured = results.map(({ file: _, ...result }) => result);
  writeFileSync(
    join(root, "bench", "results", "realtime.c.json"),
    `${JSON.stringify({ conditions, seeds: SEEDS, results: measured, verdicts }, null, 2)}\n`,
  );
  writePlot(root, results);
  return { tables: formatTwin({ conditions, seeds: SEEDS, results, verdicts }), verdicts };
}

/** What one arm does with each seed; `reason` where it cannot be measured. */
export function measureArm(program, arm, file, options = {}) {
  const { name, kind, version, reason } = arm;
  if (reason !== undefined) return { name, kind, version, reason };
  try {
    return {
      name,
      kind,
      version,
      file,
      instructions: runTwin(program, "instructions", arm, { ...options, seed: SEEDS[0] }),
      times: SEEDS.map((seed) =>
        runTwin(program, "time", arm, { ...options, seed, ...(seed === SEEDS[0] && { file }) })
      ),
      calls: SEEDS.map((seed) => runTwin(program, "calls", arm, { ...options, seed })),
    };
  } catch (error) {
    return { name, kind, version, reason: error.message };
  }
}

/** The times of each request on the newest mimalloc, as the paper draws them. */
function writePlot(root, results) {
  const newest = results.findLast(({ version }) => version !== undefined)?.version;
  const drawn = results.filter(({ version, reason }) => version === newest && reason === undefined);
  if (drawn.length === 0) return;
  const panels = drawn.map(({ kind, file }) => {
    const { buffer, byteOffset, byteLength } = readFileSync(file);
    return { title: kind, times: new Uint32Array(buffer.slice(byteOffset, byteOffset + byteLength)) };
  });
  const picture = drawTimes(`Time of each allocation in C, mimalloc ${newest}`, panels);
  writeFileSync(join(root, "bench", "results", "realtime_times.svg"), picture);
}
