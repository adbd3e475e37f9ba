import assert from "node:assert/strict";
import process from "node:process";
import { test } from "node:test";
import { library } from "../../../ffi/mod.ts";
import { storeOf } from "../../../heaps/heap/heap.ts";
import { Heap } from "../../../mod.ts";
import { assertQuick } from "../../_time.ts";
import { hasRoom } from "../_support.ts";
import { addressOf } from "./_addresses.ts";

const MIB = 2 ** 20;

/** Numbers from 0 to 1 that are the same for the same seed. */
function createRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x9e3779b9 >>> 0;
    return (state ^ (state >>> 12)) / 2 ** 32 % 1;
  };
}

interface Filled extends Disposable {
  readonly heap: Heap;
  readonly views: readonly Uint8Array<ArrayBuffer>[];
}

/**
 * A heap that `fill` has filled. Up to 3.1 one takes over pages that threads of other tests in the process left; then the
 * next one is filled, while those keep them.
 */
function fillAlone(fill: (heap: Heap) => readonly Uint8Array<ArrayBuffer>[]): Filled {
  const heaps: Heap[] = [];
  const end = (): void => heaps.forEach((heap) => heap.destroy());
  while (true) {
    const heap = new Heap();
    heaps.push(heap);
    const views = fill(heap);
    const own = new Set(views.map(addressOf));
    const isAlone = library().sharedHeaps || heap.blocks().addresses.every((address) => own.has(address));
    if (isAlone || heaps.length === 100) return { heap, views, [Symbol.dispose]: end };
  }
}

test("Heap.areas() lists the areas that hold the blocks", () => {
  using filled = fillAlone((heap) => Array.from({ length: 1000 }, () => heap.allocate(Uint8Array, 100)));
  const { heap, views } = filled;
  const areas = heap.areas();
  const isPlain = hasRoom() && library().build.guarded !== true;
  assert.equal(areas.reduce((total, { used }) => total + used, 0), 1000);
  for (const area of areas) {
    // Padding and guard pages lie in the block.
    if (isPlain) assert.deepEqual([area.blockBytes, area.fullBlockBytes], [112, 112]);
    assert.ok(area.blockBytes >= 100 && area.fullBlockBytes >= area.blockBytes);
    assert.ok(area.committedBytes >= area.used * area.fullBlockBytes && area.committedBytes <= area.reservedBytes);
  }
  for (const view of views) {
    const address = addressOf(view);
    assert.equal(
      areas.filter((area) => address >= area.address && address < area.address + area.committedBytes).length,
      1,
    );
  }
});

test("Heap.collect() with force gives back the pages that a heap of 3.6 keeps ready", () => {
  using filled = fillAlone((heap) => {
    for (let block = 0; block < 50; block++) heap.free(heap.allocate(Uint8Array, 1000));
    return [];
  });
  const { heap } = filled;
  assert.equal(heap.areas().length, 1);
  heap.collect();
  assert.equal(heap.areas().length, library().has("mi_heap_main") ? 1 : 0);
  heap.collect(true);
  assert.equal(heap.areas().length, 0);
});

test("Heap.blocks() lists the address of every live block and of no other", () => {
  using filled = fillAlone((heap) => {
    const views = [1, 100, 1000, 5000, 100_000, 3 * MIB].map((length) => heap.allocate(Uint8Array, length));
    heap.free(views[2]!);
    return views.filter((view) => view.length > 0);
  });
  const { heap, views: live } = filled;
  assert.equal(live.length, 5);
  const { addresses, byteLengths } = heap.blocks();
  assert.deepEqual(new Set(addresses), new Set(live.map(addressOf)));
  const sizes = new Map([...addresses].map((address, index) => [address, byteLengths[index]!]));
  for (const view of live) {
    const size = sizes.get(addressOf(view))!;
    // A block of a size class, which is at most a quarter larger than what was asked for.
    assert.ok(size >= view.length && size <= Math.max(16, view.length * 1.25), `${size} for ${view.length}`);
  }
});

test("Heap.blocks() lists the live blocks after 20,000 random allocations and frees", () => {
  const seed = Number(process.env["SEED"] ?? Date.now() % 2 ** 31);
  using filled = fillAlone((heap) => {
    const random = createRandom(seed);
    const live: Uint8Array<ArrayBuffer>[] = [];
    for (let step = 0; step < 20_000; step++) {
      if (live.length > 0 && random() < 0.45) {
        const [view] = live.splice(Math.floor(random() * live.length), 1);
        heap.free(view!);
      } else {
        live.push(heap.allocate(Uint8Array, Math.ceil(2 ** (random() * 14))));
      }
    }
    return live;
  });
  const { heap, views: live } = filled;
  const { addresses, byteLengths } = heap.blocks();
  assert.equal(byteLengths.length, live.length, `SEED=${seed}`);
  assert.deepEqual([...addresses].toSorted(), live.map(addressOf).toSorted(), `SEED=${seed}`);
});

test("Heap.blocks() lists one million blocks in half a second of processor time", () => {
  const COUNT = 1_000_000;
  using heap = new Heap();
  const { heapMalloc } = library().bind("blocks");
  const handle = storeOf(heap).handle("test");
  for (let block = 0; block < COUNT; block++) heapMalloc(handle, 16);
  let { addresses } = heap.blocks();
  assertQuick(500, () => addresses = heap.blocks().addresses);
  assert.equal(addresses.length, COUNT);
  assert.equal(new Set(addresses).size, COUNT);
});

test("Heap.areas() and blocks() are empty for a heap without blocks", () => {
  using heap = new Heap();
  assert.deepEqual(heap.areas(), []);
  const { addresses, byteLengths } = heap.blocks();
  assert.deepEqual([addresses.length, byteLengths.length], [0, 0]);
});

test("Heap.areas() and blocks() throw ClosedError when the heap is closed", () => {
  const heap = new Heap();
  heap.destroy();
  assert.throws(() => heap.areas(), { name: "ClosedError" });
  assert.throws(() => heap.blocks(), { name: "ClosedError" });
});

test("Heap.areas() and blocks() throw while others use the heap, and work again afterwards", () => {
  using heap = new Heap({ name: "common" });
  heap.allocate(Uint8Array, 10);
  const other = Heap.attach(heap.share());
  assert.throws(() => heap.blocks(), { message: /^Cannot list the blocks of heap "common": other threads use it/ });
  assert.throws(() => other.areas(), { message: /^Cannot list the areas of heap "common": other threads use it/ });
  other.destroy();
  const { length } = heap.blocks().addresses;
  // Up to 3.1 the heap may have taken pages over with the blocks of others.
  assert.ok(library().has("mi_heap_main") ? length === 1 : length >= 1, `${length}`);
});
