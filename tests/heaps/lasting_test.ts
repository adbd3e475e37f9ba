import assert from "node:assert/strict";
import { test } from "node:test";
import { runProgram } from "../_program.ts";

const MOST_GROWTH = 3 * 2 ** 20;

/**
 * By how many bytes a process of its own grows in a round of a task, at least, and how many callbacks stay open. Where other
 * tests have run, or garbage lies about, the memory of a process tells nothing.
 */
async function remainsOf(task: string): Promise<{ growth: number; callbacks: number }> {
  const { code, stdout, stderr } = await runProgram("tests/heaps/programs/lasting.ts", {
    arguments: [task],
    engineFlags: ["--expose-gc"],
  });
  assert.equal(code, 0, stderr);
  const { resident, callbacks } = JSON.parse(stdout) as { resident: number[]; callbacks: number };
  return { growth: Math.min(...resident.slice(1).map((bytes, round) => bytes - resident[round]!)), callbacks };
}

test("texts of the library, lists of arenas and listeners leave no callback of C behind", async () => {
  const { growth, callbacks } = await remainsOf("texts");
  assert.equal(callbacks, 0);
  assert.ok(growth < MOST_GROWTH, `${growth} bytes`);
});

test("accessors that are dropped leave nothing at the view that they were made for", async () => {
  const { growth } = await remainsOf("accessors");
  assert.ok(growth < MOST_GROWTH, `${growth} bytes`);
});

test("the package works where a program has made a global of the other runtime", async () => {
  const { code, stdout, stderr } = await runProgram("tests/heaps/programs/foreign_globals.ts");
  assert.deepEqual([code, stdout], [0, "100"], stderr);
});
