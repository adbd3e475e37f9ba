import assert from "node:assert/strict";
import { test } from "node:test";
import { functionName } from "../../../ffi/runtime/functions.ts";
import { symbols } from "../../../ffi/symbols.ts";
import type { FunctionName } from "../../../ffi/types.ts";
import { names } from "./_names.ts";

const rows = Object.values(symbols).flatMap((group) => Object.keys(group));

test("functionName() returns the name that the type FunctionName has, for every function", () => {
  assert.deepEqual(Object.fromEntries(rows.map((symbol) => [symbol, functionName(symbol)])), names);
});

test("functionName() returns a different valid identifier for every function", () => {
  const found = rows.map(functionName);
  assert.equal(new Set(found).size, found.length);
  assert.deepEqual(found.filter((name) => !/^_?[a-z][A-Za-z]*$/.test(name)), []);
});

test("functionName() keeps a first underscore, joins others, and leaves other libraries' names alone", () => {
  const expand: FunctionName<"mi__expand"> = "_expand";
  const environment: FunctionName<"mi_dupenv_s"> = "dupenvS";
  const digits: FunctionName<"mi_a__b_2c"> = "aB2c";
  const other: FunctionName<"open_memstream"> = "openMemstream";
  assert.equal(functionName("mi__expand"), expand);
  assert.equal(functionName("mi_dupenv_s"), environment);
  assert.equal(functionName("mi_a__b_2c"), digits);
  assert.equal(functionName("open_memstream"), other);
});
