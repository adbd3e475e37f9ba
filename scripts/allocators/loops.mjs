// deno-lint-ignore-file explicit-function-return-type explicit-module-boundary-types -- types are in the JSDoc
import { realpathSync } from "node:fs";
import { availableParallelism } from "node:os";
import { compile, runMeasured } from "./run_measured.mjs";

/** Threads of what is called N: at least two, or nothing would be shared. */
const N = String(Math.max(2, availableParallelism()));

/**
 * The workloads of mimalloc-bench: sizes, shares and threads as published, less repetition, so that one takes a third
 * of a second on glibc. `tiny` is for the tests.
 *
 * @typedef {{ name: string, program: string, parameters: string[], tiny: string[], published: string }} Loop
 * @type {readonly Loop[]}
 */
export const LOOPS = [
  loop("cfrac", "cfrac", ["150000"], ["50"], "17545186520507317056371138836327483792789528, until it is factored"),
  loop(
    "larsonN",
    "larson",
    [N, "8", "1000", "5000", "100", "4"],
    ["2", "8", "1000", "50", "3", "2"],
    "5 8 1000 5000 100 4141 N, for 5 s",
  ),
  loop("mstressN", "mstress", [N, "50", "25"], ["2", "1", "2"], "N 50 25"),
  loop("rptestN", "rptest", [N, "2", "500", "1000", "100", "8", "16000", "2"], [
    "2",
    "2",
    "5",
    "100",
    "100",
    "8",
    "16000",
    "1",
  ], "N 0 1 2 500 1000 100 8 16000"),
  loop("xmalloc-testN", "xmalloc-test", [N, "64", "300"], ["2", "64", "3"], "-w N -t 5 -s 64, for 5 s"),
  loop(
    "sh8benchN",
    "sh8bench",
    [String(2 * Number(N)), "1000", "600"],
    ["4", "1000", "3"],
    "2N threads; by its description, its source is not free",
  ),
  loop("cache-scratch1", "cache-scratch", ["1", "1000", "1", "100000"], ["1", "10", "1", "10"], "1 1000 1 2000000 N"),
  loop("cache-scratchN", "cache-scratch", [N, "1000", "1", "200000"], ["2", "10", "1", "10"], "N 1000 1 2000000 N"),
  loop("glibc-simple", "glibc-simple", ["16", "300000"], ["16", "1600"], "16, with 2,000,000 blocks of each kind"),
  loop(
    "alloc-test1",
    "alloc-test",
    ["1", "262144", "10", "1500000"],
    ["1", "2000", "10", "2000"],
    "1, 2^18 slots, up to 1 KiB, 100 million operations",
  ),
  loop("alloc-testN", "alloc-test", [N, "262144", "10", "1500000"], ["2", "2000", "10", "2000"], "N, as above"),
  loop("overhead", "overhead", [String(64 * 2 ** 20)], ["1000000"], "none: RAM over what 64 MiB of live blocks hold"),
];

function loop(name, program, parameters, tiny, published) {
  return { name, program, parameters, tiny, published };
}

/**
 * Runs a workload once on an allocator.
 *
 * @param {{ measure: string, file: string }} programs Compiled
 * @param {readonly string[]} parameters
 * @param {{ libraries: string[] }} allocator
 * @returns {Record<string, number | string>} Its figures and its checksum
 * @throws {Error} When it fails, or when another allocator did the work
 */
export function runLoop({ measure, file }, parameters, allocator) {
  const { stdout, ...figures } = runMeasured(measure, allocator, file, parameters);
  const lines = stdout.trim().split("\n").map((line) => JSON.parse(line));
  // Where the file lies is a matter of this machine, and no figure.
  const { allocator: origin, ...printed } = Object.assign({}, ...lines);
  const [expected] = allocator.libraries;
  if (expected !== undefined && realpathSync(origin) !== realpathSync(expected)) {
    throw new Error(`malloc came from ${origin}`);
  }
  return { ...figures, ...printed };
}

/**
 * One section for each workload; where there is no compiler each has the reason.
 *
 * @param {string} root The project
 */
export function loopSections(root) {
  const table = "loops";
  let measure;
  try {
    measure = compile(root, "measure");
  } catch (error) {
    return LOOPS.map(({ name, published }) => ({ name, table, published, unavailable: error.message }));
  }
  return LOOPS.map(({ name, program, parameters, published }) => {
    const programs = { measure, file: compile(root, program) };
    let expected;
    const run = (allocator) => {
      const { checksum, ...figures } = runLoop(programs, parameters, allocator);
      expected ??= checksum;
      if (checksum !== expected) throw new Error(`its checksum is ${checksum}, not ${expected}`);
      return figures;
    };
    return { name, table, published, parameters, run };
  });
}
