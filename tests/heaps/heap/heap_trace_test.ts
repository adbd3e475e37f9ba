import assert from "node:assert/strict";
import { test } from "node:test";
import { Heap, type LeakError, type LeakSite } from "../../../mod.ts";
import { u32, Vector } from "../../../stl/mod.ts";

function leaksOf(heap: Heap): LeakError {
  try {
    heap.close();
  } catch (error) {
    return error as LeakError;
  }
  assert.fail("there are no leaks");
}

// Each uses its view behind the call: Bun leaves out a function that ends with one.
function takeTwo(heap: Heap): void {
  for (let count = 0; count < 2; count++) heap.allocate(Uint8Array, 100).fill(1);
}

function takeText(heap: Heap): number {
  const view = heap.text("a text of some characters");
  return view.length;
}

function grow(heap: Heap): number {
  const view = heap.reallocate(heap.allocate(Uint8Array, 10), 5000);
  return view.length;
}

function fill(heap: Heap): Vector<typeof u32> {
  const vector = new Vector(u32, { allocator: heap });
  for (let value = 0; value < 1000; value++) vector.push(value);
  return vector;
}

function functionsOf(sites: readonly LeakSite[]): string[] {
  return sites.map(({ place }) => /^\S+/.exec(place)![0]);
}

test("LeakError names the lines that allocated what is live, the most bytes first", () => {
  using heap = new Heap({ name: "traced", trace: true });
  takeTwo(heap);
  takeText(heap);
  grow(heap);
  const freed = heap.allocate(Uint8Array, 50_000);
  heap.free(freed);
  const { sites, message, blocks, bytes } = leaksOf(heap);
  assert.deepEqual(functionsOf(sites), ["grow", "takeTwo", "takeText"]);
  assert.deepEqual(sites.map((site) => [site.blocks, site.bytes]), [[1, 5000], [2, 200], [1, 25]]);
  assert.deepEqual([blocks, bytes], [4, 5225]);
  assert.match(sites[1]!.place, /^takeTwo \(.*heap_trace_test\.ts:17:\d+\)$/);
  assert.match(sites[1]!.stack, /^ {4}at takeTwo \(.*\n {4}at /);
  assert.match(
    message,
    /4 blocks with 5225 bytes are live, destroy\(\) frees them too\n {2}1 blocks with 5000 bytes: grow \(/,
  );
});

test("a container is named by the line that made it grow", () => {
  using heap = new Heap({ name: "containers", trace: true });
  const vector = fill(heap);
  assert.deepEqual(functionsOf(leaksOf(heap).sites), ["fill"]);
  vector.dispose();
  heap.close();
});

test("no line of a heap without trace, and nothing is left of blocks that were freed", () => {
  using plain = new Heap({ name: "plain" });
  takeTwo(plain);
  const { sites, message } = leaksOf(plain);
  assert.deepEqual([sites, message.includes("\n")], [[], false]);
  const heap = new Heap({ name: "freed", trace: true });
  const views = Array.from({ length: 100 }, () => heap.allocate(Uint8Array, 8));
  for (const view of views) heap.free(view);
  heap.close();
  assert.equal(heap.closed, true);
});

test("of many places the message names ten", () => {
  using heap = new Heap({ name: "many", trace: true });
  const places = Array.from({ length: 14 }, (_, index) => {
    const take = new Function(
      "heap",
      `function take${index}() { const view = heap.allocate(Uint8Array, 8); return view.length; } return take${index};`,
    );
    return take(heap) as () => number;
  });
  heap.allocate(Uint8Array, 1).fill(1);
  for (const take of places) take();
  const { message, sites } = leaksOf(heap);
  assert.equal(sites.reduce((sum, site) => sum + site.blocks, 0), 15);
  assert.ok(message.split("\n").length <= 12);
});
