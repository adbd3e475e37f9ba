import assert from "node:assert/strict";
import process from "node:process";
import { test } from "node:test";
import { cachedLibrary } from "../../../ffi/libc/shared_cache.ts";
import { currentPlatform } from "../../../ffi/platform.ts";
import { openLibrary, ulong } from "../../../native/mod.ts";

test("a library of macOS is asked for in its cache by its path, a bare name in /usr/lib", () => {
  const asked: string[] = [];
  function isCached(path: string): boolean {
    asked.push(path);
    return !path.includes("missing");
  }
  const mac = { os: "darwin", arch: "arm64" };
  assert.equal(cachedLibrary("libz.1.dylib", mac, isCached), "/usr/lib/libz.1.dylib");
  const framework = "/System/Library/Frameworks/Accelerate.framework/Accelerate";
  assert.equal(cachedLibrary(framework, mac, isCached), framework);
  assert.equal(cachedLibrary("libmissing.dylib", mac, isCached), undefined);
  assert.deepEqual(asked, ["/usr/lib/libz.1.dylib", framework, "/usr/lib/libmissing.dylib"]);
});

test("elsewhere there is no such cache", () => {
  for (const os of ["linux", "win32"]) {
    assert.equal(
      cachedLibrary("libz.so.1", { os, arch: "x64" }, () => assert.fail("nobody is to be asked")),
      undefined,
    );
  }
  if (process.platform !== "darwin") assert.equal(cachedLibrary("libz.so.1", currentPlatform()), undefined);
});

test("a system library of macOS opens by its bare name", {
  skip: process.platform !== "darwin" && "this is not macOS",
}, () => {
  using zlib = openLibrary("libz.1.dylib", { compressBound: { parameters: [ulong], result: ulong } });
  assert.ok(zlib.compressBound(1000) > 1000);
});
