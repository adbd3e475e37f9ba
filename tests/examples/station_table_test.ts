import assert from "node:assert/strict";
import { test } from "node:test";
import { EMPTY_HASH, foldHash, StationTable } from "../../examples/request_scopes/station_table.ts";
import { assertQuick, leastTime } from "../_time.ts";
import { DIRTY_MEMORY } from "./_ordinary_memory.ts";

const COUNT = 50_000;
const WIDTH = 8;
const body = new TextEncoder().encode(
  Array.from({ length: COUNT }, (_, station) => String(station).padStart(WIDTH, "0")).join(""),
);

function hashOf(station: number): number {
  let hash = EMPTY_HASH;
  for (let at = station * WIDTH; at < (station + 1) * WIDTH; at++) hash = foldHash(hash, body[at]!);
  return hash;
}

/** Gives every name a number, and finds all of them again. */
function intern(hash: (station: number) => number): void {
  const table = new StationTable(DIRTY_MEMORY, body);
  for (let turn = 0; turn < 2; turn++) {
    for (let station = 0; station < COUNT; station++) {
      assert.equal(table.intern(station * WIDTH, (station + 1) * WIDTH, hash(station)), station);
    }
  }
  assert.equal(table.count, COUNT);
  assert.deepEqual([...table.inOrder().slice(0, 3)], [0, 1, 2]);
}

test("StationTable takes little longer for names that were chosen to collide", () => {
  const ordinary = leastTime(() => intern(hashOf), 0, 3);
  // All of the hash, and its place in the table.
  for (const hash of [() => 7, (station: number) => station << 20]) {
    // Looking through all of them took 50,000 times 25,000 probes: many seconds.
    assertQuick(ordinary * 10 + 100, () => intern(hash), `instead of ${ordinary} ms it`);
  }
});
