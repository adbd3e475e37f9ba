/**
 * Which debug builds are refused. `TEST_REFUSED_LIBRARY` names some of mimalloc 2.3, 2.4 and 3.0.0 to 3.1.5, with commas
 * between them; Debian has none.
 *
 * @module
 */
import assert from "node:assert/strict";
import process from "node:process";
import { test } from "node:test";
import { library } from "../../../ffi/mod.ts";
import { loadInChild, refuseInChild } from "./_load.ts";

const files = process.env["TEST_REFUSED_LIBRARY"]?.split(",") ?? [];
const skip = files.length === 0 ? "TEST_REFUSED_LIBRARY names no debug build" : false;

test(
  "loadLibrary() refuses debug builds whose own checks fail, also when they are told to show no errors",
  { skip },
  async () => {
    for (const file of files) {
      for (const environment of [{}, { MIMALLOC_SHOW_ERRORS: "0" }]) {
        const { message } = await refuseInChild({ arguments: [file], environment });
        assert.match(
          message,
          /^Cannot use .+: it is a debug build of mimalloc (2\.[34]|3\.[01])\.\d+, whose own checks fail when .+\nTake a /,
        );
      }
    }
  },
);

test("loadLibrary() takes no release build for a debug build because it shows errors", async () => {
  const [loaded] = await loadInChild({ environment: { MIMALLOC_PATH: library().path, MIMALLOC_SHOW_ERRORS: "1" } });
  assert.equal(loaded?.version, library().versionText, JSON.stringify(loaded));
});
