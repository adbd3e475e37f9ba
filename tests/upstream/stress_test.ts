/**
 * What test-stress.c with its variant TEST_LEAK, test-stress-heaps.c, test-stress-subprocs.c and test-stress-pprof.c
 * of mimalloc assert, in a bounded form: threads are made anew each round, swap blocks through a table, and every word
 * of every block is right when it is freed. `SEED=<number>` repeats a run.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { library } from "../../mod.ts";
import { numberFrom } from "../fuzz/_random.ts";
import { runProgram } from "../_program.ts";
import { canLeave } from "../../heaps/core/subprocess_state.ts";

const seed = numberFrom("SEED", Math.floor(Math.random() * 2 ** 31));
/** Seconds on a quiet machine; this is for one with ten times as much to do. */
const options = { timeout: 300_000 };
const ofHeaps = { ...options, skip: library().sharedHeaps ? false : "heaps have one thread before mimalloc 3.3" };
const ofSubprocesses = { ...options, skip: canLeave() ? false : "threads leave a sub-process since mimalloc 3.6" };
const ofProfilers = { ...options, skip: library().has("mi_pprof_profiler_new") ? false : "mimalloc 3.6 has profilers" };

/** Asserts that a stress test ends well; it has a process of its own. */
async function assertIntact(name: string): Promise<void> {
  const environment = { STRESS: name, SEED: `${seed}` };
  const { code, stdout, stderr } = await runProgram("tests/upstream/programs/stress_rounds.ts", { environment });
  assert.deepEqual({ code, stdout }, { code: 0, stdout: "intact\n" }, stderr);
}

test(`stress: blocks that threads swap are intact when they are freed (SEED=${seed})`, options, async () => {
  await assertIntact("swapBlocks");
});

test(
  `stress-heaps: blocks of heaps that are deleted later are intact when they are freed (SEED=${seed})`,
  ofHeaps,
  async () => {
    await assertIntact("rollHeaps");
  },
);

test(`stress-subprocs: two sub-processes at once keep their blocks apart (SEED=${seed})`, ofSubprocesses, async () => {
  await assertIntact("useSubprocesses");
});

test(
  `stress-leak: half of the blocks stay, and are intact when all threads have ended (SEED=${seed})`,
  options,
  async () => {
    await assertIntact("leakBlocks");
  },
);

test(
  `stress-pprof: blocks that threads swap are intact while the profiler is on (SEED=${seed})`,
  ofProfilers,
  async () => {
    await assertIntact("profileBlocks");
  },
);
