import assert from "node:assert/strict";
import { test } from "node:test";
import { runProgram } from "../../_program.ts";
import { ofArenas } from "../../_arenas.ts";

test(
  "Heap and ScopePool that are garbage-collected with live memory are reported, and the memory stays",
  ofArenas,
  async () => {
    const { code, stdout, stderr } = await runProgram("tests/heaps/heap/_lost_heaps.ts", {
      engineFlags: ["--expose-gc"],
    });
    assert.equal(code, 0, stderr);
    const { warnings, intact } = JSON.parse(stdout) as { warnings: string[]; intact: boolean };
    assert.ok(intact);
    assert.deepEqual(warnings, [
      'LeakWarning: heap "in arena" in arena "kept" was garbage-collected with 1 live blocks (64 bytes): close or destroy it',
      'LeakWarning: heap "leaky" was garbage-collected with 2 live blocks (1064 bytes): close or destroy it',
      'LeakWarning: heap "lost pool" was garbage-collected with 1 live blocks (65536 bytes): close or destroy it',
    ]);
  },
);
