import assert from "node:assert/strict";
import { test } from "node:test";
import { inspect } from "node:util";
import { canLeave } from "../../../heaps/core/subprocess_state.ts";
import { Arena, Heap, ScopePool, Subprocess } from "../../../mod.ts";
import { ofArenas } from "../../_arenas.ts";

const MIB = 2 ** 20;

/** What each way of inspecting says: node:util of both runtimes, and Deno's own. */
function inspectAll(value: unknown): string[] {
  const { Deno: deno } = globalThis as unknown as { Deno?: { inspect(value: unknown): string } };
  return deno === undefined ? [inspect(value)] : [inspect(value), deno.inspect(value)];
}

function assertShown(value: unknown, text: string): void {
  for (const shown of inspectAll(value)) assert.equal(shown, text);
}

test("inspecting a Heap shows name, live blocks, limit, arena and whether it is closed", () => {
  const heap = new Heap({ name: "samples", limit: MIB });
  heap.allocate(Float64Array, 1000);
  assertShown(heap, 'Heap { name: "samples", liveBlocks: 1, liveBytes: 8000, limit: 1048576, closed: false }');
  heap.destroy();
  assertShown(heap, 'Heap { name: "samples", liveBlocks: 0, liveBytes: 0, limit: 1048576, closed: true }');
});

test("inspecting an Arena and what is in it shows their names", ofArenas, () => {
  const arena = Arena.reserve(64 * MIB, { name: "requests" });
  const heap = new Heap({ name: 'a "quoted" name', arena });
  assertShown(arena, 'Arena { name: "requests", byteLength: 67108864, exclusive: true, liveHeaps: 1, closed: false }');
  assertShown(
    heap,
    'Heap { name: "a \\"quoted\\" name", liveBlocks: 0, liveBytes: 0, limit: Infinity, arena: "requests", closed: false }',
  );
  arena.destroy();
  assertShown(arena, 'Arena { name: "requests", byteLength: 67108864, exclusive: true, liveHeaps: 0, closed: true }');
});

test("inspecting a ScopePool and its Scope shows what is live", () => {
  const pool = new ScopePool({ name: "jobs", limit: MIB });
  const scope = pool.open();
  scope.allocate(Uint8Array, 100);
  assertShown(scope, 'Scope { name: "jobs", liveBlocks: 1, liveBytes: 104, limit: 1048576, closed: false }');
  assertShown(
    pool,
    'ScopePool { name: "jobs", liveScopes: 1, liveBytes: 104, retained: 0, limit: 1048576, closed: false }',
  );
  scope[Symbol.dispose]();
  assertShown(scope, 'Scope { name: "jobs", liveBlocks: 0, liveBytes: 0, limit: 1048576, closed: true }');
  pool.close();
  assert.match(inspect(pool), /liveScopes: 0, liveBytes: 0, .*closed: true/);
});

test("inspecting a Subprocess shows what is in it", { skip: !canLeave() }, () => {
  const plugin = Subprocess.create({ name: "plug-in", limit: MIB });
  plugin.run(() => new Heap().allocate(Uint8Array, 100));
  assertShown(plugin, 'Subprocess { name: "plug-in", openHeaps: 1, usedBytes: 100, limit: 1048576, closed: false }');
  plugin.destroy();
  assertShown(plugin, 'Subprocess { name: "plug-in", openHeaps: 0, usedBytes: 0, limit: 1048576, closed: true }');
});

test("inspecting a collection shows its heaps in one line each", () => {
  using heap = new Heap({ name: "inner" });
  assert.match(inspect([heap, { heap }]), /\[\s+Heap \{ name: "inner", .*\},\s+\{\s+heap: Heap \{ name: "inner", /);
});
