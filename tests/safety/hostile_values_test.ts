import assert from "node:assert/strict";
import { test } from "node:test";
import { died, runProgram } from "../_program.ts";

/** What was called last before the end of a program that makes the same calls once more. */
async function lastCallsOf(program: string, part: string): Promise<string> {
  const { stderr } = await runProgram(program, { arguments: [part, "--trace"] });
  return stderr.trimEnd().split("\n").slice(-3).join("\n");
}

/** Asserts that `part` of a program makes at least `calls` calls, and that nothing goes wrong in any. */
async function assertSwept(program: string, part: string, calls: number): Promise<void> {
  const outcome = await runProgram(program, { arguments: [part] });
  if (died(outcome)) {
    assert.fail(`It ended by ${outcome.signal ?? outcome.code} in ${await lastCallsOf(program, part)}`);
  }
  assert.equal(outcome.code, 0, outcome.stderr);
  const [, made, faults] = /(\d+) calls, (\d+) faults\n$/.exec(outcome.stdout) ?? [];
  assert.equal(faults, "0", outcome.stdout);
  assert.ok(Number(made) >= calls, `only ${made} calls`);
}

/** What the parts of the sweep are called, by a pattern of the names of what they sweep. */
const PARTS = { vectors: "^(Vector|SoaVector)", maps: "Map|Set", others: "^(?!Vector|SoaVector|.*(Map|Set))" };

test("everything that hands out memory, and every function, takes hostile values or refuses them", async () => {
  await assertSwept("tests/safety/_sweep_heaps.ts", "", 10_000);
});

for (const [name, part] of Object.entries(PARTS)) {
  test(`every method of containers (${name}) takes hostile values, or refuses them and changes nothing`, async () => {
    await assertSwept("tests/safety/_sweep_containers.ts", part, 15_000);
  });
}

for (const floor of ["threads", "native", "tables", "observe", "realtime"]) {
  test(`every function and method of ${floor}/ takes hostile values, or refuses them and changes nothing`, async () => {
    await assertSwept("tests/safety/_sweep_floors.ts", floor, 2000);
  });
}
