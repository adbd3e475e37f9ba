import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { ROOT } from "../_program.ts";
import { needsTool } from "../observe/_system_tool.ts";

function promtool(...args: string[]): string {
  const { status, stdout, stderr } = spawnSync("promtool", args, { cwd: ROOT, encoding: "utf8" });
  assert.equal(status, 0, `${stdout}${stderr}`);
  return stdout;
}

test(
  "promtool takes the configuration of examples/monitoring, and its rules alert when they should",
  needsTool("promtool", "prometheus"),
  () => {
    // Which looks at the rules too.
    assert.match(promtool("check", "config", "examples/monitoring/prometheus.yml"), /SUCCESS: 5 rules found/);
    assert.match(promtool("test", "rules", "examples/monitoring/alerts_test.yml"), /SUCCESS/);
  },
);
