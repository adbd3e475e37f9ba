/** What test-api.c of mimalloc asserts of aligned blocks. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { library } from "../../ffi/library/library.ts";
import { isWithin } from "../../ffi/releases.ts";
import type { Handle } from "../../ffi/types.ts";
import { Heap } from "../../mod.ts";
import { addressOf as addressOfView } from "../heaps/_support.ts";
import { addressOf, aligned, block, bytesOf, fill, free, kept, KiB, MiB, soil, zeroed } from "../ffi/symbols/_tools.ts";

/** The largest alignment inside a page of mimalloc 3. */
const PAGE_ALIGNMENT = 64 * KiB;
const SMALL_MAXIMUM = 1024;
const SOILED = 0xaaaaaaaaaaaaaaaan;

/** The largest alignment of a block: 1 MiB up to 2.0.6, 16 MiB in 2.0.7. */
const LARGEST = isWithin(library().version, { until: "2.0.6" })
  ? MiB
  : isWithin(library().version, { until: "2.0.7" })
  ? 16 * MiB
  : 2 ** 27;

/** Whether `mi_malloc_aligned` is known to ignore the alignment: 2.0.9 does for these powers of two. */
function misaligned(size: number, alignment: number): boolean {
  return library().version.major < 3 && alignment >= 256 && alignment <= 1024 && size <= 1024 && isPower(size);
}

function isPower(size: number): boolean {
  return (size & (size - 1)) === 0;
}

/** An aligned block of the raw layer. */
function allocate(size: number, alignment: number): Handle {
  return block(aligned(library().bind("aligned").mallocAligned(size, alignment), alignment), size);
}

test("malloc-aligned1: 32 bytes are aligned to 32", () => {
  free(allocate(32, 32));
});

test("malloc-aligned2: 48 bytes are aligned to 32", () => {
  free(allocate(48, 32));
});

test("malloc-aligned3: two blocks of 48 bytes, aligned to 32, live at once", () => {
  const blocks = [allocate(48, 32), allocate(48, 32)];
  blocks.forEach((each) => fill(each, 48));
  blocks.forEach((each) => free(kept(each, 48)));
});

test("malloc-aligned4: 8 blocks of 8 bytes are aligned to 16", () => {
  const blocks = Array.from({ length: 8 }, () => allocate(8, 16));
  assert.equal(new Set(blocks.map(addressOf)).size, 8);
  blocks.forEach(free);
});

test("malloc-aligned5: 4097 bytes aligned to 4096 have fewer than 16,000 usable bytes", () => {
  const handle = allocate(4097, 4096);
  const usable = library().bind("blocks").usableSize(handle);
  assert.ok(usable >= 4097 && usable < 16_000, `${usable}`);
  free(handle);
});

test("malloc-aligned7: 1024 bytes are aligned to the largest alignment of a page", () => {
  free(allocate(1024, PAGE_ALIGNMENT));
});

test("malloc-aligned8: 1024 bytes are aligned to 1 to 16 times that, NULL when that is no power of two", () => {
  for (let times = 1; times <= 16; times++) {
    const alignment = times * PAGE_ALIGNMENT;
    if (isPower(times)) free(allocate(1024, alignment));
    else assert.equal(library().bind("aligned").mallocAligned(1024, alignment), null);
  }
});

test("malloc-aligned9: 8 sizes are zeroed and aligned to every power of two below 2^28", () => {
  const { zallocAligned } = library().bind("aligned");
  for (let alignment = 1; alignment <= LARGEST; alignment *= 2) {
    for (const size of [8, 512, KiB, 4 * KiB, 64 * KiB, 128 * KiB, 256 * KiB, 512 * KiB]) {
      if (misaligned(size, alignment)) continue;
      const handle = aligned(zallocAligned(size, alignment), alignment);
      const words = new BigUint64Array(bytesOf(handle, size).buffer);
      assert.ok(words.every((word) => word === 0n), `${size} bytes at ${alignment}`);
      words.fill(SOILED);
      free(handle);
    }
  }
});

test("malloc-aligned9a: 1 MiB aligned to 2 is zeroed, twice", () => {
  const { zallocAligned } = library().bind("aligned");
  for (let count = 0; count < 2; count++) {
    const handle = zeroed(aligned(zallocAligned(MiB, 2), 2), MiB);
    bytesOf(handle, MiB).fill(0xaa);
    free(handle);
  }
});

test("malloc-aligned10: sizes 43 + a for a of 1 to 1024 all live together", () => {
  using heap = new Heap();
  const views: { view: Uint8Array; alignment: number }[] = [];
  for (let alignment = 1; alignment <= 1024; alignment *= 2) {
    const view = heap.allocate(Uint8Array, 43 + alignment, { alignment });
    assert.equal(addressOfView(view as Uint8Array<ArrayBuffer>) % alignment, 0);
    views.push({ view: view.fill(views.length), alignment });
  }
  views.forEach(({ view, alignment }, index) => {
    assert.equal(view.length, 43 + alignment);
    assert.ok(view.every((byte) => byte === index));
  });
});

test("malloc_aligned11: an aligned block of a heap belongs to the heap", () => {
  using heap = new Heap();
  assert.ok(heap.owns(heap.allocate(Uint8Array, 33, { alignment: 32 })));
});

test("malloc-aligned12: 256 bytes are aligned to 256", () => {
  using heap = new Heap();
  assert.equal(addressOfView(heap.allocate(Uint8Array, 256, { alignment: 256 })) % 256, 0);
  free(
    library().version.major < 3
      // mi_malloc_aligned() of 2.0.9 ignores this alignment; mi_malloc_aligned_at() does not.
      ? aligned(library().bind("aligned").mallocAlignedAt(256, 256, 0), 256)
      : allocate(256, 256),
  );
});

test("malloc-aligned13: every size to 2048 is aligned to every power of two up to it, 10 at once", () => {
  const { mallocAligned } = library().bind("aligned");
  const live: Handle[] = [];
  for (let size = 1; size <= 2 * SMALL_MAXIMUM; size++) {
    for (let alignment = 1; alignment <= size; alignment *= 2) {
      for (let count = 0; count < 10; count++) {
        const handle = mallocAligned(size, alignment);
        assert.ok(handle !== null);
        if (!misaligned(size, alignment)) aligned(handle, alignment);
        live.push(handle);
      }
      for (const handle of live.splice(0)) free(handle);
    }
  }
});

test("malloc-aligned13: views of powers of two are aligned on every version, 10 at once", () => {
  using heap = new Heap();
  for (let size = 1; size <= 2 * SMALL_MAXIMUM; size *= 2) {
    for (let alignment = 1; alignment <= size; alignment *= 2) {
      const views = Array.from({ length: 10 }, () => heap.allocate(Uint8Array, size, { alignment }));
      for (const view of views) assert.equal(addressOfView(view) % alignment, 0, `${size} at ${alignment}`);
      views.forEach((view) => heap.free(view));
    }
  }
});

test("malloc-aligned-at1: byte 0 of 48 bytes is aligned to 32", () => {
  free(aligned(library().bind("aligned").mallocAlignedAt(48, 32, 0), 32, 0));
  using heap = new Heap();
  assert.equal(addressOfView(heap.allocate(Uint8Array, 48, { alignment: 32, offset: 0 })) % 32, 0);
});

test("malloc-aligned-at2: byte 8 of 50 bytes is aligned to 32", () => {
  free(aligned(library().bind("aligned").mallocAlignedAt(50, 32, 8), 32, 8));
  using heap = new Heap();
  assert.equal((addressOfView(heap.allocate(Uint8Array, 50, { alignment: 32, offset: 8 })) + 8) % 32, 0);
});

test("memalign1: 8 blocks of 8 bytes are aligned to 16", () => {
  const { memalign } = library().bind("posix");
  const blocks = Array.from({ length: 8 }, () => aligned(memalign(16, 8), 16));
  assert.equal(new Set(blocks.map(addressOf)).size, 8);
  blocks.forEach(free);
});

test("zalloc-aligned-small1: a small aligned block is zeroed", () => {
  soil(512);
  free(zeroed(library().bind("aligned").zallocAligned(SMALL_MAXIMUM / 2, 32), SMALL_MAXIMUM / 2));
});

test("rezalloc_aligned-small1: a small aligned block is still zero after growing threefold", () => {
  const size = SMALL_MAXIMUM / 2;
  soil(size);
  soil(3 * size);
  const handle = zeroed(library().bind("aligned").zallocAligned(size, 32), size);
  free(zeroed(library().bind("zeroing").rezallocAligned(handle, 3 * size, 32), 3 * size));
});
