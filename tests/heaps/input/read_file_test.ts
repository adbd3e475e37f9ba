import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { appendFileSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import process from "node:process";
import { after, test } from "node:test";
import { pathToFileURL } from "node:url";
import { type Allocator, Heap, ScopePool } from "../../../mod.ts";

const directory = mkdtempSync(path.join(tmpdir(), "mimalloc-ffi-"));
after(() => rmSync(directory, { recursive: true }));
const isPosix = process.platform !== "win32";

function write(name: string, bytes: Uint8Array): string {
  const file = path.join(directory, name);
  writeFileSync(file, bytes);
  return file;
}

function pattern(length: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length }, (_, index) => (index * 31 + (index >> 8)) & 255);
}

test("readFile() gives one block with the bytes of a file, in heaps and scopes", async () => {
  const bytes = pattern(300_001);
  const file = write("plain", bytes);
  using heap = new Heap({ name: "files" });
  const read = await heap.readFile(file);
  assert.deepEqual(read, bytes);
  assert.deepEqual([heap.liveBlocks, heap.liveBytes, heap.owns(read)], [1, bytes.length, true]);
  heap.free(read);
  assert.deepEqual(await heap.readFile(pathToFileURL(file)), bytes);
  using pool = new ScopePool();
  await pool.run(async (scope) => {
    assert.deepEqual(await scope.readFile(file), bytes);
    const [small, other] = await Promise.all([scope.readFile(write("small", pattern(9))), scope.readFile(file)]);
    assert.deepEqual([small, other], [pattern(9), bytes]);
  });
  assert.equal(pool.liveBytes, 0);
});

test("an empty file is an empty view", async () => {
  using heap = new Heap({ name: "empty" });
  const view = await heap.readFile(write("empty", new Uint8Array(0)));
  assert.deepEqual([view.length, heap.liveBytes], [0, 0]);
  heap.free(view);
  assert.equal(heap.liveBlocks, 0);
});

test("a file that does not tell its length is read to its end", {
  skip: process.platform !== "linux" && "there is no /proc",
}, async () => {
  using heap = new Heap({ name: "told" });
  const limits = await heap.readFile("/proc/self/limits");
  assert.match(new TextDecoder().decode(limits), /Max open files/);
  // Longer than the first block.
  const mappings = await heap.readFile("/proc/self/smaps");
  assert.ok(mappings.length > 2 ** 15);
  assert.equal(heap.liveBytes, limits.length + mappings.length);
});

/** Lets `action` run when the first block is there and the file is open, before anything is read. */
function whenAllocated(allocator: Allocator, action: () => void): void {
  const { allocate } = allocator;
  allocator.allocate = (...given): never => {
    allocator.allocate = allocate;
    const view = allocate.apply(allocator, given as never);
    action();
    return view as never;
  };
}

test("files that grow or shrink while they are read are what they were when opened, or what is left", async () => {
  using heap = new Heap({ name: "changing" });
  using pool = new ScopePool();
  for (const allocator of [heap, pool.open()]) {
    const file = write("changing", pattern(100_000));
    whenAllocated(allocator, () => appendFileSync(file, "behind"));
    assert.deepEqual(await allocator.readFile(file), pattern(100_000));
    for (const left of [70_000, 10, 0]) {
      whenAllocated(allocator, () => truncateSync(file, left));
      assert.deepEqual(await allocator.readFile(file), pattern(left));
    }
  }
  assert.deepEqual([heap.liveBlocks, heap.liveBytes], [4, 170_010]);
});

test("what is no file is refused, and nothing stays", async () => {
  using heap = new Heap({ name: "refused", limit: 2 ** 20 });
  const missing = path.join(directory, "missing");
  await assert.rejects(heap.readFile(missing), (error: NodeJS.ErrnoException) => {
    assert.equal(error.code, "ENOENT");
    return error.message.includes(missing);
  });
  await assert.rejects(heap.readFile(directory), {
    name: "TypeError",
    message: `Cannot read ${directory}: it is a directory`,
  });
  await assert.rejects(heap.readFile(5 as never), TypeError);
  await assert.rejects(heap.readFile(write("large", pattern(2 ** 20 + 1))), { name: "AllocationError" });
  const sparse = write("sparse", new Uint8Array(0));
  truncateSync(sparse, 2 ** 32);
  await assert.rejects(heap.readFile(sparse), {
    name: "RangeError",
    message: /it has 4294967296 bytes, and a block holds/,
  });
  heap.destroy();
  await assert.rejects(heap.readFile(write("closed", pattern(5))), { name: "ClosedError" });
  assert.deepEqual([heap.liveBlocks, heap.liveBytes], [0, 0]);
});

test("pipes and devices are refused before they are opened", { skip: !isPosix && "there are none" }, async () => {
  using heap = new Heap({ name: "devices" });
  const pipe = path.join(directory, "pipe");
  execFileSync("mkfifo", [pipe]);
  for (const file of [pipe, "/dev/null", "/dev/zero"]) {
    await assert.rejects(heap.readFile(file), { name: "TypeError", message: /it is a pipe, a socket or a device/ });
  }
  assert.equal(heap.liveBlocks, 0);
});

test("a heap that is destroyed meanwhile keeps the memory until the read is through", async () => {
  const length = 2 ** 21;
  const file = write("destroyed", new Uint8Array(length).fill(5));
  const heap = new Heap({ name: "destroyed" });
  const others = new Heap({ name: "others" });
  const taken: Uint8Array[] = [];
  // When the read is on its way.
  whenAllocated(heap, () =>
    queueMicrotask(() => {
      heap.destroy();
      // What takes memory now must not be written to.
      for (let count = 0; count < 8; count++) taken.push(others.allocate(Uint8Array, length).fill(3));
    }));
  await assert.rejects(heap.readFile(file), { name: "ClosedError" });
  assert.equal(taken.length, 8);
  assert.ok(taken.every((view) => view.every((byte) => byte === 3)));
  others.destroy();
});

test("a scope that ends meanwhile waits for the read", async () => {
  const file = write("ended", new Uint8Array(2 ** 20).fill(5));
  using pool = new ScopePool();
  const scope = pool.open();
  let ended: Promise<void> | undefined;
  whenAllocated(scope, () =>
    queueMicrotask(() => {
      ended = scope[Symbol.asyncDispose]();
      assert.equal(pool.live, 1);
    }));
  await assert.rejects(scope.readFile(file), { name: "ClosedError" });
  await ended;
  assert.deepEqual([pool.live, pool.liveBytes], [0, 0]);
});
