import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { test } from "node:test";
import {
  compareVersions,
  type Group,
  library,
  parseVersion,
  type SymbolName,
  symbols,
  UnsupportedError,
} from "../../../ffi/mod.ts";
import { runProgram } from "../../_program.ts";

const names = Object.values(symbols).flatMap((group) => Object.keys(group)) as SymbolName[];

/** What `nm` says the library exports; `undefined` where there is no `nm`. */
function listExports(): Set<string> | undefined {
  try {
    const text = execFileSync("nm", ["-D", "--defined-only", library().path], { encoding: "utf8" });
    return new Set(text.split("\n").map((line) => line.split(" ").at(-1)?.split("@")[0] ?? ""));
  } catch {
    return undefined;
  }
}

const exported = listExports();

test("Library.has() agrees with nm for every symbol of the table", {
  skip: exported === undefined,
}, () => {
  const wrong = names.filter((name) => library().has(name) !== exported?.has(name));
  assert.deepEqual(wrong, []);
  assert.ok(names.some((name) => !library().has(name)), "every version lacks some function");
});

test("Library.has() is false for what no version exports", () => {
  assert.equal(library().has("mi_no_such_function" as SymbolName), false);
});

test("Library.version is the version that the library reports", () => {
  const { version } = library().bind("identity");
  assert.deepEqual(library().version, parseVersion(version()));
  assert.match(library().versionText, /^[23]\.\d+\.\d+$/);
});

test("Library.sharedHeaps is true from 3.3.0 on", () => {
  const recent = compareVersions(library().version, { major: 3, minor: 3, patch: 0 }) >= 0;
  assert.equal(library().sharedHeaps, recent);
});

test("Library.bind() returns the same functions for the same group", () => {
  for (const group of Object.keys(symbols) as Group[]) {
    assert.equal(library().bind(group), library().bind(group));
  }
  const { malloc } = library().bind("blocks");
  assert.equal(library().bind("blocks").malloc, malloc);
});

test("a function that the library lacks throws an error that names it, the version found and the version needed", () => {
  const { heapMain, heapNewEx } = library().bind("heaps");
  const found = `mimalloc ${library().versionText}`;
  const lacking = [
    { symbol: "mi_heap_main", call: () => heapMain(), needed: "mimalloc 3.2.6 and newer" },
    { symbol: "mi_heap_new_ex", call: () => heapNewEx(0, true, null), needed: "mimalloc 2.1.8 to 3.1.6" },
  ].filter(({ symbol }) => !library().has(symbol as SymbolName));
  assert.ok(lacking.length > 0, "every version lacks one of the two");
  for (const { symbol, call, needed } of lacking) {
    assert.throws(call, (error) => {
      assert.ok(error instanceof UnsupportedError);
      assert.deepEqual(
        { feature: error.feature, found: error.found, needed: error.needed, message: error.message },
        { feature: symbol, found, needed, message: `Cannot use ${symbol}: found ${found}, needed ${needed}` },
      );
      return true;
    });
  }
});

test("a library that the project opened allows no huge pages unless the user asks for them", {
  skip: compareVersions(library().version, { major: 3, minor: 6, patch: 0 }) < 0,
}, async () => {
  for (const [value, expected] of [[undefined, "0"], ["0", "0"], ["1", "1"], ["2", "2"]] as const) {
    const { stdout, stderr } = await runProgram("tests/ffi/library/programs/huge_pages.ts", {
      environment: { MIMALLOC_ALLOW_THP: value, MIMALLOC_PATH: library().path },
    });
    assert.equal(stdout, expected, stderr);
  }
});
