import assert from "node:assert/strict";
import { test } from "node:test";
import { Heap, ScopePool } from "../../../mod.ts";
import { type Address, addressOf, adopt, giveBack, openLibrary, Pointer } from "../../../native/mod.ts";
import { f64, u16, u8 } from "../../../stl/mod.ts";
import { hasCompiler, libraryFile, openPlain, slow } from "../_library.ts";
import { RUNTIME } from "../../_program.ts";

const options = { skip: !hasCompiler && "there is no C compiler" };

test("adopted memory is a view that is emptied and freed by giveBack(), once", options, () => {
  const { make_bytes, free_bytes, freed_bytes } = openPlain();
  const before = freed_bytes();
  const bytes = adopt(make_bytes(100)!, 100, { free: free_bytes });
  const part = bytes.subarray(10);
  assert.deepEqual([bytes.length, bytes[99], part[0]], [100, 99, 10]);
  bytes[0] = 7;
  assert.equal(freed_bytes(), before);
  giveBack(bytes);
  assert.equal(freed_bytes(), before + 1);
  assert.deepEqual([bytes.length, part.length, bytes.buffer.detached], [0, 0, true]);
  assert.throws(() => giveBack(bytes), { name: "TypeError", message: /that was done before/ });
  bytes[Symbol.dispose]();
  assert.equal(freed_bytes(), before + 1);
});

test("`using` gives adopted memory back, also when its block throws", options, () => {
  const { make_bytes, free_bytes, freed_bytes } = openPlain();
  const before = freed_bytes();
  let kept: Uint8Array | undefined;
  assert.throws(() => {
    using bytes = adopt(make_bytes(8)!, 8, { free: free_bytes });
    kept = bytes;
    throw new Error("in the middle");
  }, /in the middle/);
  assert.deepEqual([kept?.length, freed_bytes()], [0, before + 1]);
});

test("the view is of the numbers that the pointer leads to", options, () => {
  const { make_bytes, free_bytes } = openPlain();
  const pointer = make_bytes(64)!;
  const numbers = adopt(pointer.as(f64), 64, { free: (given) => free_bytes(given.as(u8)) });
  assert.ok(numbers instanceof Float64Array);
  assert.equal(numbers.length, 8);
  giveBack(numbers);
  const other = make_bytes(64)!;
  const free = (): void => {};
  assert.throws(() => adopt(other.as(f64), 60, { free }), { name: "RangeError", message: /multiples of 8/ });
  const odd = Pointer.at(other.address + 1, u16);
  assert.throws(() => adopt(odd, 2, { free }), {
    name: "RangeError",
    message: /as Uint16Array: both have to be multiples of 2/,
  });
  free_bytes(other);
});

test("what is no memory, no length, no function is refused before C is called", options, () => {
  const { make_bytes, free_bytes, freed_bytes } = openPlain();
  const pointer = make_bytes(64)!;
  const before = freed_bytes();
  const free = free_bytes;
  for (const value of [null, undefined, 4096, "text", {}, new Uint8Array(4)]) {
    assert.throws(() => adopt(value as never, 8, { free }), { name: "TypeError", message: /expected a Pointer, got/ });
  }
  for (const length of [0, -1, 1.5, NaN, Infinity, 2 ** 32, 2 ** 53, "8", null]) {
    assert.throws(() => adopt(pointer, length as never, { free }), {
      name: "RangeError",
      message: /from 1 to 4294967295/,
    });
  }
  for (const given of [undefined, null, {}, { free: "free" }, { free: null }]) {
    assert.throws(() => adopt(pointer, 8, given as never), TypeError);
  }
  for (const address of [1, 4096, 2 ** 46 + 4096, 2 ** 53 - 1]) {
    const wild = Pointer.at(address as Address, u8);
    assert.throws(() => adopt(wild, 8, { free }), { name: "RangeError", message: /are memory of the process/ });
  }
  assert.throws(() => adopt(pointer, 2 ** 32 - 1, { free }), /not all of the 4294967295 bytes/);
  assert.equal(freed_bytes(), before);
  free(pointer);
});

test("memory is adopted once, as a whole and in parts", options, () => {
  const { make_bytes, free_bytes, freed_bytes } = openPlain();
  const pointer = make_bytes(64)!;
  const before = freed_bytes();
  const bytes = adopt(pointer, 32, { free: free_bytes });
  const inside = Pointer.at(pointer.address + 31, u8);
  const behind = Pointer.at(pointer.address + 32, u8);
  for (const again of [pointer, inside]) {
    assert.throws(() => adopt(again, 1, { free: free_bytes }), { name: "RangeError", message: /adopted already/ });
  }
  giveBack(adopt(behind, 32, { free: () => {} }));
  giveBack(bytes);
  assert.equal(freed_bytes(), before + 1);
  const next = make_bytes(64)!;
  giveBack(adopt(next, 64, { free: free_bytes }));
  assert.equal(freed_bytes(), before + 2);
});

test("many stretches in whatever order are told apart", options, () => {
  const { make_bytes, free_bytes, freed_bytes } = openPlain();
  const base = make_bytes(4096)!;
  const order = Array.from({ length: 256 }, (_, index) => (index * 149) % 256);
  const at = (index: number): Pointer<typeof u8> => Pointer.at(base.address + index * 16, u8);
  let freed = 0;
  const views = new Map(order.map((index) => [index, adopt(at(index), 16, { free: () => freed++ })]));
  for (const index of order) assert.throws(() => adopt(at(index), 1, { free: () => {} }), /adopted already/);
  for (const index of order.reverse()) giveBack(views.get(index)!);
  assert.equal(freed, 256);
  const before = freed_bytes();
  giveBack(adopt(base, 4096, { free: free_bytes }));
  assert.equal(freed_bytes(), before + 1);
});

test("memory of a heap and of a scope is not adopted", () => {
  using heap = new Heap({ name: "own" });
  const view = heap.allocate(Uint8Array, 64);
  const pointer = Pointer.at(addressOf(view), u8);
  assert.throws(() => adopt(pointer, 64, { free: () => {} }), {
    name: "TypeError",
    message: /it belongs to heap "own"/,
  });
  using pool = new ScopePool({ name: "pool" });
  using scope = pool.open();
  const inside = Pointer.at(addressOf(scope.allocate(Uint8Array, 64)), u8);
  assert.throws(() => adopt(inside, 64, { free: () => {} }), { name: "TypeError", message: /it belongs to/ });
  assert.throws(() => heap.free(adoptedNothing()), TypeError);
});

function adoptedNothing(): Uint8Array<ArrayBuffer> {
  return new Uint8Array(8);
}

test("giveBack() refuses what it did not make, parts and moved buffers, and changes nothing", options, () => {
  const { make_bytes, free_bytes, freed_bytes } = openPlain();
  const before = freed_bytes();
  using heap = new Heap({ name: "other" });
  const block = heap.allocate(Uint8Array, 8);
  for (const value of [null, 5, {}, new ArrayBuffer(8)]) {
    assert.throws(() => giveBack(value as never), { name: "TypeError", message: /expected a view of adopt\(\)/ });
  }
  assert.throws(() => giveBack(block), { name: "TypeError", message: /neither adopt\(\) nor mapFile\(\) made it/ });
  const bytes = adopt(make_bytes(64)!, 64, { free: free_bytes });
  assert.throws(() => heap.free(bytes), { name: "TypeError", message: /no heap handed it out/ });
  assert.throws(() => giveBack(bytes.subarray(1)), { name: "TypeError", message: /is a part of it/ });
  assert.equal(bytes.length, 64);
  const moved = bytes.buffer.transfer();
  assert.throws(() => giveBack(bytes), { name: "TypeError", message: /was moved by transfer/ });
  assert.throws(() => giveBack(new Uint8Array(moved)), /neither adopt/);
  bytes[Symbol.dispose]();
  // Who has the moved buffer can read it still.
  assert.deepEqual([freed_bytes(), new Uint8Array(moved)[63]], [before, 63]);
});

test("what free() throws comes through, and it is not called again", options, () => {
  const { make_bytes, free_bytes } = openPlain();
  const pointer = make_bytes(8)!;
  let calls = 0;
  const bytes = adopt(pointer, 8, {
    free: () => {
      calls++;
      throw new Error("no");
    },
  });
  assert.throws(() => giveBack(bytes), /^Error: no$/);
  assert.throws(() => giveBack(bytes), /done before/);
  assert.deepEqual([calls, bytes.length], [1, 0]);
  free_bytes(pointer);
});

test("a nonblocking call holds adopted memory until it settles", options, async () => {
  const { make_bytes, free_bytes, freed_bytes } = openPlain();
  using c = openLibrary(libraryFile(), slow);
  const before = freed_bytes();
  const bytes = adopt(make_bytes(64)!, 64, { free: free_bytes });
  const other = adopt(make_bytes(64)!, 64, { free: free_bytes });
  const filling = [c.fill_slowly(bytes, 64, 7, 50), c.fill_slowly(other, 64, 7, 50)];
  if (RUNTIME === "deno") {
    assert.throws(() => giveBack(bytes), { name: "Error", message: /1 calls use it/ });
    other[Symbol.dispose]();
    assert.deepEqual([other.length, freed_bytes()], [0, before]);
  }
  await Promise.all(filling);
  other[Symbol.dispose]();
  assert.equal(freed_bytes(), before + 1);
  assert.equal(bytes[63], 7);
  giveBack(bytes);
  assert.equal(freed_bytes(), before + 2);
});
