import assert from "node:assert/strict";
import { writeSync } from "node:fs";
import { test as anyTest } from "node:test";
import { freesAcrossHeaps } from "../../../ffi/shared_heaps.ts";
import { hasSubprocesses } from "../../../heaps/core/subprocess_state.ts";
import { backend } from "../../../ffi/runtime/backend.ts";
import { Arena, ClosedError, Heap, library, ScopePool, Subprocess } from "../../../mod.ts";
import { type ContainerOptions, f64, HashMap, Pool, reference, struct, u32, Vector } from "../../../stl/mod.ts";
import {
  Channel,
  type Message,
  Plugin,
  receive,
  send,
  SendError,
  SharedView,
  takeBack,
  WorkerPool,
} from "../../../threads/mod.ts";
import { HAS_ARENAS } from "../../_arenas.ts";
import { isGuarded } from "../../_build.ts";
import { withPipe } from "../../_pipe.ts";
import { runProgram, RUNTIME } from "../../_program.ts";
import { KeptPort } from "../_workers.ts";

/** From 3.2.6 to 3.2.8 blocks of the main heap alone are handed over. */
const test = freesAcrossHeaps(library().version) ? anyTest : anyTest.skip;
/** Whether whole heaps are handed over. */
const { sharedHeaps } = library();
const pinned = { skip: backend().name === "bun" ? false : "this runtime pins no buffers" };

type Bytes = Uint8Array<ArrayBuffer>;

const Point = struct({ x: f64, y: f64 }, { name: "Point" });

function posted<T extends object>(value: T): Message<T> {
  const port = new KeptPort();
  send(port, value as never);
  return port.posted[0] as Message<T>;
}

test("send() refuses views that were sent, moved away, or are held or lent, and changes nothing", async () => {
  using heap = new Heap();
  const port = new KeptPort();
  const sent = heap.allocate(Uint8Array, 10);
  send(port, sent);
  assert.throws(() => send(port, sent), { name: "TypeError", message: /it was freed before/ });
  const moved = heap.allocate(Uint8Array, 10);
  moved.buffer.transfer();
  assert.throws(() => send(port, moved), { name: "TypeError", message: /was moved/ });
  const held = heap.allocate(Uint8Array, 10).fill(3);
  const end = Promise.withResolvers<void>();
  const holding = heap.hold(held, end.promise);
  assert.throws(() => send(port, held), { message: /promises hold it/ });
  const vector = new Vector(f64, { allocator: heap });
  vector.push(1);
  const lent = heap.hold(vector.subarray(), end.promise);
  assert.throws(() => send(port, vector), { message: /promises hold it/ });
  assert.deepEqual([port.posted.length, held[9], vector.get(0)], [1, 3, 1]);
  end.resolve();
  await Promise.all([holding, lent]);
  send(port, { held, vector });
  assert.equal(takeBack(port).blocks, 3);
});

test("send() refuses a struct whose memory was taken back, or that is a part of another one", () => {
  using heap = new Heap();
  const port = new KeptPort();
  const point = Point.create(heap, { x: 1, y: 2 });
  Point.free(heap, point);
  assert.throws(() => send(port, point), { name: "ClosedError", message: /its memory was taken back/ });
  const Line = struct({ from: Point, to: Point }, { name: "Line" });
  const line = Line.create(heap, { from: { x: 1, y: 2 }, to: { x: 3, y: 4 } });
  assert.throws(() => send(port, line.to), { name: "TypeError", message: /it is a part of a Line/ });
  assert.throws(() => send(port, line.from), { name: "TypeError", message: /it is a part of a Line/ });
  assert.deepEqual([port.posted.length, line.to.y], [0, 4]);
});

test("send() refuses what belongs to this thread, and tells how others get it", () => {
  using heap = new Heap();
  using pool = new Pool(Float64Array, 8, { allocator: heap });
  using scopes = new ScopePool();
  using scope = scopes.open();
  using channel = new Channel(u32, { capacity: 16 });
  using view = new SharedView(Uint8Array, 8);
  const port = new KeptPort();
  for (const value of [pool, scopes, scope, channel, view]) {
    for (const sent of [value, { value, bytes: heap.allocate(Uint8Array, 8) }]) {
      assert.throws(() => send(port, sent as never), { name: "TypeError", message: /it belongs to this thread/ });
    }
  }
  assert.throws(() => send(port, channel as never), { message: /this Channel: .*, post what its share\(\) returns$/ });
  assert.equal(port.posted.length, 0);
});

test("send() refuses an arena, a sub-process, a pool of Workers and a plug-in, and they go on", async () => {
  const port = new KeptPort();
  using heap = new Heap();
  const bytes = heap.allocate(Uint8Array, 8).fill(3);
  function refuse(value: object, message: RegExp): void {
    for (const sent of [value, { value, bytes }]) {
      assert.throws(() => send(port, sent as never), { name: "TypeError", message });
    }
    assert.deepEqual([port.posted.length, bytes[7], heap.liveBlocks], [0, 3, 1]);
  }
  await using pool = new WorkerPool(new URL("../parallel/_tasks.ts", import.meta.url), { workers: 1 });
  refuse(pool, /^Cannot send this WorkerPool: it belongs to this thread$/);
  if (HAS_ARENAS) {
    const arena = Arena.reserve(32 * 2 ** 20);
    refuse(arena, /^Cannot send this Arena: it belongs to this thread$/);
    using inside = new Heap({ arena });
    assert.equal(inside.allocate(Uint8Array, 8).length, 8);
  }
  if (!hasSubprocesses()) return;
  using subprocess = Subprocess.create();
  for (const each of [subprocess, Subprocess.main]) {
    refuse(each, /^Cannot send this Subprocess: it belongs to this thread, post what its share\(\) returns$/);
  }
  assert.equal(subprocess.closed, false);
  await using plugin = new Plugin(new URL("../plugin/_plugin.ts", import.meta.url));
  refuse(plugin, /^Cannot send this Plugin: it belongs to this thread$/);
  await plugin.ready;
  assert.equal(plugin.closed, false);
});

test("send() gives everything back while the runtime reads into a view", pinned, async () => {
  await withPipe(async (pipe) => {
    using heap = new Heap();
    const port = new KeptPort();
    const other = heap.allocate(Uint8Array, 100).fill(5);
    const view = heap.allocate(Uint8Array, 1000);
    const reading = pipe.read(view, 0, 1000);
    let error: unknown;
    try {
      send(port, { other, view });
    } catch (thrown) {
      error = thrown;
    }
    assert.ok(error instanceof SendError);
    assert.match(error.message, /^Cannot send: input or output of the runtime uses a view, await it first$/);
    const again = (error.value as { other: Bytes }).other;
    assert.deepEqual([other.length, again[99], view.length, heap.liveBlocks, port.posted.length], [0, 5, 1000, 2, 0]);
    // What came back lies in its heap as before.
    if (sharedHeaps) {
      const message = isGuarded()
        ? /a build without guard pages/
        : /input or output of the runtime uses a view, await it first/;
      assert.throws(() => send(port, heap), { message });
    }
    writeSync(pipe.fd, new Uint8Array(1000).fill(7));
    await reading;
    assert.ok(view.every((byte) => byte === 7));
  });
});

test("release() keeps a shared view that the runtime reads into", pinned, async () => {
  await withPipe(async (pipe) => {
    using shared = new SharedView(Uint8Array, 1000, { name: "read" });
    using same = SharedView.attach<Uint8ArrayConstructor>(shared.share());
    const reading = pipe.read(shared.tryBorrow()!, 0, 1000);
    const refused = { message: /input or output of the runtime uses it, await it first/ };
    assert.throws(() => shared.release(), refused);
    assert.throws(() => shared.dispose(), refused);
    assert.equal(same.tryBorrow(), undefined);
    writeSync(pipe.fd, new Uint8Array(1000).fill(7));
    await reading;
    shared.release();
    assert.equal(same.tryBorrowReading()?.[999], 7);
  });
});

test("receive() refuses a closed heap and what is no heap, and the message is as before", () => {
  using heap = new Heap();
  const message = posted(heap.allocate(Uint8Array, 10).fill(5));
  const closed = new Heap();
  closed.destroy();
  assert.throws(() => receive(message, closed), ClosedError);
  for (const wrong of [null, {}, 4, "heap"]) assert.throws(() => receive(message, wrong as never), TypeError);
  assert.deepEqual([...receive(message, heap)], Array(10).fill(5));
});

test("receive() of a message whose maker throws leaves it as it was", () => {
  using heap = new Heap();
  const rows = new Vector(f64, { allocator: heap });
  for (let each = 0; each < 100; each++) rows.push(each);
  const message = posted({ rows, bytes: heap.allocate(Uint8Array, 10).fill(5) });
  const failing = (): never => {
    throw new Error("on purpose");
  };
  assert.throws(() => receive(message, heap, { rows: failing }), /on purpose/);
  assert.equal(heap.liveBlocks, 0);
  const received = receive(message, heap, { rows: (options) => new Vector(f64, options) });
  assert.deepEqual([received.rows.length, received.bytes[9]], [100, 5]);
});

test("receive() refuses another struct than the one that was sent", () => {
  using heap = new Heap();
  const message = posted(Point.create(heap, { x: 1, y: 2 }));
  const Other = struct({ x: f64, z: f64 });
  const Node = struct({ next: reference("self") });
  const vector = (options: ContainerOptions): Vector<typeof f64> => new Vector(f64, options);
  for (const wrong of [undefined, Other, Node, vector, {}, { open: 4, layout: Point.layout }]) {
    assert.throws(() => receive(message, heap, wrong as never), TypeError);
  }
  const asMap = (options: ContainerOptions): HashMap<number, number> => new HashMap(u32, u32, options);
  assert.throws(() => receive(message, heap, asMap as never), TypeError);
  assert.equal((receive(message, heap, Point as never) as { y: number }).y, 2);
});

const PROGRAM = "tests/threads/handover/programs/refused.ts";

/** What a case of the program prints, in a process of its own because a fault would be its end. */
async function outcomeOf(name: string, ...given: string[]): Promise<unknown> {
  const { code, signal, stdout, stderr } = await runProgram(PROGRAM, {
    arguments: [name, ...given],
    deadline: 400_000,
  });
  assert.deepEqual([code, signal], [0, null], `${RUNTIME} ${name}: ${stderr}`);
  return JSON.parse(stdout);
}

const slow = { timeout: 420_000 };

test("messages and tickets of another process are refused, and reach no memory", slow, async () => {
  using heap = new Heap();
  const rows = new Vector(f64, { allocator: heap });
  rows.push(1);
  using channel = new Channel(u32, { capacity: 16 });
  using view = new SharedView(Uint8Array, 100);
  const message = posted({ bytes: heap.allocate(Uint8Array, 1000), rows });
  const sentHeap = sharedHeaps ? posted(new Heap()) : message;
  const keys = [heap.share().key, channel.share().key, view.share().key];
  const outcome = await outcomeOf("foreign", JSON.stringify({ message, sentHeap, keys }));
  assert.deepEqual(outcome, { refused: Array(5).fill(true), liveBlocks: 64, intact: true });
  assert.equal(takeBack().blocks, 2);
});

test(
  "what finds no room in the list of the process is refused, changes nothing, and works again later",
  slow,
  async () => {
    const full = "Cannot hand a block over: 131072 things of this process are shared or handed over already";
    assert.deepEqual(await outcomeOf("full"), {
      send: `SendError: Cannot send: ${full}`,
      view: [7, 1],
      channel: "Error",
      shared: "Error",
      share: "Error",
      heap: 10,
      leaked: 0,
      after: "sent",
    });
  },
);

test("receive() on a stack that is nearly full takes a message whole or not at all", slow, async () => {
  assert.deepEqual(await outcomeOf("deep"), { received: 1, bytes: 9, liveBlocks: 3 });
});

test("send() refuses a heap that a profiler watches, and one in a sub-process", slow, async () => {
  const { profiled, inside } = await outcomeOf("bound") as Record<string, string>;
  const expected = sharedHeaps
    ? [/^TypeError: .* a profiler of this thread watches it/, /^TypeError: .*ends with that/]
    : [
      /^UnsupportedError/,
      /^UnsupportedError/,
    ];
  if (profiled !== "missing") assert.match(profiled!, expected[0]!);
  if (inside !== "missing") assert.match(inside!, expected[1]!);
});
