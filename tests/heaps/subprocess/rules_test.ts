import assert from "node:assert/strict";
import { describe, test as anyTest } from "node:test";
import { died, type Outcome, runProgram } from "../../_program.ts";
import { HAS_DESTROY } from "./_support.ts";

function run(scenario: string): Promise<Outcome> {
  return runProgram("tests/heaps/subprocess/programs/rules.ts", { arguments: [scenario] });
}

// Bun reports no test of a suite that is skipped as a whole, and a file without tests counts as a failure.
const test = HAS_DESTROY ? anyTest : anyTest.skip;

describe("the rules of sub-processes on 3.6", () => {
  for (const rule of ["destroy inside", "destroy twice", "heap used elsewhere", "thread ends after destroy"]) {
    test(`${rule}: raw calls crash the process, and Subprocess does not`, async () => {
      const raw = await run(`raw: ${rule}`);
      assert.ok(died(raw), `ended with ${raw.code}: ${raw.stdout}${raw.stderr}`);
      const ours = await run(rule);
      assert.deepEqual([ours.code, ours.signal, ours.stdout], [0, null, "alive\n"], ours.stderr);
    });
  }

  for (const ending of ["thread ends inside", "process ends inside", "process ends with live ones"]) {
    test(`${ending}: the process ends cleanly`, async () => {
      const { code, signal, stdout, stderr } = await run(ending);
      assert.deepEqual([code, signal, stdout], [0, null, "alive\n"], stderr);
    });
  }
});
