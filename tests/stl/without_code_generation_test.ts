import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import process from "node:process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const PROGRAM = fileURLToPath(new URL("programs/without_code_generation.ts", import.meta.url));
const FLAG = "--disallow-code-generation-from-strings";

test("hash containers work where code may not be made from text", () => {
  const flags = process.versions.bun === undefined ? ["run", "-A", "--no-check", `--v8-flags=${FLAG}`] : [FLAG];
  const output = execFileSync(process.execPath, [...flags, PROGRAM], { encoding: "utf8" });
  assert.equal(output, "The containers work\n");
});
