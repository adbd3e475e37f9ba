import assert from "node:assert/strict";
import { test } from "node:test";
import { Heap, ScopePool } from "../../mod.ts";
import {
  anyBytes,
  bytes,
  Deque,
  f64,
  HashMap,
  StringTable,
  struct,
  Text,
  toOwned,
  u8,
  Vector,
  viewOf,
} from "../../stl/mod.ts";
import { addressOf, assertLive } from "../heaps/_support.ts";
import { until } from "../_time.ts";

type Bytes = Uint8Array<ArrayBuffer>;

/** Gives a view or buffer a getter of the program's own. */
function answer(object: object, key: PropertyKey, get: () => unknown): void {
  Object.defineProperty(object, key, { get });
}

test("Scope.free() gives a block back once when the view frees it while it is asked", () => {
  using pool = new ScopePool();
  const scope = pool.open();
  const view = scope.allocate(Uint8Array, 100_000);
  const last = scope.allocate(Uint8Array, 200_000);
  const disguised = new Uint8Array(view.buffer);
  let asked = false;
  answer(disguised, "byteLength", () => {
    if (!asked) {
      asked = true;
      scope.free(view);
    }
    return view.length;
  });
  scope.free(disguised);
  assert.equal(view.length, 0);
  assertLive(scope, 200_000, 1);
  scope[Symbol.dispose]();
  assert.deepEqual([last.length, pool.escapedBlocks, pool.heldBytes], [0, 0, 0]);
});

test("Scope.reallocate() ignores a byteOffset that the program put on a view", () => {
  using pool = new ScopePool();
  const scope = pool.open();
  const first = scope.allocate(Uint8Array, 64).fill(1);
  const second = scope.allocate(Uint8Array, 64).fill(2);
  const places = [64, 64, -64];
  const disguised = new Uint8Array(second.buffer, second.byteOffset, 64);
  answer(disguised, "byteOffset", () => places.shift() ?? 64);
  scope.reallocate(disguised, 100);
  scope.allocate(Uint8Array, 64).fill(3);
  assert.ok(first.every((byte) => byte === 1) && second.every((byte) => byte === 2));
  assertLive(scope, 64 + 104 + 64, 3);
});

test("Scope.free() and reallocate() do not run what the program put on a view", () => {
  using pool = new ScopePool();
  const scope = pool.open();
  const view = scope.allocate(Uint8Array, 64);
  const { buffer } = view;
  for (const key of ["buffer", "byteLength", "byteOffset", Symbol.toStringTag]) {
    answer(view, key, () => {
      scope[Symbol.dispose]();
      return buffer;
    });
  }
  scope.free(view);
  assert.deepEqual([scope.reallocate(view, 32).length, scope.reallocate(view, 100).length], [32, 100]);
  assert.equal(scope.closed, false);
  assertLive(scope, 104, 1);
});

test("Scope stays ended when the program overrides what it says of itself", () => {
  using pool = new ScopePool();
  const scope = pool.open();
  scope[Symbol.dispose]();
  Object.defineProperty(scope, "closed", { value: false });
  assert.throws(() => scope.allocate(Uint8Array, 8), { name: "ClosedError" });
  assert.throws(() => scope.checkpoint(), { name: "ClosedError" });
});

test("Heap.free() detaches a view whose buffer has a transfer() of the program's own", () => {
  using heap = new Heap();
  const view = heap.allocate(Uint8Array, 1000).fill(1);
  let alias: ArrayBuffer | undefined;
  Object.defineProperty(view.buffer, "transfer", {
    value(this: ArrayBuffer): ArrayBuffer {
      alias = ArrayBuffer.prototype.transfer.call(this);
      return alias;
    },
  });
  heap.free(view);
  assert.deepEqual([alias, view.length, heap.escapedBlocks], [undefined, 0, 0]);
  assertLive(heap, 0, 0);
});

test("Heap.destroy() frees every block when the buffer of one pretends to be whole or gone", () => {
  const heap = new Heap();
  const views: Bytes[] = Array.from({ length: 3 }, () => heap.allocate(Uint8Array, 1000));
  const alias = new Uint8Array(views[0]!.buffer.transfer()).fill(1);
  answer(views[0]!.buffer, "byteLength", () => 1000);
  answer(views[1]!.buffer, "byteLength", () => 0);
  heap.destroy();
  assert.deepEqual(views.map(({ length }) => length), [0, 0, 0]);
  assert.equal(heap.escapedBlocks, 1);
  using other = new Heap();
  const start = addressOf(alias);
  for (let round = 0; round < 2000; round++) {
    const address = addressOf(other.allocate(Uint8Array, 1000));
    assert.ok(address >= start + 1000 || address + 1000 <= start, "memory that a view still reaches is used again");
  }
});

test("Scope.hold() lets go of a promise whose constructor or finally() is the program's own", async () => {
  using pool = new ScopePool();
  for (const key of ["constructor", "finally", "then"]) {
    const scope = pool.open();
    const view = scope.allocate(Uint8Array, 8);
    const promise = new Promise<void>((resolve) => setTimeout(resolve, 10));
    answer(promise, key, () => {
      if (key === "constructor") throw new Error("mine");
      return (done: () => void): void => {
        done();
        done();
      };
    });
    const held = scope.hold(promise);
    scope[Symbol.dispose]();
    if (key === "constructor") await assert.rejects(held, { message: "mine" });
    else {
      assert.equal(view.length, 8);
      await held;
    }
    await until(() => pool.live === 0);
    assert.equal(view.length, 0);
  }
});

/** A view of three bytes that says of itself what is not so. */
function lyingView(length: number): Uint8Array<ArrayBuffer> {
  class Lying extends Uint8Array {
    override subarray(): never {
      throw new Error("Cannot see a part: it lies");
    }

    override slice(): never {
      throw new Error("Cannot copy: it lies");
    }
  }
  const view = new Lying(new ArrayBuffer(3)) as Uint8Array<ArrayBuffer>;
  for (const [index, byte] of [65, 66, 67].entries()) view[index] = byte;
  for (const key of ["length", "byteLength", "byteOffset"]) answer(view, key, () => length);
  answer(view, "buffer", () => new ArrayBuffer(8));
  return view;
}

const TRUE = [65, 66, 67];

for (const length of [0, 1, 8, 2 ** 40]) {
  test(`containers take the bytes of a view that says it has ${length}`, () => {
    using heap = new Heap();
    const options = { allocator: heap };
    // Memory that is handed out again, so that something is in it.
    heap.free(heap.allocate(Uint8Array, 64).fill(1));
    const vector = new Vector(u8, options);
    assert.equal(vector.pushMany(lyingView(length)), 3);
    const deque = new Deque(u8, options);
    assert.equal(deque.pushMany(lyingView(length)), 3);
    // What is short is taken at its word, so that keys cost nothing more.
    const told = length > 64 ? TRUE : Array.from({ length }, (_, index) => TRUE[index] ?? 0);
    const map = new HashMap(anyBytes, anyBytes, options).set(lyingView(length), lyingView(length));
    assert.deepEqual([...map], [[Uint8Array.from(told), Uint8Array.from(told)]]);
    assert.ok(map.has(Uint8Array.from(told)));
    const fixed = new HashMap(bytes(3), bytes(3), options);
    assert.throws(() => fixed.set(lyingView(length), Uint8Array.from(TRUE)), { name: "TypeError" });
    assert.throws(() => fixed.set(Uint8Array.from(TRUE), lyingView(length)), { name: "TypeError" });
    assert.deepEqual([fixed.has(lyingView(length)), fixed.size], [false, 0]);
    const table = new StringTable(options);
    assert.equal(table.get(table.internBytes(lyingView(length))), "ABC");
    const text = new Text(options);
    text.append(lyingView(length));
    assert.equal(text.toString(), "ABC");
    for (const taken of [vector, deque]) assert.deepEqual([...taken], TRUE);
    assert.deepEqual([...viewOf(lyingView(length), Uint8Array), ...new Uint8Array(toOwned(vector.subarray()))], [
      ...TRUE,
      ...TRUE,
    ]);
    assert.throws(() => struct({ x: f64 }, { name: "Wide" }).at(lyingView(length)), {
      name: "RangeError",
      message: "Cannot see a Wide at byte 0: it has 8 bytes, the view 3",
    });
  });
}
