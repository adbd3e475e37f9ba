import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, symlinkSync } from "node:fs";
import path from "node:path";
import process from "node:process";
import { test } from "node:test";
import { checkLibraryFile } from "../../../ffi/binary/check_library_file.ts";
import { currentPlatform, loadLibrary, type Platform } from "../../../ffi/mod.ts";
import { elf, type ElfOptions } from "../_images.ts";
import { Temporary } from "../_temporary.ts";

const LINUX: Platform = { os: "linux", arch: "x64" };
const onLinux = { skip: process.platform !== "linux" };

function check(bytes: Uint8Array | string, platform = LINUX): string | undefined {
  using temporary = new Temporary();
  return checkLibraryFile(temporary.write("library", bytes), platform);
}

function checkElf(options: ElfOptions): string | undefined {
  return check(elf(options));
}

test("checkLibraryFile() accepts the library under test", () => {
  assert.equal(checkLibraryFile(loadLibrary().path, currentPlatform()), undefined);
});

test("checkLibraryFile() accepts a symbolic link to the library", () => {
  using temporary = new Temporary();
  const link = path.join(temporary.path, "link");
  symlinkSync(loadLibrary().path, link);
  assert.equal(checkLibraryFile(link, currentPlatform()), undefined);
});

test("checkLibraryFile() refuses the library cut anywhere", onLinux, () => {
  const whole = readFileSync(loadLibrary().path);
  const segmentEnd = endOfFirstSegment(whole);
  const cuts = [
    64,
    65,
    200,
    4096,
    segmentEnd - 1,
    Math.floor(whole.length / 2),
    whole.length - 4096,
    whole.length - 1,
  ];
  for (const cut of cuts) {
    const reason = check(whole.subarray(0, cut), currentPlatform());
    assert.match(
      reason ?? `accepted with ${cut} of ${whole.length} bytes`,
      new RegExp(`^it is truncated: its headers speak of \\d+ bytes, the file has ${cut}$`),
    );
  }
  for (const cut of [0, 1, 63]) {
    assert.equal(
      check(whole.subarray(0, cut), currentPlatform()),
      `it is too small to be a library (${cut} bytes)`,
    );
  }
});

function endOfFirstSegment(whole: Uint8Array): number {
  const view = new DataView(whole.buffer, whole.byteOffset);
  const offset = Number(view.getBigUint64(32, true));
  for (let index = 0; index < view.getUint16(56, true); index++) {
    const entry = offset + index * 56;
    if (view.getUint32(entry, true) !== 1) continue;
    return Number(view.getBigUint64(entry + 8, true) + view.getBigUint64(entry + 32, true));
  }
  throw new Error("The library has no segment to load");
}

test("checkLibraryFile() refuses a library without section headers that is cut in a segment", () => {
  assert.equal(checkElf({}), undefined);
  assert.equal(
    checkElf({ segmentByteLength: 257 }),
    "it is truncated: its headers speak of 257 bytes, the file has 256",
  );
  assert.match(check(elf().subarray(0, 255)) ?? "", /^it is truncated/);
  // The program header itself is cut.
  assert.match(check(elf().subarray(0, 100)) ?? "", /^it is truncated/);
});

test("checkLibraryFile() refuses a 32-bit library", () => {
  assert.equal(checkElf({ bits: 32 }), "it is a 32-bit library, the process is 64-bit");
});

test("checkLibraryFile() refuses a library for another machine", () => {
  assert.equal(
    checkElf({ machine: 183 }),
    "it is for another machine (ELF machine 183, this is x64)",
  );
  assert.equal(check(elf({ machine: 183 }), { os: "linux", arch: "arm64" }), undefined);
  assert.equal(
    check(elf(), { os: "linux", arch: "arm64" }),
    "it is for another machine (ELF machine 62, this is arm64)",
  );
});

test("checkLibraryFile() refuses a big-endian library", () => {
  assert.equal(
    checkElf({ bigEndian: true }),
    "it is a big-endian library, the process is little-endian",
  );
});

test("checkLibraryFile() refuses an object file and a core dump", () => {
  for (const type of [1, 2, 4]) {
    assert.equal(checkElf({ type }), "it is an ELF file, but not a shared library");
  }
});

test("checkLibraryFile() refuses a text file, an empty file and a file of zeros", () => {
  assert.equal(check("INPUT(-lmimalloc)\n".repeat(9)), "it is not an ELF file");
  assert.equal(check(""), "it is too small to be a library (0 bytes)");
  assert.equal(check(new Uint8Array(4096)), "it is not an ELF file");
});

test("checkLibraryFile() refuses the libraries of other systems", () => {
  for (const os of ["darwin", "win32"]) {
    assert.match(check(elf(), { os, arch: "x64" }) ?? "", /^it is not a (Mach-O|PE) file$/);
  }
});

test("checkLibraryFile() refuses a directory", () => {
  using temporary = new Temporary();
  assert.equal(checkLibraryFile(temporary.path, LINUX), "it is not a file");
});

test("checkLibraryFile() refuses a named pipe at once", onLinux, () => {
  using temporary = new Temporary();
  const pipe = path.join(temporary.path, "pipe");
  execFileSync("mkfifo", [pipe]);
  assert.equal(checkLibraryFile(pipe, LINUX), "it is not a file");
});

test("checkLibraryFile() throws the error of the file system", () => {
  using temporary = new Temporary();
  mkdirSync(path.join(temporary.path, "empty"));
  for (const name of ["absent.so", "empty/absent.so"]) {
    assert.throws(
      () => checkLibraryFile(path.join(temporary.path, name), LINUX),
      { code: "ENOENT" },
    );
  }
  const link = path.join(temporary.path, "dangling");
  symlinkSync(path.join(temporary.path, "absent.so"), link);
  assert.throws(() => checkLibraryFile(link, LINUX), { code: "ENOENT" });
});
