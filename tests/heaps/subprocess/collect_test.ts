import assert from "node:assert/strict";
import { test } from "node:test";
import { runProgram } from "../../_program.ts";

test("Subprocess.main.collect() collects for the whole process, on every version, with force and without", async () => {
  // In a program of its own: mimalloc keeps one function that it tells, and other tests set it.
  const { code, stdout, stderr } = await runProgram("tests/heaps/subprocess/_collects.ts");
  assert.equal(code, 0, stderr);
  assert.equal(stdout, "false\ntrue\n");
});
