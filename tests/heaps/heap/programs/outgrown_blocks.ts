// Prints by how many bytes resident memory grows when an outgrown block of 40 MiB is freed, then one of 12 MiB, another
// after as much was in use, and what containers that grow take beyond what they hold.
import { readFileSync } from "node:fs";
import process from "node:process";
import { Heap } from "../../../../mod.ts";
import { f64, HashMap, SoaVector, struct, u32, Vector } from "../../../../stl/mod.ts";

const MIB = 2 ** 20;

function resident(): number {
  return Number(readFileSync("/proc/self/statm", "utf8").split(" ")[1]) * 4096;
}

function growth(run: () => void): number {
  const before = resident();
  run();
  return resident() - before;
}

const heap = new Heap();

/** What resident memory grows by when an outgrown block is freed. */
function freeOutgrown(byteLength: number): number {
  const view = heap.allocate(Uint8Array, byteLength).fill(1);
  return growth(() => heap.free(view, true));
}

function grow(): number {
  const Row = struct({ id: u32, x: f64 });
  const vector = new Vector(f64, { allocator: heap });
  const rows = new SoaVector(Row, { allocator: heap });
  const map = new HashMap(u32, u32, { allocator: heap });
  const grown = growth(() => {
    const row = { id: 0, x: 0 };
    for (let index = 0; index < 3_000_000; index++) {
      vector.push(index);
      rows.push(row);
      if (index < 1_000_000) map.set(index, index);
    }
  });
  // The elements themselves, and the whole table; the collector's own memory comes and goes.
  return grown - 3_000_000 * 20 - map.bytes;
}

const containers = grow();
const large = freeOutgrown(40 * MIB);
// Nobody writes to it: it only counts as more in use than ever before.
heap.allocate(Uint8Array, 1024 * MIB);
const small = freeOutgrown(12 * MIB);
const again = freeOutgrown(12 * MIB);
process.stdout.write(JSON.stringify([large, small, again, containers]));
