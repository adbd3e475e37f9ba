/** What test-profile.c and test-pprof.c of mimalloc assert where JavaScript can: native stacks are not looked at. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { library } from "../../mod.ts";
import { runProgram } from "../heaps/_support.ts";

const since36 = { skip: !library().has("mi_profile") };

test("profile: sampled blocks have a size and come back to on_free with the data of on_alloc", since36, async () => {
  const { code, stdout, stderr } = await runProgram("../upstream/programs/profile.ts");
  assert.deepEqual({ code, stdout }, { code: 0, stdout: "as asserted\n" }, stderr);
});
