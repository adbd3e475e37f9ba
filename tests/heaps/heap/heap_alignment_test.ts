import assert from "node:assert/strict";
import { test } from "node:test";
import { Arena, Heap } from "../../../mod.ts";
import { addressOf, assertFilled, assertLive, assertRefused, BAD_ALIGNMENTS, bytesOf, fill, MIB } from "../_support.ts";
import { ofArenas } from "../../_arenas.ts";

const ALIGNMENTS = Array.from({ length: 21 }, (_, power) => 2 ** power);
const OFFSETS = [0, 1, 8, 24, 100, 4095];

function allocateAll(heap: Heap, byteLength: number): Uint8Array<ArrayBuffer>[] {
  return ALIGNMENTS.flatMap((alignment) =>
    OFFSETS.filter((offset) => offset < byteLength).map((offset) => {
      const view = heap.allocate(Uint8Array, byteLength, { alignment, offset });
      assert.equal((addressOf(view) + offset) % alignment, 0, `alignment ${alignment}, offset ${offset}`);
      assert.deepEqual([view.length, view.byteOffset, view.buffer.byteLength], [byteLength, 0, byteLength]);
      return view;
    })
  );
}

for (const byteLength of [1, 8, 100, 5000, 70_000]) {
  test(`Heap.allocate() aligns any byte of ${byteLength} to 1 byte up to 1 MiB`, () => {
    using heap = new Heap();
    const blocks = allocateAll(heap, byteLength);
    blocks.forEach((view, index) => fill(view, index));
    blocks.forEach((view, index) => assertFilled(view, index));
    assert.equal(heap.liveBlocks, blocks.length);
    for (const view of blocks) heap.free(view);
    assertLive(heap, 0, 0);
  });
}

test("Heap.allocate() aligns in an arena, and stays inside", ofArenas, () => {
  using arena = Arena.reserve(128 * MIB);
  using heap = new Heap({ arena });
  const { address, byteLength } = arena.area;
  for (const view of allocateAll(heap, 200)) {
    const start = addressOf(view);
    assert.ok(start >= address && start + view.length <= address + byteLength);
  }
});

test("Heap.allocateZeroed() clears aligned blocks", () => {
  using heap = new Heap();
  for (let round = 0; round < 3; round++) {
    for (const alignment of ALIGNMENTS) {
      const view = heap.allocateZeroed(Float64Array, 700, { alignment, offset: 8 });
      assert.equal((addressOf(view) + 8) % alignment, 0);
      assert.equal(bytesOf(view).findIndex((byte) => byte !== 0), -1);
      view.fill(NaN);
      heap.free(view);
    }
  }
  assertLive(heap, 0, 0);
});

test("Heap.allocate() aligns to 16 bytes when only an offset is given", () => {
  using heap = new Heap();
  for (let offset = 0; offset < 64; offset++) {
    assert.equal((addressOf(heap.allocate(Uint8Array, 64, { offset })) + offset) % 16, 0);
    assert.equal(addressOf(heap.allocate(Uint8Array, 64, {})) % 16, 0);
  }
});

test("Heap.allocate() refuses alignments that are not a power of two up to 2^20", () => {
  using heap = new Heap();
  for (const value of BAD_ALIGNMENTS) {
    const alignment = value as number;
    assertRefused(heap, () => heap.allocate(Uint8Array, 64, { alignment }), RangeError, "Cannot align to ");
    assertRefused(heap, () => heap.allocateZeroed(Uint8Array, 64, { alignment }), RangeError, "Cannot align to ");
  }
  assert.equal(heap.allocate(Uint8Array, 64, { alignment: 64 }).length, 64);
});

test("Heap.allocate() refuses offsets outside of the block", () => {
  using heap = new Heap();
  for (const value of [64, 65, -1, 0.5, NaN, Infinity, 2 ** 32, 2 ** 53, "8", null]) {
    const offset = value as number;
    assertRefused(heap, () => heap.allocate(Uint8Array, 64, { offset }), RangeError, "Cannot align byte ");
    assertRefused(heap, () => heap.allocate(Uint8Array, 64, { alignment: 2 ** 20, offset }), RangeError, "Cannot ");
  }
  assertLive(heap, 0, 0);
});

test("Heap.allocate() refuses a block that its alignment makes too large", () => {
  using heap = new Heap();
  const allocate = (): unknown => heap.allocate(Uint8Array, 2 ** 32 - 1, { alignment: 2 ** 20 });
  assertRefused(heap, allocate, RangeError, "Cannot allocate");
});

test("Heap.reallocate() keeps the alignment of any byte", () => {
  using heap = new Heap();
  for (const alignment of ALIGNMENTS) {
    for (const offset of [0, 24, 100]) {
      let view = heap.allocate(Uint8Array, 200, { alignment, offset });
      fill(view, alignment);
      for (const length of [201, 30_000, 29_000, 150, 2 * MIB, 101]) {
        const kept = Math.min(view.length, length);
        const resized = heap.reallocate(view, length);
        assert.equal((addressOf(resized) + offset) % alignment, 0, `${alignment} at ${offset}, ${length} bytes`);
        assertFilled(resized, alignment, Math.min(kept, 101));
        assert.equal(view.length, 0);
        view = resized;
        fill(view, alignment);
      }
      heap.free(view);
    }
  }
  assertLive(heap, 0, 0);
});
