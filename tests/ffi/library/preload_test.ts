import assert from "node:assert/strict";
import { chmodSync, chownSync, copyFileSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { preloadObstacle } from "../../../ffi/library/preload_obstacle.ts";
import { LibraryLoadError, loadLibrary } from "../../../ffi/mod.ts";
import { preloading } from "../../_preloading.ts";
import { runProgram } from "../../_program.ts";

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
async function open(path: string, preloaded: string): Promise<{ code: number | null; output: string }> {
  const { code, stdout, stderr } = await runProgram("tests/ffi/library/_open_library.ts", {
    arguments: [path],
    environment: { LD_PRELOAD: preloaded },
  });
  return { code, output: stdout + stderr };
}

test("loadLibrary() refuses a second copy of a preloaded library, which would crash", {
  skip: !onLinux || preloading.skip,
}, async () => {
  const { path, versionText } = loadLibrary();
  using directory = new Directory();
  const copy = join(directory.path, "libmimalloc-copy.so");
  copyFileSync(path, copy);
  const { code, output } = await open(copy, path);
  assert.equal(code, 0, output);
  assert.equal(
    output.trim(),
    `LibraryLoadError: Cannot open ${copy}: ${path} is preloaded already, and two copies of mimalloc crash each ` +
      `other; set MIMALLOC_PATH=${path}`,
  );
  assert.equal((await open(path, path)).output.trim(), versionText);
});

test("loadLibrary() opens a preloaded library by another name", { skip: !onLinux || preloading.skip }, async () => {
  const { path, versionText } = loadLibrary();
  using directory = new Directory();
  const link = join(directory.path, "libmimalloc.so.3");
  symlinkSync(path, link);
  assert.equal((await open(link, path)).output.trim(), versionText);
  assert.equal((await open(path, link)).output.trim(), versionText);
});

/** What a program prints that opens no library by name, after it has deleted the variable that preloads. */
async function openUnnamed(environment: Record<string, string | undefined>, permissions?: string[]): Promise<string> {
  const { code, stdout, stderr } = await runProgram("tests/ffi/library/_open_without_variable.ts", {
    environment: { MIMALLOC_PATH: undefined, ...environment },
    ...(permissions === undefined ? {} : { permissions }),
  });
  assert.equal(code, 0, stdout + stderr);
  return stdout.trim();
}

test(
  "loadLibrary() sees a preloaded mimalloc without the variable",
  { skip: !onLinux || preloading.skip },
  async () => {
    const { path } = loadLibrary();
    using directory = new Directory();
    const copy = join(directory.path, "libmimalloc.so.3");
    copyFileSync(path, copy);
    assert.match(
      await openUnnamed({ LD_PRELOAD: path, MIMALLOC_PATH: copy }),
      /^LibraryLoadError: Cannot open .* is preloaded already/,
    );
    assert.equal(await openUnnamed({ LD_PRELOAD: path }), path);
    assert.equal(await openUnnamed({ LD_PRELOAD: path }, ["--allow-ffi", "--allow-read"]), path);
    assert.match(await openUnnamed({ LD_PRELOAD: path }, ["--allow-ffi"]), /allow-read|libmimalloc/);
  },
);

test("loadLibrary() works with a preloaded library by its bare name, and with one that is missing", {
  skip: !onLinux || preloading.skip,
}, async () => {
  const { path } = loadLibrary();
  using directory = new Directory();
  const copy = join(directory.path, "libmimalloc-named.so");
  copyFileSync(path, copy);
  assert.equal(
    await openUnnamed({ LD_PRELOAD: "libmimalloc-named.so", LD_LIBRARY_PATH: directory.path }),
    copy,
  );
  assert.equal(await openUnnamed({ LD_PRELOAD: "/nowhere/libmimalloc.so", MIMALLOC_PATH: path }), path);
});

test("loadLibrary() takes file: URLs and other names of the file that is open, and no other URL", () => {
  const { path } = loadLibrary();
  using directory = new Directory();
  const [link, hard] = [join(directory.path, "a link.so"), join(directory.path, "hard.so")];
  symlinkSync(path, link);
  copyFileSync(path, hard);
  for (const name of [path, pathToFileURL(path), pathToFileURL(path).href, link, pathToFileURL(link)]) {
    assert.equal(loadLibrary({ path: name }), loadLibrary());
  }
  assert.throws(() => loadLibrary({ path: hard }), LibraryLoadError);
  for (const wrong of ["https://example.com/a.so", new URL("data:,"), "", 1, 1n, Symbol("a"), {}, "a\0b", null]) {
    assert.throws(() => loadLibrary({ path: wrong as string }), {
      name: "TypeError",
      message: /^Cannot load a library /,
    });
  }
});

test("preloadObstacle() recognises Bun by its name and by its contents", { skip: !onLinux }, () => {
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
