import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import process from "node:process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

test("a Worker that used the library alone ends without taking the process along", () => {
  const program = fileURLToPath(new URL("./_worker_that_ends.ts", import.meta.url));
  const deno = "Deno" in globalThis ? ["run", "-A", "--no-check"] : [];
  for (let run = 0; run < 3; run++) {
    const { status, signal, stdout, stderr } = spawnSync(process.execPath, [...deno, program], { encoding: "utf8" });
    assert.deepEqual({ status, signal, stdout }, { status: 0, signal: null, stdout: "ended\n" }, stderr);
  }
});
