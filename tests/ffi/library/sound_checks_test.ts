/**
 * Which debug and guarded builds are refused. `TEST_REFUSED_LIBRARY` names some debug builds of mimalloc 2.0.9, 2.3, 2.4 and
 * 3.0.0 to 3.1.5, with commas between them, `TEST_REFUSED_GUARDED` some guarded ones of 2.3, 2.4, 3.0.1 and 3.3; Debian has
 * none.
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
          /^Cannot use .+: it is a debug build of mimalloc (2\.0\.9|(2\.[34]|3\.[01])\.\d+), whose own checks fail when .+\nTake a /,
        );
      }
    }
  },
);

const guarded = process.env["TEST_REFUSED_GUARDED"]?.split(",") ?? [];

test(
  "loadLibrary() refuses guarded builds whose guard pages end the process, at every rate",
  { skip: guarded.length === 0 ? "TEST_REFUSED_GUARDED names no guarded build" : false },
  async () => {
    for (const file of guarded) {
      for (const environment of [{}, { MIMALLOC_GUARDED_SAMPLE_RATE: "0" }, { MIMALLOC_GUARDED_PRECISE: "1" }]) {
        const { message } = await refuseInChild({ arguments: [file], environment });
        assert.match(
          message,
          /: it is a guarded build of mimalloc ((2\.[34]|3\.3)\.\d+, which counts the|3\.0\.[01], which leaves) guard page.+\nTake a build/,
        );
      }
    }
  },
);

test("loadLibrary() takes no release build for a debug build because it shows errors", async () => {
  const [loaded] = await loadInChild({ environment: { MIMALLOC_PATH: library().path, MIMALLOC_SHOW_ERRORS: "1" } });
  assert.equal(loaded?.version, library().versionText, JSON.stringify(loaded));
});
