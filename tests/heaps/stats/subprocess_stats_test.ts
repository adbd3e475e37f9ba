import assert from "node:assert/strict";
import { test as anyTest } from "node:test";
import { library } from "../../../ffi/mod.ts";
import { Heap, mergeStats, stats, statsJson, statsText, Subprocess, UnsupportedError } from "../../../mod.ts";
import { leastTime } from "../../_time.ts";
import { COUNTS_FREES } from "./_version.ts";

const BLOCKS = 300;
const test = COUNTS_FREES ? anyTest : anyTest.skip;

/** Makes a sub-process with one heap of 300 blocks of 500 bytes, whose figures are put together. */
function create(): { readonly subprocess: Subprocess; readonly heap: Heap } {
  const subprocess = Subprocess.create({ name: "plugin" });
  const heap = subprocess.run(() => {
    const heap = new Heap();
    for (let block = 0; block < BLOCKS; block++) heap.allocate(Uint8Array, 500);
    heap.collect();
    return heap;
  });
  return { subprocess, heap };
}

test("statsText() of a Subprocess returns what mimalloc prints for it alone", () => {
  using outside = new Heap();
  outside.allocate(Uint8Array, 5000);
  outside.collect();
  const { subprocess } = create();
  using _subprocess = subprocess;
  const text = statsText(subprocess);
  assert.match(text, /^subproc \d+$/m);
  assert.match(text, /bin S +20 +:.* 512 +300 /);
  assert.doesNotMatch(text, /bin S +33/);
  assert.doesNotMatch(text, /^heap /m);
  assert.match(statsText(Subprocess.main), /bin S +33/);
});

test("statsText() with eachHeap prints every heap of a Subprocess by itself", () => {
  const { subprocess } = create();
  using _subprocess = subprocess;
  const text = statsText(subprocess, { eachHeap: true });
  const titles = [...text.matchAll(/^(heap|subproc) \d+$/gm)].map(([, kind]) => kind);
  // Its own main heap, too.
  assert.deepEqual(titles.toSorted(), ["heap", "heap", "subproc"]);
  assert.equal([...text.matchAll(/bin S +20/g)].length, 1);
});

test("statsJson() of a Subprocess agrees with its stats()", () => {
  const { subprocess } = create();
  using _subprocess = subprocess;
  const json = JSON.parse(statsJson(subprocess));
  const figures = subprocess.stats();
  assert.equal(json.malloc_count, figures.mallocCount);
  assert.ok(json.malloc_count >= BLOCKS && json.malloc_count < BLOCKS + 20, json.malloc_count);
  assert.deepEqual(json.allocated, figures.allocated);
  assert.deepEqual(json.reserved, figures.reserved);
});

test("Subprocess.stats() with exclusive leaves heaps out, and counts what mergeStats() moved", () => {
  const { subprocess, heap } = create();
  using _subprocess = subprocess;
  const whole = subprocess.stats();
  const without = subprocess.stats({ exclusive: true });
  const difference = whole.mallocCount! - without.mallocCount!;
  // Its own main heap has some blocks, too.
  assert.ok(difference >= BLOCKS && difference < BLOCKS + 20, `${difference}`);
  assert.deepEqual([without.reserved, without.committed, without.heaps], [
    whole.reserved,
    whole.committed,
    whole.heaps,
  ]);
  subprocess.run(() => {
    mergeStats(heap);
    heap.destroy();
  });
  const after = subprocess.stats({ exclusive: true });
  assert.equal(after.mallocCount! - without.mallocCount!, BLOCKS);
  assert.equal(after.heaps!.current, without.heaps!.current - 1);
});

test("the statistics of a Subprocess have no part in those of the main one, wherever they are read", () => {
  using outside = new Heap();
  for (let block = 0; block < 10 * BLOCKS; block++) outside.allocate(Uint8Array, 500);
  mergeStats(outside);
  const { subprocess } = create();
  using _subprocess = subprocess;
  const inside = subprocess.run(() => subprocess.stats());
  const { allocated, bins } = subprocess.stats();
  assert.deepEqual([allocated, bins], [inside.allocated, inside.bins]);
  assert.deepEqual(JSON.parse(statsJson(subprocess)).allocated, allocated);
  assert.ok(allocated!.total < 3 * BLOCKS * 512 + 300 * 1024, `${allocated!.total}`);
  const main = Subprocess.main.stats().mallocCount!;
  assert.ok(main >= 10 * BLOCKS);
  assert.equal(subprocess.run(() => Subprocess.main.stats()).mallocCount, main);
});

test("stats() with exclusive counts the sub-process that the thread is in", () => {
  const { subprocess } = create();
  using _subprocess = subprocess;
  const outside = stats({ exclusive: true }).heaps!;
  const inside = subprocess.run(() => stats({ exclusive: true })).heaps!;
  assert.deepEqual(outside, Subprocess.main.stats().heaps);
  // The heap and its own main heap.
  assert.equal(inside.current, 2);
  assert.ok(outside.total > inside.total);
});

test("stats() with exclusive takes no longer because there are 500 heaps", () => {
  const heaps = Array.from({ length: 500 }, () => new Heap());
  assert.ok(stats().heaps!.current >= 500);
  const leastOf = (exclusive: boolean): number =>
    leastTime(() => {
      for (let round = 0; round < 500; round++) stats({ exclusive });
    });
  const [alone, all] = [leastOf(true), leastOf(false)];
  for (const heap of heaps) heap.destroy();
  // C looks at all heaps for the other: 7 µs and 190 µs.
  assert.ok(alone < all / 4, `${alone} ms and ${all} ms`);
});

test("the statistics of a destroyed Subprocess throw ClosedError", () => {
  const { subprocess } = create();
  subprocess.destroy();
  const message = /^Cannot (read|print) the statistics of sub-process "plugin": it is destroyed$/;
  for (const call of [() => statsText(subprocess), () => statsJson(subprocess), () => subprocess.stats()]) {
    assert.throws(call, { name: "ClosedError", message });
  }
});

const missing = !library().has("mi_subproc_stats_get");
anyTest("the statistics of a Subprocess need mimalloc 3.2", { skip: !missing }, () => {
  const { main } = Subprocess;
  const calls = [
    () => statsText(main),
    () => statsText(main, { eachHeap: true }),
    () => statsJson(main),
    () => main.stats(),
    () => stats({ exclusive: true }),
  ];
  for (const call of calls) assert.throws(call, UnsupportedError);
});
