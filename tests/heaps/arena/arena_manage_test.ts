import assert from "node:assert/strict";
import { once } from "node:events";
import process from "node:process";
import { test } from "node:test";
import { Worker } from "node:worker_threads";
import { libc } from "../../../ffi/libc/libc.ts";
import { readMappings } from "../../../ffi/libc/mappings.ts";
import { mapPages, unmapPages } from "../../../ffi/libc/pages.ts";
import { backend } from "../../../ffi/runtime/backend.ts";
import { arenaAlignment } from "../../../heaps/arena/_make_arena.ts";
import { canLeave } from "../../../heaps/core/subprocess_state.ts";
import { Arena, arenas, Heap, type MemoryRange } from "../../../mod.ts";
import { addressOf, assertFilled, fill, MIB } from "../_support.ts";
import { ofArenas } from "../../_arenas.ts";
import { isSecure, takesPinned } from "../../_build.ts";

const BYTES = 32 * MIB;

function mapMemory(byteLength = BYTES): MemoryRange {
  const address = mapPages(byteLength, arenaAlignment());
  assert.ok(address !== undefined);
  return { address, byteLength };
}

/** How memory is refused that an arena has; secure builds protect pages in it besides. */
const TAKEN = /^RangeError: Cannot manage .*( an arena has \d+ bytes | not readable and writable)/;

test("Arena.manage() makes memory of the program an arena", ofArenas, () => {
  const memory = mapMemory(2 * BYTES);
  using arena = Arena.manage(memory, { name: "mine", zeroed: true });
  assert.deepEqual([arena.name, arena.area, arena.exclusive], ["mine", memory, true]);
  using heap = new Heap({ arena });
  for (let index = 0; index < 100; index++) {
    const view = heap.allocate(Uint8Array, 100_000);
    fill(view, index);
    assertFilled(view, index);
    const start = addressOf(view);
    assert.ok(start >= memory.address && start + view.length <= memory.address + memory.byteLength);
  }
});

test("Arena.manage() takes the same memory again only when its arena is closed", ofArenas, () => {
  const memory = mapMemory(2 * BYTES);
  const arena = Arena.manage(memory);
  const overlapping = [memory, { ...memory, byteLength: BYTES }];
  for (const again of overlapping) {
    assert.throws(() => Arena.manage(again), TAKEN);
  }
  assert.throws(() => Arena.manage(Arena.reserve(BYTES).area), { name: "RangeError", message: /^Cannot manage / });
  arena.close();
  if (isSecure()) return;
  using next = Arena.manage(memory);
  assert.deepEqual(next.area, memory);
  assert.equal(new Heap({ arena: next }).allocate(Uint8Array, MIB).length, MIB);
});

test("Arena.manage() serves blocks of pinned memory, or refuses it in a secure build that takes none", ofArenas, () => {
  const memory = mapMemory(2 * BYTES);
  const manage = () => Arena.manage(memory, { pinned: true, zeroed: true });
  if (!takesPinned()) {
    assert.throws(manage, {
      name: "UnsupportedError",
      message:
        /^Cannot use Arena\.manage\(\) with pinned: found a secure build of mimalloc .*, needed a release build$/,
    });
    return unmapPages(memory.address, memory.byteLength);
  }
  using arena = manage();
  assert.equal(new Heap({ arena }).allocate(Uint8Array, 8 * MIB).length, 8 * MIB);
});

test("Arena.manage() refuses JavaScript memory", () => {
  const buffer = new ArrayBuffer(BYTES);
  for (const memory of [buffer, new Uint8Array(buffer), new DataView(buffer)]) {
    assert.throws(() => Arena.manage(memory as unknown as MemoryRange), {
      name: "TypeError",
      message: /^Cannot manage an ArrayBuffer: .*Arena\.map\(\)/,
    });
  }
  const shared = new SharedArrayBuffer(BYTES) as unknown as MemoryRange;
  assert.throws(() => Arena.manage(shared), { message: /^Cannot manage / });
});

test("Arena.manage() refuses invalid and misaligned addresses", () => {
  const memory = mapMemory(2 * BYTES);
  for (const address of [0, -BYTES, NaN, 0.5, 2 ** 64, Infinity, "0x10000000", null, undefined]) {
    assert.throws(() => Arena.manage({ address: address as number, byteLength: BYTES }), {
      name: "RangeError",
      message: /^Cannot manage /,
    });
  }
  for (const step of [1, 4096, arenaAlignment() / 2]) {
    assert.throws(() => Arena.manage({ address: memory.address + step, byteLength: BYTES }), {
      name: "RangeError",
      message: /^Cannot manage the memory at 0x[0-9a-f]+: mimalloc [\d.]+ needs a multiple of \d+ bytes/,
    });
  }
  unmapPages(memory.address, memory.byteLength);
});

test("Arena.manage() refuses lengths that are not a multiple of 32 MiB", () => {
  const { address } = mapMemory();
  const lengths = [0, -BYTES, 1, BYTES - 1, BYTES + 4096, BYTES + 0.5, NaN, Infinity, 2 ** 64, `${BYTES}`, null];
  for (const byteLength of lengths as number[]) {
    assert.throws(() => Arena.manage({ address, byteLength }), { name: "RangeError", message: /^Cannot manage / });
  }
  unmapPages(address, BYTES);
});

test("Arena.manage() refuses memory that is not mapped, in whole or in part", () => {
  const { address, byteLength } = mapMemory(2 * BYTES);
  unmapPages(address + BYTES + MIB, MIB);
  assert.throws(() => Arena.manage({ address, byteLength }), { name: "RangeError", message: /not mapped/ });
  unmapPages(address, byteLength);
  assert.throws(() => Arena.manage({ address, byteLength: BYTES }), { name: "RangeError", message: /not mapped/ });
});

test("Arena.manage() refuses memory that may not be read or written, and leaves it as it is", () => {
  const { mprotect } = libc("pages");
  for (const protection of [0, 1]) {
    const { address, byteLength } = mapMemory(2 * BYTES);
    const handle = backend().toHandle(address + BYTES);
    assert.equal(mprotect(handle, BYTES, protection), 0);
    assert.throws(() => Arena.manage({ address, byteLength }), { name: "RangeError", message: /^Cannot manage / });
    if (process.platform === "linux") {
      const found = readMappings()!.find(({ start, end }) => start <= address + BYTES && address + BYTES < end);
      assert.equal(found?.permissions, protection === 0 ? "---p" : "r--p");
    }
    unmapPages(address, byteLength);
  }
});

test("Arena.manage() refuses memory that mimalloc uses for itself, in whole and in part", () => {
  using heap = new Heap();
  const views = Array.from({ length: 100 }, (_, index) => heap.allocate(Uint8Array, 10_000).fill(index));
  const used = [...heap.areas(), ...arenas()].map(({ address }) => address);
  assert.ok(used.length > 1);
  const alignment = arenaAlignment();
  for (const address of used) {
    for (const start of [Math.floor(address / alignment) * alignment, Math.ceil(address / alignment) * alignment]) {
      assert.throws(() => Arena.manage({ address: start, byteLength: BYTES }), (error: Error) => {
        // What lies behind the last page of mimalloc may be anything, or nothing.
        assert.match(String(error), /^RangeError: Cannot manage the memory at /);
        return true;
      });
    }
  }
  // A closed one of this test file is there to be managed again; some builds protect pages in those of their own.
  for (const area of arenas().filter(({ origin }) => origin !== "managed")) {
    assert.throws(() => Arena.manage(area), TAKEN);
  }
  assert.ok(views.every((view, index) => view.every((byte) => byte === index)));
});

test("Arena.manage() refuses memory in an arena of another thread", ofArenas, async () => {
  const memory = mapMemory(2 * BYTES);
  using _mine = Arena.manage(memory);
  using reserved = Arena.reserve(2 * BYTES);
  using mapped = Arena.map(2 * BYTES);
  const inside = { address: memory.address, byteLength: BYTES };
  const workerData = { taken: [memory, inside, reserved.area, mapped.area] };
  const worker = new Worker(new URL("./_managing_worker.ts", import.meta.url), { workerData });
  const [answer] = await once(worker, "message");
  for (const refusal of answer.refusals) assert.match(refusal, TAKEN);
  assert.equal(answer.ours, "managed");
  // They outlive their thread.
  await worker.terminate();
  for (const theirs of [answer.mapped, answer.reserved]) {
    assert.throws(() => Arena.manage(theirs), TAKEN);
  }
});

test("Arena.manage() of the same memory on several threads at once succeeds on one at most", ofArenas, async () => {
  const memory = mapMemory(2 * BYTES);
  const workerData = { memory, gate: new SharedArrayBuffer(4), threads: 4 };
  const workers = Array.from(
    { length: workerData.threads },
    () => new Worker(new URL("./_racing_worker.ts", import.meta.url), { workerData }),
  );
  const answers = await Promise.all(workers.map(async (worker) => String((await once(worker, "message"))[0])));
  await Promise.all(workers.map((worker) => worker.terminate()));
  const refusals = answers.filter((answer) => TAKEN.test(answer));
  assert.ok(refusals.length >= workerData.threads - 1, answers.join("\n"));
  assert.equal(answers.filter((answer) => answer === "managed").length, workerData.threads - refusals.length);
});

test(
  "Arena.manage() takes memory at the address of an arena that was released",
  { skip: process.platform !== "linux" || !canLeave() },
  () => {
    const arena = Arena.reserve(2 * BYTES, { releasable: true });
    const { area } = arena;
    assert.throws(() => Arena.manage(area), { name: "RangeError", message: /an arena has / });
    arena.release();
    const handle = libc("pages").mmap(backend().toHandle(area.address), area.byteLength, 3, 0x4022, -1, 0);
    assert.equal(backend().toAddress(handle!), area.address);
    using again = Arena.manage(area);
    assert.equal(new Heap({ arena: again }).allocate(Uint8Array, MIB).length, MIB);
  },
);
