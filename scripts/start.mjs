#!/usr/bin/env node
// deno-lint-ignore-file explicit-function-return-type no-console
// `npm start`: setup, then on both runtimes the resident service with each of its stores under load, and servers
// that work in a scope for each request or with ordinary typed arrays.
import { availableParallelism, cpus } from "node:os";
import { dirname, join, relative } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { setup } from "./setup.mjs";
import { SetupError } from "./setup/setup_error.mjs";
import { compareStores } from "./start/fleet/compare.mjs";
import { caseRows, faults as fleetFaults, figureRows as fleetRows } from "./start/fleet/figures.mjs";
import { drawPictures } from "./start/fleet/pictures.mjs";
import { targetRows } from "./start/fleet/targets.mjs";
import { compareArms } from "./start/jobs/compare_arms.mjs";
import { faults as jobFaults, figureRows as jobRows } from "./start/jobs/figures.mjs";
import { imagesJob } from "./start/jobs/images_job.mjs";
import { summaryJob } from "./start/jobs/summary_job.mjs";
import { HELP, parseOptions } from "./start/options.mjs";
import { Progress } from "./start/progress.mjs";
import { writeReadme } from "./start/readme.mjs";
import { formatTable } from "./start/table.mjs";

const RUNTIMES = ["deno", "bun"];

async function main() {
  const options = parseOptions(process.argv.slice(2));
  if (options.help) return console.log(HELP);
  process.chdir(join(dirname(fileURLToPath(import.meta.url)), ".."));
  const tools = await setup();
  const seed = Number(process.env.SEED ?? 1);
  const library = process.env.MIMALLOC_PATH ?? tools.libraries.at(-1).path;
  console.log(introduction(options, library, seed));
  const measured = await measure({ ...options, tools, library, seed });
  report(measured, options);
}

/** What is asked of servers that work with scopes or without, by the part of the README that shows it. */
const JOBS = {
  images: {
    make: imagesJob,
    table: "POST /resize",
    heading: "What scopes give: pictures made smaller, of which each takes 19 to 33 MB for a moment",
  },
  summary: {
    make: summaryJob,
    table: "POST /summary",
    heading: "Where they make no difference: CSV files of 10 to 20,000 rows",
  },
};

/** What the README shows of the pictures. */
const PICTURES = `![Worst latency in each quarter of a second, by store](docs/pictures/fleet_latency.svg)

![Memory by store while devices are made, under load, and at rest](docs/pictures/fleet_memory.svg)`;

/** Everything on both runtimes, as often as asked. */
async function measure({ runs, devices, tools, library, seed }) {
  const progress = new Progress();
  progress.show("Making what the servers are asked");
  const jobs = Object.entries(JOBS).map(([part, { make }]) => ({ part, job: make(seed) }));
  const byRuntime = () => ({ deno: [], bun: [] });
  const found = { fleet: byRuntime(), images: byRuntime(), summary: byRuntime(), faults: [] };
  for (let run = 1; run <= runs; run++) {
    if (runs > 1) progress.show(`Run ${run} of ${runs}`);
    for (const runtime of RUNTIMES) {
      const where = { runtime, executable: tools[runtime], library, seed, progress };
      const period = found.fleet[runtime][0]?.period;
      const stores = await compareStores({ ...where, devices, period });
      found.fleet[runtime].push(stores);
      found.faults.push(...fleetFaults(runtime, stores));
      for (const { part, job } of jobs) {
        const arms = await compareArms({ ...where, job });
        found[part][runtime].push(arms);
        found.faults.push(...jobFaults(runtime, arms));
      }
    }
  }
  progress.clear();
  return found;
}

function report({ fleet, faults, ...byPart }, { markdown, writeReadme: write, runs, devices }) {
  const show = (rows) => `\n${formatTable(rows, { markdown })}`;
  for (const runtime of RUNTIMES) {
    console.log(show(fleetRows(runtime, fleet[runtime])));
    console.log(heldLine(runtime, fleet[runtime]));
  }
  console.log(show(targetRows(fleet)));
  for (const [part, { table, heading }] of Object.entries(JOBS)) {
    console.log(`\n${heading}`);
    console.log(show(jobRows(table, byPart[part])));
  }
  if (write) {
    const table = (rows) => formatTable(rows, { markdown: true });
    writeReadme({
      parts: {
        case: `${table(caseRows(fleet))}\n\n${PICTURES}`,
        load: [
          ...RUNTIMES.map((runtime) => table(fleetRows(runtime, fleet[runtime]))),
          `${devices.toLocaleString("en")} devices, ${
            runs === 1 ? "one run" : `medians of ${runs} runs and their ranges`
          }. ${RUNTIMES.map((runtime) => heldLine(runtime, fleet[runtime])).join(" ")}`,
        ].join("\n\n"),
        targets: table(targetRows(fleet)),
        ...Object.fromEntries(
          Object.entries(JOBS).map(([part, { table: name }]) => [part, table(jobRows(name, byPart[part]))]),
        ),
      },
      pictures: drawPictures(Object.fromEntries(RUNTIMES.map((runtime) => [runtime, fleet[runtime].at(-1)]))),
    });
  }
  if (faults.length > 0) {
    for (const fault of faults) console.error(fault);
    process.exitCode = 1;
    return;
  }
  console.log("\nEvery answer was the same from every store; nothing is live, escaped or in quarantine.");
}

function heldLine(runtime, runs) {
  const { period, compared } = runs[0];
  return `${runtime}: a step every ${period} ms; ${compared.toLocaleString("en")} answers compared in each run.`;
}

function introduction({ runs, devices }, library, seed) {
  return [
    `A service that keeps ${
      devices.toLocaleString("en")
    } devices (seed ${seed}) in each of three stores, loaded in turns:`,
    "in a step 2,000 devices report and 1,000 are looked up, some come and some go;",
    `client and server share ${availableParallelism()} × ${cpus()[0]?.model ?? "processor"}; ${relative(".", library)}`,
    "",
    "this library: the containers of @mimalloc/ffi, and a scope for each request",
    "objects:      an object for each device, in a Map and an ordered-map package",
    "SQLite:       the runtime's own, in memory",
    "÷:            this library divided by the other; below 1 is better, but for requests/s",
    "",
    `This takes about ${runs === 1 ? "five minutes" : `${5 * runs} minutes`}.`,
  ].join("\n");
}

// Leaving by process.exit() is what ends the servers too.
process.once("SIGINT", () => process.exit(130));
process.once("SIGTERM", () => process.exit(143));

try {
  await main();
} catch (error) {
  // Its message says all; of anything else, where it came from is needed.
  console.error(error instanceof SetupError ? error.message : error?.stack ?? error);
  process.exitCode = 1;
}
