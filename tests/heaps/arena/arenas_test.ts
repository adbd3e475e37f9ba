import assert from "node:assert/strict";
import { once } from "node:events";
import { test } from "node:test";
import { setTimeout } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import { library } from "../../../ffi/mod.ts";
import { AllocationError, Arena, arenas, arenasText, flushHooks, Heap, onOutput, options } from "../../../mod.ts";
import { ofArenas } from "../../_arenas.ts";

const MIB = 2 ** 20;
const { version } = library();

test("arenas() lists an arena of this thread before and after it is closed", ofArenas, () => {
  const arena = Arena.reserve(96 * MIB, { name: "first" });
  const heap = new Heap({ arena });
  const { address, byteLength } = arena.area;
  const find = () => arenas().filter((found) => found.address === address);
  const known = { address, byteLength, origin: "reserved", exclusive: true };
  assert.deepEqual(find(), [{ ...known, name: "first", liveHeaps: 1 }]);
  heap.destroy();
  arena.destroy();
  assert.deepEqual(find(), [{ ...known, name: undefined, liveHeaps: 0 }]);
  using again = Arena.reserve(96 * MIB, { name: "second" });
  assert.equal(again.area.address, address);
  assert.deepEqual(find(), [{ ...known, name: "second", liveHeaps: 0 }]);
});

test("arenas() reports how an arena was made", ofArenas, () => {
  using mapped = Arena.map(64 * MIB, { name: "mapped", exclusive: false });
  const found = arenas().find(({ name }) => name === "mapped");
  assert.equal(found?.address, mapped.area.address);
  assert.deepEqual([found?.origin, found?.exclusive], ["mapped", false]);
});

test("arenas() lists an arena that no Arena of this thread stands for", ofArenas, () => {
  assert.equal(library().bind("reservations").reserveOsMemory(64 * MIB, true, false), 0);
  const own = arenas().filter(({ origin }) => origin === "mimalloc");
  assert.ok(own.length >= 1);
  for (const { address, byteLength, name, exclusive } of own) {
    assert.ok(address > 0 && byteLength >= 32 * MIB && byteLength % (32 * MIB) === 0, `${byteLength}`);
    assert.deepEqual([name, exclusive], [undefined, undefined]);
  }
  const addresses = arenas().map(({ address }) => address);
  assert.equal(new Set(addresses).size, addresses.length);
});

test("arenasText() returns what mimalloc prints from 2.2.2 on", () => {
  new Heap().destroy();
  const printed = library().has("mi_arenas_print");
  if (version.major < 3 && printed) {
    assert.match(arenasText(), /arena 0: \d+ blocks of size 32MiB/);
    return;
  }
  if (version.major < 3) {
    assert.throws(() => arenasText(), { name: "UnsupportedError" });
    return;
  }
  assert.match(arenasText(), /^arena 0 at 0x[\dA-F]+: \d+ slices \(\d+ MiB\)/m);
});

test("arenas() hides its output from listeners, and later output reaches them", ofArenas, async () => {
  const lines: string[] = [];
  using _subscription = onOutput((line) => lines.push(line));
  using arena = Arena.reserve(32 * MIB);
  using heap = new Heap({ arena });
  flushHooks();
  lines.splice(0);
  arenas();
  flushHooks();
  await setTimeout(150);
  assert.equal(lines.length, 0, lines.join("\n"));
  options.enable("show_errors");
  try {
    assert.throws(() => heap.allocate(Uint8Array, 100 * MIB), AllocationError);
  } finally {
    options.disable("show_errors");
  }
  flushHooks();
  // Debug builds show errors from the start, and no more than the first few of them.
  const isShown = library().build.type !== "debug";
  assert.ok(!isShown || lines.some((line) => line.includes("104857600")), lines.join("\n"));
});

test("arenas() lists a Worker's own arenas, and arenasText() throws there", ofArenas, async () => {
  const worker = new Worker(new URL("./_arenas_worker.ts", import.meta.url));
  try {
    const [{ names, refusal }] = await once(worker, "message");
    assert.ok(names.includes("of the worker"));
    assert.match(refusal, /^Cannot print the arenas in a Worker/);
  } finally {
    await worker.terminate();
  }
});
