import assert from "node:assert/strict";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { after, before, test } from "node:test";
import { ClosedError, Heap, Subprocess } from "../../../mod.ts";
import { directory, freshPath, makeDirectory, profilerOf, removeDirectory, since36 } from "./_profiler_support.ts";

before(makeDirectory);
after(removeDirectory);

test("new Profiler() throws for invalid figures, paths and targets", since36, () => {
  using heap = new Heap();
  for (const name of ["sampleRate", "allocationInterval", "inUseInterval", "timeInterval"]) {
    for (const figure of [0, -1, 0.5, NaN, Infinity, 2 ** 53, "1", null]) {
      assert.throws(() => profilerOf(heap, { [name]: figure }), {
        name: "RangeError",
        message: new RegExp(`^Cannot profile with ${name} `),
      });
    }
  }
  for (const wrong of [undefined, null, "", 7, "a\0b"]) {
    assert.throws(() => profilerOf(heap, { path: wrong as string }), {
      name: "TypeError",
      message: /: expected a path$/,
    });
  }
  assert.throws(() => profilerOf(heap, { path: "x".repeat(1000) }), RangeError);
  assert.throws(() => profilerOf(heap, { format: "json" as "text" }), TypeError);
  assert.throws(() => profilerOf(heap, { format: "toString" as "text" }), TypeError);
  for (const wrong of [null, {}, Object.create(null), "heap", 7]) {
    const message = /^Cannot profile: expected a Heap or a Subprocess, got (null|an object|"heap"|7)$/;
    assert.throws(() => profilerOf(wrong as unknown as Heap), { name: "TypeError", message });
  }
  const gone = new Heap();
  gone.destroy();
  assert.throws(() => profilerOf(gone), ClosedError);
  const destroyed = Subprocess.create();
  destroyed.destroy();
  assert.throws(() => profilerOf(destroyed), ClosedError);
  // None of them has attached a profiler.
  profilerOf(heap).close();
});

test("new Profiler() refuses a path that cannot be written before C opens it", since36, () => {
  using heap = new Heap();
  const file = freshPath();
  writeFileSync(file, "");
  for (const parent of [path.join(directory, "missing"), file]) {
    assert.throws(() => profilerOf(heap, { path: path.join(parent, "x") }), /^Error: Cannot write profiles to .*: E/);
  }
  writeFileSync(`${file}.0003.pb`, "of an earlier run");
  assert.throws(() => profilerOf(heap, { path: file }), /^Error: Cannot write profiles to .*0003\.pb is there/);
  assert.equal(readFileSync(`${file}.0003.pb`, "utf8"), "of an earlier run");
  const first = profilerOf(heap);
  using other = new Heap();
  assert.throws(() => profilerOf(other, { path: first.path }), /^Error: Cannot write .* another profiler does$/);
  first.close();
  profilerOf(other, { path: first.path }).close();
});

test(
  "new Profiler() accepts paths with dots, spaces and letters beyond ASCII, and relative paths",
  since36,
  () => {
    using heap = new Heap();
    const folder = path.join(directory, "v1.2 ü");
    mkdirSync(folder);
    for (const name of ["a.pb", "süß €", ".hidden", "x.0001"]) {
      using profiler = profilerOf(heap, { path: path.join(folder, name) });
      assert.equal(profiler.snapshot(), path.join(folder, `${name}.0001.pb`));
      assert.ok(existsSync(path.join(folder, `${name}.0001.pb`)));
    }
    using profiler = profilerOf(heap, { path: path.relative(".", path.join(folder, "relative")) });
    assert.equal(profiler.snapshot(), path.join(folder, "relative.0001.pb"));
  },
);

test("Profiler.snapshot() throws when its directory was removed", since36, () => {
  using heap = new Heap();
  const folder = path.join(directory, "gone");
  mkdirSync(folder);
  const profiler = profilerOf(heap, { path: path.join(folder, "x") });
  rmSync(folder, { recursive: true });
  assert.throws(() => profiler.snapshot(), /ENOENT/);
  profiler.close();
});
