import assert from "node:assert/strict";
import { test } from "node:test";
import { Arena, Heap, type HeapOptions, Scope, ScopePool, Subprocess } from "../../../mod.ts";
import { ofArenas } from "../../_arenas.ts";

type AnyConstructor = new (...parts: unknown[]) => object;

// What a program in JavaScript could try: nothing, parts that it made up, and a key like ours.
const ATTEMPTS: readonly unknown[][] = [
  [],
  [{}],
  [null],
  [{ members: new Set(), subprocess: {}, address: 8, byteLength: 2 ** 25, id: 1 }, "made up"],
  [
    { name: "made up", closed: (): void => {}, reclaim: (): void => {} },
    { first: undefined, largeBlocks: 0 },
    Infinity,
  ],
  [Symbol("private"), {}, "made up"],
];

for (
  const [Class, message] of [
    [Arena, /^Cannot call new Arena\(\): Arena\.reserve\(\), map\(\), manage\(\) and reserveHuge\(\) make arenas$/],
    [Scope, /^Cannot call new Scope\(\): ScopePool\.open\(\) and run\(\) open scopes$/],
    [Subprocess, /^Cannot call new Subprocess\(\): Subprocess\.create\(\) and attach\(\) make sub-processes$/],
  ] as const
) {
  test(`new ${Class.name}() throws TypeError and says what makes one`, () => {
    const Constructor = Class as unknown as AnyConstructor;
    class Derived extends Constructor {}
    for (const parts of ATTEMPTS) {
      assert.throws(() => new Constructor(...parts), { name: "TypeError", message });
      assert.throws(() => new Derived(...parts), { name: "TypeError", message });
    }
  });
}

test("new Heap() makes a heap of its own and ignores further arguments", () => {
  using other = new Heap();
  const view = other.allocate(Uint8Array, 100);
  const Constructor = Heap as unknown as new (...parts: unknown[]) => Heap;
  for (const second of [{ budget: { limit: 1 } }, other, Symbol("private")]) {
    using heap = new Constructor({ name: "own", limit: 1000 }, second);
    assert.deepEqual([heap.name, heap.limit, heap.liveBytes], ["own", 1000, 0]);
    assert.throws(() => heap.free(view), /belongs to heap/);
    assert.equal(heap.allocate(Uint8Array, 10).length, 10);
    assert.equal(heap.liveBytes, 10);
  }
  assert.equal(other.liveBytes, 100);
});

test("new Heap() reads nothing but options from its argument", () => {
  using first = new Heap({ name: "first" });
  using second = new Heap(first as HeapOptions);
  const view = second.allocate(Uint8Array, 8);
  assert.deepEqual([second.name, first.liveBytes, second.liveBytes], ["first", 0, 8]);
  second.free(view);
});

test("the makers still make arenas, scopes and attached heaps", ofArenas, () => {
  using arena = Arena.reserve(2 ** 25);
  using pool = new ScopePool({ arena });
  using scope = pool.open();
  assert.ok(arena instanceof Arena && scope instanceof Scope && Subprocess.main instanceof Subprocess);
  using heap = new Heap({ name: "shared" });
  using same = Heap.attach(heap.share());
  assert.deepEqual([same.name, same.owns(same.allocate(Uint8Array, 8))], ["shared", true]);
});
