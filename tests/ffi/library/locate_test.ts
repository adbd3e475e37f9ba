import assert from "node:assert/strict";
import { test } from "node:test";
import { installCommand, libraryNames, locate, type Platform } from "../../../ffi/mod.ts";

const LINUX: Platform = { os: "linux", arch: "x64" };
const LINUX_ARM: Platform = { os: "linux", arch: "arm64" };
const MACOS: Platform = { os: "darwin", arch: "arm64" };
const WINDOWS: Platform = { os: "win32", arch: "x64" };

function paths(platform: Platform, directory: string): string[] {
  return locate(platform, { directory }).map(({ path }) => path);
}

test("locate() tries the project first and the system after it", () => {
  const candidates = locate(LINUX, { directory: "/home/me" });
  assert.deepEqual(candidates[0], {
    kind: "versions",
    path: "/home/me/.mimalloc",
    source: "project",
  });
  assert.ok(candidates.length > 1);
  for (const { kind, source } of candidates.slice(1)) {
    assert.deepEqual({ kind, source }, { kind: "file", source: "system" });
  }
});

test("locate() looks in Debian's, Fedora's and Alpine's directories, the newest name first", () => {
  assert.deepEqual(
    paths(LINUX, "/p").slice(1),
    [
      "/usr/local/lib",
      "/usr/lib/x86_64-linux-gnu",
      "/lib/x86_64-linux-gnu",
      "/usr/lib64",
      "/usr/lib",
      "/lib",
    ].flatMap((directory) =>
      ["libmimalloc.so.3", "libmimalloc.so.2", "libmimalloc.so"]
        .map((name) => `${directory}/${name}`)
    ),
  );
});

test("locate() knows the multiarch directory of 64-bit ARM", () => {
  const found = paths(LINUX_ARM, "/p");
  assert.ok(found.includes("/usr/lib/aarch64-linux-gnu/libmimalloc.so.3"));
  assert.ok(!found.some((path) => path.includes("x86_64")));
});

test("locate() leaves multiarch out on a processor without one", () => {
  const found = paths({ os: "linux", arch: "s390x" }, "/p");
  assert.ok(!found.some((path) => path.includes("linux-gnu")));
  assert.ok(found.includes("/usr/lib/libmimalloc.so.3"));
});

test("locate() looks in Homebrew's and MacPorts' directories on macOS", () => {
  const found = paths(MACOS, "/p");
  assert.equal(found[0], "/p/.mimalloc");
  assert.equal(found[1], "/opt/homebrew/lib/libmimalloc.3.dylib");
  for (const directory of ["/opt/homebrew/lib", "/usr/local/lib", "/opt/local/lib"]) {
    assert.ok(found.includes(`${directory}/libmimalloc.dylib`), directory);
  }
});

test("locate() writes Windows paths whatever the platform that it runs on", () => {
  const found = paths(WINDOWS, "D:\\work");
  assert.deepEqual(found, [
    "D:\\work\\.mimalloc",
    "C:\\vcpkg\\installed\\x64-windows\\bin\\mimalloc.dll",
    "C:\\Windows\\System32\\mimalloc.dll",
  ]);
  assert.ok(
    paths({ os: "win32", arch: "arm64" }, "D:\\work")
      .includes("C:\\vcpkg\\installed\\arm64-windows\\bin\\mimalloc.dll"),
  );
});

test("locate() makes a named path the only one", () => {
  const found = locate(LINUX, {
    path: "/a/lib.so",
    environmentPath: "/b/lib.so",
    directory: "/p",
  });
  assert.deepEqual(found, [{
    kind: "file",
    path: "/a/lib.so",
    source: "option",
  }]);
});

test("locate() makes MIMALLOC_PATH the only one when the program names none", () => {
  const found = locate(LINUX, { environmentPath: "/b/lib.so", directory: "/p" });
  assert.deepEqual(found, [{
    kind: "file",
    path: "/b/lib.so",
    source: "environment",
  }]);
});

test("locate() treats an empty name as no name", () => {
  const found = locate(LINUX, { path: "", environmentPath: "", directory: "/p" });
  assert.deepEqual(found, locate(LINUX, { directory: "/p" }));
});

test("locate() makes every path absolute", () => {
  const one = (platform: Platform, path: string, directory: string): string | undefined =>
    locate(platform, { path, directory })[0]?.path;
  assert.equal(one(LINUX, "libmimalloc.so.3", "/p"), "/p/libmimalloc.so.3");
  assert.equal(one(LINUX, "../q/x.so", "/p/a"), "/p/q/x.so");
  assert.equal(one(WINDOWS, "mimalloc.dll", "D:\\p"), "D:\\p\\mimalloc.dll");
  assert.equal(one(WINDOWS, "E:/x/mimalloc.dll", "D:\\p"), "E:\\x\\mimalloc.dll");
});

test("locate() returns the same for the same input", () => {
  for (const platform of [LINUX, LINUX_ARM, MACOS, WINDOWS]) {
    const options = Object.freeze({ directory: "/p" });
    assert.deepEqual(locate(platform, options), locate(platform, options));
    const found = paths(platform, "/p");
    assert.equal(new Set(found).size, found.length);
  }
});

test("libraryNames() and installCommand() are the platform's own", () => {
  assert.deepEqual(libraryNames(WINDOWS), ["mimalloc.dll"]);
  assert.ok(libraryNames(MACOS).every((name) => name.endsWith(".dylib")));
  assert.ok(libraryNames(LINUX).every((name) => name.includes(".so")));
  assert.equal(installCommand(MACOS), "brew install mimalloc");
  assert.equal(installCommand(WINDOWS), "vcpkg install mimalloc");
  for (const tool of ["apt-get", "apk", "dnf", "pacman"]) {
    assert.ok(installCommand(LINUX).includes(tool), tool);
  }
});
