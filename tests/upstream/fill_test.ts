/** What test-api-fill.c of mimalloc asserts of release builds: what is said to be zero is zero. */
import { test } from "node:test";
import { library } from "../../ffi/library/library.ts";
import type { Handle } from "../../ffi/types.ts";
import { Heap, reallocateZeroed } from "../../mod.ts";
import assert from "node:assert/strict";
import { free, soil, zeroed } from "../ffi/symbols/_tools.ts";

const ALIGNMENT = 32;
const OFFSET = 16;
const SIZES = [["small", 512], ["large", 2048]] as const;

type Allocate = (size: number) => Handle | null;
type Grow = (handle: Handle, size: number) => Handle | null;

/** One test for small blocks and one for large: `allocate` gives zeroes, and after `grow` to twice the size too. */
function zeroInitialised(name: string, allocate: Allocate, grow?: Grow): void {
  for (const [kind, size] of SIZES) {
    const what = grow === undefined ? `${size} bytes are zero` : `${size} bytes are still zero after doubling`;
    test(`zeroinit-${name}-${kind}: ${what}`, () => {
      soil(size);
      soil(2 * size);
      const handle = zeroed(allocate(size), size);
      free(grow === undefined ? handle : zeroed(grow(handle, 2 * size), 2 * size));
    });
  }
}

const { zalloc } = library().bind("blocks");
const { calloc } = library().bind("allocation");
const { zallocAligned, zallocAlignedAt, callocAligned, callocAlignedAt } = library().bind("aligned");
const zeroing = library().bind("zeroing");

zeroInitialised("zalloc", (size) => zalloc(size));
zeroInitialised("calloc", (size) => calloc(size, 1));
zeroInitialised("rezalloc", (size) => zalloc(size), (handle, size) => zeroing.rezalloc(handle, size));
zeroInitialised("recalloc", (size) => calloc(size, 1), (handle, size) => zeroing.recalloc(handle, size, 1));

test("zeroinit-zalloc_small: 512 bytes are zero", () => {
  soil(512);
  free(zeroed(library().bind("small").zallocSmall(512), 512));
});

zeroInitialised("zalloc_aligned", (size) => zallocAligned(size, ALIGNMENT));
zeroInitialised("zalloc_aligned_at", (size) => zallocAlignedAt(size, ALIGNMENT, OFFSET));
zeroInitialised("calloc_aligned", (size) => callocAligned(size, 1, ALIGNMENT));
zeroInitialised("calloc_aligned_at", (size) => callocAlignedAt(size, 1, ALIGNMENT, OFFSET));
zeroInitialised(
  "rezalloc_aligned",
  (size) => zallocAligned(size, ALIGNMENT),
  (handle, size) => zeroing.rezallocAligned(handle, size, ALIGNMENT),
);
zeroInitialised(
  "rezalloc_aligned_at",
  (size) => zallocAlignedAt(size, ALIGNMENT, OFFSET),
  (handle, size) => zeroing.rezallocAlignedAt(handle, size, ALIGNMENT, OFFSET),
);
zeroInitialised(
  "recalloc_aligned",
  (size) => callocAligned(size, 1, ALIGNMENT),
  (handle, size) => zeroing.recallocAligned(handle, size, 1, ALIGNMENT),
);
zeroInitialised(
  "recalloc_aligned_at",
  (size) => callocAlignedAt(size, 1, ALIGNMENT, OFFSET),
  (handle, size) => zeroing.recallocAlignedAt(handle, size, 1, ALIGNMENT, OFFSET),
);

for (const [kind, size] of SIZES) {
  test(`zeroinit-heap-${kind}: a zeroed view of ${size} bytes is still zero after doubling`, () => {
    using heap = new Heap();
    for (let count = 0; count < 20; count++) heap.free(heap.allocate(Uint8Array, size).fill(0xaa));
    const view = heap.allocateZeroed(Uint8Array, size, { alignment: ALIGNMENT });
    assert.ok(view.every((byte) => byte === 0));
    const grown = reallocateZeroed(heap, view, 2 * size);
    assert.equal(grown.length, 2 * size);
    assert.ok(grown.every((byte) => byte === 0));
  });
}
