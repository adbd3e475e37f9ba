import assert from "node:assert/strict";
import { test } from "node:test";
import { canLeave } from "../../../heaps/core/subprocess_state.ts";
import { AllocationError, expand, Heap, mainHeap, ScopePool, Subprocess, usableSize } from "../../../mod.ts";
import {
  addressOf,
  assertFilled,
  assertLive,
  assertRefused,
  BAD_LENGTHS,
  bytesOf,
  fill,
  MIB,
  ofRoom,
  VIEW_TYPES,
} from "../_support.ts";

type Bytes = Uint8Array<ArrayBuffer>;

test("expand() lengthens a view in place up to the usable size of its block", () => {
  using heap = new Heap();
  for (const bytes of [1, 9, 100, 1001, 5000, 70_000, 3 * MIB + 1]) {
    const view = heap.allocate(Uint8Array, bytes);
    fill(view, 5);
    const [address, room] = [addressOf(view), usableSize(view)];
    const grown = expand(view, room) ?? assert.fail(`${bytes} to ${room}`);
    assert.deepEqual([view.length, grown.length, addressOf(grown)], [0, room, address]);
    assertFilled(grown, 5, bytes);
    grown.fill(255);
    assertLive(heap, room, 1);
    assert.equal(expand(grown, room + 1), undefined);
    assert.equal(grown.length, room);
    heap.free(grown);
    assertLive(heap, 0, 0);
  }
});

test("expand() shortens a view in place to any length", () => {
  using heap = new Heap();
  const view = heap.allocate(Uint8Array, 70_000);
  fill(view, 1);
  const address = addressOf(view);
  const short = expand(view, 3)!;
  assert.deepEqual([view.length, short.length, addressOf(short)], [0, 3, address]);
  assertLive(heap, 3, 1);
  const long = expand(short, 70_000)!;
  assertFilled(long, 1);
  heap.free(long);
});

test("expand() takes every class of views, and keeps it", () => {
  using heap = new Heap();
  for (const [type, elementBytes] of VIEW_TYPES) {
    const view = heap.allocate(type, 4);
    fill(view, 2);
    const short = expand(view, 2)!;
    assert.equal(short.constructor, type);
    assert.equal(short.byteLength, 2 * elementBytes);
    assertFilled(short, 2);
    assert.throws(() => heap.free(view), TypeError);
    heap.free(short);
  }
});

test("expand() works on a block that begins before its view, on the main heap, and on the copy of nothing", () => {
  using heap = new Heap();
  const aligned = heap.allocate(Uint8Array, 100, { alignment: MIB });
  const room = usableSize(aligned);
  const grown = expand(aligned, room)!;
  assert.equal(addressOf(grown) % MIB, 0);
  grown.fill(1);
  assert.equal(expand(grown, room + 1), undefined);
  // A block with a large alignment counts for the room of that too.
  assertLive(heap, room + MIB, 1);
  const empty = heap.bytes([]);
  const full = expand(empty, usableSize(empty))!;
  assertLive(heap, room + MIB + full.length, 2);
  const view = mainHeap().allocate(Uint8Array, 100);
  mainHeap().free(expand(view, 50)!);
});

test("expand() counts what it adds against the limit, and throws when it is hit", ofRoom(), () => {
  using heap = new Heap({ limit: 1010 });
  const view = heap.allocate(Uint8Array, 1001);
  assert.ok(usableSize(view) > 1010);
  assertRefused(heap, () => expand(view, 1011), AllocationError, "Cannot allocate 10 bytes in heap");
  assert.equal(view.length, 1001);
  const grown = expand(view, 1010)!;
  assertLive(heap, 1010, 1);
  assert.throws(() => heap.allocate(Uint8Array, 1), AllocationError);
  const short = expand(grown, 500)!;
  assert.equal(heap.allocate(Uint8Array, 510).length, 510);
  // It does not fit the block, so the limit is not asked.
  assert.equal(expand(short, 5000), undefined);
  assertLive(heap, 1010, 2);
});

test("expand() refuses invalid views and lengths, and changes nothing", () => {
  using heap = new Heap();
  const view = heap.allocate(Uint8Array, 100).fill(7);
  const freed = heap.allocate(Uint8Array, 100);
  heap.free(freed);
  const moved = heap.allocate(Uint8Array, 100);
  const alias = moved.buffer.transfer();
  const wrongs = [freed, moved, new Uint8Array(alias), view.subarray(1), new Uint8Array(8), null as unknown as Bytes];
  for (const wrong of wrongs) assertRefused(heap, () => expand(wrong, 10), TypeError, "Cannot ");
  for (const [length, error] of BAD_LENGTHS) {
    assertRefused(heap, () => expand(view, length as number), error, "Cannot ");
  }
  using pool = new ScopePool();
  pool.run((scope) => assert.throws(() => expand(scope.allocate(Uint8Array, 8), 4), TypeError));
  assert.ok(bytesOf(view).every((byte) => byte === 7));
  const frees = { valueOf: (): number => (heap.free(view), 10) } as unknown as number;
  assert.throws(() => expand(view, frees), TypeError);
});

test("expand() throws when a listener for deferred frees takes the block away", ofRoom(), () => {
  using heap = new Heap({ limit: 1010 });
  const view = heap.allocate(Uint8Array, 1001);
  using _ = heap.onDeferredFree(() => heap.free(view));
  assert.throws(() => expand(view, 1011), { name: "TypeError", message: /^Cannot expand this view: the listener/ });
  assertLive(heap, 0, 0);
});

test("expand() refuses a view of another sub-process", () => {
  if (!canLeave()) return;
  using part = Subprocess.create({ name: "part" });
  const view = part.run(() => new Heap({ name: "inner" }).allocate(Uint8Array, 100));
  assert.throws(() => expand(view, 50), { message: /^Cannot expand a view in heap "inner": it lies in sub-process/ });
  assert.equal(part.run(() => expand(view, 50)?.length), 50);
});
