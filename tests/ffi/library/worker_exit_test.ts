import assert from "node:assert/strict";
import { test } from "node:test";
import { ofEndingThreads } from "../../_opening.ts";
import { runProgram } from "../../_program.ts";

test("a Worker that alone used the library ends without ending the process", ofEndingThreads, async () => {
  for (let run = 0; run < 3; run++) {
    const { code, signal, stdout, stderr } = await runProgram("tests/ffi/library/_worker_that_ends.ts");
    assert.deepEqual({ code, signal, stdout }, { code: 0, signal: null, stdout: "ended\n" }, stderr);
  }
});
