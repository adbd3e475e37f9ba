import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, readFileSync, symlinkSync } from "node:fs";
import path from "node:path";
import process from "node:process";
import { test } from "node:test";
import { currentPlatform, installCommand, loadLibrary, locate } from "../../../ffi/mod.ts";
import { died, runProgram, RUNTIME } from "../../_program.ts";
import { elf } from "../_images.ts";
import { loadInChild, refuseInChild } from "./_load.ts";
import { Temporary } from "../_temporary.ts";

const onLinux = { skip: process.platform !== "linux" };
const LIBRARY = loadLibrary().path;
const INSTALL = `Install it with: ${installCommand(currentPlatform())}`;
const NAME_ANOTHER = "Name another file in MIMALLOC_PATH or in loadLibrary({ path })";
const LIBC = ["x86_64", "aarch64"].map((machine) => `/lib/${machine}-linux-gnu/libc.so.6`).find(existsSync);
const withoutPath = { MIMALLOC_PATH: undefined };

test("loadLibrary() names a missing file, the reason and the remedy", async () => {
  const error = await refuseInChild({ arguments: ["/nowhere/libmimalloc.so"] });
  assert.deepEqual(error.searched, [{ place: "/nowhere/libmimalloc.so", reason: "it does not exist" }]);
  assert.equal(
    error.message,
    "Cannot find libmimalloc: none of these places has a usable one\n" +
      "  /nowhere/libmimalloc.so: it does not exist\n" +
      `${INSTALL}\nor name the file in MIMALLOC_PATH or in loadLibrary({ path })`,
  );
  assert.equal(error.permission, undefined);
});

test("loadLibrary() looks nowhere but at MIMALLOC_PATH when that is set", async () => {
  const error = await refuseInChild({ environment: { MIMALLOC_PATH: "/nowhere/a.so" } });
  assert.deepEqual(error.searched?.map(({ place }) => place), ["/nowhere/a.so"]);
});

test("loadLibrary() prefers the path of the program to MIMALLOC_PATH", async () => {
  const [loaded] = await loadInChild({
    arguments: [LIBRARY],
    environment: { MIMALLOC_PATH: "/nowhere/a.so" },
  });
  assert.equal(loaded?.path, LIBRARY);
});

test("loadLibrary() lists every place where it searched", {
  skip: process.platform !== "linux" || hasSystemLibrary(),
}, async () => {
  using temporary = new Temporary();
  const libraryPath = `${temporary.path}/a:relative:${temporary.path}/b`;
  const expected = locate(currentPlatform(), {
    directory: temporary.path,
    libraryPath,
    programDirectory: path.dirname(process.execPath),
  }).map((candidate) => candidate.path);
  assert.equal(expected[1], `${temporary.path}/a/libmimalloc.so.3`);
  assert.ok(!expected.some((place) => place.includes("relative")));
  const environment = { ...withoutPath, LD_LIBRARY_PATH: libraryPath };
  const error = await refuseInChild({ environment, directory: temporary.path });
  assert.deepEqual(error.searched?.map(({ place }) => place), expected);
  for (const place of expected) assert.ok(error.message.includes(`  ${place}: it does not exist\n`), place);
  assert.ok(error.message.includes(INSTALL));
});

function hasSystemLibrary(): boolean {
  return locate(currentPlatform(), { directory: "/nowhere" }).some((candidate) => existsSync(candidate.path));
}

test("loadLibrary() goes on past a damaged file, and takes the newest of the project", onLinux, async () => {
  using temporary = new Temporary();
  for (const version of ["2.0.9", "3.9.0", "3.10.0"]) {
    mkdirSync(path.join(temporary.path, ".mimalloc", version), { recursive: true });
  }
  // A build of its own may be called libmimalloc.so.2.1, which is no name that is looked for.
  const name = path.basename(LIBRARY).replace(/-(debug|secure)/, "").replace(/(\.so\.\d+).*$/, "$1");
  temporary.write(`.mimalloc/3.10.0/${name}`, "not a library".repeat(9));
  for (const version of ["2.0.9", "3.9.0"]) {
    copyFileSync(LIBRARY, path.join(temporary.path, ".mimalloc", version, name));
  }
  const [loaded] = await loadInChild({ environment: withoutPath, directory: temporary.path });
  assert.equal(loaded?.path, path.join(temporary.path, ".mimalloc", "3.9.0", name));
});

/** Where the last part of a 64-bit ELF file that is loaded ends; in debug builds much follows. */
function loadedBytes(elf: Uint8Array<ArrayBuffer>): number {
  const view = new DataView(elf.buffer, elf.byteOffset, elf.byteLength);
  const first = Number(view.getBigUint64(32, true));
  const [size, count] = [view.getUint16(54, true), view.getUint16(56, true)];
  const headers = Array.from({ length: count }, (_, index) => first + index * size);
  const ends = headers.filter((header) => view.getUint32(header, true) === 1)
    .map((header) => Number(view.getBigUint64(header + 8, true) + view.getBigUint64(header + 32, true)));
  return Math.max(...ends);
}

test(
  "loadLibrary() refuses a truncated library that kills the process when it is opened plainly",
  onLinux,
  async () => {
    using temporary = new Temporary();
    const whole = readFileSync(LIBRARY);
    const cut = temporary.write("libmimalloc.so", whole.subarray(0, Math.floor(loadedBytes(whole) / 2)));
    const plainly = await runProgram("tests/ffi/library/programs/open_plainly.ts", { arguments: [cut] });
    assert.ok(died(plainly), `it ended with ${plainly.code}: ${plainly.stdout}${plainly.stderr}`);
    assert.ok(!plainly.stdout.includes("opened"));
    const error = await refuseInChild({ arguments: [cut] });
    assert.match(error.searched?.[0]?.reason ?? "", /^it is truncated/);
  },
);

test("the program that opens plainly opens the whole library", async () => {
  const { code, stdout } = await runProgram("tests/ffi/library/programs/open_plainly.ts", { arguments: [LIBRARY] });
  assert.deepEqual({ code, stdout }, { code: 0, stdout: "opened\n" });
});

test("loadLibrary() refuses a file of each wrong kind without a crash", onLinux, async () => {
  using temporary = new Temporary();
  const own = process.arch === "arm64" ? 183 : 62;
  const foreign = own === 62 ? 183 : 62;
  const files: readonly (readonly [string, Uint8Array | string, RegExp])[] = [
    ["empty.so", "", /too small/],
    ["text.so", "#!/bin/sh\n".repeat(20), /not an ELF file/],
    ["narrow.so", elf({ bits: 32, machine: 3 }), /32-bit/],
    ["foreign.so", elf({ machine: foreign }), /another machine/],
    ["big.so", elf({ machine: own, bigEndian: true }), /big-endian/],
    ["program.so", elf({ machine: own, type: 2 }), /not a shared library/],
  ];
  const paths = files.map(([name, bytes]) => temporary.write(name, bytes));
  const results = await loadInChild({ arguments: [...paths, temporary.path] });
  assert.equal(results.length, files.length + 1);
  for (const [index, [name, , reason]] of files.entries()) {
    assert.match(results[index]?.searched?.[0]?.reason ?? "", reason, name);
  }
  assert.equal(results.at(-1)?.searched?.[0]?.reason, "it is not a file");
});

test("loadLibrary() keeps the runtime's error when the loader refuses a file with sound headers", onLinux, async () => {
  using temporary = new Temporary();
  const file = temporary.write("hollow.so", elf({ machine: process.arch === "arm64" ? 183 : 62 }));
  const error = await refuseInChild({ arguments: [file] });
  assert.ok(error.message.startsWith(`Cannot open ${file}: `), error.message);
  assert.ok(error.message.endsWith(NAME_ANOTHER), error.message);
  assert.ok((error.cause ?? "").includes(file), "the cause is lost");
  assert.equal(error.searched?.[0]?.place, file);
});

test("loadLibrary() refuses another library, and can open the right one afterwards", {
  skip: LIBC === undefined,
}, async () => {
  const [refused, loaded] = await loadInChild({ arguments: [LIBC ?? "", LIBRARY] });
  assert.equal(
    refused?.message,
    `Cannot use ${LIBC}: it is a library, but it does not export mi_version\n${NAME_ANOTHER}`,
  );
  assert.deepEqual(refused?.searched, [{ place: LIBC, reason: "it is not mimalloc" }]);
  assert.equal(loaded?.path, LIBRARY);
});

test("loadLibrary() refuses versions out of range by the number that they report", {
  skip: process.platform !== "linux" || !hasCompiler(),
}, async () => {
  using temporary = new Temporary();
  const versions = [["188", "1.8.8"], ["204", "2.0.4"], ["40000", "4.0.0"]] as const;
  const paths = versions.map(([number]) => {
    const file = path.join(temporary.path, `${number}.so`);
    const source = temporary.write(`${number}.c`, `int mi_version(void) { return ${number}; }\n`);
    execFileSync("cc", ["-shared", "-fPIC", "-o", file, source]);
    return file;
  });
  const results = await loadInChild({ arguments: paths });
  for (const [index, [, text]] of versions.entries()) {
    assert.equal(
      results[index]?.message,
      `Cannot use ${paths[index]}: it is mimalloc ${text}, supported are 2.0.5 to 3.x\n${NAME_ANOTHER}`,
    );
  }
});

function hasCompiler(): boolean {
  try {
    execFileSync("cc", ["--version"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

test("loadLibrary() opens a symbolic link under its own name", onLinux, async () => {
  using temporary = new Temporary();
  const link = path.join(temporary.path, "link.so");
  symlinkSync(LIBRARY, link);
  const [loaded] = await loadInChild({ arguments: [link] });
  assert.deepEqual(loaded, { version: loadLibrary().versionText, path: link });
});

test("loadLibrary() refuses a second file once one is open", () => {
  assert.throws(() => loadLibrary({ path: "/nowhere/other.so" }), {
    name: "LibraryLoadError",
    message: `Cannot open /nowhere/other.so: ${LIBRARY} is open already, load it before the first allocation`,
  });
});

test("loadLibrary() returns the same library for every name of the open file", () => {
  const library = loadLibrary();
  assert.equal(loadLibrary(), library);
  assert.equal(loadLibrary({}), library);
  assert.equal(loadLibrary({ path: LIBRARY }), library);
  assert.equal(loadLibrary({ path: path.relative(process.cwd(), LIBRARY) }), library);
});

test("importing the package opens nothing, and its first use opens the library", onLinux, async () => {
  const outcome = await runProgram("tests/ffi/library/programs/import_alone.ts");
  assert.equal(outcome.code, 0, outcome.stderr);
  assert.deepEqual(JSON.parse(outcome.stdout), {
    imported: false,
    flushed: false,
    same: true,
    loaded: true,
  });
});

test("importing the package asks Deno for no permission", { skip: RUNTIME === "bun" }, async () => {
  const outcome = await runProgram("mod.ts", { permissions: [] });
  assert.deepEqual({ code: outcome.code, stderr: outcome.stderr }, { code: 0, stderr: "" });
});
