import assert from "node:assert/strict";
import { test } from "node:test";
import { longType } from "../../ffi/platform.ts";

test("longType() is 32 bits wide only on Windows", () => {
  assert.deepEqual(["win32", "linux", "darwin"].map((os) => longType({ os, arch: "x64" })), ["i32", "i64", "i64"]);
});
