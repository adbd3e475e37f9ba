import assert from "node:assert/strict";
import { test } from "node:test";
import { Heap } from "../../../mod.ts";
import { f64, Pool, struct, u32 } from "../../../stl/mod.ts";
import { numberFrom, Random } from "../../fuzz/_random.ts";

const STEPS = 200_000;
const SEED = numberFrom("SEED", Date.now() % 2 ** 31);
const Point = struct({ x: f64, at: struct({ row: u32 }) }, { name: "Point" });

/** A pool whose items are told apart by a number in them. */
interface Numbered<T extends object> {
  readonly pool: Pool<T>;
  readonly checked: boolean;
  readonly get: (item: T) => number;
  readonly set: (item: T, value: number) => void;
}

/** What a pool is compared with: what is live, with its number, and what the released ones had. */
class World<T extends object> {
  readonly #numbered: Numbered<T>;
  readonly #live: { readonly item: T; readonly value: number }[] = [];
  readonly #items = new Set<T>();
  readonly #last = new WeakMap<T, number>();
  #values = 0;
  #hits = 0;
  #acquired = 0;
  #highWater = 0;

  constructor(numbered: Numbered<T>) {
    this.#numbered = numbered;
  }

  acquire(): void {
    const { pool, checked, get, set } = this.#numbered;
    if (pool.idle > 0) this.#hits++;
    const item = pool.acquire();
    if (this.#items.has(item)) assert.fail("an item was handed out twice");
    assert.equal(get(item), checked ? 0 : this.#last.get(item) ?? 0);
    const value = ++this.#values;
    set(item, value);
    this.#items.add(item);
    this.#live.push({ item, value });
    this.#acquired++;
    this.#highWater = Math.max(this.#highWater, this.#live.length);
  }

  release(random: Random): void {
    if (this.#live.length === 0) return;
    const { pool, get } = this.#numbered;
    const index = random.below(this.#live.length);
    const { item, value } = this.#live[index]!;
    const last = this.#live.pop()!;
    if (index < this.#live.length) this.#live[index] = last;
    assert.equal(get(item), value);
    pool.release(item);
    this.#items.delete(item);
    this.#last.set(item, value);
  }

  /** Returns whether memory was given back. */
  trim(random: Random): boolean {
    const { pool, get } = this.#numbered;
    const [keep, idle, bytes] = [random.below(60), pool.idle, pool.bytes];
    assert.equal(pool.trim(keep), bytes - pool.bytes);
    assert.ok(pool.idle >= Math.min(keep, idle) && pool.idle <= idle, `${pool.idle} of ${idle} idle, ${keep} to keep`);
    for (const { item, value } of this.#live) assert.equal(get(item), value);
    return pool.bytes < bytes;
  }

  check(): void {
    const { pool } = this.#numbered;
    assert.deepEqual(
      [pool.live, pool.highWater, pool.acquired, pool.hitRate],
      [this.#live.length, this.#highWater, this.#acquired, this.#acquired === 0 ? 0 : this.#hits / this.#acquired],
    );
  }

  get live(): number {
    return this.#live.length;
  }
}

function play<T extends object>(heap: Heap, numbered: Numbered<T>, steps: number): void {
  const { pool } = numbered;
  const random = new Random(SEED);
  const world = new World(numbered);
  let trims = 0;
  for (let step = 0; step < steps; step++) {
    // It grows for a while and shrinks for a while, down to nothing.
    const growing = step % 40_000 < 20_000;
    if (random.below(100) < (growing ? 60 : 35)) world.acquire();
    else world.release(random);
    if (random.once(500) && world.trim(random)) trims++;
    if (random.once(1000)) world.check();
    if (heap.liveBytes !== pool.bytes) assert.fail(`${pool.bytes} bytes, but ${heap.liveBytes} live ones`);
  }
  // One at least for each time it shrinks to nothing, but the last one may come too late.
  assert.ok(trims >= steps / 40_000 - 1, `${trims} trims gave memory back`);
  while (world.live > 0) world.release(random);
  world.check();
  pool.trim();
  assert.deepEqual([pool.bytes, pool.idle, heap.liveBlocks], [0, 0, 0]);
  world.acquire();
  pool.dispose();
  assert.deepEqual([heap.liveBlocks, heap.liveBytes], [0, 0]);
}

for (const checked of [false, true]) {
  const mode = checked ? ", checked" : "";
  test(`Pool of views keeps what is live through ${STEPS} random steps${mode} (SEED=${SEED})`, () => {
    using heap = new Heap();
    play(heap, {
      pool: new Pool(Float64Array, 4, { allocator: heap, checked }),
      checked,
      get: (view) => view[3]!,
      set: (view, value) => view[3] = value,
    }, STEPS);
  });

  test(`Pool of structs keeps what is live through ${STEPS} random steps${mode} (SEED=${SEED})`, () => {
    using heap = new Heap();
    play(heap, {
      pool: new Pool(Point, { allocator: heap, checked }),
      checked,
      get: ({ x, at }) => x === at.row ? x : NaN,
      set(point, value): void {
        point.x = point.at.row = value;
      },
    }, STEPS);
  });
}
