import assert from "node:assert/strict";
import { test } from "node:test";
import { isWithin, optionsOf } from "../../../ffi/mod.ts";
import { ClosedError, Heap, library, options, setGuarded, setNumaAffinity, UnsupportedError } from "../../../mod.ts";
import { assertFilled, fill } from "../_support.ts";

const { version, build } = library();
const isNew = library().has("mi_heap_set_numa_affinity");
const canGuard = library().has("mi_heap_guarded_set_sample_rate") || library().has("mi_theap_guarded_set_sample_rate");

test("setNumaAffinity() leaves the heap usable, on 3.6", () => {
  using heap = new Heap();
  const before = heap.allocate(Uint8Array, 100);
  fill(before, 1);
  if (!isNew) {
    assert.throws(() => setNumaAffinity(heap, 0), UnsupportedError);
    return;
  }
  for (const node of [0, -1]) {
    setNumaAffinity(heap, node);
    const view = heap.allocate(Uint8Array, 100_000);
    fill(view, 2);
    assertFilled(view, 2);
  }
  assertFilled(before, 1);
});

test("setNumaAffinity() refuses invalid nodes and a closed heap", () => {
  const heap = new Heap();
  for (const node of [-2, 0.5, NaN, 1025, 2 ** 32, "0", null]) {
    assert.throws(() => setNumaAffinity(heap, node as number), {
      name: "RangeError",
      message: /^Cannot use NUMA node/,
    });
  }
  heap.destroy();
  assert.throws(() => setNumaAffinity(heap, 0), ClosedError);
});

test(
  "setGuarded() throws UnsupportedError where the build has no guard pages",
  { skip: build.guarded === true ? "it is a guarded build" : false },
  () => {
    using heap = new Heap();
    const settings = { rate: 2, minimum: 16, maximum: 4096 };
    if (!canGuard || build.guarded === false) {
      assert.throws(() => setGuarded(heap, settings), { name: "UnsupportedError", feature: "guarded blocks" });
      return;
    }
    // Before 3.2.6 it does not tell how it was built.
    setGuarded(heap, settings);
    const view = heap.allocate(Uint8Array, 100);
    fill(view, 1);
    assertFilled(view, 1);
  },
);

test(
  "setGuarded() with precise sets the option of the process",
  { skip: canGuard && build.guarded !== false ? false : "the library tells that it has no guard pages" },
  () => {
    using heap = new Heap();
    const name = "guarded_precise" in optionsOf(version) ? "guarded_precise" : "unsafe_guarded_precise";
    for (const precise of [true, false]) {
      setGuarded(heap, { rate: 0, precise });
      assert.equal(options.get(name), precise ? 1 : 0);
      setGuarded(heap, { rate: 0 });
      assert.equal(options.get(name), precise ? 1 : 0);
    }
  },
);

test("setGuarded() refuses figures that C would misread, and a closed heap", () => {
  const heap = new Heap();
  for (const rate of [-1, 0.5, NaN, Infinity, 2 ** 53, "1", undefined]) {
    assert.throws(() => setGuarded(heap, { rate: rate as number }), { name: "RangeError" });
    assert.throws(() => setGuarded(heap, { rate: 0, maximum: rate === undefined ? -1 : rate as number }), RangeError);
  }
  assert.throws(() => setGuarded(heap, { rate: 1, minimum: 17, maximum: 16 }), RangeError);
  heap.destroy();
  assert.throws(() => setGuarded(heap, { rate: 1 }), ClosedError);
});

test("setGuarded() refuses a rate of 1 where mimalloc would guard nothing", {
  skip: isWithin(version, { since: "2.1.8", until: "2.2.3" }) ? false : "mimalloc 2.1.8 to 2.2.3 would",
}, () => {
  using heap = new Heap();
  assert.throws(() => setGuarded(heap, { rate: 1 }), {
    name: "UnsupportedError",
    message: /^Cannot use a guard page behind every block: .*, needed mimalloc 2\.2\.4, or a rate of 2 or more/,
  });
  for (const rate of [0, 2, 3, 1000]) setGuarded(heap, { rate });
});
