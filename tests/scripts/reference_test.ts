import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { ROOT } from "../_program.ts";

test("docs/reference/ is what scripts/generate_reference.mjs makes of the doc comments", { timeout: 300_000 }, () => {
  const { status, stderr } = spawnSync("node", ["scripts/generate_reference.mjs", "--check"], {
    cwd: ROOT,
    encoding: "utf8",
  });
  assert.equal(status, 0, `${stderr}: run node scripts/generate_reference.mjs`);
});
