import assert from "node:assert/strict";
import process from "node:process";
import { describe, test as anyTest } from "node:test";
import { Arena, ClosedError, Heap, LeakError, ScopePool, Subprocess } from "../../mod.ts";
import { runProgram } from "../ffi/_child.ts";
import { assertThrows, HAS_DESTROY, HAS_STATM, memory, MIB } from "./_support.ts";

/** `CYCLES=1000` runs the long form. */
const CYCLES = process.env["CYCLES"] ?? "200";

// Bun reports no test of a suite that is skipped as a whole, and a file without tests counts as a failure.
const test = HAS_DESTROY && HAS_STATM ? anyTest : anyTest.skip;

describe("memory of sub-processes on 3.6", () => {
  test(`${CYCLES} cycles of create, use and destroy leave memory flat`, async () => {
    const outcome = await runProgram("tests/subprocess/programs/cycles.ts", { arguments: [CYCLES] });
    assert.equal(outcome.code, 0, outcome.stderr);
    const { touchedBytes, residentGrowth, virtualGrowth, cycles } = JSON.parse(outcome.stdout);
    // mimalloc 3.6.0 itself keeps 4 KiB of memory and 64 KiB of address space for each, see the class.
    assert.ok(touchedBytes === cycles * 4 * MIB && residentGrowth < 8 * MIB + cycles * 8192, outcome.stdout);
    assert.ok(virtualGrowth < 160 * MIB + cycles * 128 * 1024, outcome.stdout);
  });

  test("Arena.release() gives the area back to the system", () => {
    // The main sub-process reserves address space of its own at its first block.
    using _first = new Heap();
    _first.allocate(Uint8Array, 100);
    const before = memory();
    const arena = Arena.reserve(1024 * MIB, { name: "frames", releasable: true });
    const { view, scope } = arena.run(() => {
      const heap = new Heap({ arena });
      const scope = new ScopePool({ arena }).open();
      return { view: heap.allocate(Uint8Array, 100 * MIB).fill(1), scope: scope.allocate(Uint8Array, 100) };
    });
    const between = memory();
    assert.ok(between.resident - before.resident > 95 * MIB);
    assert.ok(between.virtual - before.virtual > 1000 * MIB);
    arena.release();
    const after = memory();
    assert.deepEqual([view.length, scope.length, arena.closed, arena.subprocess?.closed], [0, 0, true, true]);
    assert.ok(after.resident - before.resident < 8 * MIB, `${after.resident - before.resident} bytes stayed`);
    assert.ok(after.virtual - before.virtual < 256 * MIB, `${after.virtual - before.virtual} bytes of address space`);
    arena.release();
    assert.throws(() => arena.run(() => 1), ClosedError);
    assert.throws(() => arena.subprocess!.enter(), ClosedError);
  });

  test("Arena.release() is refused inside, and for an arena that is not releasable", () => {
    const arena = Arena.reserve(32 * MIB, { name: "frames", releasable: true });
    arena.run(() => assertThrows(() => arena.release(), "Error", /this thread is inside/));
    assert.equal(arena.closed, false);
    assert.throws(() => new Heap({ arena }), /Cannot use frames: it lies in sub-process "of frames"/);
    arena.destroy();
    assert.equal(arena.subprocess?.closed, true);
    using plain = Arena.reserve(32 * MIB);
    assertThrows(() => plain.release(), "Error", /reserve it with releasable/);
    assert.equal(plain.run(() => new Heap({ arena: plain })).closed, false);
  });

  test("a releasable Arena closes like any other, and its end is that of its sub-process", () => {
    const arena = Arena.reserve(32 * MIB, { releasable: true });
    const heap = arena.run(() => new Heap({ arena }));
    assert.throws(() => arena.close(), LeakError);
    arena.run(() => heap.close());
    arena.close();
    assert.equal(arena.subprocess?.closed, true);
    const other = Arena.reserve(32 * MIB, { releasable: true });
    other.subprocess?.destroy();
    assert.equal(other.closed, true);
    assert.equal(Subprocess.current, Subprocess.main);
  });
});
