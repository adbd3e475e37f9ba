import assert from "node:assert/strict";
import { test } from "node:test";
import { runProgram } from "../../_program.ts";

const MEBIBYTE = 2 ** 20;

// In a process of its own: where other tests have reserved arenas, 2.0 takes the memory from those and keeps it.
test("release() gives freed memory back to the system and returns how much", async () => {
  const { code, stdout, stderr } = await runProgram("tests/heaps/process/_releasing_program.ts");
  assert.equal(code, 0, stderr);
  const released = Number(stdout);
  // 2.0 returns half of such a heap by itself when it is destroyed.
  assert.ok(released > 16 * MEBIBYTE && released < 96 * MEBIBYTE, `${released} bytes came back`);
});
