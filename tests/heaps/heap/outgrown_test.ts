import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { currentPlatform } from "../../../ffi/platform.ts";
import { Arena, Heap, options, release } from "../../../mod.ts";
import { mapPages } from "../../../ffi/libc/pages.ts";
import { library } from "../../../ffi/library/library.ts";
import { optionsOf } from "../../../ffi/options_of.ts";
import { f64, HashMap, SoaVector, struct, u32, Vector } from "../../../stl/mod.ts";
import { ofArenas } from "../../_arenas.ts";
import { MIB } from "../_support.ts";

const onLinux = currentPlatform().os === "linux" ? test : test.skip;

/** Bytes of memory that the process has. */
function resident(): number {
  return Number(readFileSync("/proc/self/statm", "utf8").split(" ")[1]) * 4096;
}

function growth(run: () => void): number {
  const before = resident();
  run();
  return resident() - before;
}

/** An arena of memory of our own; mimalloc may still claim some address that others gave back in this process. */
function manageMapped(byteLength: number): Arena {
  for (let attempts = 1;; attempts++) {
    try {
      return Arena.manage({ address: mapPages(byteLength, 256 * MIB)!, byteLength });
    } catch (error) {
      if (attempts === 10 || !/mimalloc uses what lies at/.test(String(error))) throw error;
    }
  }
}

onLinux("a block of 32 MiB that reallocate() moves gives its pages back at once", () => {
  using heap = new Heap();
  const view = heap.allocate(Uint8Array, 24 * MIB).fill(1);
  const grown = growth(() => assert.equal(heap.reallocate(view, 60 * MIB)[24 * MIB - 1], 1));
  assert.ok(grown < 8 * MIB, `${grown / MIB} MiB`);
});

onLinux("free() of an outgrown block gives its pages back at once", () => {
  using heap = new Heap();
  const view = heap.allocate(Uint8Array, 24 * MIB).fill(1);
  const shrunk = -growth(() => heap.free(view, true));
  assert.ok(shrunk > 20 * MIB, `${shrunk / MIB} MiB`);
});

onLinux("containers that grow keep what they hold, and no old blocks", () => {
  using heap = new Heap();
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
  const held = 3_000_000 * 20 + map.bytes;
  assert.ok(grown < held + 45 * MIB, `${grown / MIB} MiB for ${held / MIB}`);
});

onLinux("memory that the program gave to an arena, and that of a process that keeps all, stays", ofArenas, () => {
  const name = "purge_delay" in optionsOf(library().version) ? "purge_delay" : "decommit_delay";
  const before = options.get(name);
  try {
    // mimalloc itself purges given memory after milliseconds, and what was freed before with it; 30 seconds are not forever.
    options.set(name, 30_000);
    using arena = manageMapped(256 * MIB);
    using inArena = new Heap({ arena });
    const given = inArena.allocate(Uint8Array, 10 * MIB).fill(1);
    release();
    const shrunk = -growth(() => inArena.free(given, true));
    assert.ok(shrunk < 4 * MIB, `${shrunk / MIB} MiB`);
    options.set(name, 3_600_000);
    using heap = new Heap();
    const view = heap.allocate(Uint8Array, 10 * MIB).fill(1);
    assert.ok(growth(() => heap.free(view, true)) > -4 * MIB);
  } finally {
    options.set(name, before);
  }
});

test("a block with a large alignment that grew where it lies takes no pages of its neighbours along", () => {
  using heap = new Heap();
  const alignment = 2 ** 20;
  const written = Buffer.alloc(1_200_000, 7);
  for (let round = 0; round < 20; round++) {
    const small = heap.allocate(Uint8Array, 100_000, { alignment });
    const neighbours = Array.from({ length: 4 }, () => heap.allocate(Uint8Array, 1_200_000).fill(7));
    const grown = heap.reallocate(small, 300_000);
    neighbours.push(...Array.from({ length: 4 }, () => heap.allocate(Uint8Array, 1_200_000).fill(7)));
    const moved = heap.reallocate(grown, 8 * MIB);
    for (const view of neighbours) assert.equal(written.compare(view), 0, `round ${round}`);
    for (const view of [moved, ...neighbours]) heap.free(view);
  }
});
