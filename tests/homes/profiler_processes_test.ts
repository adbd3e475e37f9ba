import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, test } from "node:test";
import { library } from "../../mod.ts";
import { runProgram } from "../heaps/_support.ts";

const since36 = { skip: !library().has("mi_pprof_profiler_new") };
const directory = mkdtempSync(path.join(tmpdir(), "profiler-"));
after(() => rmSync(directory, { recursive: true }));

/** Asserts that a program of this folder, in a process of its own, ends well after it has printed `expected`. */
async function assertEnds(program: string, expected: string, environment: Record<string, string> = {}): Promise<void> {
  const { code, stdout, stderr } = await runProgram(`../homes/${program}`, { PROFILES: directory, ...environment });
  assert.deepEqual({ code, stdout }, { code: Number(environment["CODE"] ?? 0), stdout: `${expected}\n` }, stderr);
}

for (const  of of["heap", "process"]) {
  test(`Profiler of a ${of} is made, closed and deleted again while other threads allocate`, since36, async () => {
    await assertEnds("_profiler_threads.ts", "as asserted", { OF: of });
  });
}

test(
  "Profiler.close() deletes the profiler a little later, an interval of time makes a snapshot",
  since36,
  async () => {
    await assertEnds("_profiler_time.ts", "1,1,0 0,1");
  },
);

for (const [end, code] of [["nothing", 0], ["exit", 3], ["error", 1]] as const) {
  test(`a process whose profiler runs ends as ever: ${end}`, since36, async () => {
    await assertEnds("_profiler_exit.ts", "running", { END: end, CODE: `${code}` });
  });
}
