import { UnsupportedError } from "../../ffi/errors.ts";
import { library } from "../../ffi/library/library.ts";
import { whenLifeEnds } from "../../ffi/library/life.ts";
import type { Handle } from "../../ffi/types.ts";
import { requireObject, shown } from "../argument.ts";
import { ClosedError } from "../errors.ts";
import type { Heap } from "../heap/heap.ts";
import type { Subprocess } from "../subprocess/subprocess.ts";
import { deleteProfiler, deleteProfilerLater, within } from "./_profiler_deletion.ts";
import { type ProfilerTarget, profilerTarget } from "./_profiler_target.ts";
import { beginSampling, endSampling, endSamplingByUse } from "./_sampling.ts";
import { type ProfileFormat, ProfilerFiles } from "./profiler_files.ts";

/** Options of a {@linkcode Profiler}. */
export interface ProfilerOptions {
  /** Where the files go: `<path>.0001.pb`, `<path>.0002.pb` and so on. */
  readonly path: string;
  /** What is profiled; absent means all heaps of the process outside of sub-processes. */
  readonly of?: Heap | Subprocess;
  /**
   * Take a sample about every so many allocated bytes.
   *
   * @default {524_288}
   */
  readonly sampleRate?: number;
  /**
   * What the files are: `"protobuf"` for `pprof` (`.pb`), `"text"` for tools that read heap profiles of gperftools
   * (`.heap`).
   *
   * @default {"protobuf"}
   */
  readonly format?: ProfileFormat;
  /** Take a snapshot whenever so many bytes more were allocated; absent for never. */
  readonly allocationInterval?: number;
  /**
   * Take a snapshot whenever so many bytes more are in use; absent for never. Such a profiler has to be the only one of the
   * process whose sampled blocks may live: 3.6 counts wrong otherwise, and would hang.
   */
  readonly inUseInterval?: number;
  /** Take a snapshot when so many seconds are over, with the next sample; absent for never. */
  readonly timeInterval?: number;
}

/** How often a snapshot is tried, a millisecond apart. */
const ATTEMPTS = 100;
const pause = new Int32Array(new SharedArrayBuffer(4));

/** What the open profilers of this thread write to. */
const paths = new Map<string, Profiler>();

/**
 * The sampling profiler that mimalloc 3.6 has built in (`mi_pprof_profiler_new`): how much was allocated where, and how
 * much of that is in use, in files for `go tool pprof`. It runs in C, on the thread that allocates.
 *
 * It is attached to the process, a heap or a sub-process until it is closed, and samples between
 * {@linkcode Profiler.start} and {@linkcode Profiler.stop}. A heap that has one of its own is in no other profile until
 * the next one is attached. It goes on when nothing refers to it any more, and when its Worker ends. With
 * `MIMALLOC_PROFILE=<path>` in its environment a process is profiled from the start.
 *
 * The figures are those of the samples, not scaled up; of blocks of at most 4 KiB there is one sample for each page of
 * 64 KiB at the most. Heaps, other threads, and this one when it was in a sub-process, come in after some thousand
 * allocations. Blocks that are freed while it is stopped, and those that go with their heap, count as in use for good.
 * The places are those of C: all of JavaScript is an address without a name.
 *
 * Each takes about 200 KiB until nothing lives that it has sampled, one of the process for good, because mimalloc comes
 * back to it when such a block is freed. So make one and start and stop it, instead of one for every occasion.
 *
 * Closing one of the process, or of a sub-process, ends those that other threads have for heaps in it. Deno needs
 * `--allow-read` for the directory of the files; C writes them, which `--allow-write` does not forbid.
 *
 * A profiler with functions of its own (`mi_profiler_t`) is for raw calls alone: they are called inside of malloc and
 * free, on any thread and while the process ends, where a function in JavaScript crashes or hangs.
 *
 * @example
 * ```ts
 * import { Heap, library, Profiler } from "@mimalloc/ffi";
 * import assert from "node:assert/strict";
 * import { mkdtempSync, rmSync } from "node:fs";
 * import { tmpdir } from "node:os";
 *
 * if (library().has("mi_pprof_profiler_new")) {
 *   const directory = mkdtempSync(`${tmpdir()}/profiles-`);
 *   using heap = new Heap({ name: "index" });
 *   using profiler = new Profiler({ path: `${directory}/index`, of: heap, sampleRate: 64 * 2 ** 10 });
 *   profiler.start();
 *   for (let count = 0; count < 2000; count++) heap.allocate(Uint8Array, 10_000);
 *   const file = profiler.snapshot(); // go tool pprof -sample_index=inuse_space <file>
 *   assert.equal(file, `${directory}/index.0001.pb`);
 *   rmSync(directory, { recursive: true });
 * }
 * ```
 */
export class Profiler implements Disposable {
  readonly #files: ProfilerFiles;
  readonly #target: ProfilerTarget;
  readonly #unfollow: () => void;
  readonly #handle: Handle;
  readonly #byUse: boolean;
  #attached = true;
  #running = false;
  #closed = false;
  #deleted = false;
  // Whether blocks may live that it has sampled: mimalloc comes back to it when those are freed.
  #sampled = false;

  /**
   * Makes a profiler and attaches it (`mi_profile`, `mi_heap_profile`, `mi_subproc_profile`); it does not run yet.
   *
   * Throws `TypeError` for another `path`, `format` or `of` than the options describe; `RangeError` for a path of more
   * than 1,000 bytes and for a figure that is not a positive integer; {@linkcode ClosedError} when the heap or
   * sub-process is closed; `UnsupportedError` before 3.6; `Error` when the directory is missing or not writable, when
   * files of that name are there, when something has a profiler there already, and when mimalloc was built without one.
   */
  constructor(options: ProfilerOptions) {
    const { path, of, sampleRate = 512 * 2 ** 10, format = "protobuf" } = requireObject(options, "profile");
    const { allocationInterval, inUseInterval, timeInterval } = options;
    checkFigures({ sampleRate, allocationInterval, inUseInterval, timeInterval });
    requireProfiling();
    this.#target = profilerTarget(of);
    this.#files = new ProfilerFiles(path, format);
    if (paths.has(this.path)) throw new Error(`Cannot write profiles to ${path}: another profiler does`);
    const handle = within(this.#target.subprocess, () =>
      library().bind("profiling").pprofProfilerNew(
        sampleRate,
        this.#files.encode(),
        allocationInterval ?? 0,
        inUseInterval ?? 0,
        timeInterval ?? 0,
      ));
    this.#handle = attached(handle, this.#target);
    this.#unfollow = this.#target.follow(() => this.#attachAgain(), () => this.#detach());
    this.#byUse = inUseInterval !== undefined;
    this.#target.whenGone(() => {
      if (this.#sampled) endSampling();
      this.#sampled = false;
      this.#deleteIfUnused();
    });
    if (paths.size === 0) whenLifeEnds("profilers", () => paths.forEach((profiler) => profiler.close()));
    paths.set(this.path, this);
  }

  /** Where the files go, as an absolute path without number and extension. */
  get path(): string {
    return this.#files.path;
  }

  /** Whether it takes samples. */
  get running(): boolean {
    return this.#running;
  }

  /** Whether it is closed. */
  get closed(): boolean {
    return this.#closed;
  }

  /**
   * Begins to take samples, or goes on (`mi_profiler_start`).
   *
   * Throws {@linkcode ClosedError} when it is closed, or its heap or sub-process, and `Error` when it, or another one that
   * is open, has an `inUseInterval` and is not the only one whose samples may live.
   */
  start(): void {
    const handle = this.#open("start");
    if (!this.#attached) throw new ClosedError(`Cannot start this profiler: ${this.#target.label} is closed`);
    if (!this.#sampled) beginSampling(this.#byUse);
    this.#sampled = true;
    library().bind("profiling").profilerStart(handle);
    this.#running = true;
  }

  /**
   * Ends the samples until the next start (`mi_profiler_stop`).
   *
   * Throws {@linkcode ClosedError} when it is closed.
   */
  stop(): void {
    const handle = this.#open("stop");
    // It may have gone with its sub-process.
    if (!this.#running) return;
    library().bind("profiling").profilerStop(handle);
    this.#running = false;
  }

  /**
   * Writes what was sampled so far and returns the path of the file (`mi_profiler_snapshot`). It takes about 0.1 ms.
   *
   * Throws {@linkcode ClosedError} when it is closed or its sub-process is destroyed, and `Error` when mimalloc could
   * not write the file.
   */
  snapshot(): string {
    const handle = this.#open("take a snapshot with");
    const { subprocess } = this.#target;
    if (subprocess.closed) {
      throw new ClosedError(`Cannot take a snapshot with this profiler: ${subprocess.label} is destroyed`);
    }
    const { profilerSnapshot } = library().bind("profiling");
    const before = new Set(this.files());
    // mimalloc writes one at a time, and none while another thread does: for an interval, or another profiler.
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      if (attempt > 0) Atomics.wait(pause, 0, 0, 1);
      within(subprocess, () => profilerSnapshot(handle));
      const file = this.files().findLast((each) => !before.has(each));
      if (file !== undefined) return file;
    }
    throw new Error(
      `Cannot write a profile to ${this.path}: mimalloc wrote no file, the directory may be gone or full`,
    );
  }

  /**
   * The files so far, those included that the intervals have made, in the order in which they were written.
   *
   * Throws the error of the system when the directory cannot be read.
   */
  files(): string[] {
    return this.#files.list();
  }

  /**
   * Detaches the profiler, without another snapshot; its files stay. It is deleted (`mi_pprof_profiler_delete`) when
   * nothing lives that it has sampled: two seconds after both it and its heap or sub-process have ended, never when it
   * was one of the process. The second call does nothing.
   */
  close(): void {
    if (this.#closed) return;
    if (this.#attached) this.#detach();
    this.#closed = true;
    paths.delete(this.path);
    this.#deleteIfUnused();
  }

  /** The same as {@linkcode Profiler.close}. */
  [Symbol.dispose](): void {
    this.close();
  }

  #open(action: string): Handle {
    if (this.#closed) throw new ClosedError(`Cannot ${action} this profiler: it is closed`);
    return this.#handle;
  }

  #deleteIfUnused(): void {
    if (!this.#closed || this.#sampled || this.#deleted) return;
    this.#deleted = true;
    deleteProfilerLater(this.#handle, this.#target.subprocess);
  }

  #detach(): void {
    this.stop();
    this.#target.detach();
    this.#leave();
  }

  #leave(): void {
    this.#unfollow();
    if (this.#byUse && this.#sampled && this.#attached) endSamplingByUse();
    this.#attached = false;
    this.#running = false;
  }

  #attachAgain(): void {
    const handle = this.#open("attach");
    // A profiler of another thread may have come first.
    if (!this.#target.attach(handle)) this.#leave();
    // Attaching has stopped it.
    else if (this.#running) this.start();
  }
}

function checkFigures(figures: Readonly<Record<string, number | undefined>>): void {
  for (const [name, figure] of Object.entries(figures)) {
    if (figure === undefined || (Number.isSafeInteger(figure) && figure > 0)) continue;
    throw new RangeError(`Cannot profile with ${name} ${shown(figure)}: expected an integer from 1 to 2^53 - 1`);
  }
}

function requireProfiling(): void {
  const loaded = library();
  if (loaded.has("mi_pprof_profiler_new")) return;
  const found = `mimalloc ${loaded.versionText}`;
  throw new UnsupportedError({ feature: "a profiler", found, needed: "mimalloc 3.6" });
}

/** A new profiler that is attached to `target`. */
function attached(profiler: Handle | null, target: ProfilerTarget): Handle {
  if (profiler === null) {
    throw new Error(`Cannot profile ${target.label}: mimalloc has no memory for it, or was built without a profiler`);
  }
  if (target.attach(profiler)) return profiler;
  deleteProfiler(profiler, target.subprocess);
  throw new Error(
    `Cannot profile ${target.label}: it is excluded from profiles, or has a profiler already as the whole process may, ` +
      "one of this thread, of another or of MIMALLOC_PROFILE; close that first",
  );
}
