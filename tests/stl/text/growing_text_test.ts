import assert from "node:assert/strict";
import { test } from "node:test";
import { AllocationError, Heap } from "../../../mod.ts";
import { Text } from "../../../stl/mod.ts";
import { below, sampleOf, seeded } from "../_kinds.ts";

const { random, message } = seeded();
const { make } = sampleOf("anyText");
const encoder = new TextEncoder();

function compare(text: Text, model: string): void {
  const other = make(random) as string;
  const bytes = encoder.encode(model);
  const start = below(random, bytes.length + 1);
  assert.equal(text.toString(), model);
  assert.equal(text.byteLength, bytes.length);
  assert.ok(text.equals(model) && text.equals(bytes) && text.equals(text));
  assert.equal(text.equals(other), model === other);
  assert.deepEqual([text.startsWith(other), text.endsWith(other)], [model.startsWith(other), model.endsWith(other)]);
  assert.equal(text.includes(other), model.includes(other));
  assert.equal(text.slice(start), new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes.subarray(start)));
  assert.deepEqual(text.toArray(), [...model]);
}

test("Text behaves like a string through 200,000 random steps", () => {
  const heap = new Heap();
  const text = new Text({ allocator: heap });
  let model = "";
  try {
    for (let step = 0; step < 200_000; step++) {
      const part = make(random) as string;
      const choice = random();
      if (choice < 0.6) {
        assert.equal(text.append(choice < 0.5 ? part : encoder.encode(part)), text);
        model += part;
      } else if (choice < 0.603) text.shrinkToFit();
      else if (choice < 0.604) text.append(text), model += model;
      else if (choice < 0.605) compare(text, model);
      else if (choice < 0.8) assert.equal(text.endsWith(part), model.endsWith(part));
      if (text.byteLength > 3000 || choice > 0.995) {
        text.clear();
        model = "";
      }
    }
    compare(text, model);
  } catch (cause) {
    throw new Error(`Text: ${message}`, { cause });
  }
  assert.equal(heap.liveBytes, text.bytes);
  text.dispose();
  assert.deepEqual([text.byteLength, heap.liveBlocks], [0, 0]);
  heap.close();
});

test("Text.append() puts a character together that comes in two pieces", () => {
  using heap = new Heap();
  const text = new Text({ allocator: heap });
  text.append("a\ud83d");
  assert.equal(text.toString(), "a\ufffd");
  text.append("").append("\ude00b");
  assert.deepEqual([text.toString(), text.byteLength], ["a😀b", 6]);
  // What is no pair stays what it is.
  text.clear();
  text.append("\ude00").append("\ud83d").append("\ud83d").append("\ude00").append("\ude00");
  assert.equal(text.toString(), "\ufffd\ufffd😀\ufffd");
  text.clear();
  text.append("\ud83d").append(encoder.encode("x")).append("\ude00");
  assert.equal(text.toString(), "\ufffdx\ufffd");
  text.append("\ud83d").clear();
  text.append("\ude00");
  assert.equal(text.toString(), "\ufffd");
  text.append("\ud83d").shrinkToFit();
  assert.equal(text.append("\ude00").toString(), "\ufffd😀");
  // Where the text has to grow for the second half.
  text.clear();
  text.shrinkToFit();
  for (let i = 0; i < 200; i++) text.append("\ud83d").append("\ude00");
  assert.equal(text.toString(), "😀".repeat(200));
  // Also where the first half comes from another text, or from the same one.
  const half = new Text({ allocator: heap }).append("\ud83d");
  assert.equal(new Text({ allocator: heap }).append(half).append("\ude00").toString(), "😀");
  assert.equal(half.append(half).append("\ude00").toString(), "\ufffd😀");
});

test("Text is the same whatever the pieces that it is put together from", () => {
  using heap = new Heap();
  for (let round = 0; round < 200; round++) {
    const text = new Text({ allocator: heap });
    const whole = Array.from({ length: 1 + below(random, 300) }, () => "a\ud83d\ude00é€\udfff"[below(random, 6)]).join(
      "",
    );
    for (let at = 0; at < whole.length;) {
      const end = at + below(random, 9);
      text.append(whole.slice(at, end));
      at = end;
    }
    assert.ok(text.equals(whole), `${message}: ${JSON.stringify(whole)}`);
    text.dispose();
  }
});

test("Text.append() that finds no memory for the other half leaves the first one", () => {
  using heap = new Heap({ limit: 128 });
  const text = new Text({ allocator: heap });
  const ballast = heap.allocate(Uint8Array, 96);
  text.append("a".repeat(29)).append("\ud83d");
  assert.equal(text.byteLength, 32);
  assert.throws(() => text.append("\ude00"), AllocationError);
  assert.equal(text.toString(), `${"a".repeat(29)}\ufffd`);
  heap.free(ballast);
  assert.equal(text.append("\ude00").toString(), `${"a".repeat(29)}😀`);
});

test("Text.indexOf() begins at 0 where a negative start lies before the text", () => {
  using heap = new Heap();
  const text = new Text({ allocator: heap }).append("abcab");
  const starts = [-5, -6, -1e9, -Infinity, -2, -1, NaN, 0.9, Infinity];
  assert.deepEqual(starts.map((start) => text.indexOf("ab", start)), [0, 0, 0, 0, 3, -1, 0, 0, -1]);
  assert.deepEqual(starts.map((start) => text.indexOf("", start)), [0, 0, 0, 0, 3, 4, 0, 0, -1]);
  assert.equal(new Text({ allocator: heap }).indexOf("", -5), 0);
});

test("Text.indexOf() counts bytes", () => {
  using heap = new Heap();
  const text = new Text({ allocator: heap }).append("aß€😀ab");
  assert.deepEqual(["a", "ß", "€", "😀", "ab", "b", "x", "", "abc"].map((part) => text.indexOf(part)), [
    0,
    1,
    3,
    6,
    10,
    11,
    -1,
    0,
    -1,
  ]);
  assert.deepEqual([text.indexOf("a", 1), text.indexOf("a", 11), text.indexOf("", 12), text.indexOf("", 13)], [
    10,
    -1,
    12,
    -1,
  ]);
  assert.deepEqual([text.slice(1, 3), text.slice(1, 2), text.slice(-2)], ["ß", "\ufffd", "ab"]);
});

test("Text.compare() is the order of code points, as that of UTF-8 bytes", () => {
  using heap = new Heap();
  const texts = ["", "a", "ab", "b", "é", "€", "\uffff", "😀"].map((part) =>
    new Text({ allocator: heap }).append(part)
  );
  for (const [i, a] of texts.entries()) {
    for (const [j, b] of texts.entries()) assert.equal(Math.sign(a.compare(b)), Math.sign(i - j));
  }
});

test("Text is unchanged when memory runs out, and refuses what is not text", () => {
  const heap = new Heap({ limit: 1000 });
  const text = new Text({ allocator: heap }).append("abc");
  assert.throws(() => text.append("x".repeat(2000)), AllocationError);
  assert.throws(() => text.append(5 as never), /Cannot take 5 as text: expected a string, Uint8Array or Text$/);
  assert.throws(() => text.reserve(-1), RangeError);
  assert.equal(text.toString(), "abc");
  text.reserve(500);
  assert.equal(text.capacity, 500);
  text.dispose();
  heap.close();
});

test("Text throws ClosedError when it was disposed or its heap destroyed", () => {
  const heap = new Heap({ name: "gone" });
  const [disposed, orphan] = [new Text({ allocator: heap }).append("a"), new Text({ allocator: heap }).append("a")];
  disposed.dispose();
  heap.destroy();
  for (const text of [disposed, orphan]) {
    for (
      const call of [
        () => text.append("a"),
        () => `${text}`,
        () => text.indexOf("a"),
        () => [...text],
        () => text.clear(),
      ]
    ) {
      assert.throws(call, { name: "ClosedError", message: /a Text: (it was disposed|its allocator gone is closed)$/ });
    }
    assert.ok(text.closed);
  }
});
