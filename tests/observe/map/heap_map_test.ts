import assert from "node:assert/strict";
import { test } from "node:test";
import { addressOfView } from "../../../heaps/core/extent.ts";
import { native } from "../../../heaps/core/native.ts";
import { storeOf } from "../../../heaps/heap/heap.ts";
import { Arena, ClosedError, Heap } from "../../../mod.ts";
import { heapMap } from "../../../observe/mod.ts";
import { ofArenas } from "../../_arenas.ts";
import { isGuarded } from "../../_build.ts";
import { assertQuick } from "../../_time.ts";

/** Bytes that rectangles of the class `kind` cover in the picture of a map: `M1 2h3v4h-3z` is one of 3 by 4. */
function areaOf(picture: string, kind: string): number {
  const [, path = ""] = new RegExp(`<path class="${kind}" d="([^"]*)"/>`).exec(picture) ?? [];
  return [...path.matchAll(/h([\d.]+)v([\d.]+)/g)].reduce((area, [, width, height]) => area + +width! * +height!, 0);
}

/** Takes blocks from C alone: a million views take longer to make than to map. */
function fill(heap: Heap, count: number, byteLengthOf: (index: number) => number): void {
  const handle = storeOf(heap).handle("fill");
  const { heapMalloc } = native().blocks;
  let failures = 0;
  for (let index = 0; index < count; index++) if (heapMalloc(handle, byteLengthOf(index)) === null) failures++;
  assert.equal(failures, 0);
}

test("heapMap() tells of each size what C says and what the program holds", {
  skip: isGuarded() ? "guarded builds make some blocks larger than others of their size" : false,
}, () => {
  using heap = new Heap({ name: "sizes" });
  const small = Array.from({ length: 3000 }, () => heap.allocate(Uint8Array, 64));
  const large = Array.from({ length: 20 }, () => heap.allocate(Uint8Array, 8192));
  for (let index = 0; index < small.length; index += 2) heap.free(small[index]!);
  heap.collect();
  const { sizeClasses, ...map } = heapMap(heap);
  const areas = heap.areas();
  assert.equal(map.name, "sizes");
  assert.equal(map.blocks, 1520);
  assert.equal(map.pages, areas.length);
  assert.equal(map.reservedBytes, areas.reduce((total, { reservedBytes }) => total + reservedBytes, 0));
  assert.equal(map.committedBytes, areas.reduce((total, { committedBytes }) => total + committedBytes, 0));
  assert.equal(map.usedBytes, sizeClasses.reduce((total, { usedBytes }) => total + usedBytes, 0));
  assert.equal(map.fragmentation, 1 - map.usedBytes / map.committedBytes);
  const [first, last] = [sizeClasses.at(0)!, sizeClasses.at(-1)!];
  assert.deepEqual([first.blocks, last.blocks, sizeClasses.length], [1500, large.length, 2]);
  assert.ok(first.blockBytes >= 64 && first.blockBytes < 128, `${first.blockBytes}`);
  assert.equal(first.usedBytes, 1500 * first.blockBytes);
  assert.ok(first.room >= 3000 && first.committedBytes >= first.usedBytes);
  assert.equal(map.arenas.reduce((total, { pages }) => total + pages.length, 0), map.pages);
});

test("heapMap() finds the longest run of free blocks, inside of one page", () => {
  using heap = new Heap();
  const views = Array.from({ length: 5000 }, () => heap.allocate(Uint8Array, 256));
  const before = heapMap(heap).arenas.flatMap(({ pages }) => pages);
  const full = before.find(({ blocks, room }) => blocks === room);
  assert.ok(full !== undefined, "no page is full");
  const inPage = views.map((view) => ({ view, address: addressOfView(view, "test")! }))
    .filter(({ address }) => address >= full.address && address < full.address + full.reservedBytes)
    .sort((one, other) => one.address - other.address);
  assert.equal(full.largestFreeBytes, 0);
  for (const at of [3, 10, 11, 12, 13, 14, 20, 21]) heap.free(inPage[at]!.view);
  const after = heapMap(heap).arenas.flatMap(({ pages }) => pages).find(({ address }) => address === full.address);
  assert.equal(after?.blocks, full.blocks - 8);
  assert.equal(after?.largestFreeBytes, 5 * (inPage[1]!.address - inPage[0]!.address));
});

test("heapMap() names the arena that the pages lie in", ofArenas, () => {
  using arena = Arena.reserve(64 * 2 ** 20, { name: "requests" });
  using heap = new Heap({ arena });
  heap.allocate(Uint8Array, 100);
  const { arenas } = heapMap(heap);
  assert.deepEqual(arenas.map(({ name, address, byteLength }) => ({ name, address, byteLength })), [
    { name: 'arena "requests"', ...arena.area },
  ]);
});

test("picture() fills as much of a box as blocks are allocated in its page", () => {
  using heap = new Heap();
  const views = Array.from({ length: 2 }, () => heap.allocate(Uint8Array, 2 ** 20));
  const alone = heapMap(heap);
  assert.equal(areaOf(alone.picture(), "c11"), alone.pages * 56 * 56);
  heap.free(views[0]!);
  using halves = new Heap();
  const small = Array.from({ length: 4000 }, () => halves.allocate(Uint8Array, 32));
  const address = (view: Uint8Array<ArrayBuffer>): number => addressOfView(view, "test")!;
  small.sort((one, other) => address(one) - address(other)).slice(0, 2000).forEach((view) => halves.free(view));
  const { arenas } = heapMap(halves);
  const share = arenas.flatMap(({ pages }) => pages).reduce((total, { blocks, room }) => total + blocks / room, 0);
  const picture = heapMap(halves).picture();
  // Builds with padding take larger blocks, which have another colour.
  const [, colour = "none"] = /<path class="(c\d+)[ "]/.exec(picture) ?? [];
  const drawn = ["", " f4", " f3", " f2"].reduce((area, kind) => area + areaOf(picture, `${colour}${kind}`), 0);
  // Cells that hold some blocks are drawn whole.
  assert.ok(Math.abs(drawn / (56 * 56) - share) < 0.15, `${drawn / (56 * 56)} instead of ${share} boxes`);
});

test("picture() is one element for light and dark pages, with words for those who do not see it, and no code", () => {
  using heap = new Heap({ name: `<script>&"quoted"` });
  heap.allocate(Uint8Array, 100);
  const picture = heapMap(heap).picture();
  assert.match(picture, /^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" .*role="img" aria-labelledby="\S+ \S+">/);
  assert.match(picture, /<title id="heap-map-title">Heap "|<title id="heap-map-title">Heap &quot;/);
  assert.match(picture, /<desc id="heap-map-description">1 of \d+ blocks in 1 page/);
  assert.match(picture, /prefers-color-scheme: dark/);
  assert.ok(picture.includes("&lt;script&gt;&amp;&quot;quoted&quot;"));
  assert.doesNotMatch(picture, /<script|href|url\(/);
});

test("heapMap() of a heap without blocks has figures of 0 and a picture", () => {
  using heap = new Heap();
  const map = heapMap(heap);
  assert.deepEqual([map.blocks, map.usedBytes, map.largestFreeBytes >= 0], [0, 0, true]);
  assert.ok(map.fragmentation >= 0 && map.fragmentation <= 1);
  assert.match(map.picture(), /^<svg [\s\S]*<\/svg>\n$/);
});

test("heapMap() refuses what is no heap, and one that is closed", () => {
  for (const value of [null, undefined, 1, {}, new Uint8Array(1)]) {
    assert.throws(() => heapMap(value as never), { name: "TypeError", message: /Cannot map a heap: expected a Heap/ });
  }
  const heap = new Heap();
  heap.destroy();
  assert.throws(() => heapMap(heap), ClosedError);
});

test(
  "heapMap() and its picture of a million blocks take less than two seconds and a megabyte",
  { timeout: 300_000 },
  () => {
    using heap = new Heap({ name: "million" });
    fill(heap, 1e6, (index) => index % 100 === 0 ? 48 : 16);
    assertQuick(2000, () => {
      const map = heapMap(heap);
      const picture = map.picture();
      assert.equal(map.blocks, 1e6);
      assert.ok(picture.length < 2 ** 20, `${picture.length} characters`);
    });
  },
);

test("picture() of more pages than can be told apart stays below a megabyte", { timeout: 300_000 }, () => {
  using heap = new Heap();
  fill(heap, 9000, (index) => 65_536 - 4096 * (index % 3));
  const map = heapMap(heap);
  // On 2.x a heap takes over pages above 8 KiB that ended threads left, with what is live in them.
  assert.ok(map.blocks >= 9000, `${map.blocks} blocks`);
  assert.ok(map.picture().length < 2 ** 20, `${map.picture().length} characters`);
});

test("picture() writes no character of a name that XML cannot have", () => {
  using heap = new Heap({ name: "a\0<b>\x1f" });
  heap.allocate(Uint8Array, 64);
  const picture = heapMap(heap).picture();
  assert.match(picture, /a\ufffd&lt;b&gt;\ufffd/);
  assert.equal(picture.includes("\0") || picture.includes("\x1f"), false);
});
