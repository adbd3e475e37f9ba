import assert from "node:assert/strict";
import { test } from "node:test";
import { runProgram } from "../_program.ts";

async function outputOf(program: string): Promise<string> {
  const { code, stdout, stderr } = await runProgram(`tests/stl/programs/${program}.ts`, {
    engineFlags: ["--disallow-code-generation-from-strings"],
  });
  assert.equal(code, 0, stderr);
  return stdout;
}

test("hash containers work where code may not be made from text", async () => {
  assert.equal(await outputOf("without_code_generation"), "The containers work\n");
});

test("structs, vectors, queues and pools work where code may not be made from text", async () => {
  assert.equal(await outputOf("structs_without_code_generation"), "The containers work\n");
});
