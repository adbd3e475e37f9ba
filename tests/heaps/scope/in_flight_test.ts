import assert from "node:assert/strict";
import { readSync, writeSync } from "node:fs";
import { test } from "node:test";
import { type Allocator, deleteHeap, expand, Heap, ScopePool } from "../../../mod.ts";
import { withPipe } from "../../_pipe.ts";
import { until } from "../../_time.ts";
import { addressOf, assertFilled, assertLive, fill, hasRoom, RUNTIME_PINS } from "../_support.ts";

const BYTES = 200_000;

/** Allocates and fills blocks; asserts that none shares memory with the `byteLength` bytes at `address`. */
function churn(allocator: Allocator, address: number, byteLength: number): void {
  for (let round = 0; round < 50; round++) {
    const view = allocator.allocate(Uint8Array, byteLength).fill(170);
    const start = addressOf(view);
    assert.ok(start >= address + byteLength || start + byteLength <= address, "memory in use is handed out again");
    allocator.free(view);
  }
}

const pinned = { skip: RUNTIME_PINS ? false : "this runtime pins no buffers, Scope.hold() is its way" };

test("Heap.free() keeps a block that a read is filling until the read has ended", pinned, async () => {
  await withPipe(async (pipe) => {
    using heap = new Heap();
    const view = heap.allocate(Uint8Array, 1000);
    const address = addressOf(view);
    const reading = pipe.read(view, 0, 1000);
    heap.free(view);
    assert.deepEqual([heap.quarantinedBlocks, view.length], [1, 1000]);
    assertLive(heap, 0, 0);
    assert.throws(() => heap.free(view), TypeError);
    assert.equal(heap.owns(view), false);
    churn(heap, address, 1000);
    heap.collect();
    assert.equal(heap.quarantinedBlocks, 1);
    writeSync(pipe.fd, new Uint8Array(1000).fill(7));
    assert.equal((await reading).bytesRead, 1000);
    assert.ok(view.every((byte) => byte === 7));
    await until(() => heap.quarantinedBlocks === 0);
    assert.deepEqual([view.length, heap.escapedBlocks], [0, 0]);
    assertLive(heap, 0, 0);
    heap.close();
  });
});

test("Heap.destroy() keeps a block that a write is sending until the write has ended", pinned, async () => {
  await withPipe(async (pipe) => {
    const heap = new Heap();
    const view = heap.allocate(Uint8Array, BYTES);
    const other = heap.allocate(Uint8Array, BYTES);
    fill(view, 3);
    const writing = pipe.write(view, 0, BYTES);
    heap.destroy();
    assert.deepEqual([heap.quarantinedBlocks, view.length, other.length, heap.closed], [1, BYTES, 0, true]);
    assertLive(heap, 0, 0);
    using next = new Heap();
    churn(next, addressOf(view), BYTES);
    const received = new Uint8Array(BYTES);
    for (let at = 0; at < BYTES;) {
      at += readSync(pipe.fd, received, at, BYTES - at, null);
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    assert.equal((await writing).bytesWritten, BYTES);
    assertFilled(received, 3);
    await until(() => heap.quarantinedBlocks === 0);
    assert.deepEqual([view.length, heap.escapedBlocks], [0, 0]);
  });
});

test("Heap.reallocate() of a block that a read is filling moves, and keeps the old one", pinned, async () => {
  await withPipe(async (pipe) => {
    using heap = new Heap();
    const view = heap.allocate(Uint8Array, 1000);
    fill(view, 1);
    const reading = pipe.read(view, 0, 1000);
    const resized = heap.reallocate(view, 1001);
    assert.notEqual(addressOf(resized), addressOf(view));
    assertFilled(resized, 1, 1000);
    assert.equal(heap.quarantinedBlocks, 1);
    assertLive(heap, 1001, 1);
    writeSync(pipe.fd, new Uint8Array(1000).fill(7));
    await reading;
    await until(() => heap.quarantinedBlocks === 0);
    assertFilled(resized, 1, 1000);
    assertLive(heap, 1001, 1);
  });
});

test("expand() of a block that a read is filling is refused, and changes nothing", pinned, async () => {
  await withPipe(async (pipe) => {
    using heap = new Heap();
    const view = heap.allocate(Uint8Array, 1000);
    const reading = pipe.read(view, 0, 1000);
    assert.equal(expand(view, 1001), undefined);
    assertLive(heap, 1000, 1);
    writeSync(pipe.fd, new Uint8Array(1000).fill(7));
    await reading;
    assert.ok(view.every((byte) => byte === 7));
    // A build with padding has no room behind what was asked for.
    assert.equal(expand(view, 1001)?.length, hasRoom() ? 1001 : undefined);
  });
});

test("deleteHeap() is refused while a read fills a freed block", pinned, async () => {
  await withPipe(async (pipe) => {
    using heap = new Heap({ name: "reading" });
    const [view, other] = [heap.allocate(Uint8Array, 1000), heap.allocate(Uint8Array, 10).fill(3)];
    const reading = pipe.read(view, 0, 1000);
    heap.free(view);
    assert.throws(() => deleteHeap(heap), {
      name: "Error",
      message: /^Cannot delete heap "reading": input or output of the runtime holds 1 of its freed blocks/,
    });
    assertLive(heap, 10, 1);
    writeSync(pipe.fd, new Uint8Array(1000).fill(7));
    await reading;
    const main = deleteHeap(heap);
    assert.deepEqual([...other], Array(10).fill(3));
    main.free(other);
  });
});

test(
  "deleteHeap() while a read fills a live block lets the main heap keep it until the read has ended",
  pinned,
  async () => {
    await withPipe(async (pipe) => {
      const heap = new Heap();
      const view = heap.allocate(Uint8Array, 1000);
      const address = addressOf(view);
      const reading = pipe.read(view, 0, 1000);
      const main = deleteHeap(heap);
      const { quarantinedBlocks } = main;
      main.free(view);
      assert.equal(main.quarantinedBlocks, quarantinedBlocks + 1);
      churn(main, address, 1000);
      writeSync(pipe.fd, new Uint8Array(1000).fill(7));
      await reading;
      await until(() => main.quarantinedBlocks === quarantinedBlocks);
    });
  },
);

test("Heap with a limit counts blocks in quarantine until they are free", pinned, async () => {
  await withPipe(async (pipe) => {
    using heap = new Heap({ limit: 1500 });
    const view = heap.allocate(Uint8Array, 1000);
    const reading = pipe.read(view, 0, 1000);
    heap.free(view);
    assert.throws(() => heap.allocate(Uint8Array, 1000), { name: "AllocationError", live: 0 });
    writeSync(pipe.fd, new Uint8Array(1000));
    await reading;
    // The allocation itself looks after what can be freed by now.
    assert.equal(heap.allocate(Uint8Array, 1000).length, 1000);
    assert.equal(heap.quarantinedBlocks, 0);
  });
});

test("Heap never frees a block that the program moved out of quarantine", pinned, async () => {
  await withPipe(async (pipe) => {
    using heap = new Heap();
    const view = heap.allocate(Uint8Array, 1000);
    const reading = pipe.read(view, 0, 1000);
    heap.free(view);
    writeSync(pipe.fd, new Uint8Array(1000).fill(7));
    await reading;
    const alias = new Uint8Array(view.buffer.transfer());
    await until(() => heap.quarantinedBlocks === 0);
    assert.equal(heap.escapedBlocks, 1);
    churn(heap, addressOf(alias), 1000);
    assert.ok(alias.every((byte) => byte === 7));
  });
});

for (const way of ["dispose", "reset", "rollback"] as const) {
  test(`Scope keeps the chunk that a read is filling at its ${way}`, pinned, async () => {
    await withPipe(async (pipe) => {
      using pool = new ScopePool();
      const scope = pool.open();
      scope.allocate(Uint8Array, 64);
      const mark = scope.checkpoint();
      const view = scope.allocate(Uint8Array, 1000);
      const address = addressOf(view);
      const reading = pipe.read(view, 0, 1000);
      if (way === "rollback") scope.rollback(mark);
      else if (way === "reset") scope.reset();
      if (way !== "dispose") churn(scope, address, 1000);
      scope[Symbol.dispose]();
      assert.deepEqual([view.length, pool.quarantinedBlocks, pool.liveBytes], [1000, 1, 0]);
      pool.run((later) => churn(later, address, 1000));
      writeSync(pipe.fd, new Uint8Array(1000).fill(7));
      await reading;
      assert.ok(view.every((byte) => byte === 7));
      await until(() => pool.quarantinedBlocks === 0);
      assert.deepEqual([view.length, pool.escapedBlocks, pool.heldBytes], [0, 0, pool.retained * pool.chunkBytes]);
    });
  });
}

test("Scope never frees a part of a chunk that the program moved out of quarantine", pinned, async () => {
  await withPipe(async (pipe) => {
    using pool = new ScopePool();
    const scope = pool.open();
    scope.allocate(Uint8Array, 64);
    const mark = scope.checkpoint();
    const view = scope.allocate(Uint8Array, 1000);
    const { byteOffset } = view;
    const reading = pipe.read(view, 0, 1000);
    scope.rollback(mark);
    scope[Symbol.dispose]();
    writeSync(pipe.fd, new Uint8Array(1000).fill(7));
    await reading;
    const alias = new Uint8Array(view.buffer.transfer(), byteOffset, 1000);
    await until(() => pool.quarantinedBlocks === 0);
    assert.equal(pool.escapedBlocks, 1);
    pool.run((later) => churn(later, addressOf(alias), 1000));
    assert.ok(alias.every((byte) => byte === 7));
  });
});

test("Scope.hold() keeps a chunk as it is until the read has ended", async () => {
  await withPipe(async (pipe) => {
    using pool = new ScopePool();
    const scope = pool.open();
    const view = scope.allocate(Uint8Array, 1000);
    const address = addressOf(view);
    const reading = scope.hold(pipe.read(view, 0, 1000));
    scope[Symbol.dispose]();
    assert.deepEqual([scope.closed, pool.live, view.length], [true, 1, 1000]);
    pool.run((later) => churn(later, address, 1000));
    writeSync(pipe.fd, new Uint8Array(1000).fill(7));
    assert.equal((await reading).bytesRead, 1000);
    await until(() => pool.live === 0);
    assert.deepEqual([view.length, pool.quarantinedBlocks, pool.escapedBlocks], [0, 0, 0]);
    assert.equal(pool.heldBytes, pool.retained * pool.chunkBytes);
  });
});
