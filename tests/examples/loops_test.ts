import assert from "node:assert/strict";
import { test } from "node:test";
import { RunningExample } from "./_run_example.ts";

const NAMES = ["plain JavaScript", "plain heap", "real-time heap and pools", "empty loop"];
const LINE =
  /^(.+): (\d+) played, (\d+) missed, median ([\d.]+) ms, 99.9 % within ([\d.]+) ms, longest ([\d.]+) ms, checksum ([-\d.]+)$/gm;

/** What each way of an example printed. */
async function runLoop(name: string, args: string[]): Promise<(readonly [name: string, ...figures: number[]])[]> {
  const example = new RunningExample(name, args);
  assert.equal(await example.ended(), 0, example.output);
  return [...example.output.matchAll(LINE)].map(([, way, ...figures]) => [way!, ...figures.map(Number)]);
}

for (
  const [name, args, ticks] of [
    ["audio_loop", ["--seconds=0.5"], 187],
    ["game_loop", ["--seconds=0.5", "--entities=2000"], 30],
  ] as const
) {
  test(`examples/${name}.ts plays the same in every way, and counts what is late`, { timeout: 300_000 }, async () => {
    const ways = await runLoop(name, [...args]);
    assert.deepEqual(ways.map(([way]) => way), NAMES);
    for (const [way, played, missed, median, high, longest] of ways) {
      // A tick that is late takes others with it, the last ones among them.
      assert.ok(played! > 0 && played! + missed! >= ticks, `${way}: ${played} and ${missed} of ${ticks}`);
      assert.ok(median! <= high! && high! <= longest!, way);
    }
    const checksums = ways.map((way) => way.at(-1));
    assert.notEqual(checksums[0], 0);
    assert.deepEqual(checksums, [checksums[0], checksums[0], checksums[0], 0]);
  });
}

test("examples/audio_loop.ts runs the ways that it is asked for, in a quiet process too", async () => {
  const ways = await runLoop("audio_loop", ["--seconds=0.2", "--arms=4,3", "--quiet"]);
  assert.deepEqual(ways.map(([way]) => way), ["empty loop", "real-time heap and pools"]);
});
