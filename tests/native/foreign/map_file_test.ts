import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, renameSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import process from "node:process";
import { after, test } from "node:test";
import { pathToFileURL } from "node:url";
import { Heap } from "../../../mod.ts";
import { addressOf, adopt, giveBack, mapFile, Pointer } from "../../../native/mod.ts";
import { f64, SoaVector, struct, text, u32, u8, Vector } from "../../../stl/mod.ts";

const directory = mkdtempSync(path.join(tmpdir(), "mimalloc-ffi-"));
after(() => rmSync(directory, { recursive: true }));
const options = { skip: process.platform === "win32" && "there is no mmap" };

function write(name: string, bytes: Uint8Array): string {
  const file = path.join(directory, name);
  writeFileSync(file, bytes);
  return file;
}

function pattern(length: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length }, (_, index) => (index * 31 + (index >> 8)) & 255);
}

function isMapped(file: string): boolean {
  return process.platform !== "linux" || readFileSync("/proc/self/maps", "utf8").includes(file);
}

test("mapFile() shows a file where it is, until it is given back", options, () => {
  const file = write("plain", pattern(100_000));
  const view = mapFile(file);
  assert.deepEqual(view, pattern(100_000));
  assert.equal(isMapped(file), true);
  assert.throws(() => adopt(Pointer.at(addressOf(view) + 10, u8), 10, { free: () => {} }), /the file .*plain, adopted/);
  const part = view.subarray(5);
  giveBack(view);
  assert.deepEqual([view.length, part.length], [0, 0]);
  if (process.platform === "linux") assert.equal(isMapped(file), false);
  assert.throws(() => giveBack(view), { name: "TypeError", message: /that was done before/ });
  {
    using again = mapFile(pathToFileURL(file));
    assert.equal(again.length, 100_000);
  }
  if (process.platform === "linux") assert.equal(isMapped(file), false);
});

test("what is written stays in this view: neither the file nor another view of it changes", options, () => {
  const file = write("written", pattern(10_000));
  using one = mapFile(file);
  using other = mapFile(file);
  one.fill(7);
  assert.deepEqual(other, pattern(10_000));
  assert.deepEqual(Uint8Array.from(readFileSync(file)), pattern(10_000));
  assert.equal(one.every((byte) => byte === 7), true);
});

test("an empty file is an empty view, which is given back like any other", options, () => {
  const view = mapFile(write("empty", new Uint8Array(0)));
  assert.equal(view.length, 0);
  giveBack(view);
  assert.throws(() => giveBack(view), TypeError);
  using again = mapFile(write("empty", new Uint8Array(0)));
  assert.equal(again.length, 0);
});

test("a file that is replaced by another one of its name stays as it was mapped", options, () => {
  const file = write("replaced", pattern(5000));
  using view = mapFile(file);
  renameSync(write("new", new Uint8Array(10).fill(1)), file);
  assert.deepEqual(view, pattern(5000));
});

test("what is no file is refused", options, () => {
  const missing = path.join(directory, "missing");
  assert.throws(() => mapFile(missing), (error: NodeJS.ErrnoException) => {
    assert.equal(error.code, "ENOENT");
    return error.message.includes(missing);
  });
  assert.throws(() => mapFile(directory), { name: "TypeError", message: `Cannot map ${directory}: it is a directory` });
  const pipe = path.join(directory, "pipe");
  execFileSync("mkfifo", [pipe]);
  for (const device of [pipe, "/dev/zero"]) {
    assert.throws(() => mapFile(device), { name: "TypeError", message: /it is a pipe, a socket or a device/ });
  }
  for (const value of [null, undefined, 5, {}]) {
    assert.throws(() => mapFile(value as never), {
      name: "TypeError",
      message: /expected a path or the URL of a file/,
    });
  }
  assert.throws(() => mapFile("a\0b"), Error);
  const sparse = write("sparse", new Uint8Array(0));
  truncateSync(sparse, 2 ** 32);
  assert.throws(() => mapFile(sparse), { name: "RangeError", message: /it has 4294967296 bytes, and a view at most/ });
});

test("vectors lie over a mapped file, change it for themselves alone, and end with it", options, () => {
  using heap = new Heap({ name: "rows" });
  const columns = { station: text(8), time: u32, value: f64 };
  const rows = new SoaVector(columns, { allocator: heap });
  for (let index = 0; index < 1000; index++) rows.push({ station: `s${index % 7}`, time: index, value: index / 2 });
  const file = write("rows", rows.toBytes());
  const live = heap.liveBytes;
  const mapped = mapFile(file);
  const same = SoaVector.over(columns, mapped, { allocator: heap });
  assert.deepEqual(same.toArray(), rows.toArray());
  assert.equal(heap.liveBytes, live);
  const { buffer } = same.column("value");
  assert.equal(buffer, mapped.buffer);
  same.get(3).value = 99;
  assert.equal(same.column("value")[3], 99);
  using other = mapFile(file);
  assert.equal(SoaVector.over(columns, other).get(3).value, 1.5);

  giveBack(mapped);
  assert.throws(() => same.get(0), { name: "ClosedError" });
  assert.throws(() => same.push({ station: "s", time: 1, value: 1 }), { name: "ClosedError" });
  assert.throws(() => same.toArray(), { name: "ClosedError" });
  same.dispose();
});

test("a vector that has left the file for its allocator goes on without it", options, () => {
  using heap = new Heap({ name: "left" });
  const Point = struct({ x: f64, y: f64 });
  const points = new Vector(Point, { allocator: heap });
  for (let index = 0; index < 100; index++) points.push({ x: index, y: -index });
  const file = write("points", points.toBytes());
  const before = heap.liveBlocks;
  const mapped = mapFile(file);
  const same = Vector.over(Point, mapped, { allocator: heap });
  assert.equal(same.push({ x: 100, y: -100 }), 101);
  giveBack(mapped);
  assert.deepEqual([same.get(100).y, same.get(0).x, same.get(42).y], [-100, 0, -42]);
  assert.equal(heap.liveBlocks, before + 1);
  same.dispose();
  assert.equal(heap.liveBlocks, before);
});
