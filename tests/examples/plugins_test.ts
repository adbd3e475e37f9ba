import assert from "node:assert/strict";
import { test } from "node:test";
import { runProgram } from "../_program.ts";
import { HAS_DESTROY, HAS_SUBPROCESSES } from "../heaps/subprocess/_support.ts";

const EXAMPLE = "examples/plugin_partition.ts";

test("the plug-in example limits a plug-in, takes its memory back and stays flat", { skip: !HAS_DESTROY }, async () => {
  const { code, stdout, stderr } = await runProgram(EXAMPLE, { arguments: ["--cycles", "50"] });
  assert.equal(code, 0, stderr);
  const [refused = "", grown = "", gone = "", untouched, cycles = ""] = stdout.split("\n");
  assert.match(refused, /^The plug-in "bad" was refused at 67108864 bytes: .* limit of sub-process "bad" is 67108864/);
  const [before = 0, between = 0] = [...grown.matchAll(/(\d+) MiB/g)].map(([, mib]) => Number(mib));
  const [after = 0] = [...gone.matchAll(/(\d+) MiB/g)].map(([, mib]) => Number(mib));
  assert.ok(between - before > 55 && after - before < 12, stdout);
  assert.equal(untouched, 'Host and the plug-in "good" are untouched: true');
  const [first = 0, last = 0] = [...cycles.matchAll(/(\d+) MiB (?:before|after)/g)].map(([, mib]) => Number(mib));
  assert.ok(cycles.startsWith("50 plug-ins came, used 4 MiB each") && last - first < 16, stdout);
});

test("the plug-in example says what it needs before 3.6", { skip: HAS_DESTROY }, async () => {
  const { code, stdout, stderr } = await runProgram(EXAMPLE);
  assert.equal(code, 0, stderr);
  assert.match(stdout, HAS_SUBPROCESSES ? /^Cannot use Subprocess.run\(\): found/ : /^Cannot use sub-processes: found/);
});

test("the plug-in example refuses an argument that is not a count", async () => {
  const { code, stderr } = await runProgram(EXAMPLE, { arguments: ["--cycles", "many"] });
  assert.equal(code, 2);
  assert.equal(stderr, "Cannot use --cycles many: expected an integer ≥ 0\n");
});
