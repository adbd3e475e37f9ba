/** What test-profile.c and test-pprof.c of mimalloc assert. */
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { test } from "node:test";
import { Heap, library, Profiler, type ProfilerOptions } from "../../mod.ts";
import { runProgram } from "../_program.ts";
import { readPprof } from "./_pprof.ts";

const since36 = { skip: !library().has("mi_profile") };
const BLOCK = 8192;

/** Calls `use` with a heap and a profiler of it that runs, which writes to a directory of its own. */
function withProfiler(use: (heap: Heap, profiler: Profiler) => void, options: Partial<ProfilerOptions> = {}): void {
  const directory = mkdtempSync(path.join(tmpdir(), "pprof-"));
  try {
    using heap = new Heap();
    using profiler = new Profiler({ path: path.join(directory, "profile"), of: heap, sampleRate: 4096, ...options });
    profiler.start();
    use(heap, profiler);
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** Blocks, so many that the profiler sees the later ones. */
function allocateMany(heap: Heap): Uint8Array<ArrayBuffer>[] {
  return Array.from({ length: 4000 }, () => heap.allocate(Uint8Array, BLOCK));
}

/** The blocks that are in use according to a file. */
function countInUse(file: string): number {
  const { sampleTypes, samples } = readPprof(readFileSync(file));
  const index = sampleTypes.indexOf("inuse_objects/count");
  return samples.reduce((sum, { values }) => sum + values[index]!, 0);
}

test("profile: sampled blocks have a size and come back to on_free with the data of on_alloc", since36, async () => {
  const { code, stdout, stderr } = await runProgram("tests/upstream/programs/profile.ts");
  assert.deepEqual({ code, stdout }, { code: 0, stdout: "as asserted\n" }, stderr);
});

test("pprof-snapshot: the first snapshot is the file with the number 0001", since36, () => {
  withProfiler((heap, profiler) => {
    allocateMany(heap);
    assert.equal(profiler.snapshot(), `${profiler.path}.0001.pb`);
    assert.deepEqual(profiler.files(), [`${profiler.path}.0001.pb`]);
  });
});

test("pprof-text: the text begins with its kind and ends with the mapped libraries", since36, () => {
  withProfiler((heap, profiler) => {
    allocateMany(heap);
    const text = readFileSync(profiler.snapshot(), "utf8");
    assert.ok(text.startsWith("heap profile:"), text.slice(0, 100));
    assert.match(text, /\nMAPPED_LIBRARIES:\n(.*\n)*.*libmimalloc/);
  }, { format: "text" });
});

test("pprof-protobuf: the profile is well-formed, with samples whose locations and mappings are there", since36, () => {
  withProfiler((heap, profiler) => {
    allocateMany(heap);
    const profile = readPprof(readFileSync(profiler.snapshot()));
    const counted = ["alloc_objects/count", "alloc_bytes/bytes", "inuse_objects/count", "inuse_bytes/bytes"];
    assert.deepEqual(profile.sampleTypes, counted);
    assert.ok(profile.samples.length >= 1 && profile.locations.length >= 1);
    for (const { locations, values } of profile.samples) {
      assert.ok(locations.length >= 1 && locations.every((location) => profile.locations.includes(location)));
      assert.equal(values[1], values[0]! * BLOCK);
    }
    assert.ok(profile.mappings.some((file) => file === library().path), profile.mappings.join());
  });
});

test("pprof-interval: snapshots appear by themselves, to number 6 and beyond", since36, () => {
  withProfiler((heap, profiler) => {
    allocateMany(heap);
    const files = profiler.files();
    assert.ok(files.includes(`${profiler.path}.0006.pb`), files.join());
    for (const file of files) assert.ok(readPprof(readFileSync(file)).samples.length >= 1);
  }, { allocationInterval: 2 ** 20 });
});

test("pprof-in-use: blocks are in use until all of them are freed", since36, () => {
  withProfiler((heap, profiler) => {
    const views = allocateMany(heap);
    assert.ok(countInUse(profiler.snapshot()) > 0);
    for (const view of views) heap.free(view);
    assert.equal(countInUse(profiler.snapshot()), 0);
  });
});
