import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import process from "node:process";
import { test } from "node:test";
import { ROOT, RUNTIME } from "../_program.ts";

const skip = RUNTIME === "bun" && "only deno test has sanitizers";

test(
  "deno test finds no op, resource or timer that leaks from a test, once what it needs was used before",
  { skip },
  () => {
    const file = "./tests/heaps/programs/sanitized.ts";
    const { stdout, stderr, status } = spawnSync(
      process.execPath,
      ["test", "--allow-all", "--no-check", "--sanitize-ops", "--sanitize-resources", "--trace-leaks", file],
      { cwd: ROOT, encoding: "utf8", env: { ...process.env, NO_COLOR: "1" } },
    );
    assert.equal(status, 0, `${stdout}\n${stderr}`);
    assert.match(stdout, /3 passed \| 0 failed/);
  },
);
