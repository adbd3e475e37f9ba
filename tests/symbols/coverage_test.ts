import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import process from "node:process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { functionName } from "../../ffi/_functions.ts";
import { UnsupportedError } from "../../ffi/errors.ts";
import { library } from "../../ffi/library.ts";
import { type Group, type SymbolName, symbols } from "../../ffi/symbols.ts";
import type { AnyFunction } from "../../ffi/types.ts";
import { ElfFile } from "../../scripts/check_symbols/elf_file.ts";
import { bindRecorded, type Case } from "./_case.ts";
import { allCases } from "./cases/all.ts";

/** Functions that no test calls, each with the reason. */
const EXCEPTIONS: ReadonlyMap<string, string> = new Map();

const CHILD = fileURLToPath(new URL("./_child.ts", import.meta.url));
const called = new Set<string>();

/** What the loaded library exports, from the file itself where it can be read. */
function listExported(): string[] {
  const names = Object.values(symbols).flatMap((group) => Object.keys(group));
  if (process.platform !== "linux") return names.filter((name) => library().has(name as SymbolName));
  return new ElfFile(readFileSync(library().path)).exportedFunctions().filter((name) => name.startsWith("mi_"));
}

/** Runs a case in a process of its own; what it called is on the last line of its output. */
function runAlone(group: Group, symbol: string): void {
  const options = "deno" in process.versions ? ["run", "--allow-all", "--no-check"] : [];
  const { status, signal, stdout, stderr } = spawnSync(
    process.execPath,
    [...options, CHILD, group, symbol],
    { encoding: "utf8", env: { ...process.env, MIMALLOC_PATH: library().path }, timeout: 60_000 },
  );
  assert.equal(status, 0, `ended with ${status ?? signal}\n${stdout}\n${stderr}`);
  const names = stdout.trim().split("\n").at(-1)?.split(" ") ?? [];
  for (const name of names) called.add(name);
}

function run<G extends Group>(group: G, symbol: string, { prove, alone }: Case<G>): void {
  if (alone) runAlone(group, symbol);
  else prove(bindRecorded(group, called));
  assert.ok(called.has(symbol), `the test of ${symbol} does not call it`);
}

for (const [group, cases] of Object.entries(allCases) as [Group, Record<string, Case<Group>>][]) {
  for (const [symbol, proof] of Object.entries(cases)) {
    if (!library().has(symbol as SymbolName)) continue;
    test(`${symbol} ${proof.does}`, () => run(group, symbol, proof));
  }
}

test("every function that the library lacks throws UnsupportedError", () => {
  for (const group of Object.keys(symbols) as Group[]) {
    const functions = library().bind(group, { dangerous: true }) as Record<string, AnyFunction>;
    for (const symbol of Object.keys(symbols[group])) {
      if (library().has(symbol as SymbolName)) continue;
      assert.throws(functions[functionName(symbol)] as AnyFunction, (error) => {
        assert.ok(error instanceof UnsupportedError);
        assert.equal(error.feature, symbol);
        assert.equal(error.found, `mimalloc ${library().versionText}`);
        return true;
      });
    }
  }
});

test("every function that the library exports is called", () => {
  const exported = listExported();
  const covered = exported.filter((name) => called.has(name));
  process.stdout.write(
    `${library().versionText}: ${covered.length} covered / ${exported.length} exported, ` +
      `${EXCEPTIONS.size} exceptions\n`,
  );
  assert.deepEqual(exported.filter((name) => !called.has(name) && !EXCEPTIONS.has(name)), []);
  assert.deepEqual([...EXCEPTIONS.keys()].filter((name) => called.has(name)), [], "these are no exceptions");
});
