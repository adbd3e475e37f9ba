import assert from "node:assert/strict";
import process from "node:process";
import { test } from "node:test";
import { Worker } from "node:worker_threads";
import {
  AllocationError,
  Arena,
  arenas,
  ClosedError,
  deleteHeap,
  Heap,
  heapOf,
  LeakError,
  library,
  options,
  ScopePool,
  UnsupportedError,
  usableSize,
} from "../../../mod.ts";
import {
  AllocationProfile,
  type ProfileExcess,
  RealtimeHeap,
  type RealtimeHeapOptions,
} from "../../../realtime/mod.ts";
import { HashMap, Pool, struct, u32, Vector } from "../../../stl/mod.ts";
import { ofArenas } from "../../_arenas.ts";
import { isGuarded } from "../../_build.ts";
import { numberFrom } from "../../fuzz/_random.ts";
import { addressOf, MIB } from "../../heaps/_support.ts";
import { play, profileOf, rehearse, residentIn } from "./_play.ts";

const SEED = numberFrom("SEED", Math.floor(Math.random() * 2 ** 32));
const guarded = isGuarded();
const ofPages = guarded ? { skip: "guarded builds have no pages of blocks of one size alone" } : ofArenas;
const ON_LINUX = process.platform === "linux" ? ofPages : { skip: "only Linux tells which pages there are" };

/** Secure builds take away the memory of a page behind each page that is made. */
const { encodedFreeLists } = library().build;

/** What a call refuses, and that no arena was made meanwhile. */
function assertRefused(given: object, error: Parameters<typeof assert.throws>[1]): void {
  const before = arenas().length;
  assert.throws(() => RealtimeHeap.create(given as RealtimeHeapOptions), error);
  assert.equal(arenas().length, before);
}

for (const variant of ["page", "segment"] as const) {
  for (const singles of [false, true]) {
    const what = singles ? "blocks of 1 MiB too" : "small blocks";
    const makesPages = singles || variant === "segment";
    const skip = ON_LINUX.skip || (makesPages && encodedFreeLists === true && "secure builds take pages away");
    test(`RealtimeHeap with variant "${variant}" touches no new memory, ${what} (SEED=${SEED})`, { skip }, () => {
      const work = { seed: SEED, steps: 5000, singles };
      using heap = RealtimeHeap.create({ profile: rehearse(work), variant });
      const resident = residentIn(heap);
      const pages = heap.areas().length;
      for (let round = 0; round < 4; round++) {
        play(heap, work);
        if (round === 1) heap.collect(true);
      }
      assert.equal(residentIn(heap) - resident, 0);
      assert.equal(heap.exceeded, 0);
      assert.equal(heap.liveBlocks, 0);
      if (variant === "page") assert.equal(heap.areas().length, pages);
    });
  }
}

test("RealtimeHeap holds as many blocks of each size as its profile has, all at once", ofPages, () => {
  const counts = { 8: 9000, 100: 700, 5000: 40, 20_000: 60, 100_000: 9 };
  using heap = RealtimeHeap.create({ profile: profileOf(counts) });
  const pages = heap.areas().length;
  for (const [byteLength, count] of Object.entries(counts)) {
    for (let block = 0; block < count; block++) heap.allocate(Uint8Array, Number(byteLength)).fill(1);
  }
  assert.equal(heap.exceeded, 0);
  assert.equal(heap.liveBlocks, 9809);
  // On 3.0 the largest have pages for themselves, which are made when they are needed.
  const { liveBytes } = heap.headroom().single;
  assert.ok(heap.areas().length === pages || liveBytes >= 900_000);
});

test("RealtimeHeap.headroom() tells what is ready, live and free", ofPages, () => {
  using heap = RealtimeHeap.create({ profile: profileOf({ 1000: 10, 2_000_000: 1 }) });
  const views = [1, 2, 3].map(() => heap.allocate(Uint8Array, 1000));
  heap.free(views.pop()!);
  const large = heap.allocate(Uint8Array, 2_000_000);
  const { sizes: [size], single } = heap.headroom();
  assert.ok(size!.ready >= 10);
  assert.deepEqual(size, { ...size, live: 2, peak: 3, free: size!.ready - 2, exceeded: 0 });
  assert.equal(single.liveBytes, usableSize(large));
  assert.ok(single.readyBytes >= single.liveBytes);
  heap.free(large);
  assert.deepEqual(heap.headroom().single, { ...single, liveBytes: 0 });
});

/** A heap for two blocks of 1,000 bytes and what else fits their page, all of which is taken. */
function exhausted(more: Partial<RealtimeHeapOptions>): RealtimeHeap {
  const heap = RealtimeHeap.create({ profile: profileOf({ 1000: 2 }), name: "full", ...more });
  const [{ ready } = { ready: 0 }] = heap.headroom().sizes;
  for (let block = 0; block < ready; block++) heap.allocate(Uint8Array, 1000);
  assert.equal(heap.exceeded, 0);
  return heap;
}

test('RealtimeHeap with onExceeded "throw" refuses what its profile has not, and goes on', ofPages, () => {
  using heap = exhausted({ onExceeded: "throw" });
  const { liveBlocks, liveBytes } = heap;
  assert.throws(() => heap.allocate(Uint8Array, 1000), (error: unknown) => {
    assert.ok(error instanceof AllocationError);
    assert.match(error.message, /its profile has \d+ blocks of \d+ bytes, and all are live/);
    assert.deepEqual([error.requested, error.live], [1000, liveBytes]);
    return true;
  });
  assert.throws(() => heap.allocate(Uint8Array, 30), AllocationError);
  assert.throws(() => heap.allocate(Uint8Array, 3_000_000), /its profile has 0 bytes for such blocks/);
  assert.throws(() => heap.bytes(new Uint8Array(30)), AllocationError);
  assert.deepEqual([heap.liveBlocks, heap.liveBytes, heap.exceeded], [liveBlocks, liveBytes, 4]);
  const exceeded = heap.headroom().sizes.map(({ exceeded }) => exceeded);
  assert.deepEqual([exceeded, heap.headroom().single.exceeded], [[2, 1], 1]);
});

test('RealtimeHeap with onExceeded "grow" takes more, counts it, and tells a profile that has it', ofPages, () => {
  using heap = exhausted({ onExceeded: "grow" });
  const { liveBlocks } = heap;
  for (let block = 0; block < 100; block++) heap.allocate(Uint8Array, 1000).fill(1);
  for (let block = 0; block < 10; block++) heap.allocate(Uint8Array, 40).fill(1);
  heap.allocate(Uint8Array, 3_000_000).fill(1);
  assert.equal(heap.exceeded, 111);
  assert.equal(heap.liveBlocks, liveBlocks + 111);
  using other = RealtimeHeap.create({ profile: profileOf({ 1000: 2 }).merge(heap.profile()) });
  for (let block = 0; block < liveBlocks + 100; block++) other.allocate(Uint8Array, 1000);
  for (let block = 0; block < 10; block++) other.allocate(Uint8Array, 40);
  other.allocate(Uint8Array, 3_000_000);
  assert.equal(other.exceeded, 0);
});

test("RealtimeHeap calls onExceeded before it grows, and what that throws refuses the allocation", ofPages, () => {
  const heard: ProfileExcess[] = [];
  using heap = exhausted({
    onExceeded: (excess) => {
      heard.push(excess);
      if (heard.length === 3) throw new Error("no more");
    },
  });
  const { liveBlocks } = heap;
  heap.allocate(Uint8Array, 1000);
  heap.allocate(Uint8Array, 2_000_000);
  assert.throws(() => heap.allocate(Uint8Array, 1000), /^Error: no more$/);
  heap.allocate(Uint8Array, 1000);
  assert.equal(heap.liveBlocks, liveBlocks + 3);
  assert.equal(heap.exceeded, 4);
  assert.deepEqual(heard.map(({ requested }) => requested), [1000, 2_000_000, 1000, 1000]);
  assert.deepEqual(heard[0], { ...heard[0], live: liveBlocks, ready: liveBlocks });
  assert.equal(heard[1]!.blockBytes, undefined);
});

test("RealtimeHeap lets onExceeded free, allocate and destroy", ofPages, () => {
  let task = (): void => {};
  const heap = exhausted({ onExceeded: () => task() });
  task = (): void => {
    task = (): void => {};
    heap.allocate(Uint8Array, 1000);
  };
  const { liveBlocks } = heap;
  heap.allocate(Uint8Array, 1000);
  assert.equal(heap.liveBlocks, liveBlocks + 2);
  task = (): void => heap.destroy();
  assert.throws(() => heap.allocate(Uint8Array, 1000), ClosedError);
});

test("RealtimeHeap asks the listener for deferred frees to make room first", ofPages, () => {
  using heap = RealtimeHeap.create({ profile: profileOf({ 1000: 2 }) });
  const cache: Uint8Array<ArrayBuffer>[] = [];
  heap.onDeferredFree(({ force }) => {
    if (force) cache.splice(0).forEach((view) => heap.free(view));
  });
  for (let block = 0; block < 1000; block++) cache.push(heap.allocate(Uint8Array, 1000));
  assert.equal(heap.exceeded, 0);
});

test("RealtimeHeap counts an aligned block with room for its alignment", ofPages, () => {
  const [size] = profileOf({ 1064: 1 }).classes;
  using heap = RealtimeHeap.create({ profile: profileOf({ 1064: 3 }) });
  const view = heap.allocate(Uint8Array, 1000, { alignment: 64, offset: 8 });
  assert.equal((addressOf(view) + 8) % 64, 0);
  assert.deepEqual(heap.headroom().sizes.map(({ blockBytes, live }) => [blockBytes, live]), [[size!.blockBytes, 1]]);
  const same = heap.reallocate(view, 1002);
  assert.equal((addressOf(same) + 8) % 64, 0);
  assert.equal(heap.liveBytes, 1066);
  heap.free(same);
  assert.deepEqual([heap.liveBytes, heap.headroom().sizes[0]!.live], [0, 0]);
});

test("RealtimeHeap is a Heap: views are emptied, foreign ones refused, limits kept", ofPages, () => {
  using heap = RealtimeHeap.create({ profile: profileOf({ 1000: 3 }), name: "loop", limit: 1500 });
  const view = heap.allocateZeroed(Uint8Array, 1000);
  assert.ok(heap instanceof Heap);
  assert.equal(heapOf(view), heap);
  assert.equal(heap.name, "loop");
  assert.ok(view.every((byte) => byte === 0));
  assert.throws(() => heap.allocate(Uint8Array, 1000), { limit: 1500 });
  using other = new Heap();
  assert.throws(() => other.free(view), TypeError);
  heap.free(view);
  assert.equal(view.length, 0);
  assert.throws(() => heap.free(view), TypeError);
  assert.throws(() => heap.share(), /make one on each thread/);
});

test("RealtimeHeap.create() refuses what is no option, before anything is reserved", ofPages, () => {
  const profile = profileOf({ 1000: 3 });
  for (const given of [null, undefined, 5]) assertRefused(given as unknown as object, TypeError);
  assertRefused({}, TypeError);
  assertRefused({ profile: profile.toJSON() }, TypeError);
  assertRefused({ profile, variant: "pages" }, TypeError);
  assertRefused({ profile, onExceeded: "ignore" }, TypeError);
  assertRefused({ profile, lock: "yes" }, TypeError);
  for (const growthBytes of [-1, 1.5, NaN, "5", 2 ** 60]) assertRefused({ profile, growthBytes }, RangeError);
  for (const limit of [0, -1, NaN, "5"]) assertRefused({ profile, limit }, RangeError);
  assert.throws(() => Reflect.construct(RealtimeHeap, []), TypeError);
});

test("RealtimeHeap.create() refuses the page variant on a guarded build", {
  skip: guarded ? false : "the build is not guarded",
}, () => {
  assertRefused({ profile: profileOf({ 100_000: 1 }) }, UnsupportedError);
});

test("RealtimeHeap.create() refuses a profile that needs more than the machine has", ON_LINUX, () => {
  const profile = profileOf({ 1000: 1000, 1_000_000: 10 }).scale(1000).scale(1000);
  for (const variant of ["page", "segment"]) {
    assertRefused({ profile, variant }, (error: unknown) => {
      assert.ok(error instanceof AllocationError, String(error));
      assert.match(error.message, /its profile needs \d+ bytes, and the machine has \d+ available/);
      assert.ok(error.requested > error.limit);
      return true;
    });
  }
  assertRefused({ profile: profile.scale(1000) }, RangeError);
});

test(
  "RealtimeHeap.create() gets an arena of the program ready, when that is empty, exclusive and large enough",
  ofPages,
  () => {
    const profile = profileOf({ 1000: 100 });
    using arena = Arena.reserve(64 * MIB, { name: "given" });
    const heap = RealtimeHeap.create({ profile, arena });
    assert.equal(heap.arena, arena);
    assert.throws(() => RealtimeHeap.create({ profile, arena }), /there are 1 heaps in it/);
    heap.destroy();
    assert.equal(arena.closed, false);
    assert.throws(() => RealtimeHeap.create({ profile: profile.scale(1000), arena }), /and the arena has 67108864/);
    using open = Arena.reserve(32 * MIB, { exclusive: false });
    assert.throws(() => RealtimeHeap.create({ profile, arena: open }), /other heaps allocate in it too/);
    assert.throws(
      () => RealtimeHeap.create({ profile, arena: {} as Arena }),
      (error: unknown) => error instanceof Error,
    );
  },
);

test("RealtimeHeap closes its own arena, whose memory serves the next one", ofPages, () => {
  const profile = profileOf({ 1000: 100 });
  const first = RealtimeHeap.create({ profile });
  const { area } = first.arena!;
  const view = first.allocate(Uint8Array, 1000);
  assert.throws(() => first.close(), LeakError);
  first.destroy();
  first.destroy();
  assert.equal(view.length, 0);
  assert.equal(first.arena!.closed, true);
  assert.throws(() => first.allocate(Uint8Array, 1000), ClosedError);
  for (let round = 0; round < 20; round++) {
    using next = RealtimeHeap.create({ profile });
    assert.deepEqual(next.arena!.area, area);
    next.allocate(Uint8Array, 1000).fill(1);
  }
});

test("RealtimeHeap ends with its arena", ofPages, () => {
  const heap = RealtimeHeap.create({ profile: profileOf({ 1000: 100 }) });
  const view = heap.allocate(Uint8Array, 1000);
  heap.arena!.destroy();
  assert.deepEqual([heap.closed, view.length], [true, 0]);
  heap.destroy();
});

test("deleteHeap() leaves the blocks of a RealtimeHeap and none that it kept for itself", {
  skip: library().version.major < 3 ? "2.x refuses heaps in arenas" : ofPages.skip,
}, () => {
  const heap = RealtimeHeap.create({ profile: profileOf({ 1000: 100 }) });
  const view = heap.allocate(Uint8Array, 1000).fill(7);
  const main = deleteHeap(heap);
  assert.ok(view.every((byte) => byte === 7));
  main.free(view);
});

test("RealtimeHeap.create() tells mimalloc to give nothing back", ofPages, () => {
  using heap = RealtimeHeap.create({ profile: profileOf({ 1000: 1 }) });
  assert.equal(heap.exceeded, 0);
  const names = new Set<string>(options.list().map(({ name }) => name));
  if (names.has("purge_delay")) assert.equal(options.get("purge_delay"), -1);
  else assert.equal(options.get("decommit_delay"), 3_600_000);
  if (names.has("stats_merge_threshold")) assert.equal(options.get("stats_merge_threshold"), 0);
});

test("RealtimeHeap locks its memory, or says why not", ON_LINUX, () => {
  for (const variant of ["page", "segment"] as const) {
    const profile = profileOf({ 1000: 1000 });
    using heap = RealtimeHeap.create({ profile, variant, lock: true });
    const { lockedBytes, reason } = heap.locked;
    if (reason === undefined) assert.ok(lockedBytes >= 1_000_000, `${lockedBytes}`);
    else assert.match(reason, /the system refuses to lock \d+ bytes: .*RLIMIT_MEMLOCK/);
    heap.allocate(Uint8Array, 1000).fill(1);
  }
  using heap = RealtimeHeap.create({ profile: profileOf({ 1000: 1 }) });
  assert.deepEqual(heap.locked, { lockedBytes: 0, reason: undefined });
});

test("A recorder and a RealtimeHeap count the same blocks", ofPages, () => {
  using recorder = AllocationProfile.record();
  using heap = RealtimeHeap.create({ profile: profileOf({ 3000: 5 }) });
  using own = AllocationProfile.record(heap);
  for (let block = 0; block < 4; block++) heap.allocate(Uint8Array, 3000);
  assert.deepEqual(own.profile().toJSON(), heap.profile().toJSON());
  const [size] = heap.profile().classes;
  const all = recorder.profile().classes.find(({ blockBytes }) => blockBytes === size!.blockBytes);
  assert.ok(all!.peakBlocks >= 4);
  own[Symbol.dispose]();
  assert.throws(() => {
    for (let block = 0; block < 1000; block++) heap.allocate(Uint8Array, 3000);
  }, AllocationError);
});

test("Containers, pools and scopes lie on a RealtimeHeap that was made for them", ON_LINUX, () => {
  const Voice = struct({ note: u32, age: u32 });
  function compose(heap: Heap): () => void {
    const voices = new Pool(Voice, { allocator: heap });
    const notes = new Vector(u32, { allocator: heap });
    const held = new HashMap(u32, u32, { allocator: heap });
    return () => {
      for (let note = 0; note < 500; note++) {
        const voice = voices.acquire();
        voice.note = note;
        notes.push(note);
        held.set(note, voice.note);
        voices.release(voice);
      }
      notes.clear();
      held.clear();
    };
  }
  using rehearsal = new Heap();
  using recorder = AllocationProfile.record(rehearsal);
  compose(rehearsal)();
  using heap = RealtimeHeap.create({ profile: recorder.profile() });
  const tick = compose(heap);
  tick();
  const { liveBlocks } = heap;
  const resident = residentIn(heap);
  for (let round = 0; round < 100; round++) tick();
  assert.deepEqual([heap.liveBlocks, heap.exceeded, residentIn(heap)], [liveBlocks, 0, resident]);
  using scopes = new ScopePool({ arena: heap.arena! });
  assert.equal(scopes.run((scope) => scope.allocate(Uint8Array, 100).length), 100);
});

test("RealtimeHeap has 0 new pages in each of 4 Workers", { ...ON_LINUX, timeout: 300_000 }, async () => {
  const work = { seed: SEED, steps: 3000 };
  const document = rehearse(work).toJSON();
  const answers = await Promise.all([1, 2, 3, 4].map(() => {
    const worker = new Worker(new URL("./_realtime_worker.ts", import.meta.url));
    return new Promise<unknown>((resolve, reject) => {
      worker.once("error", reject);
      worker.once("message", resolve);
      worker.postMessage({ document, work });
    }).finally(() => worker.terminate());
  }));
  assert.deepEqual(answers, Array(4).fill({ newPages: 0, exceeded: 0 }));
});
