// deno-lint-ignore-file explicit-function-return-type explicit-module-boundary-types -- types are in the JSDoc
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, realpathSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { closedLoop } from "../start/closed_loop.mjs";
import { picker } from "../start/jobs/compare_arms.mjs";
import { summaryJob } from "../start/jobs/summary_job.mjs";
import { ServerProcess } from "../start/server_process.mjs";
import { compile, mallocOf, runMeasured } from "./run_measured.mjs";
import { readProcess } from "./watch_process.mjs";

const SEED = 1;
const WORDS = 500_000;
/** Milliseconds of load: before the figures count, and while they do. */
const WARM_UP = 600;
const LOAD = 1_500;
/** Milliseconds without load until memory is called idle. */
const REST = 700;

/**
 * The sections of whole programs on Deno. Bun cannot be in them: its allocator is built in.
 *
 * @param {string} root The project
 * @param {{ deno: string, library: string }} tools The Deno executable; the libmimalloc that the programs themselves
 *   open where no other one is loaded first
 */
export function denoSections(root, { deno, library }) {
  const environments = new Map();
  const environmentOf = (allocator) => {
    if (!environments.has(allocator.name)) {
      environments.set(allocator.name, checkedEnvironment(root, deno, library, allocator));
    }
    return environments.get(allocator.name);
  };
  return [
    ...["ordinary", "scopes"].map((arm) => serverSection(deno, arm, environmentOf)),
    textIndexSection(root, deno, environmentOf),
  ];
}

/** The variables that make Deno run on an allocator; for mimalloc those that `mimalloc run` sets. */
function checkedEnvironment(root, deno, library, { libraries, kind }) {
  const environment = ["mimalloc", "secure"].includes(kind)
    ? askMimallocRun(root, deno, libraries[0])
    : { LD_PRELOAD: libraries.join(":"), MIMALLOC_PATH: library };
  const from = mallocOf(deno, environment.LD_PRELOAD);
  const isRight = libraries.length === 0 ? /\/libc\.so/.test(from) : realpathSync(from) === realpathSync(libraries[0]);
  if (!isRight) throw new Error(`Deno takes malloc from ${from}`);
  return environment;
}

function askMimallocRun(root, deno, library) {
  const args = ["run", "-A", join(root, "cli", "main.ts"), "run", "--lib", library, "--", "env"];
  const { stdout, stderr, status } = spawnSync(deno, args, { encoding: "utf8" });
  if (status !== 0) throw new Error(`mimalloc run ended with ${status}: ${stderr.trim()}`);
  return Object.fromEntries(["LD_PRELOAD", "MIMALLOC_PATH"].map((name) => {
    return [name, new RegExp(`^${name}=(.*)$`, "m").exec(stdout)[1]];
  }));
}

function serverSection(deno, arm, environmentOf) {
  const about = arm === "scopes" ? "its columns in scopes of this library" : "its columns in ordinary typed arrays";
  let job;
  const run = async (allocator, round) => {
    const { MIMALLOC_PATH, ...environment } = environmentOf(allocator);
    job ??= summaryJob(SEED);
    const server = new ServerProcess({
      runtime: "deno",
      executable: deno,
      library: MIMALLOC_PATH,
      example: job.example,
      words: [`--arm=${arm}`],
      environment,
    });
    try {
      await server.started();
      return await loadServer(server, job, picker(job, SEED + round));
    } finally {
      server.kill();
    }
  };
  return { name: `request_scopes, ${arm}`, table: "server", about, run };
}

async function loadServer(server, { path, connections }, pick) {
  const load = (milliseconds) => closedLoop(`${server.url}${path}`, { pick, connections, milliseconds });
  await load(WARM_UP);
  const before = readProcess(server.id);
  const { seconds, latencies } = await load(LOAD);
  const after = readProcess(server.id);
  await new Promise((resolve) => setTimeout(resolve, REST));
  latencies.sort((a, b) => a - b);
  const figures = {
    requestsPerSecond: latencies.length / seconds,
    p99Milliseconds: latencies[Math.ceil(latencies.length * 0.99) - 1],
    cpuSeconds: (after.cpuSeconds - before.cpuSeconds) / latencies.length,
    peakBytes: after.peakBytes,
    idleBytes: readProcess(server.id).residentBytes,
    faults: after.faults,
  };
  await server.stop();
  return figures;
}

function textIndexSection(root, deno, environmentOf) {
  const section = { name: "text_index", table: "text_index", about: `an index of ${WORDS.toLocaleString("en")} words` };
  let measure;
  try {
    measure = compile(root, "measure");
  } catch (error) {
    return { ...section, unavailable: error.message };
  }
  const file = join(root, ".data", `text_index_${WORDS}.txt`);
  const args = ["run", "-A", "--no-prompt", "examples/text_index.ts", `--words=${WORDS}`, `--file=${file}`];
  let expected;
  const run = (allocator) => {
    const { LD_PRELOAD, ...environment } = environmentOf(allocator);
    if (!existsSync(file)) {
      mkdirSync(join(root, ".data"), { recursive: true });
      spawnSync(deno, args, { env: { ...process.env, ...environment } });
    }
    const preloaded = { libraries: LD_PRELOAD === "" ? [] : [LD_PRELOAD] };
    const { stdout, ...figures } = runMeasured(measure, preloaded, deno, args, environment);
    // How long it took and how mimalloc rounded sizes differ.
    const answer = stdout.replaceAll(/in \d+ ms|^[\d.]+ MiB.*$/gm, "");
    expected ??= answer;
    if (answer !== expected) throw new Error(`its answer is ${answer}, not ${expected}`);
    return figures;
  };
  return { ...section, run };
}
