import assert from "node:assert/strict";
import { test } from "node:test";
import { Arena, Heap, options, Profiler, ScopePool, Subprocess } from "../../mod.ts";
import {
  anyText,
  BitSet,
  Deque,
  f64,
  HashMap,
  HashSet,
  LruMap,
  MultiMap,
  Pool,
  PriorityQueue,
  SlotMap,
  SoaSlotMap,
  SoaVector,
  SortedMap,
  StringTable,
  struct,
  Text,
  text,
  u32,
  Vector,
} from "../../stl/mod.ts";

const Point = struct({ x: f64, id: u32, name: text(4) }, { name: "Point" });
const point = { x: 1, id: 2, name: "a" };

/** One object of every class, most of them with something in it. */
function oneOfEach(heap: Heap, pool: ScopePool): Readonly<Record<string, object>> {
  const made = { allocator: heap };
  const numbers = new Vector(f64, made);
  numbers.pushMany([1, 2, 3]);
  const points = new Vector(Point, made);
  points.push(point);
  const columns = new SoaVector(Point, made);
  columns.push(point);
  const deque = new Deque(f64, made);
  deque.push(1);
  const queue = new PriorityQueue(f64, { ...made, priority: (value) => value });
  queue.push(1);
  const slots = new SlotMap(f64, made);
  slots.add(1);
  const handled = new SoaSlotMap(Point, made);
  handled.add(point);
  const multi = new MultiMap(f64, f64, made).add(1, 2);
  const table = new StringTable(made);
  table.intern("a");
  return {
    heap,
    pool,
    scope: pool.open(),
    options,
    numbers,
    points,
    columns,
    deque,
    queue,
    slots,
    handled,
    multi,
    table,
    accessor: points.at(0)!,
    cursor: points.cursor(),
    column: points.column("name"),
    columnOfRows: columns.column("name"),
    items: new Pool(Point, made),
    map: new HashMap(u32, f64, made).set(1, 2),
    mapOfTexts: new HashMap(anyText, Point, made).set("a", point),
    incremental: new HashMap(anyText, f64, { ...made, incremental: true }).set("a", 1),
    set: new HashSet(u32, made).add(1),
    lru: new LruMap(u32, f64, { ...made, maxEntries: 3 }).set(1, 2),
    sorted: new SortedMap(anyText, f64, made).set("a", 1),
    text: new Text(made).append("abc"),
    bits: new BitSet(made).add(3),
    Point,
    arena: Arena.prototype,
    profiler: Profiler.prototype,
    subprocess: Subprocess.prototype,
  };
}

/** Methods and accessors of an object and its classes, in all of which `this` is something else. */
function* functionsOf(object: object): Iterable<readonly [name: string, call: (...given: unknown[]) => unknown]> {
  for (let level = object; level !== Object.prototype && level !== null; level = Object.getPrototypeOf(level)) {
    for (const key of Reflect.ownKeys(level)) {
      const { value, get, set } = Object.getOwnPropertyDescriptor(level, key)!;
      for (const found of [value, get, set]) {
        if (typeof found === "function" && found.prototype === undefined) yield [String(key), found];
      }
    }
  }
}

function use(result: unknown): void {
  if (result instanceof Promise) result.catch(() => {});
  else if (result instanceof Iterator) result.next();
}

test("methods on a wrong this throw TypeError, or do what the other object allows, and corrupt nothing", () => {
  using canaries = new Heap();
  const canary = canaries.allocate(Uint8Array, 4096).fill(7);
  let [calls, refusals] = [0, 0];
  const names = Object.keys(oneOfEach(new Heap(), new ScopePool()));
  for (const name of names) {
    using heap = new Heap({ limit: 2 ** 22 });
    using pool = new ScopePool({ limit: 2 ** 22 });
    const objects = oneOfEach(heap, pool);
    const others = Object.entries(objects).filter(([other]) => other !== name).map(([, object]) => object);
    for (const [method, call] of functionsOf(objects[name]!)) {
      for (const self of [undefined, null, 5, "text", {}, new Proxy({}, {}), ...others]) {
        calls++;
        try {
          use(Reflect.apply(call, self, [0, 1]));
        } catch (error) {
          refusals++;
          const isClear = error instanceof TypeError || /^Cannot /.test((error as Error).message);
          assert.ok(isClear, `${name}.${method}: ${error}`);
        }
      }
    }
    // What went through went the way of the object's own methods: everything that is counted is there.
    if (!heap.closed) {
      for (const object of Object.values(objects)) {
        const { bytes, dispose } = object as { readonly bytes?: number; dispose?(): void };
        if (typeof bytes === "number") dispose!.call(object);
      }
      assert.equal(heap.liveBytes, 0, `after methods of ${name}`);
    }
  }
  assert.ok(canary.every((byte) => byte === 7));
  assert.ok(calls > 8000 && refusals > calls / 2, `${refusals} of ${calls} refused`);
});

test("a method without its object throws TypeError", () => {
  using heap = new Heap();
  const { allocate, free, bytes } = heap;
  const view = heap.allocate(Uint8Array, 8);
  assert.throws(() => (allocate as (type: unknown, length: number) => unknown)(Uint8Array, 8), TypeError);
  assert.throws(() => (free as (view: unknown) => void)(view), TypeError);
  assert.throws(() => (bytes as (source: unknown) => void)(view), TypeError);
  assert.throws(() => Heap.prototype.free.call({} as Heap, view), TypeError);
  assert.deepEqual([view.length, heap.liveBlocks], [8, 1]);
});
