import assert from "node:assert/strict";
import { test } from "node:test";
import { Heap } from "../../../mod.ts";
import { anyBytes, anyText, bytes, f32, f64, LruMap, struct, u32 } from "../../../stl/mod.ts";
import { numberFrom, Random } from "../../fuzz/_random.ts";

const SEED = numberFrom("SEED", Math.floor(Math.random() * 2 ** 32));

/** Runs `play` with a clock that stands still until it is moved. */
async function withClock(play: (clock: { now: number }) => unknown): Promise<void> {
  const clock = { now: 1000 };
  const clocks = [performance, Date];
  const own = clocks.map((owner) => Object.getOwnPropertyDescriptor(owner, "now"));
  for (const owner of clocks) Object.defineProperty(owner, "now", { configurable: true, value: () => clock.now });
  try {
    await play(clock);
  } finally {
    for (const [index, owner] of clocks.entries()) {
      delete (owner as { now?: unknown }).now;
      if (own[index] !== undefined) Object.defineProperty(owner, "now", own[index]);
    }
  }
}

test("an entry is not found any more once its ttl is over", async () => {
  await withClock((clock) => {
    using heap = new Heap();
    const gone: unknown[] = [];
    const map = new LruMap(anyText, u32, {
      allocator: heap,
      maxEntries: 3,
      ttl: 100,
      onEvict: (...given) => gone.push(given),
    });
    map.set("a", 1).set("b", 2, { ttl: 50 }).set("c", 3, { ttl: Infinity });
    assert.deepEqual(["a", "b", "c", "d"].map((key) => map.getRemainingTTL(key)), [100, 50, Infinity, 0]);
    clock.now += 50;
    assert.deepEqual([map.has("b"), map.peek("b"), map.size, gone.length], [false, undefined, 3, 0]);
    assert.deepEqual([...map.keys()], ["c", "a"]);
    assert.deepEqual(map.toArray(), [["c", 3], ["a", 1]]);
    assert.equal(map.get("b"), undefined);
    assert.deepEqual([gone, map.size], [[["b", 2, "expire"]], 2]);
    assert.equal(map.get("a"), 1);
    clock.now += 49;
    assert.equal(map.get("a"), 1, "getting does not make it younger");
    map.set("a", 4);
    clock.now += 99;
    assert.equal(map.get("a"), 4, "setting does");
    map.set("d", 5).set("e", 6);
    assert.deepEqual(gone.slice(1), [["c", 3, "evict"]]);
    clock.now += 1;
    map.set("f", 7);
    assert.deepEqual(gone.slice(2), [["a", 4, "expire"]]);
    clock.now += 1000;
    assert.equal(map.purgeStale(), true);
    assert.deepEqual(new Set(gone.slice(3).map(String)), new Set(["d,5,expire", "e,6,expire", "f,7,expire"]));
    assert.deepEqual([map.size, map.purgeStale()], [0, false]);
  });
});

test("update() and getOrInsert() see entries whose ttl is over as absent", async () => {
  await withClock((clock) => {
    using heap = new Heap();
    const counts = new LruMap(anyText, u32, { allocator: heap, maxEntries: 9, ttl: 10 });
    counts.update("a", (count) => count + 1, 0);
    clock.now += 6;
    counts.update("a", (count) => count + 1, 0);
    assert.equal(counts.get("a"), 2);
    clock.now += 4;
    assert.equal(counts.get("a"), undefined, "updating does not make it younger");
    counts.set("b", 5);
    clock.now += 10;
    assert.equal(counts.update("b", (count) => count + 1), false);
    assert.equal(counts.getOrInsert("b", 7), 7);
    const places = new LruMap(u32, struct({ x: f64 }), { allocator: heap, maxEntries: 9, ttl: 10 });
    places.set(2, { x: 2 }).set(1, { x: 1 });
    clock.now += 5;
    places.set(3, { x: 3 });
    assert.deepEqual(Array.from(places.cursor(), ({ x }) => x), [3, 1, 2]);
    clock.now += 5;
    assert.deepEqual(Array.from(places.cursor(), ({ x }) => x), [3], "a cursor passes over them");
    places.update(1, (place) => place.x += 5, { x: 0 });
    assert.equal(places.get(1)?.x, 5);
  });
});

test("ages stay with their entries, and are none once entries are made from bytes", async () => {
  await withClock((clock) => {
    const random = new Random(SEED);
    using heap = new Heap();
    const options = { allocator: heap, maxEntries: 300, ttl: 100 };
    const map = new LruMap(u32, f32, options);
    const ends = new Map<number, number>();
    for (let step = 0; step < 8000; step++) {
      clock.now += random.below(2);
      const key = random.below(200);
      const choice = random.below(10);
      if (choice < 4) {
        const ttl = 1 + random.below(200);
        map.set(key, key, { ttl });
        ends.set(key, clock.now + ttl);
      } else if (choice < 6) assert.equal(map.delete(key), ends.delete(key), `SEED=${SEED}`);
      else if (choice < 9) {
        const there = (ends.get(key) ?? 0) > clock.now;
        assert.equal(map.get(key), there ? key : undefined, `SEED=${SEED}`);
        if (!there) ends.delete(key);
      } else if (random.once(20)) map.shrinkToFit();
    }
    const copy = LruMap.fromBytes(u32, f32, map.toBytes(), options);
    const left = [...ends].filter(([, end]) => end > clock.now).map(([key]) => key);
    assert.deepEqual([...copy.keys()].sort(), left.sort());
    for (const key of left) assert.equal(copy.getRemainingTTL(key), 100);
    map.dispose();
    copy.dispose();
    assert.equal(heap.liveBlocks, 0);
  });
});

test("the age of an entry does not depend on the clock of the wall, which may be set", () => {
  using heap = new Heap();
  const map = new LruMap(u32, u32, { allocator: heap, maxEntries: 5, ttl: 60_000 });
  map.set(1, 2);
  const { now } = Date;
  try {
    for (const jump of [-1e9, 1e9]) {
      Date.now = () => now() + jump;
      assert.equal(map.get(1), 2);
      assert.ok(map.getRemainingTTL(1) > 50_000);
    }
  } finally {
    Date.now = now;
  }
});

test("a map without ttl keeps no ages and refuses one", () => {
  using heap = new Heap();
  const [plain, aging] = [{}, { ttl: 5 }].map((more) => {
    const map = new LruMap(u32, u32, { allocator: heap, maxEntries: 1000, ...more });
    for (let i = 0; i < 1000; i++) map.set(i, i);
    map.shrinkToFit();
    return map;
  });
  assert.equal(aging!.bytes - plain!.bytes, 8000);
  assert.deepEqual([plain!.ttl, aging!.ttl, plain!.getRemainingTTL(1), plain!.purgeStale()], [
    undefined,
    5,
    Infinity,
    false,
  ]);
  assert.throws(() => plain!.set(1, 2, { ttl: 5 }), { name: "TypeError", message: /make it with one/ });
  for (const ttl of [0, -1, NaN, "5", null] as never[]) {
    assert.throws(() => new LruMap(u32, u32, { allocator: heap, maxEntries: 5, ttl }), { name: "RangeError" });
    assert.throws(() => aging!.set(1, 2, { ttl }), { name: "RangeError", message: /expected a number above 0/ });
  }
});

test("getOrFetch() loads a key once at a time, and keeps nothing of a load that fails", async () => {
  using heap = new Heap();
  const map = new LruMap(anyText, f32, { allocator: heap, maxEntries: 10 });
  let loads = 0;
  const load = async (key: string): Promise<number> => {
    loads++;
    await Promise.resolve();
    return key.length + 0.1;
  };
  const stored = Math.fround(3.1);
  assert.deepEqual(await Promise.all([1, 2, 3].map(() => map.getOrFetch("abc", load))), [stored, stored, stored]);
  assert.equal(await map.getOrFetch("abc", load), stored);
  assert.equal(loads, 1);
  assert.equal(await map.getOrFetch("d", () => 4), 4, "what is loaded need be no promise");

  const fail = (): Promise<number> => (loads++, Promise.reject(new RangeError("down")));
  const failed = await Promise.allSettled([map.getOrFetch("x", fail), map.getOrFetch("x", fail)]);
  assert.deepEqual(failed.map((result) => (result as PromiseRejectedResult).reason.message), ["down", "down"]);
  assert.deepEqual([loads, map.has("x")], [2, false]);
  await assert.rejects(
    map.getOrFetch("x", () => {
      throw new Error("at once");
    }),
    { message: "at once" },
  );
  assert.equal(await map.getOrFetch("x", load), Math.fround(1.1), "the next one loads again");
  await assert.rejects(map.getOrFetch("y", 5 as never), { name: "TypeError", message: /expected a function, got 5/ });
  await assert.rejects(map.getOrFetch(5 as never, load), { name: "RangeError" });
  await assert.rejects(map.getOrFetch("z", () => 1n as never), TypeError);
  assert.equal(map.has("z"), false);
});

test("what is set, deleted or cleared while it is loaded is not written over", async () => {
  using heap = new Heap();
  const map = new LruMap(bytes(2), u32, { allocator: heap, maxEntries: 10 });
  const key = Uint8Array.of(1, 2);
  const changes: readonly (readonly [() => unknown, number | undefined])[] = [
    [() => map.set(key, 5), 5],
    [() => map.delete(key), undefined],
    [() => map.clear(), undefined],
    [() => map.set(Uint8Array.of(9, 9), 1), 7],
  ];
  for (const [change, left] of changes) {
    map.clear();
    let settle!: (value: number) => void;
    const loading = map.getOrFetch(key, () => new Promise<number>((resolve) => settle = resolve));
    change();
    settle(7);
    assert.equal(await loading, 7);
    assert.equal(map.get(key), left, `${change}`);
  }
  // Bytes that change meanwhile are not the key.
  map.clear();
  const changing = Uint8Array.of(3, 4);
  const loading = map.getOrFetch(changing, async () => (await Promise.resolve(), 8));
  changing.fill(0);
  await loading;
  assert.equal(map.get(Uint8Array.of(3, 4)), 8);

  const texts = new LruMap(anyBytes, anyText, { allocator: heap, maxEntries: 10 });
  const last = texts.getOrFetch(key, async () => (await Promise.resolve(), "late"));
  texts.dispose();
  assert.equal(await last, "late", "a map that has ended keeps nothing");
  await assert.rejects(texts.getOrFetch(key, () => "x"), { name: "ClosedError" });
});
