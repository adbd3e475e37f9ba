import assert from "node:assert/strict";
import { test } from "node:test";
import { Heap, library, readText, ScopePool, type ViewConstructor } from "../../../mod.ts";
import { addressOf, assertLive, assertRefused, BAD_LENGTHS, bytesOf, MIB, VIEW_TYPES } from "../_support.ts";

for (const [type, elementBytes] of VIEW_TYPES) {
  test(`Heap.allocate() makes a ${type.name} over a block of its own`, () => {
    using heap = new Heap();
    const view = heap.allocate(type, 100);
    assert.equal(Object.getPrototypeOf(view), type.prototype);
    assert.deepEqual([view.byteLength, view.byteOffset], [100 * elementBytes, 0]);
    assert.equal(view.buffer.byteLength, 100 * elementBytes);
    assertLive(heap, 100 * elementBytes, 1);
    bytesOf(view).fill(255);
    assert.ok(heap.owns(view));
    heap.free(view);
    assert.equal(view.buffer.byteLength, 0);
    assertLive(heap, 0, 0);
  });

  test(`Heap.allocateZeroed() makes a ${type.name} of zeros`, () => {
    using heap = new Heap();
    const view = heap.allocateZeroed(type, 100);
    assert.equal(Object.getPrototypeOf(view), type.prototype);
    assert.equal(view.byteLength, 100 * elementBytes);
    assert.ok(bytesOf(view).every((byte) => byte === 0));
  });
}

test("Heap.allocate() makes views that keep the values of their class", () => {
  using heap = new Heap();
  const floats = heap.allocate(Float64Array, 3);
  floats.set([0.1, -0, Infinity]);
  assert.deepEqual([...floats], [0.1, -0, Infinity]);
  const integers = heap.allocate(BigInt64Array, 2);
  integers.set([-(2n ** 63n), 2n ** 63n - 1n]);
  assert.deepEqual([...integers], [-(2n ** 63n), 2n ** 63n - 1n]);
  const data = heap.allocate(DataView, 9);
  data.setFloat64(1, 1.25, true);
  assert.equal(data.getFloat64(1, true), 1.25);
  const halves = heap.allocate(Float16Array, 1);
  halves[0] = 65504;
  assert.equal(halves[0], 65504);
});

test("Heap.allocate() begins at a multiple of 16 bytes, of 8 for up to 8 bytes", () => {
  using heap = new Heap();
  for (let length = 1; length <= 200; length++) {
    assert.equal(addressOf(heap.allocate(Uint8Array, length)) % (length > 8 ? 16 : 8), 0);
  }
});

test("Heap.allocate() hands out memory that no two views share", () => {
  using heap = new Heap();
  const ranges = Array.from({ length: 500 }, (_, index) => heap.allocate(Uint8Array, 1 + (index * 37) % 300))
    .map((view) => [addressOf(view), addressOf(view) + view.length] as const)
    .sort(([a], [b]) => a - b);
  ranges.slice(1).forEach(([start], index) => assert.ok(start >= ranges[index]![1]));
});

for (const byteLength of [1, 8, 64, 1000, 4096, 65_536, 300_000, 2 * MIB]) {
  test(`Heap.allocateZeroed() clears ${byteLength} bytes that were written before`, () => {
    using heap = new Heap();
    // A page of small blocks is used to its end before freed ones come back.
    const length = byteLength <= 64 ? 20_000 : 20;
    const written = Array.from({ length }, () => heap.allocate(Uint8Array, byteLength).fill(255));
    const before = new Set(written.map(addressOf));
    for (const view of written) heap.free(view);
    const cleared = Array.from({ length }, () => heap.allocateZeroed(Uint8Array, byteLength));
    // Secure builds choose among free blocks at random.
    const isChosen = library().build.encodedFreeLists === true;
    assert.ok(isChosen || cleared.some((view) => before.has(addressOf(view))), "no memory was used again");
    for (const view of cleared) assert.equal(view.findIndex((byte) => byte !== 0), -1);
  });
}

test("Heap.allocate() holds 4,294,967,295 bytes and not one more", {
  skip: library().build.type === "debug" ? "debug builds write every byte" : false,
}, () => {
  using heap = new Heap();
  const most = heap.allocate(Uint8Array, 2 ** 32 - 1);
  most[2 ** 32 - 2] = 7;
  assert.equal(most.at(-1), 7);
  assertLive(heap, 2 ** 32 - 1, 1);
  heap.free(most);
  assert.equal(heap.allocate(Float64Array, 2 ** 29 - 1).byteLength, 2 ** 32 - 8);
  assertRefused(heap, () => heap.allocate(Uint8Array, 2 ** 32), RangeError, "Cannot allocate 4294967296 elements");
});

test("Heap.allocate() refuses invalid lengths and stays as it was", () => {
  using heap = new Heap();
  heap.allocate(Uint8Array, 10);
  for (const [length, error] of BAD_LENGTHS) {
    for (const type of [Uint8Array, Float64Array, DataView]) {
      assertRefused(heap, () => heap.allocate(type, length as number), error, "Cannot allocate");
      assertRefused(heap, () => heap.allocateZeroed(type, length as number), error, "Cannot allocate");
      assertRefused(heap, () => heap.allocate(type, length as number, { alignment: 64 }), error, "Cannot allocate");
    }
  }
  assert.throws(() => heap.allocate(Uint8Array, 5n as unknown as number), TypeError);
  assert.equal(heap.allocate(Uint8Array, 5).length, 5);
  assertLive(heap, 15, 2);
});

test("Heap.allocate() refuses a product that does not fit into 32 bits", () => {
  using heap = new Heap();
  for (
    const [type, length] of [[Float64Array, 2 ** 29], [Uint32Array, 2 ** 30], [Uint16Array, 2 ** 31]] as const
  ) {
    const message = `Cannot allocate ${length} elements of ${type.BYTES_PER_ELEMENT} bytes`;
    assertRefused(heap, () => heap.allocate(type, length), RangeError, message);
    assertRefused(heap, () => heap.allocateZeroed(type, length), RangeError, message);
  }
});

test("Heap.allocate() refuses what is not a class of views", () => {
  using heap = new Heap();
  class Pixels extends Uint8Array {}
  for (const type of [Pixels, Array, ArrayBuffer, Object, undefined, null, 8, "Uint8Array"]) {
    assertRefused(heap, () => heap.allocate(type as ViewConstructor, 8), TypeError, "Cannot allocate");
  }
});

test("Heap.allocate() gives a heap without name one of its own", () => {
  using a = new Heap();
  using b = new Heap();
  assert.notEqual(a.name, b.name);
  using named = new Heap({ name: "index" });
  assert.equal(named.name, "index");
  assert.deepEqual([named.limit, named.closed, named.arena], [Infinity, false, undefined]);
});

test("Heap.bytes() copies buffers, views and iterables", () => {
  using heap = new Heap();
  const source = Uint8Array.of(1, 2, 3, 250);
  const shared = new Uint8Array(new SharedArrayBuffer(4));
  shared.set(source);
  const wide = new Uint16Array(source.buffer);
  for (
    const copied of [source, source.buffer, wide, new DataView(source.buffer), shared, shared.buffer, [...source]]
  ) {
    const view = heap.bytes(copied);
    assert.deepEqual([...view], [1, 2, 3, 250]);
    assert.notEqual(view.buffer, source.buffer);
    assert.ok(heap.owns(view));
  }
  assert.deepEqual([...heap.bytes(source.subarray(1, 3))], [2, 3]);
  assert.deepEqual([...heap.bytes(new Set([257, -1]))], [1, 255]);
  assert.equal(heap.liveBlocks, 9);
});

test("Heap.bytes() of nothing is an empty view that is freed like any other", () => {
  using heap = new Heap();
  const empty = heap.bytes([]);
  assert.equal(empty.length, 0);
  assertLive(heap, 0, 1);
  heap.free(empty);
  assertLive(heap, 0, 0);
  assertRefused(heap, () => heap.free(empty), TypeError, "Cannot free this view");
});

test("Heap.reallocate() gives an empty copy a length", () => {
  using heap = new Heap();
  for (const length of [1, 8, 1000]) {
    const grown = heap.reallocate(heap.text(""), length);
    assert.equal(grown.length, length);
    assertLive(heap, length, 1);
    heap.free(grown);
    assertLive(heap, 0, 0);
  }
});

test("Heap.bytes() and Scope.bytes() refuse a source that was freed or moved", () => {
  using heap = new Heap();
  using pool = new ScopePool();
  const scope = pool.open();
  const freed = heap.allocate(Uint8Array, 8);
  const { buffer } = freed;
  heap.free(freed);
  const moved = new Float64Array(8);
  moved.buffer.transfer();
  for (const source of [freed, buffer, moved, moved.buffer]) {
    assertRefused(heap, () => heap.bytes(source), TypeError, "Cannot copy this source: ");
    assertRefused(scope, () => scope.bytes(source), TypeError, "Cannot copy this source: ");
  }
});

test("Heap.bytes() refuses what has no bytes", () => {
  using heap = new Heap();
  for (const source of [8, "text", null, undefined, {}, true, Symbol.iterator]) {
    assertRefused(heap, () => heap.bytes(source as unknown as number[]), TypeError, "Cannot copy ");
  }
});

test("Heap.text() and readText() keep every character", () => {
  using heap = new Heap();
  for (const text of ["", "a", "grüezi", "漢字 🙂", "\ufeffmark", "\0", "x".repeat(100_000)]) {
    const view = heap.text(text);
    assert.equal(view.byteLength, new TextEncoder().encode(text).length);
    assert.equal(readText(view), text);
  }
  assert.equal(readText(heap.bytes([0xff, 0x41])), "\ufffdA");
  for (const source of [undefined, 5, ["a"]]) {
    assertRefused(heap, () => heap.text(source as unknown as string), TypeError, "Cannot encode ");
  }
});

test("readText() throws for a view that was freed", () => {
  using heap = new Heap();
  const text = heap.text("gone");
  const data = new DataView(text.buffer);
  heap.free(text);
  assert.throws(() => readText(text), { name: "TypeError", message: /^Cannot read text: / });
  assert.throws(() => readText(data), { name: "TypeError", message: /^Cannot read text: / });
});
