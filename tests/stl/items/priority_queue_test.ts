import assert from "node:assert/strict";
import { test } from "node:test";
import { AllocationError, Heap } from "../../../mod.ts";
import { PriorityQueue, type PriorityQueueOptions } from "../../../stl/items/priority_queue.ts";
import { type Element, f32, f64, i64, struct, text, u32, u8 } from "../../../stl/mod.ts";
import { numberFrom, Random } from "../../fuzz/_random.ts";
import { assertCloses } from "../_closed.ts";

const SEED = numberFrom("SEED", Math.floor(Math.random() * 2 ** 32));
const Job = struct({ id: u8, due: f64 }, { name: "Job" });
const CHANGED = { name: "Error", message: "Cannot order a PriorityQueue: compare has changed it meanwhile" };
type JobObject = { id: number; due: number };

function ascending<T>(a: T, b: T): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** An array that is kept sorted. */
function insert<T>(model: T[], value: T, compare: (a: T, b: T) => number): void {
  let [low, high] = [0, model.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (compare(model[middle]!, value) > 0) low = middle + 1;
    else high = middle;
  }
  model.splice(low, 0, value);
}

interface Play<T> {
  readonly element: Element<T>;
  readonly make: (n: number) => T;
  readonly compare: (a: T, b: T) => number;
  readonly options?: Omit<PriorityQueueOptions<T>, "allocator">;
  readonly steps: number;
}

function play<T>({ element, make, compare, options, steps }: Play<T>): void {
  using heap = new Heap();
  const random = new Random(SEED);
  const queue = new PriorityQueue(element, { allocator: heap, ...options });
  const model: T[] = [];
  for (let at = 0; at < steps; at++) {
    if (random.below(100) < (at % 4000 < 2200 ? 65 : 35)) {
      const value = make(random.below(2000));
      insert(model, value, compare);
      assert.equal(queue.push(value), model.length);
    } else {
      assert.deepEqual(queue.peek(), model.at(-1));
      assert.deepEqual(queue.pop(), model.pop());
    }
    assert.equal(queue.length, model.length);
    if (random.once(500)) queue.shrinkToFit();
    if (at % 4000 === 0) assert.deepEqual(queue.toArray().sort((a, b) => compare(b, a)), model);
  }
  assert.equal(heap.liveBytes, queue.bytes);
  assert.deepEqual([...queue.drain()], model.reverse());
  queue.dispose();
  assert.equal(heap.liveBlocks, 0);
}

test(`PriorityQueue behaves like a sorted Array through 200,000 random steps (SEED=${SEED})`, () => {
  play({ element: f64, make: (n) => n / 2, compare: ascending, steps: 200_000 });
});

test(`PriorityQueue with priority behaves like a sorted Array through 200,000 random steps (SEED=${SEED})`, () => {
  play<JobObject>({
    element: Job,
    make: (n) => ({ id: n & 255, due: n / 8 }),
    compare: (a, b) => a.due - b.due,
    options: { priority: (job) => job.due },
    steps: 200_000,
  });
});

test(`PriorityQueue behaves like a sorted Array for other elements and orders (SEED=${SEED})`, () => {
  const descending = (a: number, b: number): number => b - a;
  play({ element: u8, make: (n) => n & 255, compare: descending, options: { compare: descending }, steps: 20_000 });
  play({ element: f32, make: (n) => n / 4, compare: descending, options: { priority: (n) => -n }, steps: 20_000 });
  play({ element: i64, make: (n) => BigInt(n) - 500n, compare: ascending, steps: 20_000 });
  play({ element: text(8), make: String, compare: ascending, options: { compare: ascending }, steps: 20_000 });
  const byDue = (a: JobObject, b: JobObject): number => a.due - b.due;
  play({
    element: Job,
    make: (n) => ({ id: n & 255, due: n }),
    compare: byDue,
    options: { compare: byDue },
    steps: 20_000,
  });
});

test("PriorityQueue puts NaN last", () => {
  using heap = new Heap();
  const queue = new PriorityQueue(f64, { allocator: heap });
  for (const value of [NaN, 2, NaN, -Infinity, Infinity, 1]) queue.push(value);
  assert.deepEqual([...queue.drain()], [-Infinity, 1, 2, Infinity, NaN, NaN]);
});

test("PriorityQueue is as it was when comparing, a priority or memory fails", () => {
  using heap = new Heap({ limit: 4000 });
  let failing = false;
  const compare = (a: number, b: number): number => {
    if (failing) throw new Error("no order");
    return a - b;
  };
  const queue = new PriorityQueue(f64, { allocator: heap, compare });
  for (let i = 100; i > 0; i--) queue.push(i);
  const before = queue.toArray();
  failing = true;
  assert.throws(() => queue.push(0), /no order/);
  assert.throws(() => queue.pop(), /no order/);
  failing = false;
  assert.deepEqual(queue.toArray(), before);
  assert.throws(() => queue.reserve(1000), AllocationError);
  const jobs = new PriorityQueue(Job, { allocator: heap, priority: ({ due }) => due });
  for (const [due, named] of [[NaN, "NaN"], ["1" as never, '"1"']] as const) {
    assert.throws(() => jobs.push({ id: 1, due }), {
      name: "TypeError",
      message: `Cannot push onto a PriorityQueue: expected a number as priority, got ${named}`,
    });
  }
  assert.throws(() => jobs.push({ due: 1 } as never), TypeError);
  assert.equal(jobs.length, 0);
  assert.deepEqual([...queue.drain()], Array.from({ length: 100 }, (_, i) => i + 1));
});

test("PriorityQueue throws when compare changes it, and keeps its order", () => {
  using heap = new Heap();
  type Queue = PriorityQueue<typeof u32>;
  const changes: [grown: number, change: (queue: Queue) => unknown][] = [
    [1, (queue) => queue.push(50)],
    [-1, (queue) => queue.pop()],
    [-40, (queue) => queue.clear()],
    [0, (queue) => queue.shrinkToFit()],
    [-1, (queue) => (queue.pop(), queue.pop(), queue.push(3))],
  ];
  for (const [grown, change] of changes) {
    for (const use of [(queue: Queue): unknown => queue.push(0), (queue: Queue): unknown => queue.pop()]) {
      let changing = false;
      const queue: Queue = new PriorityQueue(u32, {
        allocator: heap,
        compare(a, b): number {
          if (changing) {
            changing = false;
            change(queue);
          }
          return a - b;
        },
      });
      for (let i = 40; i > 0; i--) queue.push(i);
      changing = true;
      assert.throws(() => use(queue), CHANGED, `${change}`);
      const left = [...queue.drain()];
      assert.deepEqual(left, left.toSorted(ascending), `${change}`);
      assert.equal(left.length, 40 + grown, `${change}`);
      queue.dispose();
    }
  }
  const closing: Queue = new PriorityQueue(u32, { allocator: heap, compare: () => (closing.dispose(), 1) });
  closing.push(1);
  assert.throws(() => closing.push(2), { name: "ClosedError" });
  assert.ok(closing.closed);
  assert.equal(heap.liveBlocks, 0);
});

test("PriorityQueue accepts a push from inside its priority function", () => {
  using heap = new Heap();
  const queue: PriorityQueue<typeof u32> = new PriorityQueue(u32, {
    allocator: heap,
    priority: (value) => (value > 0 && queue.push(value - 1), -value),
  });
  queue.push(20);
  assert.deepEqual([...queue.drain()], Array.from({ length: 21 }, (_, i) => 20 - i));
});

test("PriorityQueue refuses elements without an order, and two orders", () => {
  using heap = new Heap();
  assert.throws(() => new PriorityQueue(Job, { allocator: heap }), {
    name: "TypeError",
    message: "Cannot make a PriorityQueue of Job: it has no order, give compare or priority",
  });
  const both = { allocator: heap, compare: ascending, priority: () => 1 };
  assert.throws(() => new PriorityQueue(f64, both), { name: "TypeError", message: /both compare and priority/ });
  assert.throws(() => new PriorityQueue(7 as never, { allocator: heap }), { name: "TypeError" });
  assert.throws(() => new PriorityQueue(f64, { allocator: heap, capacity: -1 }), { name: "RangeError" });
});

test("PriorityQueue iterates from the first element on, without removing any", () => {
  using heap = new Heap();
  const queue = new PriorityQueue(u8, { allocator: heap, capacity: 3 });
  for (const value of [3, 1, 2]) queue.push(value);
  const seen: number[] = [];
  queue.forEach((value, same) => seen.push(value, Number(same === queue)));
  assert.deepEqual([seen[0], seen.length, [...queue][0], queue.length], [1, 6, 1, 3]);
  assert.deepEqual([queue.capacity, queue.bytes, queue instanceof PriorityQueue], [3, 3, true]);
  queue.clear();
  assert.deepEqual([queue.length, queue.peek(), queue.pop(), queue.toArray()], [0, undefined, undefined, []]);
});

test("PriorityQueue throws ClosedError once its memory is gone", () => {
  const calls = (queue: PriorityQueue<typeof f64>): (() => unknown)[] => [
    () => queue.push(1),
    () => queue.peek(),
    () => queue.pop(),
    () => [...queue.drain()],
    () => queue.forEach(() => {}),
    () => queue.toArray(),
    () => queue.clear(),
  ];
  for (const priority of [undefined, (value: number): number => -value]) {
    assertCloses<PriorityQueue<typeof f64>>({
      label: "PriorityQueue",
      make: (options) => new PriorityQueue(f64, priority === undefined ? options : { ...options, priority }),
      fill(queue): void {
        for (let i = 0; i < 20; i++) queue.push(i);
      },
      calls,
    });
  }
});
