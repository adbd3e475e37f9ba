import assert from "node:assert/strict";
import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import process from "node:process";
import { type Heap, library, Profiler, type ProfilerOptions } from "../../../mod.ts";
import { readPprof } from "../../upstream/_pprof.ts";

/** Whether the version has a profiler. */
export const isNew: boolean = library().has("mi_pprof_profiler_new");
/** Options of a test of what only that one has. */
export const since36: { readonly skip: boolean } = { skip: !isNew };
/** 1 KiB. */
export const KIB: number = 1024;
/** Where the profilers of the tests write to. */
export const directory: string = path.join(tmpdir(), `profiler-${process.pid}`);

let count = 0;

/** Makes the directory; several files of tests may, one after the other. */
export function makeDirectory(): void {
  mkdirSync(directory, { recursive: true });
}

/** Removes the directory. */
export function removeDirectory(): void {
  rmSync(directory, { recursive: true });
}

/** A path that nothing writes to yet. */
export function freshPath(): string {
  return path.join(directory, `profile ${++count}`);
}

/** A profiler that samples about every block of 8 KiB. */
export function profilerOf(of: ProfilerOptions["of"], options: Partial<ProfilerOptions> = {}): Profiler {
  return new Profiler({ path: freshPath(), sampleRate: 4 * KIB, ...(of === undefined ? {} : { of }), ...options });
}

/** Allocates so many blocks that the profiler of a heap has seen the last thousands of them. */
export function allocateMany(heap: Heap, blocks = 4000): Uint8Array<ArrayBuffer>[] {
  return Array.from({ length: blocks }, () => heap.allocate(Uint8Array, 8 * KIB));
}

/** What a snapshot has counted: objects and bytes that were allocated, objects and bytes in use. */
export function readTotals(file: string): number[] {
  const { samples } = readPprof(readFileSync(file));
  return [0, 1, 2, 3].map((index) => samples.reduce((sum, { values }) => sum + values[index]!, 0));
}

/** Asserts that a heap is in the profile that `profiler` takes. */
export function assertSampled(profiler: Profiler, heap: Heap, isSampled: boolean): void {
  const [before] = readTotals(profiler.snapshot());
  allocateMany(heap);
  const [now] = readTotals(profiler.snapshot());
  assert.equal(now! - before! > 1000, isSampled, `${before} objects, then ${now}`);
}
