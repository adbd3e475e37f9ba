import assert from "node:assert/strict";
import process from "node:process";
import { test } from "node:test";
import { loadLibrary } from "../ffi/mod.ts";

// The test run states the version; a file that is run by hand may leave it out.
const expected = process.env["EXPECTED_MIMALLOC_VERSION"];

test("loadLibrary() opens the version that the test run is about", {
  skip: expected === undefined,
}, () => {
  assert.equal(loadLibrary().versionText, expected);
});
