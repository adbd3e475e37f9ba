import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import process from "node:process";
import { test } from "node:test";
import { setTimeout } from "node:timers/promises";
import { Heap, library, type ProcessInfo, processInfo } from "../../../mod.ts";
import { runProgram } from "../../_program.ts";
import { retried } from "../../_time.ts";

const MIB = 2 ** 20;

/** A figure in KiB of /proc/self/status, in bytes. */
function readStatus(name: string): number {
  const line = new RegExp(`^${name}:\\s+(\\d+) kB$`, "m").exec(readFileSync("/proc/self/status", "latin1"));
  return Number(line![1]) * 1024;
}

test("processInfo() returns nine figures, all of them integers", () => {
  new Heap().destroy();
  const info = processInfo();
  assert.equal(Object.keys(info).length, 9);
  for (const [name, value] of Object.entries(info)) {
    assert.ok(Number.isSafeInteger(value) && value >= 0, `${name} is ${value}`);
  }
});

test("processInfo() returns the resident memory that the system reports", {
  skip: process.platform !== "linux",
}, async () => {
  // Other threads of the runtime take memory and give it back meanwhile.
  await retried(() => {
    const info = processInfo();
    assert.ok(Math.abs(info.residentBytes - readStatus("VmRSS")) < 4 * MIB, `${info.residentBytes}`);
    assert.ok(Math.abs(info.peakResidentBytes - readStatus("VmHWM")) < 4 * MIB, `${info.peakResidentBytes}`);
  });
});

// In a process of its own: other tests leave memory that is taken again.
test("processInfo() counts memory as committed when it is allocated, and as resident when it is written", {
  skip: process.platform !== "linux",
}, async () => {
  const { stdout, stderr } = await runProgram("tests/heaps/process/programs/process_info.ts");
  assert.equal(stderr, "");
  const [before, allocated, written] = JSON.parse(stdout) as [ProcessInfo, ProcessInfo, ProcessInfo];
  // Since 2.2.2 mimalloc 2 counts an arena as committed when it makes it.
  const isCounted = before.commitBytes >= 1024 * MIB;
  assert.ok(isCounted || allocated.commitBytes - before.commitBytes >= 190 * MIB, JSON.stringify([before, allocated]));
  assert.ok(allocated.peakCommitBytes >= allocated.commitBytes);
  // Debug builds write every byte of a new block.
  const filled = library().build.type === "debug";
  assert.ok(written.residentBytes - (filled ? before : allocated).residentBytes > 190 * MIB);
  // This is why the two are named apart.
  assert.equal(written.mimallocResidentBytes, written.commitBytes);
  assert.ok(written.mimallocResidentBytes - allocated.mimallocResidentBytes < MIB);
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
