import assert from "node:assert/strict";
import { test } from "node:test";
import {
  findBrokenLinks,
  findCNames,
  findConsoleCalls,
  findForbiddenImports,
  findImportCycles,
  findRuntimeNames,
  type Source,
} from "./_house.ts";
import {
  findCoreExports,
  findFileCircles,
  findIntruders,
  findRoomCircles,
  findStrayTestFolders,
  findUnsortedExports,
} from "./_rooms.ts";
import { findLongFiles, findLongFunctions } from "./_sizes.ts";

/** Sources by their paths. */
function sourcesOf(texts: Readonly<Record<string, string>>): Source[] {
  return Object.entries(texts).map(([path, text]) => ({ path, text }));
}

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

test("findIntruders() sees imports of files with _ from outside their folder", () => {
  const found = findIntruders(sourcesOf({
    "stl/hash/a.ts": 'import "./_slots.ts";\nimport "../rows/_fixed.ts";',
    "stl/hash/deep/b.ts": 'import type { Slots } from "../_slots.ts";',
    "stl/mod.ts": 'export * from "./hash/_slots.ts";\nexport * from "./hash/a_b.ts";',
  }));
  assert.deepEqual(found, [
    "stl/hash/a.ts imports stl/rows/_fixed.ts",
    "stl/hash/deep/b.ts imports stl/hash/_slots.ts",
    "stl/mod.ts imports stl/hash/_slots.ts",
  ]);
});

test("findRoomCircles() sees circles of rooms and of files beside them, types included", () => {
  const found = findRoomCircles(sourcesOf({
    "heaps/arena/a.ts": 'import "../heap/b.ts";\nimport "./c.ts";',
    "heaps/arena/c.ts": 'import "./a.ts";',
    "heaps/heap/b.ts": 'import "../scope/d.ts";\nimport "../errors.ts";',
    "heaps/scope/d.ts": 'import type { A } from "../arena/c.ts";',
    "heaps/stats/e.ts": 'import "../arena/a.ts";',
    "ffi/errors.ts": 'import "./libc/f.ts";',
    "ffi/libc/f.ts": 'export type { E } from "../errors.ts";',
  }));
  assert.deepEqual(found, ["ffi/errors.ts <> ffi/libc", "heaps/arena <> heaps/heap <> heaps/scope"]);
});

test("findFileCircles() sees circles of files, types included, each once", () => {
  const found = findFileCircles(sourcesOf({
    "stl/hash/a.ts": 'import type { B } from "./b.ts";\nimport "./c.ts";',
    "stl/hash/b.ts": 'import { a } from "./a.ts";',
    "stl/hash/c.ts": 'import { d } from "./d.ts";',
    "stl/hash/d.ts": 'import type { C } from "./c.ts";',
  }));
  assert.deepEqual(found, ["stl/hash/a.ts <> stl/hash/b.ts", "stl/hash/c.ts <> stl/hash/d.ts"]);
});

test("findCoreExports() sees values of core/ that mod.ts or a room gives on, not types", () => {
  const found = findCoreExports(sourcesOf({
    "stl/core/storage.ts": "export interface StorageOptions {}\nexport class Storage {}",
    "stl/core/options.ts": "export interface Options {}",
    "stl/core/values.ts": 'export { Storage } from "./storage.ts";',
    "stl/hash/table.ts": 'export { type StorageOptions, Storage as Table } from "../core/storage.ts";',
    "stl/mod.ts": [
      'export * from "./core/options.ts";',
      'export type { StorageOptions } from "./core/storage.ts";',
      'export {\n  Storage,\n  type StorageOptions,\n} from "./core/storage.ts";',
      'export * from "./core/storage.ts";',
    ].join("\n"),
  }));
  assert.deepEqual(found, [
    "stl/hash/table.ts exports Storage of stl/core/storage.ts",
    "stl/mod.ts exports Storage of stl/core/storage.ts",
    "stl/mod.ts exports * of stl/core/storage.ts",
  ]);
});

test("findUnsortedExports() sees lines of mod.ts that stand too late", () => {
  const text = 'export * from "./b.ts";\nexport {\n  a,\n} from "./a/z.ts";\nexport type { C } from "./c.ts";';
  assert.deepEqual(findUnsortedExports(sourcesOf({ "ffi/mod.ts": text, "ffi/other.ts": text })), [
    "ffi/mod.ts exports ffi/a/z.ts too late",
  ]);
});

test("findStrayTestFolders() sees folders of tests without a room of that name", () => {
  const files = [
    "heaps/arena/arena.ts",
    "tests/heaps/arena/arena_test.ts",
    "tests/heaps/arena/programs/exit.ts",
    "tests/heaps/homes/homes_test.ts",
    "tests/arena/arena_test.ts",
    "tests/fuzz/fuzz_test.ts",
  ];
  assert.deepEqual(findStrayTestFolders(files, ["fuzz", "programs"]), ["tests/arena", "tests/heaps/homes"]);
});

test("findLongFiles() counts lines of code, not comments and empty lines", () => {
  const rest = "// a\n\n/** b\n * c */\n/* d */ // e\n";
  const found = findLongFiles(sourcesOf({
    "500.ts": `x;\n`.repeat(500) + rest.repeat(100),
    "501.ts": `x;\n`.repeat(500) + rest + 'const text = "/* no comment";',
    "template.ts": `const text = \`\n${"// no comment\n".repeat(500)}\`;`,
    "pattern.mjs": `const pattern = /[/*]"/;\n${"x; // */\n".repeat(500)}`,
  }));
  assert.deepEqual(found, [
    "501.ts has 501 lines of code",
    "template.ts has 502 lines of code",
    "pattern.mjs has 501 lines of code",
  ]);
});

test("findLongFunctions() sees every kind of function, whatever its types look like", () => {
  const body = `{\n${"  x; // y\n  // z\n".repeat(69)}}`;
  const short = `{\n${"  x; // y\n  // z\n".repeat(68)}}`;
  const found = findLongFunctions(sourcesOf({
    "functions.ts": [
      `function plain(): { a: number } ${body}`,
      `function short(): { a: number } ${short}`,
      `const arrow = ({ a }: { a: () => void }): (() => void) => ${body};`,
      `class Heap { constructor() ${body} get size() ${body} #free() ${body} }`,
      `const object = { method() ${body}, key: function () ${body} };`,
      `test("a title", async () => ${body});`,
      `describe("a group", () => { ${"test('x', () => {});\n".repeat(80)} });`,
    ].join("\n"),
  }));
  assert.deepEqual(
    found,
    [
      "plain",
      "arrow",
      "Heap.constructor",
      "Heap.size",
      "Heap.#free",
      "method",
      "key",
      'test("a title")',
    ].map((name) => `functions.ts: ${name} has 71 lines of code`),
  );
});

test("findLongFunctions() lets pass what is passed to specialise(), not the methods in it", () => {
  const body = `{\n${"  x;\n".repeat(69)}}`;
  const found = findLongFunctions(sourcesOf({
    "stl/_a.ts": `export function defineA<T>() { return class A { short() {} long() ${body} }; }`,
    "stl/_b.ts": `export function defineB() ${body}`,
    "stl/_c.ts": `export function defineC() ${body}`,
    "stl/a.ts": "specialise(defineA<number>)({});\nspecialise(isPacked ? defineB : defineA)({ defineC });",
  }));
  assert.deepEqual(found, [
    "stl/_a.ts: A.long has 71 lines of code",
    "stl/_c.ts: defineC has 71 lines of code",
  ]);
});
