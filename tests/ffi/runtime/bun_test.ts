import assert from "node:assert/strict";
import process from "node:process";
import { test } from "node:test";
import { library } from "../../../ffi/mod.ts";
import { createBunBackend } from "../../../ffi/runtime/_bun.ts";
import { libcPath } from "../../../ffi/runtime/libc_path.ts";
import { currentPlatform } from "../../../ffi/platform.ts";
import type { Declarations } from "../../../ffi/types.ts";

const skip = process.versions["bun"] === undefined && "it is about Bun";

/** How many calls of `dlopen` it takes to bind functions, and which of them are there. */
function bind(names: readonly string[]): { readonly calls: number; readonly found: readonly string[] } {
  const ffi = process.getBuiltinModule("bun:ffi") as unknown as Parameters<typeof createBunBackend>[0];
  let calls = 0;
  const counting: typeof ffi.dlopen = (path, symbols) => {
    calls++;
    return ffi.dlopen(path, symbols);
  };
  const backend = createBunBackend({ ...ffi, dlopen: counting }, libcPath(currentPlatform()));
  const declarations: Declarations = Object.fromEntries(names.map((name) => [name, { parameters: [], result: "i32" }]));
  const bound = backend.bind(library().path, declarations, false);
  assert.deepEqual(Object.keys(bound), names);
  return { calls, found: names.filter((name) => bound[name] !== null) };
}

const names = ["mi_version", "mi_malloc", "mi_free", "mi_zalloc", "mi_realloc", "mi_calloc", "mi_usable_size"];

test("Bun binds a group of functions with one call of dlopen", { skip }, () => {
  assert.deepEqual(bind(names), { calls: 1, found: names });
  assert.deepEqual(bind([]), { calls: 0, found: [] });
});

test("Bun binds the functions of a group that the library has, wherever those stand that it lacks", { skip }, () => {
  for (let at = 0; at <= names.length; at++) {
    const { calls, found } = bind(names.toSpliced(at, 0, "mi_never"));
    assert.deepEqual(found, names);
    assert.ok(calls <= 7, `${calls} calls`);
  }
  assert.deepEqual(bind(["mi_never", "mi_nor_this"]).found, []);
});

test("Bun says what else is wrong with a library than that it lacks a function", { skip }, () => {
  const ffi = process.getBuiltinModule("bun:ffi") as unknown as Parameters<typeof createBunBackend>[0];
  const backend = createBunBackend(ffi, libcPath(currentPlatform()));
  const declarations: Declarations = { "mi_version": { parameters: [], result: "i32" } };
  assert.throws(() => backend.bind("/nowhere/libmimalloc.so", declarations, false), { code: "ERR_DLOPEN_FAILED" });
});
