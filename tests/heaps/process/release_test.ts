import assert from "node:assert/strict";
import { test } from "node:test";
import { isWithin } from "../../../ffi/releases.ts";
import { library } from "../../../mod.ts";
import { runProgram } from "../../_program.ts";

const MEBIBYTE = 2 ** 20;

/**
 * Whether free memory is made inaccessible and kept: secure and debug builds up to 2.0.7 do no more when they decommit
 * (`mi_os_commitx` in `src/os.c`); 2.0.9 unmaps what it is told to collect.
 */
function isProtecting(): boolean {
  return isWithin(library().version, { until: "2.0.7" }) && library().build.encodedFreeLists === true;
}

// In a process of its own: where other tests have reserved arenas, 2.0 takes the memory from those and keeps it.
test("release() gives freed memory back to the system and returns how much", async () => {
  const { code, stdout, stderr } = await runProgram("tests/heaps/process/_releasing_program.ts");
  assert.equal(code, 0, stderr);
  const [taken, released] = JSON.parse(stdout) as [number, number];
  assert.ok(taken > 60 * MEBIBYTE, `${taken} bytes were taken`);
  if (isProtecting()) assert.ok(released < 4 * MEBIBYTE, `${released} bytes came back`);
  // 2.0 returns half of such a heap by itself when it is destroyed. Debug builds have written to more than was asked for.
  else {assert.ok(
      released > 16 * MEBIBYTE && released < taken + 16 * MEBIBYTE,
      `${released} bytes came back of ${taken}`,
    );}
});
