import assert from "node:assert/strict";
import process from "node:process";
import { library } from "../../../../ffi/library/library.ts";
import { formatVersion, parseVersion } from "../../../../ffi/version.ts";
import { type Cases, proves } from "../_case.ts";
import {
  addressOf,
  aligned,
  assertReuse,
  block,
  fill,
  free,
  hasRoom,
  kept,
  KiB,
  malloc,
  owned,
  soil,
  TOO_MUCH,
  withHeap,
  zeroed,
} from "../_tools.ts";

/** Asserts the size that a function told of a block: that of the whole block, which may end in padding. */
function assertTold(told: bigint | undefined, usable: number): void {
  assert.ok(told !== undefined && (hasRoom() ? told === BigInt(usable) : told >= 100n), `${told} and ${usable}`);
}

export const identity: Cases<"identity"> = {
  "mi_version": proves("gives the version of the file", ({ version }) => {
    const text = formatVersion(parseVersion(version()));
    assert.equal(text, process.env["EXPECTED_MIMALLOC_VERSION"] ?? library().versionText);
  }),
};

export const blocks: Cases<"blocks"> = {
  "mi_malloc": proves("gives a block of the size", ({ malloc }) => {
    const handle = block(malloc(1000), 1000);
    fill(handle, 1000);
    free(kept(handle, 1000));
  }),
  "mi_zalloc": proves("gives a zeroed block", ({ zalloc }) => {
    soil(500);
    free(zeroed(zalloc(500), 500));
  }),
  "mi_free": proves("makes the memory available again", ({ free }) => {
    assertReuse(() => malloc(16 * KiB), free);
  }),
  "mi_usable_size": proves("gives the bytes that a block really has", ({ usableSize }) => {
    const handle = malloc(1000);
    const found = usableSize(handle);
    assert.ok(found >= 1000 && found < 2000, `${found}`);
    free(handle);
  }),
  "mi_heap_malloc": proves("gives a block of the heap", ({ heapMalloc }) => {
    withHeap((heap) => owned(heap, heapMalloc(heap, 1000), 1000));
  }),
  "mi_heap_zalloc": proves("gives a zeroed block of the heap", ({ heapZalloc }) => {
    soil(500);
    withHeap((heap) => zeroed(owned(heap, heapZalloc(heap, 500), 500), 500));
  }),
  "mi_heap_malloc_aligned_at": proves("aligns the byte at the offset", ({ heapMallocAlignedAt }) => {
    withHeap((heap) => aligned(owned(heap, heapMallocAlignedAt(heap, 1000, 512, 24), 1000), 512, 24));
  }),
  "mi_heap_zalloc_aligned_at": proves("aligns the byte at the offset of a zeroed block", ({ heapZallocAlignedAt }) => {
    soil(1000);
    withHeap((heap) => {
      const handle = aligned(owned(heap, heapZallocAlignedAt(heap, 1000, 512, 24), 1000), 512, 24);
      zeroed(handle, 1000);
    });
  }),
};

export const small: Cases<"small"> = {
  "mi_malloc_small": proves("gives a block of up to 1024 bytes", ({ mallocSmall }) => {
    free(block(mallocSmall(1024), 1024));
  }),
  "mi_zalloc_small": proves("gives a zeroed block of up to 1024 bytes", ({ zallocSmall }) => {
    soil(1024);
    free(zeroed(zallocSmall(1024), 1024));
  }),
  "mi_heap_malloc_small": proves("gives a small block of the heap", ({ heapMallocSmall }) => {
    withHeap((heap) => owned(heap, heapMallocSmall(heap, 1024), 1024));
  }),
  "mi_heap_zalloc_small": proves("gives a zeroed small block of the heap", ({ heapZallocSmall }) => {
    soil(1024);
    withHeap((heap) => zeroed(owned(heap, heapZallocSmall(heap, 1024), 1024), 1024));
  }),
  "mi_theap_malloc_small": proves("gives a small block of the heap behind", ({ theapMallocSmall }) => {
    withHeap((heap) => {
      const theap = library().bind("theaps").heapTheap(heap);
      owned(heap, theapMallocSmall(theap, 1024), 1024);
    });
  }),
  "mi_theap_zalloc_small": proves("gives a zeroed small block of the heap behind", ({ theapZallocSmall }) => {
    soil(1024);
    withHeap((heap) => {
      const theap = library().bind("theaps").heapTheap(heap);
      zeroed(owned(heap, theapZallocSmall(theap, 1024), 1024), 1024);
    });
  }),
  "mi_free_small": proves("frees a small block, and takes NULL", ({ freeSmall, mallocSmall }) => {
    assertReuse(() => mallocSmall(1024), freeSmall);
    freeSmall(null);
  }),
  "mi_free_small_nonnull": proves("frees a small block", ({ freeSmallNonnull, mallocSmall }) => {
    assertReuse(() => mallocSmall(1024), freeSmallNonnull);
  }),
  "mi_free_small_local": proves("frees a small block of this thread, and takes NULL", ({
    freeSmallLocal,
    mallocSmall,
  }) => {
    assertReuse(() => mallocSmall(1024), freeSmallLocal);
    freeSmallLocal(null);
  }),
  "mi_free_small_local_nonnull": proves("frees a small block of this thread", ({
    freeSmallLocalNonnull,
    mallocSmall,
  }) => {
    assertReuse(() => mallocSmall(1024), freeSmallLocalNonnull);
  }),
};

export const theapBlocks: Cases<"theapBlocks"> = {
  "mi_theap_malloc": proves("gives a block of the heap behind", ({ theapMalloc }) => {
    withHeap((heap) => {
      const theap = library().bind("theaps").heapTheap(heap);
      owned(heap, theapMalloc(theap, 5000), 5000);
      assert.notEqual(addressOf(theap), addressOf(heap));
    });
  }),
  "mi_theap_zalloc": proves("gives a zeroed block of the heap behind", ({ theapZalloc }) => {
    soil(5000);
    withHeap((heap) => {
      const theap = library().bind("theaps").heapTheap(heap);
      zeroed(owned(heap, theapZalloc(theap, 5000), 5000), 5000);
    });
  }),
};

export const blockSizes: Cases<"blockSizes"> = {
  "mi_umalloc": proves("gives a block and its usable size", ({ umalloc }) => {
    const size = new BigUint64Array(1);
    const handle = block(umalloc(1000, size), 1000);
    assertTold(size[0], library().bind("blocks").usableSize(handle));
    free(handle);
  }),
  "mi_umalloc_small": proves("gives a small block and its usable size", ({ umallocSmall }) => {
    const size = new BigUint64Array(1);
    free(block(umallocSmall(100, size), 100));
    assertTold(size[0], 112);
  }),
  "mi_umalloc_aligned": proves("gives an aligned block and its usable size", ({ umallocAligned }) => {
    const size = new BigUint64Array(1);
    const handle = aligned(umallocAligned(1000, 512, size), 512);
    assertTold(size[0], library().bind("blocks").usableSize(handle));
    free(handle);
  }),
  "mi_uzalloc_small": proves("gives a zeroed small block and its usable size", ({ uzallocSmall }) => {
    soil(100);
    const size = new BigUint64Array(1);
    free(zeroed(uzallocSmall(100, size), 100));
    assertTold(size[0], 112);
  }),
  "mi_uzalloc_aligned": proves("gives a zeroed aligned block and its usable size", ({ uzallocAligned }) => {
    soil(1000);
    const size = new BigUint64Array(1);
    free(zeroed(aligned(uzallocAligned(1000, 512, size), 512), 1000));
    assert.ok((size[0] ?? 0n) >= 1000n);
  }),
  "mi_ucalloc": proves("gives zeroed elements and the usable size", ({ ucalloc }) => {
    soil(100);
    const size = new BigUint64Array(1);
    free(zeroed(ucalloc(10, 10, size), 100));
    assertTold(size[0], 112);
  }),
  "mi_urealloc": proves("gives the usable sizes before and after", ({ urealloc, umalloc }) => {
    const [size, before, after] = [new BigUint64Array(1), new BigUint64Array(1), new BigUint64Array(1)];
    const handle = block(umalloc(100, size), 100);
    fill(handle, 100);
    free(kept(urealloc(handle, 5000, before, after), 100));
    assert.equal(before[0], size[0]);
    assert.ok((after[0] ?? 0n) >= 5000n);
  }),
  "mi_ufree": proves("frees a block and gives its usable size", ({ ufree, umalloc }) => {
    const [size, freed] = [new BigUint64Array(1), new BigUint64Array(1)];
    assertReuse(() => umalloc(16 * KiB, size), (handle) => ufree(handle, freed));
    assert.equal(freed[0], size[0]);
    assert.equal(umalloc(TOO_MUCH, null), null);
  }),
};
