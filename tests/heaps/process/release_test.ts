import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import process from "node:process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const MEBIBYTE = 2 ** 20;

// In a process of its own: where other tests have reserved arenas, 2.0 takes the memory from those and keeps it.
test("release() gives freed memory back to the system and says how much", () => {
  const program = fileURLToPath(new URL("./_releasing_program.ts", import.meta.url));
  const deno = "Deno" in globalThis ? ["run", "-A", "--no-check"] : [];
  const { status, stdout, stderr } = spawnSync(process.execPath, [...deno, program], { encoding: "utf8" });
  assert.equal(status, 0, stderr);
  const released = Number(stdout);
  // 2.0 returns half of such a heap by itself when it is destroyed.
  assert.ok(released > 16 * MEBIBYTE && released < 96 * MEBIBYTE, `${released} bytes came back`);
});
