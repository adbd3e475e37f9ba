/**
 * Rows that a file holds: `opening.ts <arm> <rows>`. Prints the median time from its path to columns that can be
 * read.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { Heap } from "../../../heaps/heap/heap.ts";
import { mapFile } from "../../../native/mod.ts";
import { f32, SoaVector, u32 } from "../../../stl/mod.ts";
import { chosen, medianOf, print, requireSum } from "./_process.ts";

const ROWS = Number(process.argv[3]);
const OPENINGS = 9;
const COLUMNS = { station: u32, time: u32, value: f32 } as const;
const heap = new Heap({ name: "bench" });

function write(path: string): void {
  using rows = new SoaVector(COLUMNS, { allocator: heap });
  rows.length = ROWS;
  const [station, time, value] = [rows.column("station"), rows.column("time"), rows.column("value")];
  for (let row = 0; row < ROWS; row++) {
    station[row] = row % 500;
    time[row] = row;
    value[row] = row % 4096;
  }
  writeFileSync(path, rows.toBytes());
}

/** Calls `read` with the rows of a file; returns the milliseconds until it was called. */
type Open = (path: string, read: (times: ArrayLike<number>, values: ArrayLike<number>) => void) => number;

function copied(path: string, read: Parameters<Open>[1]): number {
  const begin = performance.now();
  using rows = SoaVector.fromBytes(COLUMNS, readFileSync(path), { allocator: heap });
  const [times, values] = [rows.column("time"), rows.column("value")];
  const taken = performance.now() - begin;
  read(times, values);
  return taken;
}

function inPlace(path: string, read: Parameters<Open>[1]): number {
  const begin = performance.now();
  using file = mapFile(path);
  using rows = SoaVector.over(COLUMNS, file);
  const [times, values] = [rows.column("time"), rows.column("value")];
  const taken = performance.now() - begin;
  read(times, values);
  return taken;
}

const open = chosen<Open>({ "readFileSync and fromBytes": copied, "mapFile and over": inPlace });
const folder = mkdtempSync(join(tmpdir(), "mimalloc-bench-"));
try {
  const path = join(folder, "rows");
  write(path);
  const times: number[] = [];
  for (let opening = 0; opening < OPENINGS; opening++) {
    times.push(open(path, (times, values) => {
      const row = Math.floor(ROWS / 3);
      requireSum("times", times[0]! + times[row]! + times[ROWS - 1]!, row + ROWS - 1);
      requireSum("values", values[row]! + values[ROWS - 1]!, row % 4096 + (ROWS - 1) % 4096);
    }));
  }
  print({ time: medianOf(times) });
} finally {
  rmSync(folder, { recursive: true });
}
