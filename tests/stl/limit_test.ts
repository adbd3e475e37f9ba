import assert from "node:assert/strict";
import { test } from "node:test";
import { AllocationError, Heap } from "../../mod.ts";
import {
  anyText,
  BitSet,
  Deque,
  f64,
  HashMap,
  HashSet,
  MultiMap,
  PriorityQueue,
  SlotMap,
  SoaSlotMap,
  SortedMap,
  StringTable,
  struct,
  u32,
} from "../../stl/mod.ts";
import { numberFrom, Random } from "../fuzz/_random.ts";
import { type Play, PLAYS } from "./_limit_plays.ts";

const SEED = numberFrom("SEED", Math.floor(Math.random() * 2 ** 32));
const STEPS = numberFrom("STEPS", 2000);
const LIMIT = 2 ** 20;

/** Does one step with `room` bytes left. Returns whether they were enough. */
function squeeze(play: Play, heap: Heap, room: number, random: Random): boolean {
  const { run, apply } = play.step(random);
  const ballast = heap.allocate(Uint8Array, heap.limit - heap.liveBytes - room);
  try {
    run();
  } catch (error) {
    if (error instanceof AllocationError) return false;
    throw error;
  } finally {
    heap.free(ballast);
  }
  apply();
  return true;
}

for (const { label, make } of PLAYS) {
  test(`a ${label} that runs out of memory at any place is as it was and goes on [SEED=${SEED}]`, () => {
    const random = new Random(SEED);
    const heap = new Heap({ limit: LIMIT });
    const play = make(heap);
    let failures = 0;
    // Some take new memory rarely: until it was short once, in as many more steps as that takes.
    for (let step = 0; step < STEPS || failures === 0 && step < 100 * STEPS; step++) {
      const room = random.pick([0, 0, 64, 400, 2000, 20_000, 100_000]);
      if (squeeze(play, heap, random.below(room + 1), random)) continue;
      failures++;
      assert.equal(heap.liveBytes, play.container.bytes, `step ${step} leaked`);
      play.check();
    }
    play.check();
    assert.equal(heap.liveBytes, play.container.bytes);
    assert.ok(failures > 0, "memory was never short");
    play.container.dispose();
    assert.equal(heap.liveBlocks, 0);
    heap.close();
  });
}

test("a container that finds no memory for the capacity that it is made with leaves nothing behind", () => {
  const Point = struct({ x: f64, id: u32 }, { name: "Point" });
  const makers: Readonly<Record<string, (options: { allocator: Heap; owned: boolean; capacity: number }) => unknown>> =
    {
      BitSet: (options) => new BitSet(options),
      Deque: (options) => new Deque(f64, options),
      HashMap: (options) => new HashMap(u32, Point, options),
      "HashMap of texts, incremental": (options) => new HashMap(anyText, anyText, { ...options, incremental: true }),
      HashSet: (options) => new HashSet(anyText, options),
      MultiMap: (options) => new MultiMap(u32, Point, options),
      PriorityQueue: (options) => new PriorityQueue(Point, { ...options, priority: ({ x }) => x }),
      SlotMap: (options) => new SlotMap(Point, options),
      SoaSlotMap: (options) => new SoaSlotMap({ x: f64, id: u32 }, options),
      SortedMap: (options) => new SortedMap(anyText, Point, options),
      StringTable: (options) => new StringTable(options),
    };
  for (const [name, make] of Object.entries(makers)) {
    using heap = new Heap({ limit: 20_000 });
    let failures = 0;
    for (let capacity = 100; capacity < 1e6; capacity = Math.ceil(capacity * 1.1)) {
      try {
        (make({ allocator: heap, owned: false, capacity }) as Disposable)[Symbol.dispose]();
      } catch (error) {
        assert.ok(error instanceof AllocationError, `${error}`);
        failures++;
      }
      assert.equal(heap.liveBlocks, 0, `${name} for ${capacity}`);
    }
    assert.ok(failures > 0, name);
    // Nor is an allocator that it was to own.
    assert.throws(() => make({ allocator: heap, owned: true, capacity: 1e6 }), AllocationError);
    assert.deepEqual([heap.closed, heap.liveBlocks], [false, 0], name);
  }
});
