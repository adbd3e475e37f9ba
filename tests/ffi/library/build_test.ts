/**
 * What a library tells about its own build. `TEST_GUARDED_LIBRARY`,
 * `TEST_SECURE_LIBRARY` and `TEST_DEBUG_LIBRARY` name builds other than those of
 * Debian, of any version; without them the tests about those are skipped.
 *
 * @module
 */
import assert from "node:assert/strict";
import process from "node:process";
import { test } from "node:test";
import { type Build, parseBuild } from "../../../ffi/library/build_type.ts";
import { library } from "../../../ffi/mod.ts";
import { runProgram } from "../../_program.ts";

/** Whether the library is one of Debian's, and not one that somebody built. */
const isDebians = /\.mimalloc\//.test(library().path);

test("Library.build describes Debian's build, in full on 3.6", {
  skip: isDebians ? false : "it is a library of another builder",
}, () => {
  const loaded = library();
  assert.equal(loaded.build, loaded.build);
  const shown = { type: "release", padding: false, encodedFreeLists: false } as const;
  if (loaded.has("mi_options_print_out")) {
    assert.deepEqual(loaded.build, {
      ...shown,
      name: "relwithdebinfo",
      debugLevel: 0,
      secureLevel: 0,
      guarded: false,
      profiling: true,
      tracking: "none",
    });
  } else {
    const { type, padding, encodedFreeLists, ...others } = loaded.build;
    assert.deepEqual({ type, padding, encodedFreeLists }, shown);
    assert.deepEqual(new Set(Object.values(others)), new Set(["unknown"]));
  }
});

async function buildOf(path: string): Promise<Build> {
  const { code, stdout, stderr } = await runProgram("tests/ffi/library/_print_build.ts", {
    environment: { MIMALLOC_PATH: path },
  });
  assert.equal(code, 0, stderr);
  return JSON.parse(stdout);
}

const { TEST_GUARDED_LIBRARY: guarded, TEST_SECURE_LIBRARY: secure, TEST_DEBUG_LIBRARY: debug } = process.env;

test("Library.build recognises a guarded build", { skip: !guarded }, async () => {
  assert.equal((await buildOf(guarded!)).guarded, true);
});

test("Library.build recognises a secure build", { skip: !secure }, async () => {
  const { type, secureLevel, encodedFreeLists } = await buildOf(secure!);
  assert.deepEqual([type, encodedFreeLists], ["release", true]);
  assert.ok(secureLevel === "unknown" || secureLevel > 0);
});

test("Library.build recognises a debug build", { skip: !debug }, async () => {
  const { type, debugLevel, encodedFreeLists } = await buildOf(debug!);
  assert.deepEqual([type, encodedFreeLists], ["debug", true]);
  assert.ok(debugLevel === "unknown" || debugLevel > 0);
});

test("parseBuild() recognises debug, secure and guarded builds by the lines that they print", () => {
  const text = "v3.6.0, debug, git v3.6.0\noption 'show_errors': 0 \nfree mode   : (small) aligned, page size: 128\n" +
    "profiling   : disabled\nmem tracking: valgrind\ndebug level : 3\nsecure level: 4\npadding     : 8\n" +
    "guarded build: disabled\n";
  assert.deepEqual(parseBuild(text), {
    type: "debug",
    name: "debug",
    debugLevel: 3,
    secureLevel: 4,
    guarded: true,
    padding: true,
    encodedFreeLists: true,
    profiling: false,
    tracking: "valgrind",
  });
});

test("parseBuild() returns unknown for what the text does not say", () => {
  assert.deepEqual(new Set(Object.values(parseBuild("v3.4.0\n"))), new Set(["unknown"]));
});
