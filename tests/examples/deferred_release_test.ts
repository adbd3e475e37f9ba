import assert from "node:assert/strict";
import { test } from "node:test";
import { runProgram } from "../_program.ts";

const LINE = /^(.+): (\d+) objects freed, the longest single free (\d+) objects in ([\d.]+) ms$/;

test("the deferred-release example frees the same graph at once and in slices of bounded length", async () => {
  const outcome = await runProgram("examples/deferred_release.ts", {
    arguments: ["--objects", "40000", "--slice", "500"],
  });
  assert.equal(outcome.code, 0, outcome.stderr);
  const [atOnce, inSlices] = outcome.stdout.trim().split("\n").map((line) => {
    const [, name, ...figures] = LINE.exec(line) ?? assert.fail(line);
    const [freed = 0, longest = 0, pause = 0] = figures.map(Number);
    return { name, freed, longest, pause };
  });
  assert.ok(atOnce!.freed >= 40_000, outcome.stdout);
  assert.deepEqual([atOnce!.name, atOnce!.longest], ["At once", atOnce!.freed]);
  assert.deepEqual([inSlices!.name, inSlices!.freed, inSlices!.longest], ["In slices", atOnce!.freed, 500]);
  assert.ok(inSlices!.pause > 0 && atOnce!.pause > 0, outcome.stdout);
});

test("the deferred-release example refuses arguments that are not counts", async () => {
  for (const [name, value] of [["objects", "many"], ["slice", "0"]] as const) {
    const { code, stdout, stderr } = await runProgram("examples/deferred_release.ts", {
      arguments: [`--${name}`, value],
    });
    assert.deepEqual([code, stdout], [2, ""]);
    assert.equal(stderr, `Cannot use --${name} ${value}: expected a positive integer\n`);
  }
});
