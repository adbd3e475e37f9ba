import assert from "node:assert/strict";
import process from "node:process";
import { test } from "node:test";
import { arenas, Heap, onError, onOutput, statsText } from "../../mod.ts";
import { f64, struct, u32, Vector } from "../../stl/mod.ts";
import { runProgram } from "../_program.ts";

const MOST_GROWTH = 12 * 2 ** 20;

/** By how much the process grows while `task` runs so often, at least: other tests of the process leave garbage. */
function growthOf(task: () => void, times: number): number {
  const resident = Array.from({ length: 4 }, () => {
    for (let time = 0; time < times; time++) task();
    return process.memoryUsage().rss;
  });
  return Math.min(...resident.slice(1).map((bytes, round) => bytes - resident[round]!));
}

test("texts of the library, lists of arenas and listeners leave no callback of C behind", () => {
  const growth = growthOf(() => {
    const listening = [onError(() => {}), onOutput(() => {})];
    statsText();
    arenas();
    for (const each of listening) each[Symbol.dispose]();
  }, 1500);
  assert.ok(growth < MOST_GROWTH, `${growth} bytes`);
});

test("accessors that are dropped leave nothing at the view that they were made for", () => {
  const Point = struct({ x: f64, id: u32 }, { name: "Point" });
  using heap = new Heap();
  const view = heap.allocate(Uint8Array, Point.byteLength * 16);
  const vector = new Vector(Point, { allocator: heap });
  vector.push({ x: 1, id: 2 });
  const growth = growthOf(() => {
    for (let index = 0; index < 16; index++) Point.at(view, index * Point.byteLength).id = index;
    vector.at(0)!.x = 5;
  }, 40_000);
  assert.ok(growth < MOST_GROWTH * 4, `${growth} bytes`);
});

test("the package works where a program has made a global of the other runtime", async () => {
  const { code, stdout, stderr } = await runProgram("tests/heaps/programs/foreign_globals.ts");
  assert.deepEqual([code, stdout], [0, "100"], stderr);
});
