import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { Heap } from "../../../mod.ts";
import { AllocationSite, SiteProfiler, type StackFrame } from "../../../observe/mod.ts";
import { HashMap, u32, Vector } from "../../../stl/mod.ts";

/** The sites at which `program` allocates. */
function sitesOf(heap: Heap, program: () => void): readonly AllocationSite[] {
  using profiler = new SiteProfiler({ of: heap, sampleRate: 1 });
  program();
  return profiler.profile().sites.map(({ site }) => site);
}

test("AllocationSite begins with the call of the program, whatever of this library is in between", () => {
  using heap = new Heap();
  const options = { allocator: heap };
  function useContainers(): void {
    const vector = new Vector(u32, options);
    vector.push(1);
    const map = new HashMap(u32, u32, options);
    map.set(1, 2);
    heap.bytes([1, 2, 3]).fill(0);
    heap.text("text").fill(0);
    heap.allocateZeroed(Uint8Array, 8).fill(0);
    heap.reallocate(heap.allocate(Uint8Array, 8), 5000).fill(0);
  }
  const sites = sitesOf(heap, useContainers);
  assert.ok(sites.length >= 6);
  for (const site of sites) {
    assert.equal(site.frames[0]!.functionName, "useContainers", site.stack);
    assert.match(site.name, /^useContainers \(.*allocation_site_test\.ts:\d+:\d+\)$/);
    assert.deepEqual(JSON.parse(JSON.stringify(site)), site.frames);
  }
});

test("AllocationSite has the async callers that the engine knows, and no more calls than asked for", async () => {
  using heap = new Heap();
  using profiler = new SiteProfiler({ of: heap, sampleRate: 1, frames: 3 });
  async function load(): Promise<void> {
    await Promise.resolve();
    heap.allocate(Uint8Array, 8).fill(0);
  }
  async function serve(): Promise<void> {
    await load();
  }
  await serve();
  function recurse(depth: number): number {
    if (depth === 0) return heap.allocate(Uint8Array, 16).fill(0).length;
    return recurse(depth - 1) + 1;
  }
  recurse(50);
  const [deep, shallow] = profiler.profile().sites.map(({ site }) => site.frames.map((frame) => frame.functionName));
  assert.equal(shallow![0], "load");
  assert.ok(deep!.length >= 3 && deep!.length <= 12, `${deep!.length} frames`);
  assert.equal(deep![0], "recurse");
});

test("no program can make an AllocationSite", () => {
  assert.throws(() => Reflect.construct(AllocationSite, ["Error\n    at x (y.ts:1:1)"]), TypeError);
});

// Line 3 of the file comes from line 41, column 3, of tiles.ts.
const MAP = JSON.stringify({ version: 3, sourceRoot: "../src", sources: ["tiles.ts"], names: [], mappings: ";;AAwCE" });
const CODE = "// made by a bundler\nexport function decode(heap) {\n heap.allocate(Uint8Array, 64).fill(0);\n}\n";

async function placeOf(directory: string, name: string, code: string): Promise<StackFrame> {
  const file = path.join(directory, name);
  writeFileSync(file, code);
  using heap = new Heap();
  const { decode } = await import(pathToFileURL(file).href) as { decode(heap: Heap): void };
  return sitesOf(heap, () => {
    decode(heap);
    // A call in the last place would have no frame in Bun.
    return;
  })[0]!.frames[0]!;
}

test("AllocationSite tells the place in the source where a file has a source map, and the file's own otherwise", async () => {
  const directory = mkdtempSync(path.join(tmpdir(), "maps-"));
  writeFileSync(path.join(directory, "outside.js.map"), MAP);
  const inside = `data:application/json;base64,${Buffer.from(MAP).toString("base64")}`;
  const source = path.join(directory, "../src/tiles.ts");
  for (const [name, address] of [["outside.js", "outside.js.map"], ["inside.js", inside]] as const) {
    const { file, line, column, functionName } = await placeOf(
      directory,
      name,
      `${CODE}//# sourceMappingURL=${address}\n`,
    );
    assert.deepEqual([file, line, column, functionName], [source, 41, 3, "decode"], name);
  }
  for (
    const [name, comment] of [["none.js", ""], ["lost.js", "//# sourceMappingURL=lost.js.map\n"], [
      "damaged.js",
      "//# sourceMappingURL=data:application/json,%7B\n",
    ]] as const
  ) {
    const { file, line } = await placeOf(directory, name, CODE + comment);
    assert.deepEqual([path.basename(file), line], [name, 3], name);
  }
  rmSync(directory, { recursive: true });
});
