import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import process from "node:process";
import { test } from "node:test";
import { UnsupportedError } from "../../../ffi/errors.ts";
import { library } from "../../../ffi/library/library.ts";
import { functionName } from "../../../ffi/runtime/functions.ts";
import { type Group, type SymbolName, symbols } from "../../../ffi/symbols.ts";
import type { AnyFunction } from "../../../ffi/types.ts";
import { ElfFile } from "../../../scripts/check_symbols/elf_file.ts";
import { runProgram } from "../../_program.ts";
import { bindRecorded, type Case, proves } from "./_case.ts";
import { allCases } from "./cases/all.ts";

const called = new Set<string>();

/** What the loaded library exports, from the file itself where it can be read. */
function listExported(): string[] {
  const names = Object.values(symbols).flatMap((group) => Object.keys(group));
  if (process.platform !== "linux") return names.filter((name) => library().has(name as SymbolName));
  return new ElfFile(readFileSync(library().path)).exportedFunctions().filter((name) => name.startsWith("mi_"));
}

/** Runs a case in a process of its own and gives what it called, which is on the last line of its output. */
async function runAlone(group: Group, symbol: string): Promise<string[]> {
  const { code, signal, stdout, stderr } = await runProgram("tests/ffi/symbols/_child.ts", {
    arguments: [group, symbol],
    environment: { MIMALLOC_PATH: library().path },
  });
  assert.equal(code, 0, `ended with ${code ?? signal}\n${stdout}\n${stderr}`);
  return stdout.trim().split("\n").at(-1)?.split(" ") ?? [];
}

/** Runs a case and gives what it called; throws when that is not the function that it is about. */
async function run<G extends Group>(group: G, symbol: string, { prove, alone }: Case<G>): Promise<string[]> {
  const names = new Set<string>();
  if (alone) (await runAlone(group, symbol)).forEach((name) => names.add(name));
  else prove(bindRecorded(group, names));
  assert.ok(names.has(symbol), `the test of ${symbol} does not call it`);
  return [...names];
}

for (const [group, cases] of Object.entries(allCases) as [Group, Record<string, Case<Group>>][]) {
  for (const [symbol, proof] of Object.entries(cases)) {
    if (!library().has(symbol as SymbolName)) continue;
    test(`${symbol} ${proof.does}`, async () => {
      for (const name of await run(group, symbol, proof)) called.add(name);
    });
  }
}

test("a test that does not call its function fails", async () => {
  const idle = proves<"identity">("nothing", () => {});
  await assert.rejects(run("identity", "mi_version", idle), { message: "the test of mi_version does not call it" });
});

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
  const missed = exported.filter((name) => !called.has(name));
  const covered = exported.length - missed.length;
  process.stdout.write(`${library().versionText}: ${covered} covered / ${exported.length} exported\n`);
  assert.deepEqual(missed, []);
});
