import assert from "node:assert/strict";
import { test } from "node:test";
import { runInNewContext } from "node:vm";
import { Arena, Heap, ScopePool } from "../../mod.ts";
import { VIEW_TYPES } from "./_support.ts";

/** Evaluates an expression with the classes of another realm. */
function foreign<T>(expression: string): T {
  return runInNewContext(expression) as T;
}

const SOURCES = [
  "new Uint8Array([1, 2, 3])",
  "new Uint8Array([1, 2, 3]).buffer",
  "new DataView(new Uint8Array([1, 2, 3]).buffer)",
  "[1, 2, 3]",
  "new Set([1, 2, 3])",
];

test("Heap.bytes() and Scope.bytes() copy buffers, views and iterables of other realms", () => {
  using heap = new Heap();
  using pool = new ScopePool();
  using scope = pool.open();
  for (const source of SOURCES) {
    for (const allocator of [heap, scope]) {
      assert.deepEqual([...allocator.bytes(foreign<ArrayBuffer>(source))], [1, 2, 3], source);
    }
  }
  const moved = foreign<ArrayBuffer>("new ArrayBuffer(8)");
  moved.transfer();
  assert.throws(() => heap.bytes(moved), { name: "TypeError", message: /^Cannot copy this source: it was freed/ });
});

test("Heap and Scope allocate views for the classes of other realms", () => {
  using heap = new Heap();
  using pool = new ScopePool({ chunkBytes: 1024 });
  using scope = pool.open();
  for (const [type] of VIEW_TYPES) {
    const theirs = foreign<typeof Uint8Array>(type.name);
    assert.notEqual(theirs, type);
    for (const allocator of [heap, scope]) {
      for (
        const view of [
          allocator.allocate(theirs, 3),
          allocator.allocateZeroed(theirs, 3),
          allocator.allocate(theirs, 1000),
          allocator.allocate(theirs, 3, { alignment: 64 }),
        ]
      ) assert.ok((view as unknown) instanceof type, type.name);
    }
  }
  for (const wrong of ["class Uint8Array {}", "Map", "class Bytes extends Uint8Array {}", "({ name: 'Uint8Array' })"]) {
    const theirs = foreign<typeof Uint8Array>(`(${wrong})`);
    assert.throws(() => heap.allocate(theirs, 3), { name: "TypeError", message: /^Cannot allocate: / });
    assert.throws(() => scope.allocate(theirs, 3), { name: "TypeError", message: /^Cannot allocate: / });
  }
});

test("Heap.bytes() refuses proxies of views and values that are no numbers in words of its own", () => {
  using heap = new Heap();
  for (const source of [new Proxy(new Uint8Array(3), {}), new Proxy(new Map(), {}), [1n], [Symbol("one")]]) {
    assert.throws(() => heap.bytes(source as unknown as number[]), { name: "TypeError", message: /^Cannot copy / });
  }
  assert.equal(heap.liveBlocks, 0);
});

test("new Heap() and new ScopePool() refuse an arena that is none", () => {
  for (const arena of [{}, 1, "arena", Symbol("arena"), 1n, Object.create(Arena.prototype)]) {
    assert.throws(() => new Heap({ arena }), { name: "TypeError", message: /^Cannot use an arena: / });
    assert.throws(() => new ScopePool({ arena }), { name: "TypeError", message: /^Cannot use an arena: / });
  }
  assert.throws(() => Arena.manage(foreign("new ArrayBuffer(8)")), { message: /^Cannot manage an ArrayBuffer: / });
});
