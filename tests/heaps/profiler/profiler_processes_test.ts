import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, test } from "node:test";
import { library } from "../../../mod.ts";
import { runProgram } from "../../_program.ts";

const since36 = { skip: !library().has("mi_pprof_profiler_new") };
const directory = mkdtempSync(path.join(tmpdir(), "profiler-"));
after(() => rmSync(directory, { recursive: true }));

/** Asserts that a program of this folder, in a process of its own, ends well after it has printed `expected`. */
async function assertEnds(program: string, expected: string, environment: Record<string, string> = {}): Promise<void> {
  const { code, stdout, stderr } = await runProgram(`tests/heaps/profiler/${program}`, {
    environment: { PROFILES: directory, ...environment },
  });
  assert.deepEqual({ code, stdout }, { code: Number(environment["CODE"] ?? 0), stdout: `${expected}\n` }, stderr);
}

for (const target of ["heap", "process"]) {
  test(`Profiler of a ${target} is made, closed and deleted again while other threads allocate`, since36, async () => {
    await assertEnds("_profiler_threads.ts", "as asserted", { OF: target });
  });
}

test(
  "Profiler that is closed is deleted later, unless blocks that it sampled are live",
  since36,
  async () => {
    await assertEnds("_profiler_time.ts", "30 10");
  },
);

test("new Profiler() refuses a process that MIMALLOC_PROFILE profiles", since36, async () => {
  const environment = { PROFILES: directory, MIMALLOC_PROFILE: path.join(directory, "environment") };
  const { code, stdout } = await runProgram("tests/heaps/profiler/_profiler_environment.ts", { environment });
  assert.equal(code, 0);
  assert.match(stdout, /^Cannot profile the main sub-process: .*MIMALLOC_PROFILE; close that first\n$/);
});

for (const [end, code] of [["nothing", 0], ["exit", 3], ["error", 1]] as const) {
  test(`a process whose profiler runs ends with its own exit code after: ${end}`, since36, async () => {
    await assertEnds("_profiler_exit.ts", "running", { END: end, CODE: `${code}` });
  });
}

const BY_USE = "Error: Cannot start this profiler with an inU";

for (
  const [order, expected] of [
    ["closed, destroyed", BY_USE],
    ["of a heap, freed", BY_USE],
    ["second while the first goes by use", "Error: Cannot start this profiler: another on"],
    ["after the heap is gone", "ended"],
    ["sub-process with a running profiler", "ended"],
  ] as const
) {
  test(`Profilers end well or are refused in the order: ${order}`, since36, async () => {
    await assertEnds("_profiler_orders.ts", expected, { ORDER: order });
  });
}
