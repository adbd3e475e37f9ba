import assert from "node:assert/strict";
import { test } from "node:test";
import { hintThreadPool, isRedirected, library, UnsupportedError } from "../../../mod.ts";
import { runProgram } from "../../_program.ts";

test("isRedirected() is false outside Windows, and throws UnsupportedError on 3.0", () => {
  if (library().has("mi_is_redirected")) assert.equal(isRedirected(), false);
  else assert.throws(() => isRedirected(), UnsupportedError);
});

test("hintThreadPool() leaves the thread usable, on 3.6", async () => {
  if (!library().has("mi_thread_set_in_threadpool")) {
    assert.throws(() => hintThreadPool(), UnsupportedError);
    return;
  }
  // In a program of its own: the hint cannot be taken back.
  const { code, stdout, stderr } = await runProgram("tests/heaps/process/_pooled.ts");
  assert.deepEqual({ code, stdout, stderr }, { code: 0, stdout: "100\n", stderr: "" });
});
