// deno-lint-ignore-file explicit-function-return-type
// Runs the benchmark suites of bench/suites/ on Deno and Bun, one process per
// suite and runtime, and writes bench/results/<suite>.<runtime>.json.
//
//   npm run bench                        every suite of bench/suites/
//   npm run bench -- hot                 some suites
//   npm run bench -- allocators          every allocator of this machine; --runs <number> for more than 6 runs,
//                                        --only <name> for a part of it
//   npm run bench -- --check [suite…]    exits 1 and lists the targets that were missed
//   npm run bench -- --write-results     also puts the tables into bench/RESULTS.md
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { measureAllocators, USUAL_RUNS } from "./allocators/measure_allocators.mjs";
import { measureTwin } from "./realtime/measure_twin.mjs";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const RESULTS = join(ROOT, "bench", "RESULTS.md");
const RUNTIMES = {
  deno: ["deno", "run", "-A", "--no-prompt", "--v8-flags=--expose-gc"],
  bun: ["bun", "--expose-gc"],
};

function fail(message) {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}

/** The suite that is measured in C too, for the floor. */
const REALTIME = "realtime";

/** The suite that compares allocators instead of runtimes; only where it is named. */
const ALLOCATORS = "allocators";

function parseArguments(words) {
  const { runs, rest } = takeRuns(words);
  const { value: only, rest: names } = takeValue("--only", rest);
  const known = readdirSync(join(ROOT, "bench", "suites"))
    .filter((file) => file.endsWith(".ts"))
    .map((file) => file.slice(0, -".ts".length));
  const options = names.filter((name) => name.startsWith("--"));
  const suites = names.filter((name) => !name.startsWith("--"));
  for (const option of options) {
    if (option !== "--check" && option !== "--write-results") {
      fail(
        `Cannot run the benchmarks: there is no option ${option}, only --check, --write-results, --runs and --only`,
      );
    }
  }
  for (const suite of suites) {
    if (suite !== ALLOCATORS && !known.includes(suite)) {
      fail(
        `Cannot run suite "${suite}": bench/suites/ has ${known.join(", ")}, and there is ${ALLOCATORS}`,
      );
    }
  }
  if (only !== undefined && (suites.join() !== ALLOCATORS || options.includes("--write-results"))) {
    fail("Cannot take --only: it is for `allocators` alone, and a part of the results is not written");
  }
  return {
    suites: suites.length > 0 ? suites : known,
    runs,
    only,
    check: options.includes("--check"),
    writeResults: options.includes("--write-results"),
  };
}

/** Takes `--runs <number>` out of the words. */
function takeRuns(words) {
  const { value, rest } = takeValue("--runs", words);
  if (value === undefined) return { runs: USUAL_RUNS, rest };
  const runs = Number(value);
  if (!Number.isInteger(runs) || runs < 1) {
    fail(`Cannot run the benchmarks ${value} times: --runs takes a number of 1 or more`);
  }
  return { runs, rest };
}

/** Takes an option and its value out of the words. */
function takeValue(option, words) {
  const at = words.indexOf(option);
  if (at < 0) return { value: undefined, rest: words };
  return { value: words[at + 1] ?? "", rest: words.toSpliced(at, 2) };
}

/** The library that all arms load: MIMALLOC_PATH, else the newest in .mimalloc/. */
function findLibrary() {
  if (process.env.MIMALLOC_PATH) return process.env.MIMALLOC_PATH;
  const folder = join(ROOT, ".mimalloc");
  const versions = existsSync(folder) ? readdirSync(folder) : [];
  versions.sort((a, b) => a.localeCompare(b, "en", { numeric: true }));
  for (const version of versions.reverse()) {
    const file = readdirSync(join(folder, version)).find((name) => /^(lib)?mimalloc\./.test(name));
    if (file !== undefined) return join(folder, version, file);
  }
  return fail(
    "Cannot find libmimalloc: run `npm run setup`, or set MIMALLOC_PATH",
  );
}

/** Compiles bench/c_loop.c where there is a C compiler; without one that arm is left out. */
function compileCLoop() {
  const output = join(ROOT, ".tmp", "bench", "c_loop.so");
  mkdirSync(join(ROOT, ".tmp", "bench"), { recursive: true });
  const source = join(ROOT, "bench", "c_loop.c");
  for (const compiler of [process.env.CC, "cc", "gcc", "clang"]) {
    if (!compiler) continue;
    const flags = ["-O2", "-shared", "-fPIC", "-o", output, source, "-ldl"];
    const { status, error } = spawnSync(compiler, flags, {
      stdio: ["ignore", "ignore", "inherit"],
    });
    if (error === undefined && status === 0) return output;
  }
  return "";
}

function environment() {
  const binaries = join(ROOT, "node_modules", ".bin");
  return {
    ...process.env,
    PATH: `${binaries}${delimiter}${process.env.PATH ?? ""}`,
    MIMALLOC_PATH: findLibrary(),
    BENCH_C_LOOP: compileCLoop(),
    NO_COLOR: "1",
  };
}

/** Measures one suite on one runtime and gives back its tables and its missed targets. */
function measure(suite, runtime, env) {
  const file = join(ROOT, "bench", "results", `${suite}.${runtime}.json`);
  const [program, ...flags] = RUNTIMES[runtime];
  const script = join(ROOT, "bench", "run.ts");
  const { status, error, stdout } = spawnSync(program, [
    ...flags,
    script,
    suite,
    file,
  ], {
    cwd: ROOT,
    env,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
  });
  if (error !== undefined || status !== 0) {
    const reason = error?.message ?? `it ended with ${status}`;
    fail(`Cannot measure suite "${suite}" on ${runtime}: ${reason}`);
  }
  const { verdicts } = JSON.parse(readFileSync(file, "utf8"));
  return { suite, runtime, tables: stdout, verdicts };
}

/** Replaces what stands between the marks of each measured suite in bench/RESULTS.md, or adds it at the end. */
function writeResults(results) {
  let text = readFileSync(RESULTS, "utf8");
  for (const { suite, runtime, tables } of results) {
    const name = runtime === undefined ? suite : `${suite} ${runtime}`;
    const begin = `<!-- begin ${name} -->`;
    const end = `<!-- end ${name} -->`;
    if (!text.includes(begin)) text += `\n${begin}\n${end}\n`;
    const from = text.indexOf(begin) + begin.length;
    const to = text.indexOf(end);
    if (to < from) fail(`Cannot write bench/RESULTS.md: "${end}" does not stand behind "${begin}"`);
    text = `${text.slice(0, from)}\n\n${tables}\n${text.slice(to)}`;
  }
  writeFileSync(RESULTS, text);
}

/** Lists the targets that were not met, suite by suite; returns how many were missed. */
function reportTargets(results) {
  const count = { met: 0, missed: 0, floor: 0, "not measured": 0 };
  for (const { suite, runtime, verdicts } of results) {
    for (const { status, group, shape, arm, statement, measured } of verdicts) {
      count[status]++;
      if (status === "met") continue;
      const figure = measured === null ? "" : ` (${measured.toFixed(2)})`;
      process.stdout.write(
        `${status}: ${suite} on ${runtime}: ${group}, ${shape}: ${arm} ${statement}${figure}\n`,
      );
    }
  }
  process.stdout.write(
    `${count.met} targets met, ${count.missed} missed, ${count.floor} below the runtime's floor, ` +
      `${count["not measured"]} not measured\n`,
  );
  return count.missed;
}

/** Compares the allocators, says which of them the machine offers and were not measured, and how many that were. */
async function compareAllocators(env, what) {
  const binaries = join(ROOT, "node_modules", ".bin");
  const tools = { deno: join(binaries, "deno"), bun: join(binaries, "bun"), library: env.MIMALLOC_PATH };
  const report = (line) => process.stderr.write(`${line}\n`);
  const { tables, unmeasured } = await measureAllocators(ROOT, tools, what, report);
  process.stdout.write(`${tables}\n`);
  for (const line of unmeasured) process.stdout.write(`not measured: ${line}\n`);
  return { result: { suite: ALLOCATORS, tables }, missed: unmeasured.length };
}

async function measureInC() {
  const { tables, verdicts } = await measureTwin(ROOT, (line) => process.stderr.write(`${line}\n`));
  process.stdout.write(`${tables}\n`);
  return { suite: REALTIME, runtime: "c", tables, verdicts };
}

async function main() {
  const { suites, check, runs, only, writeResults: write } = parseArguments(
    process.argv.slice(2),
  );
  process.chdir(ROOT);
  const env = environment();
  const compared = suites.includes(ALLOCATORS) ? await compareAllocators(env, { runs, only }) : { missed: 0 };
  const results = suites.includes(REALTIME) ? [await measureInC()] : [];
  for (const suite of suites.filter((name) => name !== ALLOCATORS)) {
    for (const runtime of Object.keys(RUNTIMES)) {
      process.stderr.write(`measuring ${suite} on ${runtime} …\n`);
      const result = measure(suite, runtime, env);
      process.stdout.write(`${result.tables}\n`);
      results.push(result);
    }
  }
  if (write) writeResults(compared.result === undefined ? results : [...results, compared.result]);
  const missed = compared.missed + (results.length > 0 ? reportTargets(results) : 0);
  if (check && missed > 0) process.exitCode = 1;
}

await main();
