import assert from "node:assert/strict";
import { test } from "node:test";
import { parseBuild } from "../../ffi/build_type.ts";
import { library } from "../../ffi/mod.ts";

test("Library.build tells on 3.6 how Debian built it, and nothing on older versions", () => {
  const loaded = library();
  assert.equal(loaded.build, loaded.build);
  if (loaded.has("mi_options_print_out")) {
    assert.deepEqual(loaded.build, {
      type: "release",
      name: "relwithdebinfo",
      debugLevel: 0,
      secureLevel: 0,
      guarded: false,
      padding: false,
      profiling: true,
      tracking: "none",
    });
  } else {
    assert.deepEqual(new Set(Object.values(loaded.build)), new Set(["unknown"]));
  }
});

test("parseBuild() tells a debug, secure and guarded build from the lines that those print", () => {
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
    profiling: false,
    tracking: "valgrind",
  });
});

test("parseBuild() says unknown for what a text does not tell", () => {
  const { type, name, guarded, padding } = parseBuild("v3.4.0\n");
  assert.deepEqual([type, name, guarded, padding], ["unknown", "unknown", "unknown", "unknown"]);
});
