import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { listFiles, listLibraryFiles, ROOT } from "../scripts/test/sources.mjs";
import {
  findBrokenLinks,
  findCNames,
  findConsoleCalls,
  findForbiddenImports,
  findImportCycles,
  findLongFiles,
  findRuntimeNames,
  listImports,
  type Source,
} from "./_house.ts";

function read(file: string): Source {
  return { path: file, text: readFileSync(path.join(ROOT, file), "utf8") };
}

function readLibrary(): Source[] {
  const sources = listLibraryFiles().map(read);
  assert.ok(sources.length > 0, "the library has no file");
  return sources;
}

function readManifest(
  file: string,
): { version: string; exports: Record<string, string> } {
  return JSON.parse(read(file).text);
}

test("library code outside ffi/ names no runtime", () => {
  assert.deepEqual(findRuntimeNames(readLibrary()), []);
});

test("library code outside ffi/ uses no C name", () => {
  assert.deepEqual(findCNames(readLibrary()), []);
});

test("library code never writes to the console", () => {
  assert.deepEqual(findConsoleCalls(readLibrary()), []);
});

test("library code imports only from floors below", () => {
  assert.deepEqual(findForbiddenImports(readLibrary()), []);
});

test("library code has no import cycle", () => {
  const sources = readLibrary();
  assert.ok(listImports(sources).length > 0, "no import was found");
  assert.deepEqual(findImportCycles(sources), []);
});

test("no source file is longer than 400 lines", () => {
  const others = ["tests", "examples", "bench", "scripts"]
    .flatMap((place) => listFiles(place, /\.(ts|mjs)$/));
  assert.deepEqual(findLongFiles([...readLibrary(), ...others.map(read)]), []);
});

test("links of the documents lead to what exists", () => {
  const places = ["README.md", "CHANGELOG.md", "docs", "bench", "examples", "tests"];
  const documents = places.flatMap((place) => listFiles(place, /\.md$/)).map(read);
  assert.ok(documents.length >= 6, `${documents.length} documents`);
  assert.deepEqual(findBrokenLinks(documents, (file) => existsSync(path.join(ROOT, file))), []);
});

test("package.json and deno.json agree on version and exports", () => {
  const [npm, deno] = [readManifest("package.json"), readManifest("deno.json")];
  assert.equal(npm.version, deno.version);
  assert.deepEqual(npm.exports, deno.exports);
});

test("findRuntimeNames() sees namespaces and bun: modules, not comments and strings", () => {
  const found = findRuntimeNames([
    {
      path: "heaps/a.ts",
      text: "/* Deno.serve */\nDeno.env;\nconst a = Bun[x];",
    },
    { path: "stl/b.ts", text: 'process.getBuiltinModule("bun:ffi");' },
    {
      path: "stl/c.ts",
      text: 'throw new Error("Deno.env"); // Bun\nconst r = /"/;\nDeno;',
    },
    { path: "stl/d.ts", text: 'const isDeno = "Deno"; /** `Bun` */' },
    { path: "ffi/_deno.ts", text: 'Deno.dlopen; import("bun:ffi");' },
  ]);
  assert.deepEqual(found, [
    "heaps/a.ts:2 Deno",
    "heaps/a.ts:3 Bun",
    'stl/b.ts:1 "bun:ffi',
    "stl/c.ts:3 Deno",
  ]);
});

test("findCNames() sees C names in code only", () => {
  const text = '// mi_free\nconst name = "mi_free";\nlibrary.mi_free(block);';
  assert.deepEqual(findCNames([{ path: "heaps/a.ts", text }]), [
    "heaps/a.ts:3 mi_free",
  ]);
  assert.deepEqual(findCNames([{ path: "ffi/a.ts", text }]), []);
});

test("findConsoleCalls() sees every call", () => {
  const text = '// console.log()\nconsole.error("x");\nconsole["log"]("y");';
  assert.deepEqual(findConsoleCalls([{ path: "ffi/a.ts", text }]), [
    "ffi/a.ts:2 console.",
    "ffi/a.ts:3 console[",
  ]);
});

test("findLongFiles() counts lines", () => {
  const make = (lines: number) => ({
    path: `${lines}.ts`,
    text: "x;\n".repeat(lines),
  });
  assert.deepEqual(findLongFiles([make(400), make(401)]), [
    "401.ts has 401 lines",
  ]);
});

test("findForbiddenImports() sees imports that go up, past the window, or through the front door", () => {
  const found = findForbiddenImports([
    {
      path: "mod.ts",
      text: 'export * from "./heaps/mod.ts"; export * from "./stl/mod.ts";',
    },
    {
      path: "ffi/a.ts",
      text: 'import { x } from "../heaps/x.ts";\nimport "./b.ts";',
    },
    {
      path: "heaps/a.ts",
      text: 'import type { x } from "../ffi/x.ts";\nimport "../mod.ts";',
    },
    { path: "stl/a.ts", text: 'import {\n  x,\n} from "../heaps/heap.ts";' },
    {
      path: "stl/b.ts",
      text: 'export type { x } from "../heaps/allocator.ts";',
    },
    { path: "stl/c.ts", text: 'await import("../ffi/mod.ts");' },
    {
      path: "cli/a.ts",
      text: 'import "../observe/x.ts"; import "../tests/_house.ts";',
    },
  ]);
  assert.deepEqual(found, [
    "mod.ts imports stl/mod.ts",
    "ffi/a.ts imports heaps/x.ts",
    "heaps/a.ts imports mod.ts",
    "stl/a.ts imports heaps/heap.ts",
    "stl/c.ts imports ffi/mod.ts",
    "cli/a.ts imports tests/_house.ts",
  ]);
});

test("findImportCycles() names the files along a cycle", () => {
  const found = findImportCycles([
    { path: "ffi/a.ts", text: 'import "./b.ts";\nimport "./d.ts";' },
    { path: "ffi/b.ts", text: 'import "./c.ts";' },
    { path: "ffi/c.ts", text: 'export * from "./b.ts";' },
    {
      path: "ffi/d.ts",
      text: 'import "./c.ts";\nimport type { x } from "./a.ts";',
    },
  ]);
  assert.deepEqual(found, ["ffi/b.ts > ffi/c.ts > ffi/b.ts"]);
});

test("findBrokenLinks() sees links to missing files and headings", () => {
  const found = findBrokenLinks([
    {
      path: "README.md",
      text: "# The `raw` calls!\n[a](docs/a.md) [b](#the-raw-calls)\n[c](b.md) [d](https://x.y/z#q)",
    },
    { path: "docs/a.md", text: "[e](../README.md#the-raw-calls)\n![f](f.svg) [g](../README.md#no) [h](#none)" },
  ], (file) => ["README.md", "docs/a.md"].includes(file));
  assert.deepEqual(found, [
    "README.md:3 b.md",
    "docs/a.md:2 f.svg",
    "docs/a.md:2 ../README.md#no",
    "docs/a.md:2 #none",
  ]);
});
