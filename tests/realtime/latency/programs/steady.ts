// Plays ticks between two marks: pools and containers on a real-time heap, each in use and none growing. Prints what reached
// the heap meanwhile. Arguments: ticks, and milliseconds from one to the next (0: at once).
import process from "node:process";
import { Heap } from "../../../../mod.ts";
import { AllocationProfile, RealtimeHeap } from "../../../../realtime/mod.ts";
import { Deque, HashMap, LruMap, Pool, PriorityQueue, struct, u32, Vector } from "../../../../stl/mod.ts";
import { makeGarbage, mark, tell } from "../../_mark.ts";

const [ticks = 0, period = 0] = process.argv.slice(2).map(Number);
const Particle = struct({ x: u32, y: u32 });
const sleeper = new Int32Array(new SharedArrayBuffer(4));

// deno-lint-ignore explicit-function-return-type -- it is what the line that returns says
function makeParts(allocator: Heap) {
  const buffers = new Pool(Float64Array, 128, { allocator });
  const taken = Array.from({ length: 16 }, () => buffers.acquire());
  for (const buffer of taken) buffers.release(buffer);
  const map = new HashMap(u32, u32, { allocator, capacity: 2000 });
  const recent = new LruMap(u32, u32, { allocator, maxEntries: 100 });
  const waiting = new Deque(u32, { allocator, capacity: 100 });
  const due = new PriorityQueue(u32, { allocator, capacity: 100, compare: (a, b) => a - b });
  const numbers = new Vector(u32, { allocator });
  for (let i = 0; i < 1000; i++) numbers.push(i);
  const particles = new Pool(Particle, { allocator });
  particles.release(particles.acquire());
  return { buffers, map, recent, waiting, due, numbers, particles };
}

/** All that the ticks need, on one heap. */
class World {
  readonly #parts: ReturnType<typeof makeParts>;

  constructor(allocator: Heap) {
    this.#parts = makeParts(allocator);
  }

  /** Every container is written, read and emptied a little; the sum proves it. */
  tick(now: number): number {
    const { buffers, map, recent, waiting, due, numbers, particles } = this.#parts;
    let sum = 0;
    const first = buffers.acquire();
    const second = buffers.acquire();
    first[0] = now;
    second[0] = first[0]! + 1;
    sum += second[0]!;
    const particle = particles.acquire();
    particle.x = now;
    sum += particle.x;
    particles.release(particle);
    buffers.release(second);
    buffers.release(first);
    for (let i = 0; i < 50; i++) {
      const key = (now * 50 + i) % 1500;
      map.set(key, i);
      sum += map.get(key)!;
      if (i % 2 === 0) map.delete((key + 700) % 1500);
      recent.set(key, i);
      waiting.push(i);
      due.push(50 - i);
      numbers.set(i, now);
      sum += numbers.get(i)!;
    }
    for (let i = 0; i < 50; i++) sum += waiting.shift()! + due.pop()!;
    return sum & 0xffffff;
  }
}

/** Counts what reaches a heap. */
function spyOn(heap: Heap): { count: number } {
  const calls = { count: 0 };
  for (const name of ["allocate", "allocateZeroed", "reallocate", "free", "bytes"] as const) {
    const real = (heap[name] as (...values: unknown[]) => unknown).bind(heap);
    Object.defineProperty(heap, name, {
      value: (...values: unknown[]): unknown => {
        calls.count++;
        return real(...values);
      },
    });
  }
  return calls;
}

function play(world: World, count: number): number {
  let sum = 0;
  for (let now = 0; now < count; now++) {
    sum = sum + world.tick(now) & 0xffffff;
    if (period > 0) Atomics.wait(sleeper, 0, 0, period);
  }
  return sum;
}

const rehearsal = new Heap();
const recorder = AllocationProfile.record(rehearsal);
play(new World(rehearsal), 20);
const heap = RealtimeHeap.create({ profile: recorder.profile() });
const calls = spyOn(heap);
const world = new World(heap);
const making = calls.count;
makeGarbage(1_000_000);
for (let i = 0; i < 4000; i++) world.tick(i);
mark();
const before = calls.count;
const sum = play(world, ticks);
mark();
tell(`reached ${calls.count - before} after ${making}, exceeded ${heap.exceeded}, sum ${sum}`);
