import assert from "node:assert/strict";
import { library } from "../../../../ffi/library/library.ts";
import { isPresent } from "../../../../ffi/releases.ts";
import type { Handle } from "../../../../ffi/types.ts";
import { type Cases, proves } from "../_case.ts";
import {
  addressOf,
  aligned,
  assertReuse,
  block,
  bytesOf,
  expandsInPlace,
  fill,
  foreignMemory,
  free,
  hasRoom,
  kept,
  KiB,
  malloc,
  OVERFLOW,
  owned,
  soil,
  TOO_MUCH,
  withHeap,
  zalloc,
  zallocAligned,
  zeroed,
} from "../_tools.ts";

/** A filled block of 100 bytes. */
function filled(handle: Handle = malloc(100)): Handle {
  fill(handle, 100);
  return handle;
}

/** A block whose first 100 bytes were kept and whose others, up to `byteLength`, are zero. */
function grownWithZeroes(handle: Handle | null, byteLength: number): Handle {
  const found = kept(block(handle, byteLength), 100);
  assert.ok(bytesOf(found, byteLength).subarray(100).every((byte) => byte === 0), "not zeroed");
  return found;
}

export const allocation: Cases<"allocation"> = {
  "mi_calloc": proves("gives zeroed elements, NULL when the product overflows", ({ calloc }) => {
    soil(100);
    free(zeroed(calloc(10, 10), 100));
    assert.equal(calloc(OVERFLOW, 1000), null);
  }),
  "mi_mallocn": proves("gives elements, NULL when the product overflows", ({ mallocn }) => {
    free(block(mallocn(10, 10), 100));
    assert.equal(mallocn(OVERFLOW, 1000), null);
  }),
  "mi_realloc": proves("keeps the contents, gives a block for NULL", ({ realloc }) => {
    free(kept(realloc(filled(), 50_000), 100));
    free(block(realloc(null, 100), 100));
  }),
  "mi_reallocn": proves("keeps the contents, and the block when the product overflows", ({ reallocn }) => {
    const handle = kept(reallocn(filled(), 500, 100), 100);
    assert.equal(reallocn(handle, OVERFLOW, 1000), null);
    free(kept(handle, 100));
  }),
  "mi_reallocf": proves("keeps the contents, and frees the block when it fails", ({ reallocf }) => {
    free(kept(reallocf(filled(), 50_000), 100));
    assertReuse(() => malloc(16 * KiB), (handle) => assert.equal(reallocf(handle, TOO_MUCH), null));
  }),
  "mi_expand": proves("gives the same block where it fits, NULL where not", ({ expand }) => {
    const handle = filled();
    const usable = library().bind("blocks").usableSize(handle);
    assert.equal(addressOf(expand(handle, usable)), expandsInPlace() ? addressOf(handle) : 0);
    assert.equal(expand(handle, usable + 1), null);
    free(kept(handle, 100));
  }),
  "mi_good_size": proves("gives the size that a block would have", ({ goodSize }) => {
    for (const size of [1, 100, 1000, 100_000]) {
      const handle = malloc(size);
      const usable = BigInt(library().bind("blocks").usableSize(handle));
      assert.ok(hasRoom() ? goodSize(size) === usable : goodSize(size) > usable, `${size}`);
      free(handle);
    }
  }),
  "mi_cfree": proves("frees a block and ignores what is not one, telling which since 3.6", ({ cfree }) => {
    const told = isPresent(library().version, { since: "3.6.0" });
    assertReuse(() => malloc(16 * KiB), (handle) => assert.equal(cfree(handle), told ? true : undefined));
    const foreign = foreignMemory(64);
    assert.equal(cfree(foreign), told ? false : undefined);
    assert.equal(cfree(null), told ? false : undefined);
    bytesOf(foreign, 64).fill(1);
  }),
  "mi_free_size": proves("frees a block of a size", ({ freeSize }) => {
    assertReuse(() => malloc(16 * KiB), (handle) => freeSize(handle, 16 * KiB));
  }),
};

export const alignedBlocks: Cases<"aligned"> = {
  "mi_malloc_aligned": proves("aligns the block, NULL for an alignment of 3", ({ mallocAligned }) => {
    free(aligned(block(mallocAligned(1000, 512), 1000), 512));
    assert.equal(mallocAligned(1000, 3), null);
  }),
  "mi_malloc_aligned_at": proves("aligns the byte at the offset", ({ mallocAlignedAt }) => {
    free(aligned(block(mallocAlignedAt(1000, 512, 24), 1000), 512, 24));
  }),
  "mi_zalloc_aligned": proves("aligns a zeroed block", ({ zallocAligned }) => {
    soil(1000);
    free(zeroed(aligned(zallocAligned(1000, 512), 512), 1000));
  }),
  "mi_zalloc_aligned_at": proves("aligns the byte at the offset of a zeroed block", ({ zallocAlignedAt }) => {
    soil(1000);
    free(zeroed(aligned(zallocAlignedAt(1000, 512, 24), 512, 24), 1000));
  }),
  "mi_calloc_aligned": proves("aligns zeroed elements, NULL when the product overflows", ({ callocAligned }) => {
    soil(1000);
    free(zeroed(aligned(callocAligned(10, 100, 512), 512), 1000));
    assert.equal(callocAligned(OVERFLOW, 1000, 512), null);
  }),
  "mi_calloc_aligned_at": proves("aligns the byte at the offset of zeroed elements", ({ callocAlignedAt }) => {
    soil(1000);
    free(zeroed(aligned(callocAlignedAt(10, 100, 512, 24), 512, 24), 1000));
    assert.equal(callocAlignedAt(OVERFLOW, 1000, 512, 24), null);
  }),
  "mi_realloc_aligned": proves("keeps the contents and aligns", ({ reallocAligned }) => {
    free(kept(aligned(reallocAligned(filled(zallocAligned(100, 4096)), 50_000, 4096), 4096), 100));
  }),
  "mi_realloc_aligned_at": proves("keeps the contents and aligns the byte at the offset", ({ reallocAlignedAt }) => {
    free(kept(aligned(reallocAlignedAt(filled(), 50_000, 4096, 24), 4096, 24), 100));
  }),
  "mi_free_aligned": proves("frees an aligned block", ({ freeAligned, mallocAligned }) => {
    assertReuse(() => mallocAligned(16 * KiB, 512), (handle) => freeAligned(handle, 512));
  }),
  "mi_free_size_aligned": proves("frees an aligned block of a size", ({ freeSizeAligned, mallocAligned }) => {
    assertReuse(() => mallocAligned(16 * KiB, 512), (handle) => freeSizeAligned(handle, 16 * KiB, 512));
  }),
};

export const zeroing: Cases<"zeroing"> = {
  "mi_rezalloc": proves("keeps the contents and zeroes the rest", ({ rezalloc }) => {
    soil(50_000);
    free(grownWithZeroes(rezalloc(filled(zalloc(100)), 50_000), 50_000));
  }),
  "mi_recalloc": proves("keeps the contents and zeroes the other elements", ({ recalloc }) => {
    soil(50_000);
    const handle = grownWithZeroes(recalloc(filled(zalloc(100)), 50, 1000), 50_000);
    assert.equal(recalloc(handle, OVERFLOW, 1000), null);
    free(kept(handle, 100));
  }),
  "mi_rezalloc_aligned": proves("keeps the contents, zeroes the rest and aligns", ({ rezallocAligned }) => {
    soil(50_000);
    free(grownWithZeroes(aligned(rezallocAligned(filled(zallocAligned(100, 4096)), 50_000, 4096), 4096), 50_000));
  }),
  "mi_rezalloc_aligned_at": proves("aligns the byte at the offset of the grown block", ({ rezallocAlignedAt }) => {
    soil(50_000);
    free(grownWithZeroes(aligned(rezallocAlignedAt(filled(zalloc(100)), 50_000, 4096, 24), 4096, 24), 50_000));
  }),
  "mi_recalloc_aligned": proves("keeps the contents, zeroes the other elements and aligns", ({ recallocAligned }) => {
    soil(50_000);
    free(grownWithZeroes(aligned(recallocAligned(filled(zallocAligned(100, 4096)), 50, 1000, 4096), 4096), 50_000));
  }),
  "mi_recalloc_aligned_at": proves("aligns the byte at the offset of the grown elements", ({ recallocAlignedAt }) => {
    soil(50_000);
    free(grownWithZeroes(aligned(recallocAlignedAt(filled(zalloc(100)), 50, 1000, 4096, 24), 4096, 24), 50_000));
  }),
};

export const heapAllocation: Cases<"heapAllocation"> = {
  "mi_heap_calloc": proves("gives zeroed elements of the heap", ({ heapCalloc }) => {
    soil(100);
    withHeap((heap) => {
      zeroed(owned(heap, heapCalloc(heap, 10, 10), 100), 100);
      assert.equal(heapCalloc(heap, OVERFLOW, 1000), null);
    });
  }),
  "mi_heap_mallocn": proves("gives elements of the heap", ({ heapMallocn }) => {
    withHeap((heap) => {
      owned(heap, heapMallocn(heap, 10, 10), 100);
      assert.equal(heapMallocn(heap, OVERFLOW, 1000), null);
    });
  }),
  "mi_heap_realloc": proves("moves a block into the heap and keeps the contents", ({ heapRealloc }) => {
    withHeap((heap) => kept(owned(heap, heapRealloc(heap, filled(), 50_000), 50_000), 100));
  }),
  "mi_heap_reallocn": proves("moves elements into the heap and keeps the contents", ({ heapReallocn }) => {
    withHeap((heap) => kept(owned(heap, heapReallocn(heap, filled(), 500, 100), 50_000), 100));
  }),
  "mi_heap_reallocf": proves("keeps the contents, and frees the block when it fails", ({ heapReallocf }) => {
    withHeap((heap) => kept(owned(heap, heapReallocf(heap, filled(), 50_000), 50_000), 100));
    withHeap((heap) =>
      assertReuse(
        () => library().bind("blocks").heapMalloc(heap, 16 * KiB),
        (handle) => assert.equal(heapReallocf(heap, handle, TOO_MUCH), null),
      )
    );
  }),
};

export const heapAligned: Cases<"heapAligned"> = {
  "mi_heap_malloc_aligned": proves("aligns a block of the heap", ({ heapMallocAligned }) => {
    withHeap((heap) => aligned(owned(heap, heapMallocAligned(heap, 1000, 512), 1000), 512));
  }),
  "mi_heap_zalloc_aligned": proves("aligns a zeroed block of the heap", ({ heapZallocAligned }) => {
    soil(1000);
    withHeap((heap) => zeroed(aligned(owned(heap, heapZallocAligned(heap, 1000, 512), 1000), 512), 1000));
  }),
  "mi_heap_calloc_aligned": proves("aligns zeroed elements of the heap", ({ heapCallocAligned }) => {
    soil(1000);
    withHeap((heap) => zeroed(aligned(owned(heap, heapCallocAligned(heap, 10, 100, 512), 1000), 512), 1000));
  }),
  "mi_heap_calloc_aligned_at": proves("aligns the byte at the offset of zeroed elements", ({ heapCallocAlignedAt }) => {
    soil(1000);
    withHeap((heap) => {
      zeroed(aligned(owned(heap, heapCallocAlignedAt(heap, 10, 100, 512, 24), 1000), 512, 24), 1000);
    });
  }),
  "mi_heap_realloc_aligned": proves("keeps the contents and aligns in the heap", ({ heapReallocAligned }) => {
    withHeap((heap) => {
      kept(
        aligned(owned(heap, heapReallocAligned(heap, filled(zallocAligned(100, 4096)), 50_000, 4096), 50_000), 4096),
        100,
      );
    });
  }),
  "mi_heap_realloc_aligned_at": proves("keeps the contents and aligns at the offset", ({ heapReallocAlignedAt }) => {
    withHeap((heap) => {
      kept(aligned(owned(heap, heapReallocAlignedAt(heap, filled(), 50_000, 4096, 24), 50_000), 4096, 24), 100);
    });
  }),
};

export const heapZeroing: Cases<"heapZeroing"> = {
  "mi_heap_rezalloc": proves("keeps the contents and zeroes the rest", ({ heapRezalloc }) => {
    soil(50_000);
    withHeap((heap) => {
      grownWithZeroes(owned(heap, heapRezalloc(heap, filled(zalloc(100)), 50_000), 50_000), 50_000);
    });
  }),
  "mi_heap_recalloc": proves("keeps the contents and zeroes the other elements", ({ heapRecalloc }) => {
    soil(50_000);
    withHeap((heap) => {
      grownWithZeroes(owned(heap, heapRecalloc(heap, filled(zalloc(100)), 50, 1000), 50_000), 50_000);
    });
  }),
  "mi_heap_rezalloc_aligned": proves("keeps the contents, zeroes the rest and aligns", ({ heapRezallocAligned }) => {
    soil(50_000);
    withHeap((heap) => {
      const handle = heapRezallocAligned(heap, filled(zallocAligned(100, 4096)), 50_000, 4096);
      grownWithZeroes(aligned(owned(heap, handle, 50_000), 4096), 50_000);
    });
  }),
  "mi_heap_rezalloc_aligned_at": proves("aligns the byte at the offset of the grown block", ({
    heapRezallocAlignedAt,
  }) => {
    soil(50_000);
    withHeap((heap) => {
      const handle = heapRezallocAlignedAt(heap, filled(zalloc(100)), 50_000, 4096, 24);
      grownWithZeroes(aligned(owned(heap, handle, 50_000), 4096, 24), 50_000);
    });
  }),
  "mi_heap_recalloc_aligned": proves("keeps the contents, zeroes the other elements and aligns", ({
    heapRecallocAligned,
  }) => {
    soil(50_000);
    withHeap((heap) => {
      const handle = heapRecallocAligned(heap, filled(zallocAligned(100, 4096)), 50, 1000, 4096);
      grownWithZeroes(aligned(owned(heap, handle, 50_000), 4096), 50_000);
    });
  }),
  "mi_heap_recalloc_aligned_at": proves("aligns the byte at the offset of the grown elements", ({
    heapRecallocAlignedAt,
  }) => {
    soil(50_000);
    withHeap((heap) => {
      const handle = heapRecallocAlignedAt(heap, filled(zalloc(100)), 50, 1000, 4096, 24);
      grownWithZeroes(aligned(owned(heap, handle, 50_000), 4096, 24), 50_000);
    });
  }),
};
