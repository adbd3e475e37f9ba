import assert from "node:assert/strict";
import { test } from "node:test";
import { runProgram } from "../../_program.ts";
import { AllocationError, type AnyView, ClosedError, Heap, readText, ScopePool } from "../../../mod.ts";
import { processorTime } from "../../_time.ts";
import {
  addressOf,
  assertFilled,
  assertLive,
  assertRefused,
  BAD_ALIGNMENTS,
  BAD_LENGTHS,
  bytesOf,
  fill,
  VIEW_TYPES,
} from "../_support.ts";

const CHUNK = 65_536;

for (const [type, elementBytes] of VIEW_TYPES) {
  test(`Scope.allocate() makes a ${type.name} in a chunk`, () => {
    using pool = new ScopePool();
    const scope = pool.open();
    scope.allocate(Uint8Array, 1);
    const view = scope.allocate(type, 10);
    assert.equal(Object.getPrototypeOf(view), type.prototype);
    assert.deepEqual([view.byteLength, view.byteOffset, view.buffer.byteLength], [10 * elementBytes, 8, CHUNK]);
    const size = Math.ceil(10 * elementBytes / 8) * 8;
    assertLive(scope, 8 + size, 2);
    bytesOf(view).fill(255);
    const zeroed = scope.allocateZeroed(type, 10);
    assert.ok(bytesOf(zeroed).every((byte) => byte === 0));
    assert.equal(zeroed.byteOffset, 8 + size);
    scope[Symbol.dispose]();
    assert.equal(view.buffer.byteLength, 0);
    assertLive(scope, 0, 0);
  });
}

test("Scope.allocateZeroed() clears what an earlier scope left", () => {
  using pool = new ScopePool();
  for (const byteLength of [1, 100, 5000, 16_384, 20_000, 100_000]) {
    pool.run((scope) => scope.allocate(Uint8Array, byteLength).fill(255));
    pool.run((scope) => {
      const view = scope.allocateZeroed(Uint8Array, byteLength);
      assert.equal(view.findIndex((byte) => byte !== 0), -1);
    });
  }
});

test("Scope.allocate() fills one chunk after another, at multiples of 8 bytes", () => {
  using pool = new ScopePool();
  const scope = pool.open();
  const views = Array.from({ length: 3000 }, (_, index) => scope.allocate(Uint8Array, 1 + index % 200));
  views.forEach((view, index) => fill(view, index));
  views.forEach((view, index) => assertFilled(view, index));
  assert.ok(views.every((view) => addressOf(view) % 8 === 0));
  assert.equal(new Set(views.map((view) => view.buffer)).size, pool.heldBytes / CHUNK);
  assertLive(scope, views.reduce((sum, { length }) => sum + Math.ceil(length / 8) * 8, 0), 3000);
  assert.equal(pool.liveBytes, scope.liveBytes);
});

test("Scope.allocate() gives what fits in no chunk a block of its own", () => {
  using pool = new ScopePool();
  const scope = pool.open();
  const small = scope.allocate(Uint8Array, 8);
  const large = scope.allocate(Float64Array, 10_000);
  fill(large, 1);
  assert.deepEqual([large.byteOffset, large.buffer.byteLength], [0, 80_000]);
  assertLive(scope, 80_008, 2);
  assert.equal(pool.heldBytes, CHUNK + 80_000);
  scope.free(small);
  assertLive(scope, 80_008, 2);
  assert.equal(small.length, 8);
  scope.free(large);
  assert.equal(large.length, 0);
  assertLive(scope, 8, 1);
  assert.equal(pool.heldBytes, CHUNK);
  assertRefused(scope, () => scope.free(large), TypeError, "Cannot free this view");
});

test("Scope.allocate() aligns any byte of any block", () => {
  using pool = new ScopePool();
  const scope = pool.open();
  const views: Uint8Array<ArrayBuffer>[] = [];
  for (let power = 0; power <= 20; power++) {
    const alignment = 2 ** power;
    for (const byteLength of [1, 100, 5000, 20_000]) {
      for (const offset of [0, 1, 24, 4000].filter((value) => value < byteLength)) {
        const before = scope.liveBytes;
        const view = scope.allocate(Uint8Array, byteLength, { alignment, offset });
        assert.equal((addressOf(view) + offset) % alignment, 0, `${byteLength} bytes, ${alignment}, ${offset}`);
        assert.equal(view.length, byteLength);
        const cost = scope.liveBytes - before;
        assert.ok(cost >= byteLength && cost <= byteLength + 8 + alignment);
        views.push(view);
      }
    }
  }
  views.forEach((view, index) => fill(view, index));
  views.forEach((view, index) => assertFilled(view, index));
  assert.equal(scope.liveBlocks, views.length);
  scope.reset();
  assertLive(scope, 0, 0);
});

test("Scope.allocate() refuses what Heap.allocate() refuses, and stays as it was", () => {
  using pool = new ScopePool();
  const scope = pool.open();
  const view = scope.allocate(Uint8Array, 10);
  for (const [length, error] of BAD_LENGTHS) {
    const bad = length as number;
    assertRefused(scope, () => scope.allocate(Float64Array, bad), error, "Cannot allocate");
    assertRefused(scope, () => scope.allocateZeroed(DataView, bad), error, "Cannot allocate");
    assertRefused(scope, () => scope.allocate(Uint8Array, bad, { alignment: 64 }), error, "Cannot allocate");
    assertRefused(scope, () => scope.reallocate(view, bad), error, "Cannot allocate");
  }
  for (const alignment of BAD_ALIGNMENTS as number[]) {
    assertRefused(scope, () => scope.allocate(Uint8Array, 64, { alignment }), RangeError, "Cannot align to ");
  }
  for (const offset of [64, -1, 0.5, NaN, 2 ** 32]) {
    assertRefused(scope, () => scope.allocate(Uint8Array, 64, { offset }), RangeError, "Cannot align byte ");
  }
  assertRefused(scope, () => scope.allocate(Float64Array, 2 ** 29), RangeError, "Cannot allocate");
  assertRefused(scope, () => scope.allocate(Array as unknown as typeof DataView, 8), TypeError, "Cannot allocate");
  assert.equal(scope.allocate(Uint8Array, 8).byteOffset, 16);
});

test("Scope with a limit hands out that many bytes and not one more", () => {
  using pool = new ScopePool({ limit: 1000, name: "small" });
  const scope = pool.open();
  assert.equal(scope.limit, 1000);
  scope.allocate(Uint8Array, 900);
  const calls = [
    () => scope.allocate(Uint8Array, 101),
    () => scope.allocateZeroed(Uint8Array, 101),
    () => scope.allocate(Uint8Array, 90, { alignment: 64 }),
    () => scope.allocate(Uint8Array, 100_000),
    () => scope.bytes(new Uint8Array(101)),
  ];
  for (const call of calls) {
    assertRefused(scope, call, AllocationError, "Cannot allocate");
    assert.throws(call, { name: "AllocationError", live: 904, limit: 1000 });
  }
  assert.equal(scope.allocate(Uint8Array, 96).length, 96);
  assertLive(scope, 1000, 2);
  assert.equal(pool.open().allocate(Uint8Array, 1000).length, 1000);
  scope.reset();
  assert.equal(scope.allocate(Uint8Array, 1000).length, 1000);
});

test("Scope with a limit counts blocks of their own", () => {
  using pool = new ScopePool({ limit: 200_000 });
  const scope = pool.open();
  scope.allocate(Uint8Array, 8);
  const large = scope.allocate(Uint8Array, 150_000);
  assertRefused(scope, () => scope.allocate(Uint8Array, 50_000), AllocationError, "Cannot allocate 50000 bytes");
  assertRefused(scope, () => scope.reallocate(large, 199_993), AllocationError, "Cannot allocate 49993 bytes");
  assert.equal(large.length, 150_000);
  scope.free(large);
  assert.equal(scope.allocate(Uint8Array, 190_000).length, 190_000);
  for (let used = 190_008; used + 800 <= 200_000; used += 800) scope.allocate(Uint8Array, 800);
  assertRefused(scope, () => scope.allocate(Uint8Array, 800), AllocationError, "Cannot allocate 800 bytes");
});

test("Scope.reallocate() grows the last block of a chunk in place, and copies any other", () => {
  using pool = new ScopePool();
  const scope = pool.open();
  const view = scope.allocate(Uint8Array, 20);
  fill(view, 1);
  const grown = scope.reallocate(view, 5000);
  assert.deepEqual([grown.byteOffset, grown.length, grown.buffer === view.buffer], [0, 5000, true]);
  assertFilled(grown, 1, 20);
  assertLive(scope, 5000, 1);
  const last = scope.allocate(Float64Array, 2);
  const copy = scope.reallocate(grown, 6000);
  assert.ok(copy.byteOffset > last.byteOffset);
  assertFilled(copy, 1, 20);
  assertLive(scope, 5000 + 16 + 6000, 3);
  const large = scope.reallocate(copy, 100_000);
  assertFilled(large, 1, 20);
  assert.equal(large.buffer.byteLength, 100_000);
  const resized = scope.reallocate(large, 300_000);
  assertFilled(resized, 1, 20);
  assert.equal(large.length, 0);
  assertLive(scope, 5000 + 16 + 6000 + 300_000, 4);
});

test("Scope.reallocate() shrinks in place and never hands the rest out again", () => {
  using pool = new ScopePool();
  const scope = pool.open();
  const view = scope.allocate(Uint8Array, 1000);
  fill(view, 2);
  const shrunk = scope.reallocate(view, 10);
  assert.deepEqual([shrunk.length, shrunk.byteOffset], [10, 0]);
  scope.allocate(Uint8Array, 1000).fill(170);
  assertFilled(view, 2);
  const part = scope.reallocate(view.subarray(8, 500), 600);
  part.fill(170);
  assertFilled(view, 2, 1000);
  assertLive(scope, 2600, 3);
});

test("Scope.reallocate() keeps the class of the view", () => {
  using pool = new ScopePool();
  const scope = pool.open();
  for (const [type] of VIEW_TYPES) {
    for (const length of [50, 8000]) {
      const view = scope.allocate(type, 10);
      fill(view, 3);
      const resized = scope.reallocate(view, length);
      assert.equal(Object.getPrototypeOf(resized), type.prototype);
      assertFilled(resized, 3, view.byteLength);
    }
  }
});

test("Scope.free() and reallocate() refuse views of other scopes and heaps", () => {
  using pool = new ScopePool();
  using heap = new Heap();
  const scope = pool.open();
  const large = scope.allocate(Uint8Array, 100_000);
  const ended = pool.open().allocate(Uint8Array, 8);
  pool.run((other) => other.allocate(Uint8Array, 8));
  const foreign = [new Uint8Array(8), heap.allocate(Uint8Array, 8), ended, pool.open().allocate(Uint8Array, 100_000)];
  for (const view of [...foreign, large.subarray(1), large.subarray(0, 5), null, {}, "view"] as AnyView[]) {
    assertRefused(scope, () => scope.free(view), TypeError, "Cannot free this view");
    assertRefused(scope, () => scope.reallocate(view, 10), TypeError, "Cannot ");
  }
  assert.ok(foreign.every((view) => view.length > 0));
});

test("Scope.bytes(), text() and readText() copy in and out", () => {
  using pool = new ScopePool();
  const scope = pool.open();
  assert.equal(scope.bytes([]).length, 0);
  assertLive(scope, 0, 0);
  assert.deepEqual([...scope.bytes(Uint16Array.of(258))], [2, 1]);
  for (const text of ["", "a", "grüezi 漢字 🙂", "x".repeat(100_000)]) assert.equal(readText(scope.text(text)), text);
  assertLive(scope, 8 + 8 + 24 + 100_000, 4);
  assertRefused(scope, () => scope.bytes(5 as unknown as number[]), TypeError, "Cannot copy ");
  assertRefused(scope, () => scope.text(5 as unknown as string), TypeError, "Cannot encode ");
});

test("Scope.reallocate() of an empty copy makes a block", () => {
  using pool = new ScopePool();
  const scope = pool.open();
  const grown = scope.reallocate(scope.text(""), 10);
  assert.equal(grown.length, 10);
  assertLive(scope, 16, 1);
});

test("Scope.reset() detaches everything, keeps the first chunk and goes on", () => {
  using pool = new ScopePool();
  const scope = pool.open();
  const views = Array.from({ length: 2000 }, () => scope.allocate(Uint8Array, 100));
  views.push(scope.allocate(Uint8Array, 100_000));
  const address = addressOf(views[0]!);
  scope.reset();
  assert.ok(views.every((view) => view.length === 0 && view.buffer.detached));
  assertLive(scope, 0, 0);
  assert.equal(addressOf(scope.allocate(Uint8Array, 8)), address);
  scope.reset();
  scope.reset();
  assertLive(scope, 0, 0);
});

test("Scope throws ClosedError for every call once it has ended", () => {
  using pool = new ScopePool();
  const scope = pool.open();
  const view = scope.allocate(Uint8Array, 8);
  const mark = scope.checkpoint();
  scope[Symbol.dispose]();
  scope[Symbol.dispose]();
  // The next scope has the memory now; the one that ended must not reach it.
  const next = pool.open();
  const other = next.allocate(Uint8Array, 8);
  const calls: (() => unknown)[] = [
    () => scope.allocate(Uint8Array, 8),
    () => scope.allocate(Uint8Array, 8, { alignment: 8 }),
    () => scope.allocate(Uint8Array, 100_000),
    () => scope.allocateZeroed(Uint8Array, 8),
    () => scope.reallocate(view, 16),
    () => scope.reallocate(other, 16),
    () => scope.free(other),
    () => scope.bytes([1]),
    () => scope.bytes([]),
    () => scope.text("a"),
    () => scope.hold(Promise.resolve()),
    () => scope.checkpoint(),
    () => scope.rollback(mark),
    () => scope.reset(),
  ];
  for (const call of calls) assertRefused(scope, call, ClosedError, "Cannot ");
  assert.equal(scope.closed, true);
  assertLive(next, 8, 1);
  assert.equal(other.length, 8);
});

test("Scope stays ended when an option or a source ends it", () => {
  using pool = new ScopePool();
  for (const byteLength of [8, 100_000]) {
    const scope = pool.open();
    const options = {
      get alignment(): number {
        scope[Symbol.dispose]();
        return 64;
      },
    };
    assertRefused(scope, () => scope.allocate(Uint8Array, byteLength, options), ClosedError, "Cannot allocate");
    assert.equal(scope.closed, true);
  }
  const scope = pool.open();
  function* ending(): Generator<number> {
    scope[Symbol.dispose]();
    yield* [];
  }
  assertRefused(scope, () => scope.bytes(ending()), ClosedError, "Cannot copy ");
  assert.equal(scope.closed, true);
  assert.equal(pool.live, 0);
});

test("Scope.reallocate() of a block with a large alignment keeps the limit, and the scope goes on", () => {
  for (const alignment of [8192, 65_536, 2 ** 20]) {
    const limit = 300_000 + alignment;
    using pool = new ScopePool({ limit });
    const scope = pool.open();
    const view = scope.allocate(Uint8Array, 100_000, { alignment }).fill(7);
    assert.equal(scope.liveBytes, 100_000 + alignment);
    assertRefused(scope, () => scope.reallocate(view, 300_001), AllocationError, "Cannot allocate ");
    const grown = scope.reallocate(view, 300_000);
    assert.deepEqual([scope.closed, scope.liveBytes, grown.length, grown[99_999]], [false, limit, 300_000, 7]);
    assert.equal(addressOf(grown) % alignment, 0);
    const shrunk = scope.reallocate(grown, 1000);
    assert.equal(scope.liveBytes, 1000 + alignment);
    assert.equal(scope.allocate(Uint8Array, 8).length, 8);
    scope.free(shrunk);
    scope[Symbol.dispose]();
    assert.equal(pool.heldBytes, pool.retained * pool.chunkBytes);
  }
});

test("Heap.reallocate() and expand() of a block with a large alignment count what allocating it counts", () => {
  using heap = new Heap();
  const view = heap.allocate(Uint8Array, 1000, { alignment: 65_536 });
  assert.equal(heap.liveBytes, 66_536);
  const grown = heap.reallocate(view, 5000);
  assert.equal(heap.liveBytes, 70_536);
  const shrunk = heap.reallocate(grown, 100);
  assert.equal(heap.liveBytes, 65_636);
  heap.free(shrunk);
  assert.equal(heap.liveBytes, 0);
});

test("Scope.free() and reallocate() take the same time whatever else the scope holds", () => {
  using pool = new ScopePool({ chunkBytes: 1024 });
  function time(others: number): number {
    using scope = pool.open();
    const kept = Array.from({ length: others }, () => scope.allocate(Uint8Array, 300));
    return processorTime(() => {
      for (let round = 0; round < 2000; round++) {
        const view = scope.reallocate(scope.allocate(Uint8Array, 300), 500);
        scope.free(view);
        scope.free(kept[round % 10]!.length > 0 && round < 10 ? kept[round]! : scope.allocate(Uint8Array, 300));
      }
    });
  }
  time(10);
  const [few, many] = [10, 20_000].map((others) => Math.min(...[1, 2, 3, 4, 5].map(() => time(others))));
  assert.ok(many! < few! * 8 + 20, `${few} ms with 10 blocks, ${many} ms with 20,000`);
});

test("Scope.hold() of a promise that fails and is handled leaves nothing unhandled", async () => {
  const { code, stdout, stderr } = await runProgram("tests/heaps/scope/_held_failures.ts");
  assert.deepEqual({ code, stdout }, { code: 0, stdout: "as asked, as asked, ended\n" }, stderr);
});
