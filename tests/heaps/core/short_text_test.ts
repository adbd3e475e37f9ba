import assert from "node:assert/strict";
import { test } from "node:test";
import { Heap, ScopePool } from "../../../mod.ts";

const encoder = new TextEncoder();

const TEXTS = [
  "",
  "a",
  "~",
  "\u007f",
  "\u0080",
  "\u07ff",
  "\u0800",
  "\ud7ff",
  "\ue000",
  "\uffff",
  "grüezi",
  "Łódź",
  "日本語",
  "😀",
  "a😀b",
  "\ud83d",
  "\ude00",
  "a\ud83db",
  "\ude00\ud83d",
  "\ufeffmark",
];

test("text() and cString() give UTF-8 for every kind of character and about every length where they take other ways", () => {
  using heap = new Heap({ name: "texts" });
  using pool = new ScopePool();
  using scope = pool.open();
  const lengths = [1, 2, 31, 63, 64, 65, 200];
  const all = TEXTS.flatMap((text) => [text, ...lengths.map((length) => text.repeat(length).slice(0, length))]);
  for (const text of all) {
    const bytes = encoder.encode(text);
    const terminated = encoder.encode(`${text}\0`);
    for (const allocator of [heap, scope]) {
      assert.deepEqual(allocator.text(text), bytes, JSON.stringify(text));
      assert.deepEqual(allocator.cString(text), terminated, JSON.stringify(text));
    }
  }
});

test("every character of two bytes and some of three are written as TextEncoder writes them", () => {
  using pool = new ScopePool();
  for (let unit = 0x80; unit < 0x1_0000; unit += unit < 0x900 ? 1 : 37) {
    const text = `x${String.fromCharCode(unit)}y`;
    pool.run((scope) => assert.deepEqual(scope.text(text), encoder.encode(text), unit.toString(16)));
  }
});

test("cString() refuses U+0000 wherever it stands, and what is no text", () => {
  using heap = new Heap({ name: "zeros" });
  using pool = new ScopePool();
  using scope = pool.open();
  for (const allocator of [heap, scope]) {
    for (const text of ["\0", "a\0", "\0a", "a\0b", `${"a".repeat(100)}\0`, "ü\0"]) {
      assert.throws(() => allocator.cString(text), { name: "RangeError", message: /U\+0000/ });
    }
    for (const value of [null, undefined, 5, {}, ["a"]]) {
      assert.throws(() => allocator.cString(value as never), { name: "TypeError", message: /expected a string/ });
      assert.throws(() => allocator.text(value as never), { name: "TypeError", message: /expected a string/ });
    }
  }
  assert.deepEqual([heap.liveBlocks, scope.liveBlocks], [0, 0]);
});
