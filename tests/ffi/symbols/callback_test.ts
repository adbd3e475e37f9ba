import assert from "node:assert/strict";
import { test } from "node:test";
import { callbackSignatures, type Handle, library, withCallback } from "../../../ffi/mod.ts";
import { symbols } from "../../../ffi/symbols.ts";
import { isSampling } from "../../_build.ts";
import { hasRoom } from "./_tools.ts";

const visitBlocks = callbackSignatures.blockVisit;
const BLOCKS = 100;

/** A heap of `BLOCKS` blocks of 64 bytes and a function that visits it. */
function makeHeap(): { heap: Handle; visit: (visitor: Handle) => boolean; [Symbol.dispose]: () => void } {
  const { heapNew, heapDestroy } = library().bind("heaps");
  const { heapMalloc } = library().bind("blocks");
  const { heapVisitBlocks } = library().bind("visits");
  const heap = heapNew();
  assert.ok(heap !== null);
  for (let index = 0; index < BLOCKS; index++) assert.ok(heapMalloc(heap, 64) !== null);
  return {
    heap,
    visit: (visitor): boolean => heapVisitBlocks(heap, true, visitor, null),
    [Symbol.dispose]: (): void => heapDestroy(heap),
  };
}

test("withCallback() passes pointers, sizes and the result of each call", () => {
  using made = makeHeap();
  let areas = 0;
  const sizes: bigint[] = [];
  const finished = withCallback(visitBlocks, (_heap, area, block, size) => {
    assert.ok(area !== null);
    if (block === null) areas++;
    else sizes.push(size);
    return true;
  }, made.visit);
  assert.equal(finished, true);
  assert.ok(areas >= 1, `${areas} areas`);
  assert.equal(sizes.length, BLOCKS);
  // A guarded build takes one block in thousands from larger ones, whose size is told.
  const own = sizes.filter((size) => size < 4096n);
  assert.ok(own.length >= (isSampling() ? BLOCKS - 1 : BLOCKS), `${own.length} blocks`);
  // Padding behind a block counts.
  assert.deepEqual(own, Array(own.length).fill(hasRoom() ? 64n : own[0]));
  assert.ok(own[0]! >= 64n);
});

test("withCallback() ends the visit where the visitor returns false", () => {
  using made = makeHeap();
  let calls = 0;
  const finished = withCallback(visitBlocks, () => ++calls < 7, made.visit);
  assert.equal(finished, false);
  assert.equal(calls, 7);
});

test("withCallback() calls a visitor that throws no more, and rethrows after C returned", () => {
  using made = makeHeap();
  const failure = new Error("visitor");
  let calls = 0;
  let returned: boolean | undefined;
  assert.throws(() =>
    withCallback(visitBlocks, () => {
      calls++;
      if (calls === 5) throw failure;
      return true;
    }, (visitor) => {
      returned = made.visit(visitor);
      assert.equal(returned, true, "the visitor's exception is the one that is thrown");
    }), (error) => error === failure);
  assert.equal(calls, 5);
  assert.equal(returned, false);
});

test("withCallback() throws undefined when the callback throws undefined", () => {
  using made = makeHeap();
  let caught: unknown = "nothing";
  try {
    withCallback(visitBlocks, () => {
      throw undefined;
    }, made.visit);
  } catch (error) {
    caught = error;
  }
  assert.equal(caught, undefined);
});

test("withCallback() throws what the call throws", () => {
  assert.throws(() =>
    withCallback(visitBlocks, () => true, () => {
      throw new RangeError("call");
    }), { name: "RangeError", message: "call" });
});

test("withCallback() may be nested: a visitor visits another heap", () => {
  using outer = makeHeap();
  using inner = makeHeap();
  let blocks = 0;
  withCallback(visitBlocks, (_heap, _area, block) => {
    if (block !== null) return true;
    return withCallback(visitBlocks, (_heap, _area, block) => {
      if (block !== null) blocks++;
      return true;
    }, inner.visit);
  }, outer.visit);
  assert.ok(blocks >= BLOCKS && blocks % BLOCKS === 0, `${blocks} blocks`);
});

test("withCallback() passes booleans and 64-bit numbers of a deferred free", () => {
  const { registerDeferredFree } = library().bind("hooks");
  const { collect } = library().bind("process");
  const calls: unknown[] = [];
  withCallback(callbackSignatures.deferredFree, (force, heartbeat, argument) => {
    calls.push(force, typeof heartbeat, argument);
  }, (pointer) => {
    registerDeferredFree(pointer, null);
    try {
      collect(true);
    } finally {
      registerDeferredFree(null, null);
    }
  });
  assert.deepEqual(calls, [true, "bigint", null]);
});

test("every group of the table is bound without a fault", () => {
  for (const group of Object.keys(symbols) as (keyof typeof symbols)[]) {
    assert.ok(Object.keys(library().bind(group)).length > 0, group);
  }
});
