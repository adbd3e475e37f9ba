import assert from "node:assert/strict";
import { describe, test as anyTest } from "node:test";
import { backend } from "../../../ffi/runtime/backend.ts";
import { AllocationError, Arena, ClosedError, Heap, library, ScopePool, Subprocess } from "../../../mod.ts";
import { assertThrows, HAS_DESTROY, MIB } from "./_support.ts";

/** The sub-process that C takes the thread to be in. */
function nativeCurrent(): number {
  const handle = library().bind("subprocesses").subprocCurrent();
  return handle === null ? 0 : backend().toAddress(handle);
}

// Bun reports no test of a suite that is skipped as a whole, and a file without tests counts as a failure.
const test = HAS_DESTROY ? anyTest : anyTest.skip;

describe("Subprocess on 3.6", () => {
  test("Subprocess.enter() and leave() take the thread in and out, nested too, and C agrees", () => {
    const main = HAS_DESTROY ? nativeCurrent() : 0;
    using outer = Subprocess.create({ name: "outer" });
    using inner = Subprocess.create({ name: "inner" });
    assert.equal(Subprocess.current, Subprocess.main);
    outer.enter();
    const outerAddress = nativeCurrent();
    assert.equal(Subprocess.current, outer);
    inner.enter();
    const innerAddress = nativeCurrent();
    assert.equal(new Set([main, outerAddress, innerAddress]).size, 3);
    Subprocess.main.enter();
    assert.deepEqual([Subprocess.current, nativeCurrent()], [Subprocess.main, main]);
    Subprocess.main.leave();
    assert.equal(nativeCurrent(), innerAddress);
    inner.leave();
    assert.deepEqual([Subprocess.current, nativeCurrent()], [outer, outerAddress]);
    outer.leave();
    assert.deepEqual([Subprocess.current, nativeCurrent()], [Subprocess.main, main]);
  });

  test("Subprocess.enter() and leave() refuse the wrong order and change nothing", () => {
    using outer = Subprocess.create({ name: "outer" });
    using inner = Subprocess.create({ name: "inner" });
    assertThrows(() => outer.leave(), "Error", /Cannot leave sub-process "outer": .* in the main sub-process/);
    assertThrows(() => Subprocess.main.leave(), "Error", /Cannot leave the main sub-process/);
    assertThrows(() => Subprocess.main.enter(), "Error", /Cannot enter the main sub-process: this thread is inside/);
    outer.enter();
    assertThrows(() => outer.enter(), "Error", /this thread is inside/);
    inner.enter();
    assertThrows(() => outer.leave(), "Error", /this thread is in sub-process "inner"/);
    assert.equal(Subprocess.current, inner);
    inner.leave();
    outer.leave();
  });

  test("Subprocess.run() leaves the sub-process however its task ends", () => {
    using outer = Subprocess.create();
    using inner = Subprocess.create();
    assert.equal(outer.run(() => inner.run(() => outer.run(() => 7))), 7);
    assert.throws(() =>
      outer.run(() => {
        inner.enter();
        throw new RangeError("from the task");
      }), RangeError);
    assert.equal(Subprocess.current, Subprocess.main);
    outer.run(() => outer.leave());
    assert.equal(Subprocess.current, Subprocess.main);
    outer.run(() => {
      outer.run(() => assert.equal(Subprocess.current, outer));
      assert.equal(Subprocess.current, outer);
    });
  });

  test("Subprocess.run() refuses asynchronous tasks", async () => {
    using subprocess = Subprocess.create({ name: "plugin" });
    let begun = false;
    const task = async (): Promise<void> => {
      begun = true;
      await Promise.resolve();
    };
    const message = /Cannot run an asynchronous task in sub-process "plugin": other tasks of the event loop/;
    assertThrows(() => subprocess.run(task as unknown as () => void), "TypeError", message);
    assert.equal(begun, false);
    const places: Subprocess[] = [];
    const promise = Promise.resolve().then(() => places.push(Subprocess.current));
    const hidden = (): unknown => {
      places.push(Subprocess.current);
      return promise;
    };
    assertThrows(() => subprocess.run(hidden as () => void), "TypeError", /it returned a promise/);
    await promise;
    assert.deepEqual(places, [subprocess, Subprocess.main]);
    assertThrows(
      () => subprocess.run("task" as unknown as () => void),
      "TypeError",
      /expected a function, got "task"$/,
    );
  });

  test("Subprocess.destroy() detaches every view, of heaps, arenas and scopes", () => {
    const subprocess = Subprocess.create();
    const views = subprocess.run(() =>
      [new Heap(), new Heap({ arena: Arena.reserve(64 * MIB) }), new ScopePool().open()]
        .map((allocator) => allocator.allocate(Uint8Array, MIB).fill(1))
    );
    assert.deepEqual([subprocess.usedBytes, subprocess.openHeaps, subprocess.closed], [3 * MIB, 3, false]);
    subprocess.destroy();
    assert.deepEqual(views.map(({ length }) => length), [0, 0, 0]);
    assert.deepEqual([subprocess.usedBytes, subprocess.openHeaps, subprocess.closed], [0, 0, true]);
  });

  test("Subprocess.destroy() is harmless the second time, and refused inside and for the main one", () => {
    const subprocess = Subprocess.create({ name: "plugin" });
    subprocess.enter();
    const view = new Heap().allocate(Uint8Array, 100).fill(5);
    assertThrows(
      () => subprocess.destroy(),
      "Error",
      /Cannot destroy sub-process "plugin": this thread is inside, leave/,
    );
    Subprocess.main.enter();
    assertThrows(() => subprocess.destroy(), "Error", /this thread is inside/);
    Subprocess.main.leave();
    assert.equal(view[99], 5);
    subprocess.leave();
    subprocess.destroy();
    subprocess.destroy();
    subprocess[Symbol.dispose]();
    assert.equal(view.length, 0);
    assertThrows(() => Subprocess.main.destroy(), "Error", /it lasts until the process ends/);
  });

  test("a destroyed Subprocess throws ClosedError at every call", () => {
    const subprocess = Subprocess.create();
    const ticket = subprocess.share();
    subprocess.destroy();
    const calls = [
      () => subprocess.enter(),
      () => subprocess.run(() => 1),
      () => subprocess.heaps(),
      () => subprocess.stats(),
      () => subprocess.collect(),
      () => subprocess.share(),
      () => Subprocess.attach(ticket),
    ];
    for (const call of calls) assert.throws(call, ClosedError);
    assert.equal(Subprocess.current, Subprocess.main);
  });

  test("Subprocess keeps what is made inside it, and other sub-processes refuse that", () => {
    using subprocess = Subprocess.create({ name: "plugin" });
    using heap = new Heap({ name: "outside" });
    using arena = Arena.reserve(32 * MIB);
    const mine = heap.allocate(Uint8Array, 100).fill(1);
    const { inner, view, innerArena, pool } = subprocess.run(() => {
      const inner = new Heap({ name: "inside" });
      const innerArena = Arena.reserve(32 * MIB);
      return { inner, innerArena, view: inner.allocate(Uint8Array, 100).fill(2), pool: new ScopePool() };
    });
    const outside = /lies in the main sub-process and this thread is in sub-process "plugin"/;
    const inside = /lies in sub-process "plugin" and this thread is in the main sub-process/;
    const calls = (its: Heap, block: Uint8Array<ArrayBuffer>, its_arena: Arena): (() => unknown)[] => [
      () => its.allocate(Uint8Array, 1),
      () => its.allocateZeroed(Uint8Array, 1),
      () => its.allocate(Uint8Array, 64, { alignment: 64 }),
      () => its.bytes([1]),
      () => its.bytes([]),
      () => its.reallocate(block, 1000),
      () => its.reallocate(block, 10),
      () => its.free(block),
      () => its.collect(true),
      () => its.close(),
      () => its.destroy(),
      () => its.areas(),
      () => its.stats(),
      () => its.share(),
      () => its.onDeferredFree(() => {}),
      () => new Heap({ arena: its_arena }),
      () => new ScopePool({ arena: its_arena }),
    ];
    subprocess.run(() => {
      for (const call of calls(heap, mine, arena)) {
        assert.throws(call, (error: Error) => outside.test(error.message) || error.name === "LeakError", String(call));
      }
      assert.throws(() => heap.destroy(), outside);
      mine.fill(9);
    });
    for (const call of calls(inner, view, innerArena)) {
      assert.throws(call, (error: Error) => inside.test(error.message) || error.name === "LeakError", String(call));
    }
    assert.throws(() => pool.run((scope) => scope.allocate(Uint8Array, 10)), inside);
    assert.throws(() => pool.destroy(), inside);
    assert.deepEqual([heap.liveBytes, heap.liveBlocks, inner.liveBytes, inner.liveBlocks], [100, 1, 100, 1]);
    assert.deepEqual([mine[0], view[0], heap.closed, inner.closed, pool.closed], [9, 2, false, false, false]);
    subprocess.run(() => inner.free(view));
    heap.free(mine);
  });

  test("Subprocess.create() holds a limit over all of its heaps, in arenas and pools too", () => {
    using subprocess = Subprocess.create({ name: "plugin", limit: 1000 });
    subprocess.run(() => {
      const heap = new Heap();
      const pool = new ScopePool({ chunkBytes: 1024 });
      const kept = heap.allocate(Uint8Array, 600);
      const other = new Heap();
      other.allocate(Uint8Array, 400);
      for (const allocator of [heap, other]) {
        assert.throws(() => allocator.allocate(Uint8Array, 1), (error: unknown) => {
          assert.ok(error instanceof AllocationError);
          assert.match(error.message, /the limit of sub-process "plugin" is 1000 bytes and 1000 are in use/);
          assert.equal(error.limit, 1000);
          return true;
        });
      }
      assert.throws(() => pool.run((scope) => scope.allocate(Uint8Array, 8)), AllocationError);
      heap.free(kept);
      assert.equal(subprocess.usedBytes, 400);
      assert.equal(heap.allocate(Uint8Array, 600).length, 600);
    });
    for (const limit of [0, -1, 1.5, NaN, "5" as unknown as number]) {
      assert.throws(() => Subprocess.create({ limit }), RangeError);
    }
    assert.deepEqual([subprocess.limit, Subprocess.main.limit], [1000, Infinity]);
  });

  test("Subprocess.create() with a limit lets a listener for deferred frees make room", () => {
    using subprocess = Subprocess.create({ limit: 1000 });
    subprocess.run(() => {
      const heap = new Heap();
      const cache = [heap.allocate(Uint8Array, 900)];
      heap.onDeferredFree(({ force }) => force && cache.splice(0).forEach((view) => heap.free(view)));
      assert.equal(heap.allocate(Uint8Array, 901).length, 901);
    });
  });

  test("a listener that leaves the sub-process does not let the allocation go on", () => {
    using subprocess = Subprocess.create({ limit: 1000 });
    subprocess.enter();
    const heap = new Heap();
    heap.onDeferredFree(() => subprocess.leave());
    assert.throws(() => heap.allocate(Uint8Array, 1001), /this thread is in the main sub-process/);
    assert.equal(Subprocess.current, Subprocess.main);
  });

  test("a scope that ends while the thread is elsewhere gives its memory back afterwards", () => {
    using subprocess = Subprocess.create();
    using heap = new Heap();
    using pool = new ScopePool({ retainBytes: 0 });
    const scope = pool.open();
    const view = scope.allocate(Uint8Array, 50_000);
    subprocess.run(() => {
      scope[Symbol.dispose]();
      assert.equal(view.length, 0);
      assert.equal(pool.live, 0);
    });
    assert.equal(pool.heldBytes, 0);
    heap.free(heap.allocate(Uint8Array, 100));
  });

  test("an arena of a sub-process is not reused in another one", () => {
    using one = Subprocess.create();
    using two = Subprocess.create();
    const addresses = [one, two, one].map((subprocess) =>
      subprocess.run(() => {
        using arena = Arena.reserve(32 * MIB);
        return arena.area.address;
      })
    );
    assert.notEqual(addresses[0], addresses[1]);
    assert.equal(addresses[0], addresses[2]);
  });

  test("an escaped block keeps the memory of a destroyed Subprocess, so that nothing outside breaks", () => {
    const subprocess = Subprocess.create();
    const { heap, view } = subprocess.run(() => {
      const heap = new Heap();
      return { heap, view: heap.allocate(Uint8Array, MIB).fill(3) };
    });
    const stolen = new Uint8Array(view.buffer.transfer());
    subprocess.destroy();
    assert.deepEqual([stolen.length, stolen[0], stolen[MIB - 1], heap.escapedBlocks], [MIB, 3, 3, 1]);
    stolen.fill(4);
    assert.deepEqual([subprocess.closed, subprocess.openHeaps], [true, 1]);
  });

  test("a scope that holds a promise keeps the memory of a destroyed Subprocess until it settles", async () => {
    const subprocess = Subprocess.create();
    const { promise, resolve } = Promise.withResolvers<void>();
    const { view, held } = subprocess.run(() => {
      const scope = new ScopePool().open();
      const view = scope.allocate(Uint8Array, 1000).fill(1);
      return { view, held: [scope.hold(promise)] };
    });
    subprocess.destroy();
    assert.deepEqual([view.length, subprocess.openHeaps], [1000, 1]);
    view.fill(2);
    resolve();
    await held[0];
    assert.deepEqual([view.length, subprocess.openHeaps], [0, 0]);
  });

  test("Subprocess.heaps() and stats() cover that sub-process alone", () => {
    using subprocess = Subprocess.create();
    using outside = new Heap({ name: "outside" });
    outside.allocate(Uint8Array, 10);
    // What the thread itself has not merged yet counts where it is merged, so only the difference tells.
    subprocess.run(() => subprocess.collect(true));
    const before = subprocess.stats();
    subprocess.run(() => new Heap({ name: "inside" }).allocate(Uint8Array, 3 * MIB));
    const heaps = subprocess.heaps();
    assert.deepEqual(heaps.map(({ name, main }) => [name, main]).sort(), [[undefined, true], ["inside", false]].sort());
    assert.ok(Subprocess.main.heaps().some(({ name }) => name === "outside"));
    assert.ok(!Subprocess.main.heaps().some(({ name }) => name === "inside"));
    subprocess.collect(true);
    const after = subprocess.stats();
    if (after.detailed) {
      const growth = after.allocated!.current - before.allocated!.current;
      assert.ok(growth >= 3 * MIB && growth < 8 * MIB, String(growth));
    }
    assert.equal(after.detailed, Subprocess.main.stats().detailed);
  });

  test("Subprocess.share() and attach() count the users, and the last one destroys it", () => {
    const subprocess = Subprocess.create({ name: "shared", limit: 2 * MIB });
    const same = Subprocess.attach(subprocess.share());
    assert.deepEqual([same.name, same.limit], ["shared", 2 * MIB]);
    const view = same.run(() => new Heap().allocate(Uint8Array, MIB).fill(1));
    subprocess.destroy();
    assert.equal(view[MIB - 1], 1);
    same.run(() => new Heap().allocate(Uint8Array, 100));
    same.destroy();
    assert.equal(view.length, 0);
    assertThrows(() => Subprocess.main.share(), "Error", /every thread has it already/);
  });
});
