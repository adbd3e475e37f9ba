import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmodSync, chownSync, copyFileSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { preloadObstacle } from "../../../ffi/library/preload_obstacle.ts";
import { loadLibrary } from "../../../ffi/mod.ts";

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));
const LINUX = { os: "linux", arch: process.arch };
const onLinux = process.platform === "linux";

/** A directory of its own for one test. */
class Directory implements Disposable {
  readonly path: string = mkdtempSync(join(tmpdir(), "mimalloc-preload-"));

  [Symbol.dispose](): void {
    rmSync(this.path, { recursive: true });
  }
}

/** Opens `path` in a process of its own that has `preloaded` loaded already. */
function open(path: string, preloaded: string): { status: number | null; output: string } {
  const run = process.versions.bun === undefined ? ["run", "-A"] : [];
  const { status, stdout, stderr } = spawnSync(process.execPath, [...run, "tests/ffi/library/_open_library.ts", path], {
    cwd: ROOT,
    env: { ...process.env, LD_PRELOAD: preloaded },
    encoding: "utf8",
  });
  return { status, output: stdout + stderr };
}

test("loadLibrary() refuses a second copy of a preloaded library, which would crash", { skip: !onLinux }, () => {
  const { path, versionText } = loadLibrary();
  using directory = new Directory();
  const copy = join(directory.path, "libmimalloc-copy.so");
  copyFileSync(path, copy);
  const { status, output } = open(copy, path);
  assert.equal(status, 0, output);
  assert.equal(
    output.trim(),
    `LibraryLoadError: Cannot open ${copy}: ${path} is preloaded already, and two copies of mimalloc crash each ` +
      `other; set MIMALLOC_PATH=${path}`,
  );
  assert.equal(open(path, path).output.trim(), versionText);
});

test("loadLibrary() opens a preloaded library by another name", { skip: !onLinux }, () => {
  const { path, versionText } = loadLibrary();
  using directory = new Directory();
  const link = join(directory.path, "libmimalloc.so.3");
  symlinkSync(path, link);
  assert.equal(open(link, path).output.trim(), versionText);
  assert.equal(open(path, link).output.trim(), versionText);
});

test("preloadObstacle() knows Bun by its name and by its contents", { skip: !onLinux }, () => {
  using directory = new Directory();
  const renamed = join(directory.path, "server");
  const bun = /it is Bun, whose allocator is built in/;
  assert.match(preloadObstacle("/opt/bun", LINUX) ?? "", bun);
  if (process.versions.bun !== undefined) {
    symlinkSync(process.execPath, renamed);
    assert.match(preloadObstacle(renamed, LINUX) ?? "", bun);
  } else {
    assert.equal(preloadObstacle(process.execPath, LINUX), undefined);
  }
});

test("preloadObstacle() refuses programs without a dynamic loader", { skip: !onLinux }, () => {
  using directory = new Directory();
  const file = join(directory.path, "static");
  const header = new DataView(new ArrayBuffer(64));
  header.setUint32(0, 0x7f454c46);
  writeFileSync(file, new Uint8Array(header.buffer));
  assert.match(preloadObstacle(file, LINUX) ?? "", /statically linked/);
  writeFileSync(file, "not a program");
  assert.match(preloadObstacle(file, LINUX) ?? "", /neither an ELF program nor a script/);
  writeFileSync(file, "");
  assert.match(preloadObstacle(file, LINUX) ?? "", /neither an ELF program nor a script/);
});

test("preloadObstacle() refuses programs that run as another user", { skip: process.getuid?.() !== 0 }, () => {
  using directory = new Directory();
  const file = join(directory.path, "true");
  copyFileSync("/bin/true", file);
  assert.equal(preloadObstacle(file, LINUX), undefined);
  chownSync(file, 65_534, 65_534);
  chmodSync(file, 0o4755);
  assert.match(preloadObstacle(file, LINUX) ?? "", /runs as another user/);
});

test("preloadObstacle() refuses macOS's own programs and all of Windows", () => {
  const darwin = { os: "darwin", arch: "arm64" };
  assert.match(preloadObstacle("/usr/bin/env", darwin) ?? "", /belongs to macOS/);
  assert.equal(preloadObstacle("/opt/homebrew/bin/deno", darwin), undefined);
  assert.match(preloadObstacle("C:\\deno.exe", { os: "win32", arch: "x64" }) ?? "", /Windows has no way/);
});
