/**
 * What main-override-static.c of mimalloc tries by hand. Its faults corrupt memory in a release build, where nothing
 * detects them: here they are refused before C, or have no effect.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Arena, Heap, library, processInfo, statsText } from "../../mod.ts";
import { runProgram } from "../_program.ts";
import { addressOf, assertFilled, assertLive, assertRefused, fill, MIB } from "../heaps/_support.ts";
import { ofArenas } from "../_arenas.ts";

const SIZES = [16, 64, 256, 3 * 2 ** 10, 100_000] as const;

/** Asserts that a heap still gives blocks apart from each other, and keeps what is written to them. */
function assertSound(heap: Heap): void {
  const views = SIZES.flatMap((size) => Array.from({ length: 20 }, () => heap.allocate(Uint8Array, size)));
  views.forEach(fill);
  views.forEach((view, index) => assertFilled(view, index));
  const starts = views.map(addressOf).sort((one, other) => one - other);
  assert.equal(new Set(starts).size, views.length);
  for (const view of views) heap.free(view);
}

test("double_free1: a block that is freed again while others are taken is refused", () => {
  using heap = new Heap();
  const views = Array.from({ length: 256 }, (_, index) => heap.allocate(Uint8Array, (index + 1) * 16));
  for (const view of views.slice(0, 2)) heap.free(view);
  assertRefused(heap, () => heap.free(views[0]!), TypeError, "Cannot free");
  assertLive(heap, heap.liveBytes, 254);
  assertSound(heap);
});

test("double_free2: a freed block is refused while another one has its memory", () => {
  using heap = new Heap();
  const first = heap.allocate(Uint8Array, 64);
  heap.free(first);
  const others = Array.from({ length: 2000 }, () => heap.allocate(Uint8Array, 64).fill(7));
  assertRefused(heap, () => heap.free(first), TypeError, "Cannot free");
  assert.ok(others.every((view) => view.every((byte) => byte === 7)));
  assertSound(heap);
});

test("corrupt_free: writing to freed blocks reaches no memory", () => {
  using heap = new Heap();
  const views = Array.from({ length: 512 }, () => heap.allocate(Uint8Array, 64));
  const freed = views.filter((_, index) => index % 2 === 0);
  for (const view of freed) heap.free(view);
  for (const view of freed) {
    for (let index = 0; index < 64; index++) view[index] = 0xff;
    assert.throws(() => view.set([0xff]), TypeError);
    assert.equal(view[0], undefined);
  }
  assertSound(heap);
});

for (const [name, size] of [["block_overflow1", 17], ["block_overflow2", 16]] as const) {
  test(`${name}: writing behind a block of ${size} bytes reaches no memory`, () => {
    using heap = new Heap();
    const views = Array.from({ length: 100 }, () => heap.allocate(Uint8Array, size));
    views.forEach(fill);
    for (const view of views) {
      for (let index = size; index < size + 64; index++) view[index] = 0xff;
      assert.throws(() => view.set([0xff], size), RangeError);
      assert.throws(() => new DataView(view.buffer).setUint8(size, 0xff), RangeError);
    }
    views.forEach((view, index) => assertFilled(view, index));
    assertSound(heap);
  });
}

test("canary_leak: nothing behind a block of 23 bytes can be read", () => {
  using heap = new Heap();
  const view = heap.bytes(new Uint8Array(23).map((_, index) => 97 + index));
  assert.deepEqual(Array.from({ length: 25 }, (_, index) => view[22 + index]), [97 + 22, ...Array(24).fill(undefined)]);
  assert.equal(view.buffer.byteLength, 23);
});

test("invalid_free: a view inside a block, and an empty one, are refused", () => {
  using heap = new Heap();
  const view = heap.allocate(Uint8Array, 1024);
  const inside = new Uint8Array(view.buffer, 16, 16);
  for (
    const wrong of [inside, view.subarray(1), view.subarray(0, 0), new Uint8Array(1024), new DataView(view.buffer, 8)]
  ) {
    assertRefused(heap, () => heap.free(wrong), TypeError, "Cannot free");
  }
  heap.free(view);
  assertSound(heap);
});

const ofRandomPlaces = {
  skip: library().build.type === "debug" ? "debug builds take the same addresses each time, to be compared" : false,
};

test("aslr: blocks of two processes lie at different addresses", ofRandomPlaces, async () => {
  const [one, other] = await Promise.all([1, 2].map(() => runProgram("tests/upstream/programs/address.ts")));
  assert.match(one!.stdout, /^0x[0-9a-f]{6,}\n$/, one!.stderr);
  assert.match(other!.stdout, /^0x[0-9a-f]{6,}\n$/, other!.stderr);
  assert.notEqual(one!.stdout, other!.stdout);
});

test("process_info: the figures of the process are returned, and printed", () => {
  const info = processInfo();
  for (const [name, figure] of Object.entries(info)) {
    assert.ok(figure === undefined || figure >= 0, `${name}: ${figure}`);
  }
  assert.ok(info.peakResidentBytes > 0);
  assert.match(statsText(), /^ *(mimalloc: )?(elapsed|process) *:.* s/m);
});

test("reserved: an arena of 4 GiB serves small, large and huge blocks", ofArenas, async () => {
  const { code, stdout, stderr } = await runProgram("tests/upstream/programs/reserve_4gib.ts");
  assert.deepEqual({ code, stdout }, { code: 0, stdout: "100 100000 2147483648 1073864947\n" }, stderr);
});

test("negative_stat: no figure is below 0 after blocks were freed by another thread", async () => {
  const { code, stdout, stderr } = await runProgram("tests/upstream/programs/free_elsewhere.ts");
  assert.deepEqual({ code, stdout }, { code: 0, stdout: "none below 0\n" }, stderr);
});

test("alloc_huge: a block of 1 GiB and a bit can be written to its last byte, and freed", () => {
  using heap = new Heap();
  const byteLength = 2 ** 30 + 123_123;
  const view = heap.allocate(Uint8Array, byteLength);
  view[0] = 1;
  view[byteLength - 1] = 2;
  assert.deepEqual([view[0], view.at(-1), view.length], [1, 2, byteLength]);
  heap.free(view);
  assertLive(heap, 0, 0);
});

test("manage_os_memory: memory that the program mapped serves the heaps bound to it alone", ofArenas, () => {
  using arena = Arena.map(64 * MIB);
  using heap = new Heap({ arena });
  using other = new Heap();
  const { address, byteLength } = arena.area;
  const isInside = (view: Uint8Array<ArrayBuffer>): boolean =>
    addressOf(view) >= address && addressOf(view) + view.length <= address + byteLength;
  for (const size of SIZES) {
    assert.equal(isInside(heap.allocate(Uint8Array, size)), true);
    assert.equal(isInside(other.allocate(Uint8Array, size)), false);
  }
});
