import assert from "node:assert/strict";
import { realpathSync } from "node:fs";
import process from "node:process";
import { library } from "../../../../ffi/library/library.ts";
import { isPresent } from "../../../../ffi/releases.ts";
import { type Cases, proves } from "../_case.ts";
import {
  addressOf,
  aligned,
  assertReuse,
  block,
  bytesOf,
  cString,
  expandsInPlace,
  fill,
  free,
  handleOf,
  hasRoom,
  kept,
  malloc,
  OVERFLOW,
  owned,
  recordErrors,
  soil,
  textOf,
  TOO_MUCH,
  withHeap,
  zallocAligned,
  zeroed,
} from "../_tools.ts";

const EINVAL = 22;
const ENOMEM = 12;

/** The usable size of a block, as `size_t`. */
function usableSize(handle: Parameters<typeof free>[0]): bigint {
  return BigInt(library().bind("blocks").usableSize(handle));
}

/** A text in the wide characters of the loaded version: 16 bits, and since 2.3.1 and 3.3.1 those of the platform. */
function wideString(text: string): Uint16Array<ArrayBuffer> | Uint32Array<ArrayBuffer> {
  const characters = [...`${text}\0`].map((character) => character.charCodeAt(0));
  const isNew = isPresent(library().version, { since: "2.3.1", missing: ["3.0.0 to 3.3.0"] });
  return isNew ? Uint32Array.from(characters) : Uint16Array.from(characters);
}

export const strings: Cases<"strings"> = {
  "mi_strdup": proves("copies a text", ({ strdup }) => {
    const copy = strdup(cString("grüße"));
    assert.equal(textOf(copy), "grüße");
    free(copy);
  }),
  "mi_strndup": proves("copies the beginning of a text", ({ strndup }) => {
    const copy = strndup(cString("abcdef"), 3);
    assert.equal(textOf(copy), "abc");
    free(copy);
  }),
  "mi_realpath": proves("resolves a path", ({ realpath }) => {
    const resolved = realpath(cString("."), null);
    assert.equal(textOf(resolved), realpathSync("."));
    free(resolved);
  }),
  "mi_heap_strdup": proves("copies a text into the heap", ({ heapStrdup }) => {
    withHeap((heap) => assert.equal(textOf(owned(heap, heapStrdup(heap, cString("abc")), 4)), "abc"));
  }),
  "mi_heap_strndup": proves("copies the beginning of a text into the heap", ({ heapStrndup }) => {
    withHeap((heap) => assert.equal(textOf(owned(heap, heapStrndup(heap, cString("abcdef"), 3), 4)), "abc"));
  }),
  "mi_heap_realpath": proves("resolves a path into the heap", ({ heapRealpath }) => {
    withHeap((heap) => {
      assert.equal(textOf(owned(heap, heapRealpath(heap, cString("."), null), 2)), realpathSync("."));
    });
  }),
  "mi_mbsdup": proves("copies a multi-byte text", ({ mbsdup }) => {
    const copy = mbsdup(cString("grüße"));
    assert.equal(textOf(copy), "grüße");
    free(copy);
  }),
  "mi_wcsdup": proves("copies a text of wide characters", ({ wcsdup }) => {
    const text = wideString("wide");
    const copy = block(wcsdup(text), text.byteLength);
    assert.deepEqual(bytesOf(copy, text.byteLength), new Uint8Array(text.buffer));
    free(copy);
  }),
  "mi_dupenv_s": proves("copies an environment variable", ({ dupenvS }) => {
    const [text, size] = [new BigUint64Array(1), new BigUint64Array(1)];
    assert.equal(dupenvS(text, size, cString("PATH")), 0);
    const copy = handleOf(text[0] ?? 0n);
    assert.equal(textOf(copy), process.env["PATH"]);
    // Since 2.3.1 and 3.3.1 the size counts the zero at the end.
    const countsEnd = isPresent(library().version, { since: "2.3.1", missing: ["3.0.0 to 3.3.0"] });
    const length = (process.env["PATH"] ?? "").length + (countsEnd ? 1 : 0);
    assert.equal(size[0], BigInt(length));
    free(copy);
    assert.equal(dupenvS(text, size, cString("NOT_A_VARIABLE_OF_THIS_TEST")), 0);
    assert.deepEqual([text[0], size[0]], [0n, 0n]);
  }),
  "mi_wdupenv_s": proves("is refused with EINVAL where it is not Windows", ({ wdupenvS }) => {
    const [text, size] = [new BigUint64Array([1n]), new BigUint64Array([1n])];
    assert.equal(wdupenvS(text, size, wideString("PATH")), EINVAL);
    assert.deepEqual([text[0], size[0]], [0n, 0n]);
  }),
};

export const posix: Cases<"posix"> = {
  "mi_posix_memalign": proves("writes an aligned block, EINVAL or ENOMEM otherwise", ({ posixMemalign }) => {
    const slot = new BigUint64Array(1);
    assert.equal(posixMemalign(slot, 64, 100), 0);
    free(aligned(block(handleOf(slot[0] ?? 0n), 100), 64));
    const untouched = new BigUint64Array([7n]);
    assert.equal(posixMemalign(untouched, 24, 100), EINVAL);
    assert.equal(posixMemalign(untouched, 16, TOO_MUCH), ENOMEM);
    assert.equal(untouched[0], 7n);
  }),
  "mi_memalign": proves("takes the alignment before the size", ({ memalign }) => {
    free(aligned(block(memalign(1024, 100), 100), 1024));
  }),
  "mi_valloc": proves("aligns to a page", ({ valloc }) => {
    free(aligned(block(valloc(100), 100), 4096));
  }),
  "mi_pvalloc": proves("gives whole pages", ({ pvalloc }) => {
    free(aligned(block(pvalloc(4097), 8192), 4096));
  }),
  "mi_aligned_alloc": proves("takes the alignment before the size", ({ alignedAlloc }) => {
    free(aligned(block(alignedAlloc(512, 1536), 1536), 512));
  }),
  "mi_reallocarray": proves("keeps the contents, NULL when the product overflows", ({ reallocarray }) => {
    const handle = malloc(100);
    fill(handle, 100);
    const grown = kept(reallocarray(handle, 500, 100), 100);
    assert.equal(reallocarray(grown, OVERFLOW, 1000), null);
    free(kept(grown, 100));
  }),
  "mi_reallocarr": proves("replaces the pointer, and leaves it when the product overflows", ({ reallocarr }) => {
    const handle = malloc(100);
    fill(handle, 100);
    const slot = new BigUint64Array([BigInt(addressOf(handle))]);
    assert.equal(reallocarr(slot, 500, 100), 0);
    const grown = kept(handleOf(slot[0] ?? 0n), 100);
    assert.notEqual(reallocarr(slot, OVERFLOW, 1000), 0);
    assert.equal(slot[0], BigInt(addressOf(grown)));
    free(kept(grown, 100));
  }),
  "mi_aligned_recalloc": proves("grows zeroed elements and aligns", ({ alignedRecalloc }) => {
    soil(50_000);
    free(zeroed(aligned(alignedRecalloc(zallocAligned(100, 4096), 50, 1000, 4096), 4096), 50_000));
  }),
  "mi_aligned_offset_recalloc": proves("grows zeroed elements and aligns at the offset", ({
    alignedOffsetRecalloc,
  }) => {
    soil(50_000);
    free(zeroed(aligned(alignedOffsetRecalloc(zallocAligned(100, 16), 50, 1000, 4096, 24), 4096, 24), 50_000));
  }),
  "mi_malloc_size": proves("gives the usable size", ({ mallocSize }) => {
    const handle = malloc(1000);
    assert.equal(mallocSize(handle), usableSize(handle));
    free(handle);
  }),
  "mi_malloc_usable_size": proves("gives the usable size", ({ mallocUsableSize }) => {
    const handle = malloc(1000);
    assert.equal(mallocUsableSize(handle), usableSize(handle));
    free(handle);
  }),
  "mi_malloc_good_size": proves("gives the size that a block would have", ({ mallocGoodSize }) => {
    const handle = malloc(1000);
    const good = mallocGoodSize(1000);
    assert.ok(hasRoom() ? good === usableSize(handle) : good > usableSize(handle));
    free(handle);
  }),
  "mi__expand": proves("gives the same block where it fits, NULL where not", ({ _expand }) => {
    const handle = malloc(100);
    assert.equal(addressOf(_expand(handle, usableSize(handle))), expandsInPlace() ? addressOf(handle) : 0);
    assert.equal(_expand(handle, usableSize(handle) + 1n), null);
    free(handle);
  }),
};

/** The block of a thread's part of a heap belongs to that heap. */
function throughTheap(allocate: (theap: Parameters<typeof free>[0]) => ReturnType<typeof malloc> | null): void {
  withHeap((heap) => owned(heap, allocate(library().bind("theaps").heapTheap(heap)), 100));
}

export const cxx: Cases<"cxx"> = {
  "mi_new": proves("gives a block", (calls) => free(block(calls.new(100), 100))),
  "mi_new_n": proves("gives elements", ({ newN }) => free(block(newN(10, 10), 100))),
  "mi_new_aligned": proves("gives an aligned block", ({ newAligned }) => {
    free(aligned(block(newAligned(100, 512), 100), 512));
  }),
  "mi_new_nothrow": proves("gives a block, NULL when there is no memory", ({ newNothrow }) => {
    assertReuse(() => block(newNothrow(16_384), 16_384), free);
    assert.equal(newNothrow(TOO_MUCH), null);
  }),
  "mi_new_aligned_nothrow": proves("gives an aligned block, NULL when there is no memory", ({ newAlignedNothrow }) => {
    free(aligned(block(newAlignedNothrow(100, 512), 100), 512));
    assert.equal(newAlignedNothrow(TOO_MUCH, 512), null);
  }),
  "mi_new_realloc": proves("keeps the contents", ({ newRealloc }) => {
    const handle = malloc(100);
    fill(handle, 100);
    free(kept(block(newRealloc(handle, 50_000), 50_000), 100));
  }),
  "mi_new_reallocn": proves("keeps the contents of elements", ({ newReallocn }) => {
    const handle = malloc(100);
    fill(handle, 100);
    free(kept(block(newReallocn(handle, 500, 100), 50_000), 100));
  }),
  "mi_heap_try_new": proves("reports that memory ran out where there is no new handler", ({ heapTryNew }) => {
    withHeap((heap) => {
      assert.deepEqual(recordErrors(() => assert.equal(heapTryNew(heap, 100, true), null)), [ENOMEM]);
    });
  }),
  "mi_heap_alloc_new": proves("gives a block of the heap", ({ heapAllocNew }) => {
    withHeap((heap) => owned(heap, heapAllocNew(heap, 100), 100));
  }),
  "mi_heap_alloc_new_n": proves("gives elements of the heap", ({ heapAllocNewN }) => {
    withHeap((heap) => owned(heap, heapAllocNewN(heap, 10, 10), 100));
  }),
  "mi_theap_alloc_new": proves("gives a block of the heap behind", ({ theapAllocNew }) => {
    throughTheap((theap) => theapAllocNew(theap, 100));
  }),
  "mi_theap_alloc_new_n": proves("gives elements of the heap behind", ({ theapAllocNewN }) => {
    throughTheap((theap) => theapAllocNewN(theap, 10, 10));
  }),
  "mi_theap_alloc_new_nothrow": proves("gives a block of the heap behind, NULL when there is no memory", ({
    theapAllocNewNothrow,
  }) => {
    throughTheap((theap) => theapAllocNewNothrow(theap, 100));
    withHeap((heap) => {
      assert.equal(theapAllocNewNothrow(library().bind("theaps").heapTheap(heap), TOO_MUCH), null);
    });
  }),
};
