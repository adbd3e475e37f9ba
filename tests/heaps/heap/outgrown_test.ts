import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { test } from "node:test";
import { isPresent, isWithin } from "../../../ffi/releases.ts";
import { currentPlatform } from "../../../ffi/platform.ts";
import { Heap, library } from "../../../mod.ts";
import { ofArenas } from "../../_arenas.ts";
import { runProgram } from "../../_program.ts";
import { MIB } from "../_support.ts";

const { encodedFreeLists, type } = library().build;
const keepsByDelay = isPresent(library().version, { since: "2.1.2" });
const onLinux = currentPlatform().os === "linux" ? test : test.skip;

/** Where a machine is slow, what mimalloc gives back after its own delay would count too. From a minute on all stays. */
const DELAYED = { environment: { MIMALLOC_PURGE_DELAY: "59000" } };

/** What a program writes to stderr, but for the warnings of debug builds. */
function complaints(stderr: string): string {
  return stderr.replaceAll(/^mimalloc: warning: .*\n/gm, "");
}

onLinux("a block of more than 32 MiB that reallocate() moves gives its pages back at once", async () => {
  // In a process of its own: where other tests have made arenas, the block may lie in one, whose memory stays. The first
  // move alone tells: later blocks lie where the kept ones would be.
  const { code, stdout, stderr } = await runProgram("tests/heaps/heap/programs/moved_block.ts", DELAYED);
  assert.deepEqual([code, complaints(stderr)], [0, ""]);
  // Debug builds may write to all of the old block as they free it, and up to 2.0.7 to all of the new one too.
  const isOlder = isWithin(library().version, { until: "2.0.7" });
  const written = type === "debug" ? (isOlder ? 60 : 40) * MIB : 0;
  assert.ok(Number(stdout) < written + 16 * MIB, `${Number(stdout) / MIB} MiB`);
});

onLinux(
  "blocks that were outgrown give their pages back at once, small ones until as much was in use before",
  { skip: type === "debug" ? "debug builds write to a whole block as they free it" : false },
  async () => {
    const { code, stdout, stderr } = await runProgram("tests/heaps/heap/programs/outgrown_blocks.ts", DELAYED);
    assert.deepEqual([code, complaints(stderr)], [0, ""]);
    const [large, small, again, containers] = JSON.parse(stdout) as number[];
    assert.ok(large! < -39 * MIB, `${large! / MIB} MiB`);
    assert.ok(small! < -8 * MIB, `${small! / MIB} MiB`);
    // On 2.0.9 12 MiB went once in Deno, for a reason that was not found.
    if (keepsByDelay) assert.ok(again! > -4 * MIB, `${again! / MIB} MiB`);
    // Secure builds from 3.3 on keep more of what containers grew through.
    assert.ok(containers! < (encodedFreeLists === true ? 70 : 45) * MIB, `${containers! / MIB} MiB`);
  },
);

onLinux("memory that the program gave to an arena, and that of a process that keeps all, stays", ofArenas, async () => {
  // In a process of its own: where no arena has room, mimalloc gives a segment back as soon as it is empty.
  const { code, stdout, stderr } = await runProgram("tests/heaps/heap/programs/kept_memory.ts");
  assert.deepEqual([code, complaints(stderr)], [0, ""]);
  const [given, own] = JSON.parse(stdout) as number[];
  assert.ok(given! > -8 * MIB, `${given! / MIB} MiB`);
  assert.ok(own! > -8 * MIB, `${own! / MIB} MiB`);
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
