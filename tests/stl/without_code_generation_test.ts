import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import process from "node:process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const FLAG = "--disallow-code-generation-from-strings";

function outputOf(program: string): string {
  const file = fileURLToPath(new URL(`programs/${program}.ts`, import.meta.url));
  const flags = process.versions.bun === undefined ? ["run", "-A", "--no-check", `--v8-flags=${FLAG}`] : [FLAG];
  return execFileSync(process.execPath, [...flags, file], { encoding: "utf8" });
}

test("hash containers work where code may not be made from text", () => {
  assert.equal(outputOf("without_code_generation"), "The containers work\n");
});

test("structs, vectors, queues and pools work where code may not be made from text", () => {
  assert.equal(outputOf("structs_without_code_generation"), "The containers work\n");
});
