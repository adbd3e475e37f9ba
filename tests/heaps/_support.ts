import assert from "node:assert/strict";
import { currentPlatform } from "../../ffi/platform.ts";
import { backend } from "../../ffi/runtime/backend.ts";
import { libcPath } from "../../ffi/runtime/libc_path.ts";
import { type AnyView, Heap, usableSize, type ViewConstructor } from "../../mod.ts";

/** 1 MiB. */
export const MIB: number = 2 ** 20;

/** Whether blocks have room behind what was asked for; those of builds with padding end there. */
export function hasRoom(): boolean {
  using heap = new Heap();
  return usableSize(heap.allocate(Uint8Array, 1001)) > 1001;
}

/** Options of a test of blocks with room behind what was asked for. No constant: the first allocation makes an arena. */
export function ofRoom(): { readonly skip: string | false } {
  return { skip: hasRoom() ? false : "blocks of this build end with their padding" };
}

/** Every class of views that an allocator hands out, with the bytes of an element. */
export const VIEW_TYPES: readonly (readonly [type: ViewConstructor, elementBytes: number])[] = [
  [Int8Array, 1],
  [Uint8Array, 1],
  [Uint8ClampedArray, 1],
  [Int16Array, 2],
  [Uint16Array, 2],
  [Int32Array, 4],
  [Uint32Array, 4],
  [BigInt64Array, 8],
  [BigUint64Array, 8],
  [Float16Array, 2],
  [Float32Array, 4],
  [Float64Array, 8],
  [DataView, 1],
];

/** A class of errors, whatever its constructor takes. */
export type ErrorClass = abstract new (...args: never[]) => Error;

/** Lengths that no allocator takes, with the class of the error. */
export const BAD_LENGTHS: readonly (readonly [length: unknown, error: ErrorClass])[] = [
  [0, RangeError],
  [-0, RangeError],
  [-1, RangeError],
  [NaN, RangeError],
  [1.5, RangeError],
  [Infinity, RangeError],
  [-Infinity, RangeError],
  [2 ** 32 + 5, RangeError],
  [2 ** 53, RangeError],
  [2 ** 64, RangeError],
  ["5", TypeError],
  ["", TypeError],
  [null, TypeError],
  [undefined, TypeError],
  [true, TypeError],
  [{}, TypeError],
  [[8], TypeError],
];

/** Alignments that no allocator takes. */
export const BAD_ALIGNMENTS: readonly unknown[] = [
  0,
  -8,
  3,
  24,
  1.5,
  NaN,
  Infinity,
  2 ** 21,
  2 ** 32,
  2 ** 32 + 16,
  2 ** 53,
  "16",
  null,
  {},
];

interface Counted {
  readonly liveBytes: number;
  readonly liveBlocks: number;
}

/** Asserts that `action` throws an error of `type` whose message begins with `prefix`, and that no count changes. */
export function assertRefused(allocator: Counted, action: () => unknown, type: ErrorClass, prefix: string): void {
  const { liveBytes, liveBlocks } = allocator;
  assert.throws(action, (error: unknown) => {
    assert.ok(error instanceof type, `${String(error)} is no ${type.name}`);
    assert.ok(error.message.startsWith(prefix), `"${error.message}" does not begin with "${prefix}"`);
    return true;
  });
  assert.deepEqual([allocator.liveBytes, allocator.liveBlocks], [liveBytes, liveBlocks]);
}

/** Asserts the live bytes and blocks of an allocator. */
export function assertLive(allocator: Counted, liveBytes: number, liveBlocks: number): void {
  assert.deepEqual({ liveBytes: allocator.liveBytes, liveBlocks: allocator.liveBlocks }, { liveBytes, liveBlocks });
}

/** The bytes of a view. */
export function bytesOf(view: AnyView): Uint8Array<ArrayBuffer> {
  return new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
}

/** Fills a view with bytes that tell it from every other one. */
export function fill(view: AnyView, seed: number): void {
  const bytes = bytesOf(view);
  for (let i = 0; i < bytes.length; i++) bytes[i] = (seed * 31 + i * 7) & 255;
}

/** Asserts that the first `byteLength` bytes of a view are what {@linkcode fill} wrote. */
export function assertFilled(view: AnyView, seed: number, byteLength: number = view.byteLength): void {
  const bytes = bytesOf(view);
  for (let i = 0; i < byteLength; i++) {
    if (bytes[i] !== ((seed * 31 + i * 7) & 255)) assert.fail(`byte ${i} of block ${seed} is ${bytes[i]}`);
  }
}

const { memmove } = backend().bind(libcPath(currentPlatform()), {
  // void *memmove(void *dest, const void *src, size_t n); it returns the address that it was given.
  memmove: { parameters: ["buffer", "buffer", "size32"], result: "pointer" },
}, false);

/** The address of the first byte of a view, as C sees it. */
export function addressOf(view: AnyView): number {
  const bytes = bytesOf(view);
  return backend().toAddress(memmove!(bytes, bytes, 0));
}

/** Whether the runtime pins a buffer that its own input or output uses. */
export const RUNTIME_PINS: boolean = backend().name === "bun";
