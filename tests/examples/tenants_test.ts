import assert from "node:assert/strict";
import { test } from "node:test";
import { runProgram } from "../_program.ts";
import { HAS_DESTROY } from "../heaps/subprocess/_support.ts";

const EXAMPLE = "examples/tenants.ts";

test(
  "the example of two tenants ends the one that misbehaves, and leaves the other",
  { skip: !HAS_DESTROY },
  async () => {
    const { code, stdout, stderr } = await runProgram(EXAMPLE, { arguments: ["--times", "2"] });
    assert.equal(code, 0, stderr);
    const lines = stdout.split("\n");
    for (const start of [0, 3]) {
      assert.match(lines[start]!, /^"hungry" was refused: .* the limit of sub-process "hungry" is 67108864 bytes/);
      const [, milliseconds] = /^It was ended in (\d+) ms with 6[34] MiB, given back: true$/.exec(lines[start + 1]!)!;
      assert.ok(Number(milliseconds) < 2000, stdout);
      const [before = 0, during = 0, after = 0] = [...lines[start + 2]!.matchAll(/(\d+) MiB/g)].map(([, mib]) =>
        Number(mib)
      );
      assert.ok(during - before > 55 && after - before < 16, stdout);
    }
    assert.match(lines[6]!, /^"counter" has gone on, with \d+ bytes: \{.*"be":2.*\}$/);
    assert.equal(lines[7], "The host is untouched: true");
  },
);
