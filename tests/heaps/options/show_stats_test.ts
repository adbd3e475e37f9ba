import assert from "node:assert/strict";
import { test } from "node:test";
import { runProgram } from "../../_program.ts";

for (const ask of ["environment", "option", "preset", "nothing"]) {
  for (const end of ["exit", "return"]) {
    const outcome = ask === "nothing" ? "prints no statistics" : "prints the statistics once";
    test(`the end of a process by ${end} ${outcome} when they are asked for by: ${ask}`, async () => {
      const { code, stdout, stderr } = await runProgram("tests/heaps/options/programs/show_stats.ts", {
        environment: { ASK: ask, END: end, MIMALLOC_SHOW_STATS: ask === "environment" ? "1" : undefined },
      });
      assert.equal(code, end === "exit" ? 3 : 0, stderr);
      assert.equal(
        (stdout + stderr).match(/^ *committed: |^subproc 0\s*$/gm)?.length ?? 0,
        ask === "nothing" ? 0 : 1,
        stderr,
      );
    });
  }
}
