import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { inspect } from "node:util";
import type { Handle } from "../../../ffi/types.ts";
import {
  ClosedError,
  deleteHeap,
  excludeFromProfiles,
  Heap,
  library,
  mainHeap,
  Subprocess,
  UnsupportedError,
} from "../../../mod.ts";
import { cString, withHeap } from "../../ffi/symbols/_tools.ts";
import { readPprof } from "../../upstream/_pprof.ts";
import {
  allocateMany,
  assertSampled,
  freshPath,
  isNew,
  KIB,
  makeDirectory,
  profilerOf,
  readTotals,
  removeDirectory,
  since36,
} from "./_profiler_support.ts";

before(makeDirectory);
after(removeDirectory);

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

test("new Profiler() refuses a target that has a profiler until that is closed", since36, () => {
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

test("new Profiler() refuses a heap while the process has a profiler", since36, () => {
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

test("Profiler outlives a heap whose blocks go on in the main heap", since36, () => {
  const heap = new Heap();
  const profiler = profilerOf(heap);
  profiler.start();
  const views = allocateMany(heap);
  const main = deleteHeap(heap);
  assert.throws(() => profiler.start(), ClosedError);
  profiler.close();
  using whole = profilerOf(undefined);
  whole.start();
  for (const view of views) main.free(view.fill(1));
  assertSampled(whole, main, true);
});

test("Profiler of the main heap samples what calls without a heap allocate", since36, () => {
  using other = new Heap();
  using profiler = profilerOf(mainHeap());
  profiler.start();
  assertSampled(profiler, other, false);
  const [before] = readTotals(profiler.snapshot());
  const { malloc, free } = library().bind("blocks");
  let [now] = [before];
  // Few, some hundreds by chance, because the thread was in a sub-process before.
  for (let turn = 0; turn < 20 && now! - before! <= 50; turn++) {
    Array.from({ length: 10_000 }, () => malloc(8 * KIB)).forEach(free);
    [now] = readTotals(profiler.snapshot());
  }
  assert.ok(now! - before! > 50, `${before} objects, then ${now}`);
});

test("Profiler outlives its sub-process and the heaps in it", since36, () => {
  const plugin = Subprocess.create();
  using whole = profilerOf(plugin);
  const heap = plugin.run(() => new Heap());
  plugin.run(() => whole.start());
  plugin.run(() => allocateMany(heap));
  const file = whole.snapshot();
  assert.ok(readTotals(file)[0]! > 1000);
  plugin.destroy();
  whole.stop();
  assert.throws(() => whole.start(), ClosedError);
  assert.throws(() => whole.snapshot(), { name: "ClosedError", message: /sub-process .* is destroyed$/ });
  assert.deepEqual(whole.files(), [file]);

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

test("mi_profile(NULL) detaches the profilers of heaps too, and forgets what is excluded", since36, () => {
  const { profile, heapProfile, heapProfileDisable, pprofProfilerNew, pprofProfilerDelete } = library().bind(
    "profiling",
  );
  const profilers = [1, 2, 3].map(() => pprofProfilerNew(4096, cString(freshPath()), 0, 0, 0));
  const [whole, first, second] = profilers as [Handle, Handle, Handle];
  withHeap((heap) =>
    withHeap((excluded) => {
      assert.equal(heapProfile(heap, first), true);
      heapProfileDisable(excluded);
      assert.deepEqual([heapProfile(heap, second), heapProfile(excluded, second)], [false, false]);
      assert.equal(profile(whole), true);
      profile(null);
      assert.deepEqual([heapProfile(heap, second), heapProfile(excluded, first)], [true, true]);
      for (const each of [heap, excluded]) heapProfile(each, null);
    })
  );
  for (const profiler of profilers) pprofProfilerDelete(profiler);
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
