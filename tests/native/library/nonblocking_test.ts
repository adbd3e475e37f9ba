import assert from "node:assert/strict";
import { test } from "node:test";
import { Heap, ScopePool } from "../../../mod.ts";
import { callback, type NativeLibrary, openLibrary } from "../../../native/mod.ts";
import { hasCompiler, libraryFile, slow } from "../_library.ts";
import { RUNTIME } from "../../_program.ts";

const options = { skip: !hasCompiler && "there is no C compiler" };
const runsElsewhere = RUNTIME === "deno";

let opened: NativeLibrary<typeof slow> | undefined;
function open(): NativeLibrary<typeof slow> {
  return opened ??= openLibrary(libraryFile(), slow);
}

test("a nonblocking call holds the view of a heap until it settles", options, async () => {
  const c = open();
  using heap = new Heap({ name: "slow" });
  const bytes = heap.allocate(Uint8Array, 4096).fill(1);
  const filling = c.fill_slowly(bytes, bytes.length, 7, 50);
  if (runsElsewhere) {
    assert.throws(() => heap.free(bytes), { message: "Cannot free this view: 1 promises hold it, await them first" });
    assert.throws(() => heap.reallocate(bytes, 10), /promises hold it/);
    assert.equal(bytes[0], 1);
  }
  assert.equal(await filling, undefined);
  assert.equal(bytes.every((byte) => byte === 7), true);
  heap.free(bytes);
  assert.equal(heap.liveBlocks, 0);
});

test("the memory of a destroyed heap and of an ended scope outlives a nonblocking call", options, async () => {
  const c = open();
  const heap = new Heap({ name: "destroyed" });
  using pool = new ScopePool({ chunkBytes: 8192 });
  const block = heap.allocate(Uint8Array, 2048).fill(1);
  const fillings = [c.fill_slowly(block, block.length, 7, 100)];
  const scope = pool.open();
  const own = scope.allocate(Uint8Array, 2048).fill(1);
  fillings.push(c.fill_slowly(own, own.length, 7, 100));
  const large = scope.allocate(Uint8Array, 20_000).fill(1);
  fillings.push(c.fill_slowly(large, large.length, 7, 100));
  if (runsElsewhere) assert.throws(() => scope.free(large), /promises hold it/);
  const mark = scope.checkpoint();
  const behind = scope.allocate(Uint8Array, 1024);
  fillings.push(c.fill_slowly(behind, behind.length, 7, 100));
  scope.rollback(mark);
  const after = scope.allocate(Uint8Array, 1024).fill(2);
  scope[Symbol.dispose]();
  heap.destroy();
  assert.deepEqual([block.length, own.length, large.length, behind.length, after.length], [0, 0, 0, 0, 0]);
  // What takes memory now must not be written to.
  using others = new Heap({ name: "others" });
  const taken = Array.from({ length: 20 }, () => others.allocate(Uint8Array, 2048).fill(3));
  const scopes = Array.from({ length: 5 }, () => pool.open());
  taken.push(...scopes.map((each) => each.allocate(Uint8Array, 2048).fill(3)));
  if (runsElsewhere) assert.ok(pool.quarantinedBlocks > 0);
  await Promise.all(fillings);
  assert.equal(taken.every((view) => view.every((byte) => byte === 3)), true);
  assert.equal(pool.quarantinedBlocks, 0);
  assert.equal(heap.quarantinedBlocks, 0);
  for (const each of scopes) each[Symbol.dispose]();
});

test("a chunk that was held is used again", options, async () => {
  const c = open();
  using pool = new ScopePool();
  const scope = pool.open();
  const bytes = scope.allocate(Uint8Array, 64);
  await c.fill_slowly(bytes, 64, 1, 1);
  scope[Symbol.dispose]();
  assert.equal(pool.retained, 1);
});

test("what is refused before a nonblocking call fails its promise", options, async () => {
  const c = open();
  await assert.rejects(c.fill_slowly(new Uint8Array(1), -1, 1, 1), RangeError);
  assert.throws(
    () => openLibrary(libraryFile(), { touch: { parameters: [callback({})], nonblocking: true } }),
    /touch is nonblocking and takes a callback/,
  );
});
