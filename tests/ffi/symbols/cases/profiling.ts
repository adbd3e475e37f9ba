import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { callbackSignatures } from "../../../../ffi/callback_signatures.ts";
import { library } from "../../../../ffi/library/library.ts";
import { backend } from "../../../../ffi/runtime/backend.ts";
import { withCallback } from "../../../../ffi/runtime/callback.ts";
import type { Handle } from "../../../../ffi/types.ts";
import { type Calls, type Cases, provesAlone } from "../_case.ts";
import { addressOf, bytesOf, cString, foreignMemory, malloc } from "../_tools.ts";

/** Where the fields of `mi_profiler_t` lie, in words. */
const FIELDS = { initialSampleRate: 2, onAlloc: 3, onSnapshot: 6 };
const PROFILER_BYTE_LENGTH = 64;
const SAMPLE_RATE = 4096;
const BLOCK = 8192;

const ON_ALLOC = {
  parameters: ["pointer", "pointer", "pointer", "size", "size", "u64", "pointer"],
  result: "size",
} as const;

/** A profiler whose hooks are JavaScript functions; it lives until the process ends. */
class Profiler {
  readonly handle: Handle = foreignMemory(PROFILER_BYTE_LENGTH);
  /** The heaps of the sampled blocks. */
  readonly heaps: number[] = [];
  snapshots = 0;

  constructor() {
    const words = new BigUint64Array(bytesOf(this.handle, PROFILER_BYTE_LENGTH).buffer);
    const onAlloc = backend().createCallback(ON_ALLOC, (_profiler, _data, block, size, _rate, since, heap) => {
      assert.ok(block !== null && size > 0n && since >= size);
      this.heaps.push(addressOf(heap));
      return SAMPLE_RATE;
    });
    const onSnapshot = backend().createCallback({ parameters: ["pointer"], result: "void" }, () => {
      this.snapshots++;
    });
    words[FIELDS.initialSampleRate] = BigInt(SAMPLE_RATE);
    words[FIELDS.onAlloc] = BigInt(addressOf(onAlloc.pointer));
    words[FIELDS.onSnapshot] = BigInt(addressOf(onSnapshot.pointer));
  }

  /** The samples that are taken during `work`. */
  samplesOf(work: () => void): number {
    const { profilerStart, profilerStop } = library().bind("profiling");
    const before = this.heaps.length;
    profilerStart(this.handle);
    work();
    profilerStop(this.handle);
    return this.heaps.length - before;
  }
}

function allocateMany(allocate: () => unknown): void {
  for (let count = 0; count < 2000; count++) allocate();
}

export const profiling: Cases<"profiling"> = {
  "mi_profile": provesAlone("samples the blocks of this thread until it is detached", ({ profile }) => {
    const profiler = new Profiler();
    assert.equal(profile(profiler.handle), true);
    assert.equal(profile(new Profiler().handle), false, "one is attached");
    assert.ok(profiler.samplesOf(() => allocateMany(() => malloc(BLOCK))) > 100);
    assert.equal(profile(null), true);
    assert.equal(profiler.samplesOf(() => allocateMany(() => malloc(BLOCK))), 0);
  }),
  "mi_subproc_profile": provesAlone("samples the blocks of a sub-process", ({ subprocProfile }) => {
    const profiler = new Profiler();
    const subprocess = library().bind("subprocesses").subprocCurrent();
    assert.equal(subprocProfile(subprocess, profiler.handle), true);
    assert.ok(profiler.samplesOf(() => allocateMany(() => malloc(BLOCK))) > 100);
    assert.equal(subprocProfile(subprocess, null), true);
  }),
  "mi_heap_profile": provesAlone("samples the blocks of one heap alone", ({ heapProfile }) => {
    const profiler = new Profiler();
    const heap = library().bind("heaps").heapNew();
    const { heapMalloc } = library().bind("blocks");
    assert.equal(heapProfile(heap, profiler.handle), true);
    assert.ok(profiler.samplesOf(() => allocateMany(() => heapMalloc(heap, BLOCK))) > 0);
    assert.deepEqual([...new Set(profiler.heaps)], [addressOf(heap)]);
    assert.equal(heapProfile(heap, null), true);
  }),
  "mi_heap_profile_disable": provesAlone("keeps a heap out of the profile", ({ heapProfileDisable, profile }) => {
    const profiler = new Profiler();
    const heap = library().bind("heaps").heapNew();
    const { heapMalloc } = library().bind("blocks");
    heapProfileDisable(heap);
    assert.equal(profile(profiler.handle), true);
    profiler.samplesOf(() => allocateMany(() => (heapMalloc(heap, BLOCK), malloc(BLOCK))));
    assert.ok(profiler.heaps.length > 0);
    assert.equal(profiler.heaps.includes(addressOf(heap)), false);
  }),
  "mi_profiler_start": provesAlone("tells whether it was running", ({ profilerStart, profile }) => {
    const profiler = new Profiler();
    profile(profiler.handle);
    assert.equal(profilerStart(null), false);
    assert.equal(profilerStart(profiler.handle), false);
    assert.equal(profilerStart(profiler.handle), true);
    profile(null);
  }),
  "mi_profiler_stop": provesAlone("ends the samples and tells whether it was running", (calls) => {
    const profiler = new Profiler();
    calls.profile(profiler.handle);
    calls.profilerStart(profiler.handle);
    assert.equal(calls.profilerStop(profiler.handle), true);
    assert.equal(calls.profilerStop(profiler.handle), false);
    allocateMany(() => malloc(BLOCK));
    assert.deepEqual(profiler.heaps, []);
    calls.profile(null);
  }),
  "mi_profiler_snapshot": provesAlone("calls for a snapshot", ({ profilerSnapshot, profile }) => {
    const profiler = new Profiler();
    profile(profiler.handle);
    profilerSnapshot(profiler.handle);
    assert.equal(profiler.snapshots, 1);
    profile(null);
  }),
  "mi_pprof_profiler_new": provesAlone("makes a profiler that writes protocol buffers", (calls) => {
    const files = profileToFiles(calls, (profiler) => {
      calls.profilerStop(profiler);
      calls.profilerSnapshot(profiler);
      calls.profile(null);
    });
    assert.ok(files.length >= 1, "no file");
    // Field 1 of a profile, a message of a sample type, comes first.
    for (const bytes of files) assert.ok(bytes.length > 100 && bytes[0] === 0x0a, `${bytes}`);
  }),
  "mi_pprof_profiler_delete": provesAlone("gives back the heap of the profiler", (calls) => {
    const before = countHeaps();
    profileToFiles(calls, (profiler) => {
      assert.equal(countHeaps(), before + 1);
      calls.profilerStop(profiler);
      calls.profile(null);
      calls.pprofProfilerDelete(profiler);
    });
    assert.equal(countHeaps(), before);
    allocateMany(() => malloc(BLOCK));
  }),
};

/** How many heaps there are. */
function countHeaps(): number {
  let heaps = 0;
  const current = library().bind("subprocesses").subprocCurrent();
  withCallback(callbackSignatures.heapVisit, () => {
    heaps++;
    return true;
  }, (visitor) => library().bind("visits").subprocVisitHeaps(current, visitor, null));
  return heaps;
}

/** Profiles with the built-in profiler, ends with `end`, and gives the files that it wrote. */
function profileToFiles(
  { pprofProfilerNew, profile, profilerStart }: Calls<"profiling">,
  end: (profiler: Handle) => void,
): Uint8Array[] {
  const directory = mkdtempSync(path.join(tmpdir(), "profiling-"));
  try {
    const profiler = pprofProfilerNew(SAMPLE_RATE, cString(path.join(directory, "profile")), 0, 0, 0);
    assert.ok(profiler !== null);
    assert.equal(profile(profiler), true);
    profilerStart(profiler);
    allocateMany(() => malloc(BLOCK));
    end(profiler);
    return readdirSync(directory).map((name) => readFileSync(path.join(directory, name)));
  } finally {
    rmSync(directory, { recursive: true });
  }
}
