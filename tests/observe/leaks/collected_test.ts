import assert from "node:assert/strict";
import { test } from "node:test";
import { runProgram } from "../../_program.ts";

const options = { timeout: 300_000 };

test(
  "LeakDetector reports views and containers that are collected unfreed, and sites that only grow",
  options,
  async () => {
    const { stdout, stderr } = await runProgram("tests/observe/leaks/_collected.ts", { engineFlags: ["--expose-gc"] });
    assert.notEqual(stdout, "", stderr);
    assert.deepEqual(JSON.parse(stdout), {
      collected: ["collected dropVector", "collected dropView"],
      count: 3,
      growing: ["growCache"],
      kept: 5000,
    });
  },
);
