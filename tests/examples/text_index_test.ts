import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { RunningExample } from "./_run_example.ts";

/** Word to positions in bytes, as a program without a library makes it. */
function indexOf(text: string): Map<string, number[]> {
  const index = new Map<string, number[]>();
  let bytes = 0;
  let last = 0;
  for (const match of text.matchAll(/[^ .\n]+/g)) {
    bytes += new TextEncoder().encode(text.slice(last, match.index)).length;
    last = match.index;
    const positions = index.get(match[0]) ?? [];
    positions.push(bytes);
    index.set(match[0], positions);
  }
  return index;
}

test("examples/text_index.ts finds the same positions as a Map of arrays", async () => {
  const directory = mkdtempSync(join(tmpdir(), "text_index_"));
  try {
    const file = join(directory, "text.txt");
    const asked = ["ba", "mär", "thé", "nothing"];
    const example = new RunningExample("text_index", [`--file=${file}`, "--words=200000", "--seed=7", ...asked]);
    assert.equal(await example.ended(), 0, example.output);
    const index = indexOf(readFileSync(file, "utf8"));
    assert.match(example.output, new RegExp(`^200000 words, ${index.size} different, `));
    for (const word of asked) {
      const positions = index.get(word);
      const line = positions === undefined
        ? `${word}: not in the text`
        : `${word}: ${positions.length} times, first at ${positions.slice(0, 5).join(", ")}`;
      assert.ok(example.output.includes(`\n${line}\n`), `${line}\n${example.output}`);
    }
    const [frequent] = [...index].sort(([, a], [, b]) => b.length - a.length);
    assert.ok(example.output.includes(`most frequent: ${frequent![0]} ${frequent![1].length}, `), example.output);
  } finally {
    rmSync(directory, { recursive: true });
  }
});
