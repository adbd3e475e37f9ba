import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, test } from "node:test";
import { inspect } from "node:util";
import {
  ClosedError,
  excludeFromProfiles,
  Heap,
  library,
  Profiler,
  type ProfilerOptions,
  Subprocess,
  UnsupportedError,
} from "../../mod.ts";
import { readPprof } from "../upstream/_pprof.ts";

const isNew = library().has("mi_pprof_profiler_new");
const since36 = { skip: !isNew };
const KIB = 1024;
const directory = mkdtempSync(path.join(tmpdir(), "profiler-"));
after(() => rmSync(directory, { recursive: true }));

let count = 0;

/** A path that nothing writes to yet. */
function freshPath(): string {
  return path.join(directory, `profile ${++count}`);
}

/** A profiler that samples about every block of 8 KiB. */
function profilerOf(of: ProfilerOptions["of"], options: Partial<ProfilerOptions> = {}): Profiler {
  return new Profiler({ path: freshPath(), sampleRate: 4 * KIB, ...(of === undefined ? {} : { of }), ...options });
}

/** Allocates so many blocks that the profiler of a heap has seen the last thousands of them. */
function allocateMany(heap: Heap, blocks = 4000): Uint8Array<ArrayBuffer>[] {
  return Array.from({ length: blocks }, () => heap.allocate(Uint8Array, 8 * KIB));
}

/** What a snapshot has counted: objects and bytes that were allocated, objects and bytes in use. */
function readTotals(file: string): number[] {
  const { samples } = readPprof(readFileSync(file));
  return [0, 1, 2, 3].map((index) => samples.reduce((sum, { values }) => sum + values[index]!, 0));
}

/** Asserts that a heap is in the profile that `profiler` takes. */
function assertSampled(profiler: Profiler, heap: Heap, isSampled: boolean): void {
  const [before] = readTotals(profiler.snapshot());
  allocateMany(heap);
  const [now] = readTotals(profiler.snapshot());
  assert.equal(now! - before! > 1000, isSampled, `${before} objects, then ${now}`);
}

test("Profiler throws UnsupportedError before 3.6", { skip: isNew }, () => {
  assert.throws(() => profilerOf(undefined), { name: "UnsupportedError", needed: "mimalloc 3.6" });
  using heap = new Heap();
  assert.throws(() => excludeFromProfiles(heap), UnsupportedError);
});

test("Profiler writes what a heap allocated and has in use", since36, () => {
  using heap = new Heap();
  using profiler = profilerOf(heap);
  assert.deepEqual([profiler.running, profiler.closed], [false, false]);
  profiler.start();
  profiler.start();
  assert.equal(profiler.running, true);
  const views = allocateMany(heap);
  const first = profiler.snapshot();
  assert.equal(first, `${profiler.path}.0001.pb`);
  const [objects, bytes, liveObjects, liveBytes] = readTotals(first);
  assert.ok(objects! > 2000 && objects! <= 4000, `${objects} objects`);
  assert.equal(bytes, objects! * 8 * KIB);
  assert.deepEqual([liveObjects, liveBytes], [objects, bytes]);
  views.forEach((view) => heap.free(view));
  const second = profiler.snapshot();
  assert.deepEqual(readTotals(second), [objects, bytes, 0, 0]);
  assert.deepEqual(profiler.files(), [first, second]);
});

test("Profiler.stop() ends the samples until start()", since36, () => {
  using heap = new Heap();
  using profiler = profilerOf(heap);
  assertSampled(profiler, heap, false);
  profiler.start();
  assertSampled(profiler, heap, true);
  profiler.stop();
  assert.equal(profiler.running, false);
  assertSampled(profiler, heap, false);
  profiler.start();
  assertSampled(profiler, heap, true);
});

test("Profiler.snapshot() leaves the profiler running", since36, () => {
  using heap = new Heap();
  using profiler = profilerOf(heap);
  profiler.start();
  profiler.snapshot();
  assert.equal(profiler.running, true);
  assertSampled(profiler, heap, true);
});

test("Profiler takes fewer samples at a larger rate", since36, () => {
  using heap = new Heap();
  using profiler = profilerOf(heap, { sampleRate: 1024 * KIB });
  profiler.start();
  allocateMany(heap, 8000);
  const [objects] = readTotals(profiler.snapshot());
  assert.ok(objects! > 10 && objects! < 400, `${objects} objects`);
});

test("Profiler writes the text of gperftools", since36, () => {
  using heap = new Heap();
  using profiler = profilerOf(heap, { format: "text" });
  profiler.start();
  allocateMany(heap);
  const file = profiler.snapshot();
  assert.equal(file, `${profiler.path}.0001.heap`);
  const text = readFileSync(file, "utf8");
  assert.match(text, /^heap profile: /);
  assert.match(text, /^MAPPED_LIBRARIES:$/m);
});

test("Profiler makes snapshots of its own at intervals", since36, () => {
  for (const interval of ["allocationInterval", "inUseInterval"]) {
    using heap = new Heap();
    using profiler = profilerOf(heap, { [interval]: 2 ** 20 });
    profiler.start();
    allocateMany(heap);
    const files = profiler.files();
    assert.ok(files.length >= 10, `${interval}: ${files.length} files`);
    for (const file of files) readPprof(readFileSync(file));
    assert.equal(profiler.snapshot(), `${profiler.path}.${String(files.length + 1).padStart(4, "0")}.pb`);
  }
});

test("Profiler of a heap samples that heap alone", since36, () => {
  using heap = new Heap();
  using other = new Heap();
  using profiler = profilerOf(heap);
  profiler.start();
  assertSampled(profiler, other, false);
  assertSampled(profiler, heap, true);
});

test("Profiler of the process samples every heap but those of sub-processes", since36, () => {
  const plugin = Subprocess.create();
  using heap = new Heap();
  using profiler = profilerOf(undefined);
  profiler.start();
  assertSampled(profiler, heap, true);
  using later = new Heap();
  assertSampled(profiler, later, true);
  plugin.run(() => assertSampled(profiler, new Heap(), false));
  plugin.destroy();
});

test("Profiler of a sub-process samples its heaps alone", since36, () => {
  const plugin = Subprocess.create();
  using heap = new Heap();
  using profiler = profilerOf(plugin);
  profiler.start();
  assertSampled(profiler, heap, false);
  plugin.run(() => assertSampled(profiler, new Heap(), true));
  plugin.destroy();
});

test("Profiler of Subprocess.main is one of the process", since36, () => {
  using heap = new Heap();
  using profiler = profilerOf(Subprocess.main);
  assert.throws(() => profilerOf(undefined), /^Error: Cannot profile the main sub-process: .*close that first$/);
  profiler.start();
  assertSampled(profiler, heap, true);
});

test("Profiler refuses what has a profiler, and takes it when that is closed", since36, () => {
  using heap = new Heap({ name: "index" });
  const first = profilerOf(heap);
  first.start();
  assert.throws(() => profilerOf(heap), /^Error: Cannot profile heap "index": .*close that first$/);
  assertSampled(first, heap, true);
  first.close();
  using second = profilerOf(heap);
  second.start();
  assertSampled(second, heap, true);
});

test("Profiler refuses a heap while the process has one", since36, () => {
  using heap = new Heap();
  using _profiler = profilerOf(undefined);
  assert.throws(() => profilerOf(heap), /^Error: Cannot profile heap/);
});

test("Profiler of a heap goes on when one of the process was closed", since36, () => {
  using heap = new Heap();
  using other = new Heap();
  using profiler = profilerOf(heap);
  using stopped = profilerOf(other);
  profiler.start();
  const whole = profilerOf(undefined);
  whole.start();
  assertSampled(whole, heap, false);
  whole.close();
  assertSampled(profiler, heap, true);
  assert.deepEqual([profiler.running, stopped.running], [true, false]);
  assertSampled(stopped, other, false);
});

test("Profiler can be closed twice, and throws ClosedError afterwards", since36, () => {
  using heap = new Heap();
  const profiler = profilerOf(heap);
  profiler.start();
  const file = profiler.snapshot();
  profiler.close();
  profiler.close();
  profiler[Symbol.dispose]();
  assert.equal(inspect(profiler), `Profiler { path: ${JSON.stringify(profiler.path)}, running: false, closed: true }`);
  assert.deepEqual([profiler.closed, profiler.running], [true, false]);
  for (const call of [() => profiler.start(), () => profiler.stop(), () => profiler.snapshot()]) {
    assert.throws(call, { name: "ClosedError", message: /^Cannot .* this profiler: it is closed$/ });
  }
  assert.deepEqual(profiler.files(), [file]);
});

test("Profiler outlives its heap", since36, () => {
  for (const end of ["destroy", "close"] as const) {
    const heap = new Heap({ name: "index" });
    using profiler = profilerOf(heap);
    profiler.start();
    const views = allocateMany(heap);
    if (end === "close") views.forEach((view) => heap.free(view));
    heap[end]();
    assert.equal(profiler.running, false);
    assert.throws(() => profiler.start(), {
      name: "ClosedError",
      message: 'Cannot start this profiler: heap "index" is closed',
    });
    const [objects, , liveObjects] = readTotals(profiler.snapshot());
    assert.ok(objects! > 2000);
    assert.equal(liveObjects, end === "close" ? 0 : objects);
    using later = new Heap();
    allocateMany(later);
  }
});

test("Profiler leaves a heap that lives on for another Heap", since36, () => {
  const heap = new Heap();
  using same = Heap.attach(heap.share());
  const profiler = profilerOf(heap);
  profiler.start();
  heap.destroy();
  profiler.close();
  allocateMany(same);
  using second = profilerOf(same);
  second.start();
  assertSampled(second, same, true);
});

test("Profiler outlives its sub-process, and what is in it", since36, () => {
  const plugin = Subprocess.create();
  using whole = profilerOf(plugin);
  const heap = plugin.run(() => new Heap());
  plugin.run(() => whole.start());
  plugin.run(() => allocateMany(heap));
  plugin.destroy();
  assert.ok(readTotals(whole.snapshot())[0]! > 1000);
  assert.throws(() => whole.start(), ClosedError);

  const other = Subprocess.create();
  using profiler = other.run(() => profilerOf(new Heap()));
  profiler.start();
  other.destroy();
  assert.throws(() => profiler.start(), ClosedError);
  assert.equal(profiler.files().length, 0);
});

test("Profiler can be closed from another sub-process than its heap's", since36, () => {
  const plugin = Subprocess.create();
  const heap = plugin.run(() => new Heap());
  const profiler = plugin.run(() => profilerOf(heap));
  profiler.start();
  profiler.close();
  plugin.run(() => allocateMany(heap));
  plugin.destroy();
});

test("excludeFromProfiles() keeps a heap out of all profiles of the process", since36, () => {
  using heap = new Heap();
  using other = new Heap();
  excludeFromProfiles(heap);
  excludeFromProfiles(heap);
  for (let round = 0; round < 2; round++) {
    using profiler = profilerOf(undefined);
    profiler.start();
    assertSampled(profiler, heap, false);
    assertSampled(profiler, other, true);
  }
  assert.throws(() => profilerOf(heap), /^Error: Cannot profile heap .* it is excluded from profiles/);
});

test("excludeFromProfiles() refuses a heap that has a profiler, and a closed one", since36, () => {
  const heap = new Heap();
  const profiler = profilerOf(heap);
  assert.throws(() => excludeFromProfiles(heap), /^Error: Cannot exclude heap .*: it has a profiler of its own/);
  profiler.close();
  excludeFromProfiles(heap);
  heap.destroy();
  assert.throws(() => excludeFromProfiles(heap), ClosedError);
});

test("Profiler refuses figures, paths and things that are none", since36, () => {
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
    assert.throws(() => profilerOf(heap, { path: wrong as string }), { name: "TypeError", message: /it is no path$/ });
  }
  assert.throws(() => profilerOf(heap, { path: "x".repeat(1000) }), RangeError);
  assert.throws(() => profilerOf(heap, { format: "json" as "text" }), TypeError);
  assert.throws(() => profilerOf(heap, { format: "toString" as "text" }), TypeError);
  for (const wrong of [null, {}, "heap", 7]) assert.throws(() => profilerOf(wrong as unknown as Heap), TypeError);
  const gone = new Heap();
  gone.destroy();
  assert.throws(() => profilerOf(gone), ClosedError);
  const destroyed = Subprocess.create();
  destroyed.destroy();
  assert.throws(() => profilerOf(destroyed), ClosedError);
  // None of them has attached a profiler.
  profilerOf(heap).close();
});

test("Profiler refuses a path that cannot be written, before C opens it", since36, () => {
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
  "Profiler takes paths with dots, spaces, letters beyond ASCII, and those of the working directory",
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

test("Profiler.snapshot() throws when the directory is gone", since36, () => {
  using heap = new Heap();
  const folder = path.join(directory, "gone");
  mkdirSync(folder);
  const profiler = profilerOf(heap, { path: path.join(folder, "x") });
  rmSync(folder, { recursive: true });
  assert.throws(() => profiler.snapshot(), /ENOENT/);
  profiler.close();
});
