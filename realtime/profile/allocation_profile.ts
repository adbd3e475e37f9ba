import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { refuseArgument, requireObject, shown } from "../../heaps/argument.ts";
import { PRIVATE, requirePrivate } from "../../heaps/core/private_constructor.ts";
import type { Heap } from "../../heaps/heap/heap.ts";
import { isWithinProfile, maximum, times } from "./_combine.ts";
import { readDocument, toDocument } from "./_document.ts";
import { drawProfile } from "./_picture.ts";
import type { ProfileClass, ProfileData, ProfileDocument, ProfileSingle } from "./profile_data.ts";
import { ProfileError } from "./profile_error.ts";
import { type AllocationRecorder, startRecorder } from "./recorder.ts";
import { type ProfileSummary, summarise } from "./summary.ts";

/** Makes a profile of figures that were counted here; not part of the public interface. */
export let profileOf: (data: ProfileData) => AllocationProfile;

/**
 * How many blocks of each size a program has at most at a time: what a `RealtimeHeap` gets ready before the program
 * starts. It is recorded from runs of the program itself, and never changes.
 *
 * @example
 * ```ts
 * import { Heap } from "@mimalloc/ffi";
 * import { AllocationProfile } from "@mimalloc/ffi/realtime";
 * import assert from "node:assert/strict";
 *
 * using heap = new Heap();
 * using recorder = AllocationProfile.record(heap);
 * const buffers = [1, 2, 3].map(() => heap.allocate(Float32Array, 128));
 * for (const buffer of buffers) heap.free(buffer);
 * const [blocks] = recorder.profile().classes;
 * assert.deepEqual([blocks?.blockBytes, blocks?.peakBlocks, blocks?.peakPages], [512, 3, 1]);
 * ```
 */
export class AllocationProfile {
  readonly #data: ProfileData;

  static {
    profileOf = (data: ProfileData): AllocationProfile => new AllocationProfile(PRIVATE, data);
  }

  private constructor(key: typeof PRIVATE, data: ProfileData) {
    requirePrivate(key, "AllocationProfile", "AllocationProfile.record(), load() and from() make profiles");
    this.#data = data;
  }

  /**
   * Starts to count the blocks of `heap`, those that are live already included; without one, of all heaps of this
   * thread, those that are made later included. Each allocation and release asks C for a size once more until the recorder
   * is disposed of. Heaps that nobody records have nothing added to their paths.
   *
   * While it records, a block with an `alignment` is as long as both together, as in a `RealtimeHeap`.
   *
   * Throws `TypeError` for what is no heap, and `ClosedError` for a closed one.
   */
  static record(heap?: Heap): AllocationRecorder {
    return startRecorder(heap, profileOf);
  }

  /**
   * Reads a profile that {@linkcode save} wrote.
   *
   * Throws {@linkcode ProfileError} when the file was damaged, when it was recorded on another version of mimalloc than
   * the loaded one, or on a build with other sizes, and what the file system throws.
   */
  static load(path: string | URL): AllocationProfile {
    const file = pathOf(path, "load a profile");
    const text = readFileSync(file, "utf8");
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch (cause) {
      throw new ProfileError(`Cannot read ${file}: it is no JSON, and was perhaps cut`, "damaged", { cause });
    }
    return profileOf(readDocument(value, file));
  }

  /**
   * The profile of a document that {@linkcode toJSON} made, which a Worker got by `postMessage()` for example.
   *
   * Throws like {@linkcode load}.
   */
  static from(document: ProfileDocument): AllocationProfile {
    return profileOf(readDocument(requireObject(document, "read a profile", "a document"), "the profile"));
  }

  /** The version of mimalloc that it was recorded on. */
  get mimalloc(): string {
    return this.#data.mimalloc;
  }

  /** The sizes of which a page holds several blocks, from the smallest to the largest. */
  get classes(): readonly ProfileClass[] {
    return this.#data.classes;
  }

  /** The sizes of blocks that have a page for themselves, likewise. */
  get singles(): readonly ProfileSingle[] {
    return this.#data.singles;
  }

  /** What was filled of each kind of pages at a time. */
  get pages(): ProfileData["pages"] {
    return this.#data.pages;
  }

  /**
   * Writes the profile to a file, as JSON with the version of mimalloc, its sizes of blocks and pages, and a checksum.
   *
   * Throws what the file system throws.
   */
  save(path: string | URL): void {
    writeFileSync(pathOf(path, "save a profile"), `${JSON.stringify(this, null, 2)}\n`);
  }

  /** The profile as data, for files and messages; {@linkcode AllocationProfile.from} takes it back. */
  toJSON(): ProfileDocument {
    return toDocument(this.#data);
  }

  /** The larger figure of this profile and the `others`, for each size. */
  merge(...others: readonly AllocationProfile[]): AllocationProfile {
    return profileOf(others.reduce((data, other) => maximum(data, dataOf(other, "merge profiles")), this.#data));
  }

  /**
   * `factor` times as many blocks of each size, rounded up: room for runs that need more than those that were recorded.
   *
   * Throws `RangeError` unless `factor` is a number from 0.001 to 1,000.
   */
  scale(factor: number): AllocationProfile {
    if (!(typeof factor === "number" && factor >= 0.001 && factor <= 1000)) {
      throw new RangeError(`Cannot scale a profile by ${shown(factor)}: expected a number from 0.001 to 1000`);
    }
    return profileOf(times(this.#data, factor));
  }

  /**
   * Whether recording more runs is likely to add nothing: this one and those just before it, `runs` in a row, needed no
   * block and no page more than the ones before them together. `previous` are the profiles of the runs before, in their
   * order; with fewer than `runs` of them it is never so.
   *
   * Throws `RangeError` unless `runs` is a positive integer.
   *
   * @example
   * ```ts
   * import { Heap } from "@mimalloc/ffi";
   * import { AllocationProfile } from "@mimalloc/ffi/realtime";
   * import assert from "node:assert/strict";
   *
   * using heap = new Heap();
   * const previous: AllocationProfile[] = [];
   * for (;;) {
   *   using recorder = AllocationProfile.record(heap);
   *   heap.free(heap.allocate(Float32Array, 128));
   *   const profile = recorder.profile();
   *   if (profile.converged(previous, 3)) break;
   *   previous.push(profile);
   * }
   * assert.equal(previous.length, 3);
   * ```
   */
  converged(previous: readonly AllocationProfile[], runs: number = 3): boolean {
    if (!Number.isSafeInteger(runs) || runs < 1) {
      throw new RangeError(`Cannot look at ${shown(runs)} runs: expected a positive integer`);
    }
    if (!Array.isArray(previous)) refuseArgument(previous, "look for convergence", "an array of profiles");
    const all = [...previous, this].map((profile) => dataOf(profile, "look for convergence"));
    if (all.length <= runs) return false;
    const before = all.slice(0, -runs).reduce(maximum);
    return all.slice(-runs).every((data) => isWithinProfile(data, before));
  }

  /** What the profile needs: bytes for each size, and what each variant of a `RealtimeHeap` touches. */
  summary(): ProfileSummary {
    return summarise(this.#data);
  }

  /** The profile as a picture in SVG: a bar for each size, in light or dark colours as the reader prefers. */
  picture(): string {
    return drawProfile(this.summary(), this.mimalloc);
  }
}

function dataOf(profile: AllocationProfile, action: string): ProfileData {
  if (profile instanceof AllocationProfile) return profile;
  refuseArgument(profile, action, "an AllocationProfile");
}

function pathOf(path: string | URL, action: string): string {
  if (path instanceof URL) return fileURLToPath(path);
  if (typeof path === "string" && path !== "" && !path.includes("\0")) return path;
  refuseArgument(path, action, "a path or a file: URL");
}
