/**
 * What `setGuarded()` does in a guarded build (`-DMI_GUARDED=ON`), which Debian has
 * none of: `TEST_GUARDED_LIBRARY` names one, docs/builds.md says how to make it.
 * Without it, and where the library under test is none itself, these tests are reported as skipped. It may be
 * any other than the library under test: the programs that overflow run in processes of their own.
 *
 * @module
 */
import assert from "node:assert/strict";
import process from "node:process";
import { test } from "node:test";
import { library } from "../../../ffi/mod.ts";
import type { GuardedOptions } from "../../../mod.ts";
import { runProgram } from "../../_program.ts";
import { isGuarded } from "../../_build.ts";

const guarded = process.env["TEST_GUARDED_LIBRARY"] ?? (isGuarded() ? library().path : undefined);
const skip = guarded === undefined ? "it is no guarded build, and TEST_GUARDED_LIBRARY names none" : false;

interface Overflow extends GuardedOptions {
  /** Bytes of the block. */
  readonly length: number;
  /** Which byte behind its last one is written. */
  readonly beyond: number;
}

async function overflow(settings: Overflow): Promise<string[]> {
  const environment = { MIMALLOC_PATH: guarded!, OVERFLOW: JSON.stringify(settings) };
  const { code, stdout, stderr } = await runProgram("tests/heaps/heap/_overflow.ts", { environment });
  const lines = stdout.trim().split("\n");
  // Nothing but the overflow may end it.
  assert.equal(lines.length === 1, code !== 0, `${lines.join()} and ${code}: ${stderr}`);
  return lines;
}

const CAUGHT: readonly Overflow[] = [
  { rate: 1, precise: true, length: 1001, beyond: 1 },
  { rate: 1, precise: true, length: 7, beyond: 1 },
  { rate: 1, precise: true, length: 100_000, beyond: 1 },
  { rate: 1, precise: true, minimum: 1000, maximum: 1100, length: 1001, beyond: 1 },
  { rate: 1, precise: false, length: 4096, beyond: 1 },
  { rate: 1, precise: false, length: 1001, beyond: 24 },
];

test("setGuarded() makes an overflow of one byte end the process in a guarded build", { skip }, async () => {
  for (const settings of CAUGHT) assert.deepEqual(await overflow(settings), ["inside"], JSON.stringify(settings));
});

const MISSED: readonly Overflow[] = [
  // Without `precise` the block ends up to 15 bytes before the guard page.
  { rate: 1, precise: false, length: 1001, beyond: 1 },
  { rate: 0, precise: true, length: 1001, beyond: 1 },
  { rate: 1, precise: true, minimum: 2000, length: 1001, beyond: 1 },
  { rate: 1, precise: true, maximum: 1000, length: 1001, beyond: 1 },
];

test("setGuarded() leaves blocks alone that its rate and bounds leave out", {
  skip: skip ||
    (isGuarded() && library().build.type === "debug" ? "debug builds see it when the block is freed" : false),
}, async () => {
  for (const settings of MISSED) {
    assert.deepEqual(await overflow(settings), ["inside", "beyond", "freed"], JSON.stringify(settings));
  }
});

test("Heap.destroy() leaves no guard page in memory that is handed out again", { skip }, async () => {
  const environment = { MIMALLOC_PATH: guarded! };
  const { code, signal, stdout, stderr } = await runProgram("tests/heaps/heap/programs/guards_of_ended_heaps.ts", {
    environment,
  });
  assert.deepEqual({ code, signal, stdout }, { code: 0, signal: null, stdout: "done\n" }, stderr);
});
