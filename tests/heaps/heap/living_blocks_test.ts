/**
 * Where heaps belong to threads, mimalloc lets a heap take over the pages that ended threads and deleted heaps left.
 * Destroying it there must not free the living blocks in them.
 *
 * @module
 */
import assert from "node:assert/strict";
import process from "node:process";
import { test } from "node:test";
import { library } from "../../../mod.ts";
import { preloading } from "../../_preloading.ts";
import { runProgram } from "../../_program.ts";

const programs = "tests/heaps/heap/programs";
const timeout = 300_000;
const isDeno = !("bun" in process.versions);

test(
  "blocks that deleteHeap() kept are never handed out again while other heaps come and go",
  { timeout },
  async () => {
    const { code, stdout, stderr } = await runProgram(`${programs}/blocks_of_deleted_heap.ts`);
    assert.equal(stdout, "0 overwritten of 2250\n", stderr);
    assert.equal(code, 0, stderr);
  },
);

test("buffers that a Worker moved here are never handed out again after it ended", { timeout }, async () => {
  const { code, stdout, stderr } = await runProgram(`${programs}/blocks_of_ended_worker.ts`);
  assert.equal(stdout, "0 overwritten of 2250\n", stderr);
  assert.equal(code, 0, stderr);
});

test("aligned blocks live until they are freed, in the main heap and behind deleteHeap()", { timeout }, async () => {
  for (const heap of ["main", "deleted"]) {
    const { code, stdout, stderr } = await runProgram(`${programs}/aligned_blocks.ts`, { arguments: [heap] });
    assert.equal(stdout, "0 lost of 4000\n", `${heap}: ${stderr}`);
    assert.equal(code, 0, stderr);
  }
});

test("Workers that end and heaps afterwards leave the blocks of a runtime alone that mimalloc is preloaded into", {
  // Bun has an allocator of its own.
  skip: process.platform !== "linux" || !isDeno || preloading.skip,
  timeout,
}, async () => {
  const environment = { LD_PRELOAD: library().path };
  const { code, stdout, stderr } = await runProgram(`${programs}/workers_that_end.ts`, { environment });
  assert.equal(stdout, "done\n", stderr);
  assert.equal(code, 0, stderr);
});
