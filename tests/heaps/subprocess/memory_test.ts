import assert from "node:assert/strict";
import process from "node:process";
import { describe, test as anyTest } from "node:test";
import { Arena, ClosedError, Heap, LeakError, ScopePool, Subprocess } from "../../../mod.ts";
import { runProgram } from "../../_program.ts";
import { assertThrows, HAS_DESTROY, HAS_STATM, MIB } from "./_support.ts";

/** Another number is taken from `CYCLES`. Each of them touches 256 KiB or more: in 400, a leak of 40 KiB shows. */
const CYCLES = Number(process.env["CYCLES"] ?? 400);

interface Figures {
  readonly lengths: readonly [readonly number[], readonly number[]];
  readonly resident: readonly [number, number];
  readonly virtual: readonly [number, number];
}

async function measure(scenario: string): Promise<Figures> {
  const { code, stdout, stderr } = await runProgram("tests/heaps/subprocess/programs/figures.ts", {
    arguments: [scenario],
  });
  assert.equal(code, 0, stderr);
  return JSON.parse(stdout);
}

// Bun reports no test of a suite that is skipped as a whole, and a file without tests counts as a failure.
const test = HAS_DESTROY && HAS_STATM ? anyTest : anyTest.skip;

describe("memory of sub-processes on 3.6", () => {
  for (const [title, parameters, arenas] of [["", [], 1], [" with an arena in each", ["arena"], 2]] as const) {
    test(`${CYCLES} cycles of create, use and destroy${title} leave memory flat`, async () => {
      const outcome = await runProgram("tests/heaps/subprocess/programs/cycles.ts", {
        arguments: [String(CYCLES), ...parameters],
      });
      assert.equal(outcome.code, 0, outcome.stderr);
      const { touchedBytes, residentGrowth, virtualGrowth } = JSON.parse(outcome.stdout);
      assert.equal(touchedBytes, CYCLES * arenas * MIB / 4);
      // mimalloc 3.6.0 itself keeps 4 KiB of memory and 64 KiB of address space for each arena, the one included that
      // every sub-process begins with; see the class. The rest is for the collector of the runtime.
      assert.ok(residentGrowth < CYCLES * arenas * 4096 + 16 * MIB, outcome.stdout);
      assert.ok(virtualGrowth < CYCLES * arenas * 64 * 1024 + 64 * MIB, outcome.stdout);
    });
  }

  test("Subprocess.destroy() gives the memory of heaps, arenas and scopes back at once", async () => {
    const { lengths, resident, virtual } = await measure("destroy");
    assert.deepEqual(lengths, [Array(4).fill(20 * MIB), [0, 0, 0, 0]]);
    assert.ok(resident[0] > 70 * MIB && resident[1] < 8 * MIB, `${resident}`);
    // A thread of the runtime may have taken some meanwhile.
    assert.ok(virtual[0] > 1024 * MIB && virtual[1] < 256 * MIB, `${virtual}`);
  });

  test("Arena.release() gives the area back to the system", async () => {
    const { lengths, resident, virtual } = await measure("release");
    assert.deepEqual(lengths, [[80 * MIB, 100], [0, 0]]);
    assert.ok(resident[0] > 75 * MIB && resident[1] < 8 * MIB, `${resident}`);
    assert.ok(virtual[0] > 1000 * MIB && virtual[1] < 256 * MIB, `${virtual}`);
  });

  test("a released Arena is closed, with all that lies in it", () => {
    const arena = Arena.reserve(64 * MIB, { releasable: true });
    const { view, scope } = arena.run(() => ({
      view: new Heap({ arena }).allocate(Uint8Array, MIB),
      scope: new ScopePool({ arena }).open().allocate(Uint8Array, 100),
    }));
    arena.release();
    assert.deepEqual([view.length, scope.length, arena.closed, arena.subprocess?.closed], [0, 0, true, true]);
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
