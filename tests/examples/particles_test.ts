import assert from "node:assert/strict";
import { test } from "node:test";
import { RunningExample } from "./_run_example.ts";

const [COUNT, STEPS, SEED] = [2000, 90, 5];
const FALL = 9.81 / 60;

/** Where particles are, axis by axis, as a program without a library computes it. */
function expectedChecksum(): number {
  let state = SEED;
  const random = (): number => {
    state = Math.imul(state, 1664525) + 1013904223 | 0;
    return (state >>> 0) / 2 ** 32;
  };
  let sum = 0;
  for (let particle = 0; particle < COUNT; particle++) {
    const places = [random(), random(), random()];
    const speeds = [random() - 0.5, random() - 0.5, random() - 0.5];
    let hits = 0;
    for (let step = 0; step < STEPS; step++) {
      for (let axis = 0; axis < 3; axis++) {
        if (axis === 1) speeds[1]! -= FALL;
        places[axis]! += speeds[axis]! / 60;
        if (places[axis]! >= 0 && places[axis]! <= 1) continue;
        places[axis] = places[axis]! < 0 ? -places[axis]! : 2 - places[axis]!;
        speeds[axis] = -speeds[axis]!;
        hits++;
      }
    }
    sum += places[0]! + 2 * places[1]! + 3 * places[2]! + hits;
  }
  return sum;
}

test("examples/particles.ts moves particles to the same places in every way", async () => {
  const example = new RunningExample("particles", [`--particles=${COUNT}`, `--steps=${STEPS}`, `--seed=${SEED}`]);
  assert.equal(await example.ended(), 0, example.output);
  const lines = [...example.output.matchAll(
    /^(.+): [\d.]+ ms per step, longest pause [\d.]+ ms, ([\d.]+) MiB, checksum ([\d.]+)$/gm,
  )];
  assert.deepEqual(lines.map(([, name]) => name), [
    "vector of structs, cursor",
    "vector of structs, columns",
    "SoaVector, columns",
    "array of objects",
  ]);
  assert.deepEqual(lines.map(([, , size]) => size), ["0.1", "0.1", "0.1", "0.0"]);
  const expected = expectedChecksum();
  assert.ok(expected > COUNT, "no particle met a wall");
  for (const [line, , , checksum] of lines) {
    assert.ok(Math.abs(Number(checksum) - expected) < 1e-6 * expected, `${line} instead of ${expected}`);
    assert.equal(checksum, lines[0]![3], "they do not agree");
  }
});
