import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { Library } from "../../../ffi/mod.ts";
import * as api from "../../../mod.ts";
import { HOMES } from "../../../scripts/api_document/homes.ts";
import { RAW_GROUPS, RAW_REASONS } from "../../../scripts/api_document/raw_reasons.ts";
import { renderApiDocument } from "../../../scripts/api_document/render.ts";
import { loadGroups, loadTable } from "../../../scripts/check_symbols/table.ts";

const table = loadTable();
// The class behind library() is a type alone in mod.ts.
const exported: Record<string, unknown> = { ...api, Library };

/** Whether the expression of a home names things that `mod.ts` exports. */
function exists(home: string): boolean {
  const [head = "", ...members] = /^(?:new )?((?:\w+(?:\(\))?\.)*\w+)/.exec(home)?.[1]?.split(".") ?? [];
  const name = head.replace("()", "");
  // An instance, or the function that gives it, is named like its class.
  const type = exported[name.charAt(0).toUpperCase() + name.slice(1)] as { prototype?: object } | undefined;
  const target = head === name && name in exported ? exported[name] : type?.prototype;
  return target !== undefined && members.every((member) => member in Object(target));
}

test("docs/api.md equals the output of scripts/generate_api_document.ts", () => {
  const text = readFileSync(new URL("../../../docs/api.md", import.meta.url), "utf8");
  const made = renderApiDocument(table, loadGroups());
  assert.ok(text === made, "docs/api.md is stale, run: deno run -A scripts/generate_api_document.ts");
});

test("docs/api.md has one row for every function of the table", () => {
  const made = renderApiDocument(table, loadGroups());
  for (const name of table.rows.keys()) {
    const rows = made.split("\n").filter((line) => line.startsWith("| `") && line.split("`")[1]?.includes(` ${name}(`));
    assert.equal(rows.length, 1, name);
  }
});

test("docs/api.md changes with a version, a type, a remark and a danger of the table", () => {
  const groups = loadGroups();
  const [name, row] = [...table.rows].find(([symbol]) => symbol === "mi_calloc") ?? assert.fail();
  const changes = [
    { declaration: { ...row.declaration, since: "3.0.1" } },
    { declaration: { ...row.declaration, danger: "it ends the process" } },
    { comment: "void* mi_calloc(int count, size_t size);" },
    { notes: ["A remark."] },
  ];
  const made = renderApiDocument(table, groups);
  for (const change of changes) {
    const rows = new Map(table.rows).set(name, { ...row, ...change });
    assert.notEqual(renderApiDocument({ ...table, rows }, groups), made, JSON.stringify(change));
  }
});

test("every function of docs/api.md has a typed call, or says why it has none", () => {
  const silent = [...table.rows].filter(([name, { group }]) =>
    !HOMES.has(name) && !RAW_REASONS.has(name) && !RAW_GROUPS.has(group)
  );
  assert.deepEqual(silent.map(([name]) => name), []);
  for (const name of RAW_REASONS.keys()) assert.ok(table.rows.has(name), name);
  for (const group of RAW_GROUPS.keys()) assert.ok(loadGroups().has(group), group);
  const rows = new Map([...table.rows].filter(([name]) => name === "mi_wcsdup" || name === "mi_valloc"));
  const made = renderApiDocument({ ...table, rows }, loadGroups());
  assert.ok(made.includes(RAW_REASONS.get("mi_wcsdup")!));
  assert.ok(made.includes(RAW_GROUPS.get("posix")!));
});

test("every typed call of docs/api.md exists, and belongs to a function of the table", () => {
  for (const [symbol, home] of HOMES) {
    assert.ok(table.rows.has(symbol), symbol);
    assert.ok(exists(home), `${symbol}: ${home}`);
  }
  assert.equal(exists("heap.allocates(type)"), false);
  assert.equal(exists("Arena.reserves(size)"), false);
  assert.equal(exists("library().version_text"), false);
  assert.equal(exists("stats.nothing()"), false);
  assert.equal(exists("nothing()"), false);
});
