import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import process from "node:process";
import { test } from "node:test";
import { setTimeout } from "node:timers/promises";
import { Heap, processInfo } from "../../mod.ts";

const MIB = 2 ** 20;

/** A figure in KiB of /proc/self/status, in bytes. */
function readStatus(name: string): number {
  const line = new RegExp(`^${name}:\\s+(\\d+) kB$`, "m").exec(readFileSync("/proc/self/status", "latin1"));
  return Number(line![1]) * 1024;
}

test("processInfo() tells nine figures, all of them whole numbers", () => {
  new Heap().destroy();
  const info = processInfo();
  assert.equal(Object.keys(info).length, 9);
  for (const [name, value] of Object.entries(info)) {
    assert.ok(Number.isSafeInteger(value) && value >= 0, `${name} is ${value}`);
  }
});

test("processInfo() tells the resident memory of the process as the system does", {
  skip: process.platform !== "linux",
}, () => {
  const info = processInfo();
  assert.ok(Math.abs(info.residentBytes - readStatus("VmRSS")) < 4 * MIB, `${info.residentBytes}`);
  assert.ok(Math.abs(info.peakResidentBytes - readStatus("VmHWM")) < 4 * MIB, `${info.peakResidentBytes}`);
});

test("processInfo() sees memory that is written become resident", { skip: process.platform !== "linux" }, () => {
  using heap = new Heap();
  const view = heap.allocate(Uint8Array, 64 * MIB);
  const before = processInfo();
  view.fill(1);
  const after = processInfo();
  assert.ok(after.residentBytes - before.residentBytes > 60 * MIB);
  // This is why the two are named apart.
  assert.equal(after.mimallocResidentBytes, after.commitBytes);
  assert.ok(after.mimallocResidentBytes - before.mimallocResidentBytes < MIB);
});

test("processInfo() sees what is allocated become committed", () => {
  using heap = new Heap();
  heap.allocate(Uint8Array, 16);
  const before = processInfo();
  heap.allocate(Uint8Array, 200 * MIB);
  const after = processInfo();
  // What an earlier test had committed may be used again.
  assert.ok(after.commitBytes - before.commitBytes >= 100 * MIB);
  assert.ok(after.peakCommitBytes >= after.commitBytes);
});

test("processInfo() counts milliseconds", async () => {
  const before = processInfo();
  await setTimeout(60);
  const { user, system } = process.cpuUsage();
  for (;;) {
    const used = process.cpuUsage({ user, system });
    if (used.user + used.system > 60_000) break;
  }
  const after = processInfo();
  assert.ok(after.elapsedMilliseconds - before.elapsedMilliseconds >= 60);
  const processor = after.userMilliseconds + after.systemMilliseconds - before.userMilliseconds -
    before.systemMilliseconds;
  // The system may add time up in ticks of 10 ms.
  assert.ok(processor >= 40, `${processor} ms`);
});
