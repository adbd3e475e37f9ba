import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { Library } from "../ffi/mod.ts";
import * as api from "../mod.ts";
import { loadTable } from "../scripts/check_symbols/table.ts";

const text = readFileSync(new URL("../docs/coming_from_c.md", import.meta.url), "utf8");
const exported: Record<string, unknown> = { ...api, Library };

interface Entry {
  readonly c: readonly string[];
  readonly typed: readonly string[];
}

/** The rows of the table of calls: the code in their first two columns. */
function readEntries(): Entry[] {
  const section = /^## Call by call$(.*?)^## /ms.exec(text)?.[1] ?? "";
  const spans = (cell = ""): string[] => [...cell.matchAll(/`([^`]+)`/g)].map(([, code]) => code!);
  return section.split("\n").filter((line) => line.startsWith("| ")).slice(1).map((line) => {
    const cells = line.split(" | ");
    return { c: spans(cells[0]), typed: spans(cells[1]) };
  });
}

/** Whether an expression names what `mod.ts` exports; a name that is no export stands for an instance of its class. */
function exists(code: string): boolean {
  const [head = "", member] = code.replace(/^(?:new|using) /, "").split(/[(){. ]+/);
  const type = exported[head.charAt(0).toUpperCase() + head.slice(1)] as { prototype?: object } | undefined;
  const target = exported[head] ?? type?.prototype;
  if (target === undefined || member === undefined || member === "" || !code.includes(`${head}.`)) {
    return target !== undefined;
  }
  return member in Object(target);
}

test("coming_from_c.md names functions that mimalloc has", () => {
  const { rows } = loadTable();
  const entries = readEntries();
  assert.ok(entries.length > 30, `${entries.length} entries`);
  const names = entries.flatMap(({ c }) => c.flatMap((code) => code.match(/\bmi_\w+/g) ?? []));
  assert.deepEqual(names.filter((name) => !rows.has(name)), []);
});

test("coming_from_c.md names calls that exist", () => {
  const calls = readEntries().flatMap(({ typed }) => typed)
    // The command line, and what goes on from the call before.
    .filter((code) => !code.startsWith("mimalloc ") && !code.startsWith("."))
    .map((code) => code.replace("pool.", "scopePool."));
  assert.ok(calls.length > 40, `${calls.length} calls`);
  assert.deepEqual(calls.filter((code) => !exists(code)), []);
  assert.deepEqual(["heap.allocated(x)", "nothing()", "Arena.reserved(1)"].filter(exists), []);
});
