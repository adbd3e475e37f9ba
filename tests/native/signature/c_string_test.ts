import assert from "node:assert/strict";
import { test } from "node:test";
import { Heap, readText, ScopePool } from "../../../mod.ts";
import { addressOf, cString, Pointer, readCString } from "../../../native/mod.ts";
import { cUnion, struct, u32, u8 } from "../../../stl/mod.ts";
import { hasCompiler, openPlain } from "../_library.ts";

const options = { skip: !hasCompiler && "there is no C compiler" };

test("texts go to C and come back", options, () => {
  const c = openPlain();
  assert.equal(c.text_length("abc"), 3);
  assert.equal(c.text_length(""), 0);
  assert.equal(c.text_length("grüezi"), 7);
  assert.equal(c.text_length("x".repeat(100_000)), 100_000);
  assert.equal(c.text_length("y".repeat(256)), 256);
  assert.equal(c.text_length("a"), 1);
  assert.equal(c.text_length(null), 999);
  assert.equal(c.greeting(), "grüezi");
  assert.equal(c.no_text(), null);
  const copy = c.text_copy("ä copy");
  assert.equal(readCString(copy!), "ä copy");
  c.free_bytes(copy);
});

test("what would end elsewhere in C is refused", options, () => {
  const c = openPlain();
  assert.throws(() => c.text_length("a\0b"), { name: "RangeError", message: /parameter 1 of text_length.*U\+0000/ });
  assert.throws(() => c.text_length(new Uint8Array([1, 2])), {
    name: "RangeError",
    message: /no byte of the view is zero/,
  });
  assert.throws(() => c.text_length(new Uint8Array(0)), { name: "RangeError" });
  const lying = Object.defineProperty(new Uint8Array([1, 2]), "includes", { value: () => true });
  assert.throws(() => c.text_length(lying), { name: "RangeError", message: /no byte of the view is zero/ });
  for (const value of [5, {}, undefined]) assert.throws(() => c.text_length(value as never), TypeError);
});

test("cString() of heaps and scopes makes texts that C keeps", options, () => {
  const c = openPlain();
  using heap = new Heap({ name: "texts" });
  const text = heap.cString("kept ü");
  assert.equal(text.length, 8);
  assert.equal(text.at(-1), 0);
  c.keep_text(text);
  assert.equal(c.kept(), "kept ü");
  c.keep_text(null);
  heap.free(text);
  assert.throws(() => c.keep_text(text), { name: "ClosedError" });
  assert.throws(() => heap.cString("a\0"), RangeError);
  assert.throws(() => heap.cString(5 as never), TypeError);
  using pool = new ScopePool();
  pool.run((scope) => assert.equal(c.text_length(scope.cString("in a scope")), 10));
  pool.run((scope) => assert.deepEqual([...scope.cString("")], [0]));
});

test("a text in a struct is memory", options, () => {
  const Named = struct({ name: cString, id: u32 });
  using heap = new Heap({ name: "named" });
  const named = Named.create(heap, { name: heap.cString("first"), id: 1 });
  assert.equal(named.name as string | null, "first");
  named.assign({ name: null });
  assert.equal(named.name as string | null, null);
  assert.throws(() => named.assign({ name: "text" as never }), /expected memory that holds one/);
  assert.throws(() => cUnion({ name: cString, id: u32 }), /follows the pointer/);
  assert.throws(() => cUnion({ named: Named }), /follows the pointer/);
});

test("readCString() reads up to the zero byte", () => {
  using heap = new Heap({ name: "reading" });
  const text = heap.cString("a text that is longer than others that are short");
  assert.equal(readCString(Pointer.at(addressOf(text))), readText(text.subarray(0, -1)));
  assert.throws(() => readCString(text as never), TypeError);
});

test("readCString() reads as many bytes as it is told", () => {
  using heap = new Heap({ name: "counted" });
  const text = heap.text("grüezi\0mitenand");
  const pointer = Pointer.at(addressOf(text), u8);
  assert.equal(readCString(pointer, text.length), "grüezi\0mitenand");
  assert.equal(readCString(pointer, 4), "grü");
  assert.equal(readCString(pointer, 3), "gr\ufffd");
  assert.equal(readCString(pointer, 0), "");
  for (const byteLength of [-1, 1.5, NaN, Infinity, 2 ** 32, "4", 4n, null]) {
    assert.throws(() => readCString(pointer, byteLength as never), {
      name: "RangeError",
      message: /^Cannot read a text of .* bytes: expected an integer from 0 to 4294967295$/,
    });
  }
  assert.throws(() => readCString(null as never, 0), TypeError);
});

test("text() of short texts is that of TextEncoder", () => {
  using heap = new Heap({ name: "short" });
  using pool = new ScopePool();
  for (const text of ["a", "0123456789", "x".repeat(64), "x".repeat(65), "ü", "a\0b", "\u{1F600}", "\ud800"]) {
    const expected = new TextEncoder().encode(text);
    assert.deepEqual([...heap.text(text)], [...expected]);
    pool.run((scope) => assert.deepEqual([...scope.text(text)], [...expected]));
  }
  assert.equal(heap.text("").length, 0);
  assert.throws(() => heap.text(5 as never), { name: "TypeError", message: /expected a string, got 5/ });
});
