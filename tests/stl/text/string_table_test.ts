import assert from "node:assert/strict";
import { test } from "node:test";
import { AllocationError, Heap } from "../../../mod.ts";
import { StringTable } from "../../../stl/mod.ts";
import { below, sampleOf, seeded } from "../_kinds.ts";

const { random, message } = seeded();

function play(table: StringTable, handles: Map<string, number>, make: () => string, steps: number): void {
  for (let step = 0; step < steps; step++) {
    const text = make();
    const choice = random();
    if (choice < 0.4) {
      const handle = handles.get(text) ?? handles.size;
      const bytes = new TextEncoder().encode(`<${text}>`);
      assert.equal(choice < 0.2 ? table.intern(text) : table.internBytes(bytes, 1, bytes.length - 1), handle);
      handles.set(text, handle);
    } else if (choice < 0.7) assert.equal(table.handleOf(text), handles.get(text));
    else if (choice < 0.8) assert.equal(table.has(text), handles.has(text));
    else if (choice < 0.999) {
      const handle = handles.get(text);
      if (handle !== undefined) assert.equal(table.get(handle), text);
    } else if (choice < 0.9992) table.shrinkToFit();
    else if (choice < 0.9993) {
      table.clear();
      handles.clear();
    } else assert.deepEqual(table.toArray(), [...handles.keys()]);
    assert.equal(table.size, handles.size);
  }
}

test("StringTable gives each text one handle through 200,000 random steps", () => {
  const heap = new Heap();
  const table = new StringTable({ allocator: heap });
  const { make } = sampleOf("anyText");
  const texts = (): string => random() < 0.5 ? make(random) as string : `${below(random, 20_000)}`;
  try {
    play(table, new Map(), texts, 200_000);
  } catch (cause) {
    throw new Error(`StringTable: ${message}`, { cause });
  }
  assert.equal(heap.liveBytes, table.bytes);
  table.dispose();
  assert.deepEqual([table.size, heap.liveBlocks], [0, 0]);
  heap.close();
});

test("StringTable.compare() orders texts by code points", () => {
  using heap = new Heap();
  const table = new StringTable({ allocator: heap, capacity: 10 });
  const texts = ["", "a", "ab", "b", "é", "€", "\uffff", "😀"];
  const handles = texts.toReversed().map((text) => table.intern(text)).reverse();
  for (const [i, a] of handles.entries()) {
    for (const [j, b] of handles.entries()) assert.equal(Math.sign(table.compare(a, b)), Math.sign(i - j));
  }
  assert.deepEqual(handles.toSorted((a, b) => table.compare(a, b)), handles);
});

test("StringTable reads texts, bytes and prefixes by handle", () => {
  using heap = new Heap();
  const table = new StringTable({ allocator: heap });
  const handle = table.intern("größer");
  assert.equal(table.byteLengthOf(handle), 8);
  assert.deepEqual([...table.view(handle)], [...new TextEncoder().encode("größer")]);
  assert.deepEqual(["", "grö", "größer", "größere", "x"].map((prefix) => table.startsWith(handle, prefix)), [
    true,
    true,
    true,
    false,
    false,
  ]);
  assert.equal(table.intern("\ud800"), table.intern("\ufffd"));
  assert.deepEqual([...table.entries()], [[0, "größer"], [1, "\ufffd"]]);
  assert.deepEqual([...table.keys()], [0, 1]);
  const visited: string[] = [];
  table.forEach((text, at) => visited.push(`${at} ${text}`));
  assert.deepEqual(visited, ["0 größer", "1 \ufffd"]);
});

test("StringTable refuses unknown handles, and texts and bytes of the wrong type", () => {
  using heap = new Heap();
  const table = new StringTable({ allocator: heap });
  table.intern("a");
  for (const handle of [1, -1, 0.5, NaN, 2 ** 32, "0" as never]) {
    for (const call of [() => table.get(handle), () => table.view(handle), () => table.compare(0, handle)]) {
      assert.throws(call, { name: "RangeError", message: `Cannot read text ${handle} of a StringTable: it has 1` });
    }
  }
  assert.throws(() => table.intern(5 as never), /Cannot keep 5 in a StringTable: expected a string$/);
  for (const [start, end] of [[-1, 1], [0, 4], [2, 1], [0.5, 1], [NaN, 1]]) {
    assert.throws(() => table.internBytes(new Uint8Array(3), start, end), RangeError);
  }
});

test("StringTable is unchanged when memory runs out", () => {
  const heap = new Heap({ limit: 20_000 });
  const table = new StringTable({ allocator: heap });
  const texts: string[] = [];
  for (let failures = 0; failures < 10;) {
    const text = `${texts.length} ${"x".repeat(below(random, 100))}`;
    try {
      assert.equal(table.intern(text), texts.length);
      texts.push(text);
    } catch (error) {
      assert.ok(error instanceof AllocationError, message);
      failures++;
    }
  }
  assert.deepEqual(table.toArray(), texts);
  table.dispose();
  heap.close();
});

test("StringTable throws ClosedError when it was disposed or its heap destroyed", () => {
  const heap = new Heap({ name: "gone" });
  const [disposed, orphan] = [new StringTable({ allocator: heap }), new StringTable({ allocator: heap })];
  for (const table of [disposed, orphan]) table.intern("a");
  disposed.dispose();
  heap.destroy();
  for (const table of [disposed, orphan]) {
    const calls = [() => table.intern("a"), () => table.intern("b"), () => table.get(0), () => table.has("a")];
    for (const call of [...calls, () => table.compare(0, 0), () => table.toArray(), () => table.clear()]) {
      assert.throws(call, { name: "ClosedError", message: /^Cannot use a StringTable: / });
    }
    assert.ok(table.closed);
  }
});

test("StringTable refuses what is not text, bytes or a prefix", () => {
  using heap = new Heap();
  const table = new StringTable({ allocator: heap });
  const handle = table.intern("a");
  for (const value of [undefined, null, 5, [97], { length: 1 }, new Float64Array(1)] as never[]) {
    assert.throws(() => table.intern(value), { name: "TypeError", message: /: expected a string$/ });
    assert.throws(() => table.internBytes(value), { name: "TypeError", message: /: expected a Uint8Array$/ });
    assert.throws(() => table.startsWith(handle, value), { name: "TypeError", message: /^Cannot compare with a pre/ });
  }
  assert.throws(() => table.internBytes("a" as never), { name: "TypeError" });
  assert.deepEqual([...table.keys()], [handle]);
});

test("merge() gives each text of another table a handle here, and copies bytes that are no UTF-8 too", () => {
  using heap = new Heap();
  const [words, more] = [new StringTable({ allocator: heap }), new StringTable({ allocator: heap })];
  for (let n = 0; n < 300; n++) words.intern(`w${n}`);
  for (let n = 200; n < 900; n++) more.intern(`w${n}`);
  const bytes = Uint8Array.of(0xff, 0x80);
  const odd = more.internBytes(bytes);
  const handles = words.merge(more);
  assert.equal(handles.length, more.size);
  assert.equal(words.size, 901);
  for (const [there, text] of more.entries()) assert.equal(words.get(handles[there]!), text);
  assert.deepEqual([handles[0], handles[100]], [200, 300]);
  assert.deepEqual([...words.view(handles[odd]!)], [...bytes]);
  // Again nothing is new; a table merged with itself is as it was.
  assert.deepEqual(words.merge(more), handles);
  assert.deepEqual(words.merge(words), Uint32Array.from({ length: 901 }, (_, handle) => handle));
  assert.deepEqual(words.merge(new StringTable({ allocator: heap })), new Uint32Array(0));
  assert.equal(words.size, 901);
  for (const wrong of [null, undefined, ["a"], new Set(["a"])]) {
    assert.throws(() => words.merge(wrong as never), { name: "TypeError", message: /: expected another one$/ });
  }
  more.dispose();
  assert.throws(() => words.merge(more), { name: "ClosedError" });
  const tight = new Heap({ limit: 3000 });
  const small = new StringTable({ allocator: tight });
  assert.throws(() => small.merge(words), { name: "AllocationError" });
  for (const [handle, text] of small.entries()) assert.equal(text, `w${handle}`);
  tight.destroy();
  assert.throws(() => small.merge(words), { name: "ClosedError" });
  words.dispose();
  assert.throws(() => words.merge(words), { name: "ClosedError" });
  assert.equal(heap.liveBlocks, 0);
});
