/** What test-realloc-thread.c and test-pthread-exit.c of mimalloc assert. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { ENDS_WITH_THREAD, ofEndingThreads } from "../_opening.ts";
import { runProgram } from "../_program.ts";
import { addressOf, block, fill, free, handleOf, kept, malloc } from "../ffi/symbols/_tools.ts";
import { runWorker } from "./_worker.ts";

/** Asserts that a block keeps its contents when a thread reallocates it that calls mimalloc for the first time. */
async function assertReallocatesElsewhere(byteLength: number): Promise<void> {
  const handle = malloc(100);
  fill(handle, 100);
  const address = await runWorker<number>("reallocate.ts", { address: addressOf(handle), byteLength });
  free(kept(block(handleOf(address), byteLength), Math.min(100, byteLength)));
}

test("realloc-thread: a block that fits keeps its contents as the first call of a thread", async () => {
  await assertReallocatesElsewhere(90);
});

test("realloc-thread: a block that grows keeps its contents as the first call of a thread", async () => {
  await assertReallocatesElsewhere(100_000);
});

test("pthread-exit: a Worker is refused 3.3, which would end with it", {
  skip: ENDS_WITH_THREAD ? false : "mimalloc 3.3 does",
}, async () => {
  const { code, stdout, stderr } = await runProgram("tests/upstream/programs/thread_ends.ts");
  assert.deepEqual({ code, stdout }, { code: 1, stdout: "" });
  assert.match(
    stderr,
    /Cannot open .*: mimalloc 3\.3\.\d ends with the thread that opens it first, and that was a Worker/,
  );
});

test("pthread-exit: a thread allocates after the one that loaded the library has ended", ofEndingThreads, async () => {
  const { code, stdout, stderr } = await runProgram("tests/upstream/programs/thread_ends.ts");
  assert.deepEqual({ code, stdout }, { code: 0, stdout: "1 of 3\n" }, stderr);
});
