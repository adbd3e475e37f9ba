import assert from "node:assert/strict";
import process from "node:process";
import { test } from "node:test";
import type { AnyView, View, ViewConstructor } from "../../../heaps/allocator.ts";
import { Arena, Heap } from "../../../mod.ts";
import {
  type AllocationWorkload,
  type LoatReport,
  type MeasuredHeap,
  measureLoat,
  randomWorkload,
} from "../../../realtime/mod.ts";
import { ofArenas } from "../../_arenas.ts";
import { RUNTIME } from "../../_program.ts";
import { makeGarbage } from "../_mark.ts";

const workload = randomWorkload({ requests: 2000, slotCount: 300 });
const onLinux = { skip: process.platform !== "linux" };
const ofArenasOnLinux = process.platform === "linux" ? ofArenas : onLinux;

/** A heap that does something else in its thousandth allocation, or in every one. */
function heapWith(heap: Heap, interrupt: () => void, every = false): MeasuredHeap {
  let count = 0;
  return {
    allocate<T extends ViewConstructor>(type: T, length: number): View<T> {
      if (++count === 1000 || every) interrupt();
      return heap.allocate(type, length);
    },
    free: (view: AnyView) => heap.free(view),
  };
}

function spin(milliseconds: number): void {
  const end = performance.now() + milliseconds;
  while (performance.now() < end);
}

test("measureLoat() counts every allocation and free, and leaves nothing behind", () => {
  using heap = new Heap();
  const report = measureLoat(heap, workload, { warmUp: heap });
  assert.equal(report.allocate.all.count, 2000);
  assert.equal(report.free.all.count, 2000);
  assert.equal(report.floor.all.count, 4000);
  assert.equal(heap.liveBlocks, 0);
  for (const { all, undisturbed } of [report.allocate, report.free, report.floor]) {
    assert.ok(undisturbed.count > 0 && undisturbed.count <= all.count);
    assert.ok(undisturbed.min >= all.min && undisturbed.max <= all.max);
  }
  assert.ok(report.allocate.undisturbed.percentile(50) > report.floor.undisturbed.percentile(50));
});

test("measureLoat() tells the longest allocation", () => {
  using heap = new Heap();
  const { allocate, free } = measureLoat(heapWith(heap, () => spin(80)), workload);
  assert.ok(allocate.all.max >= 80e6, `${allocate.all.max} ns`);
  // The machine may stall in some others, but not in every tenth.
  assert.ok(allocate.all.percentile(90) < 80e6);
  assert.ok(free.all.percentile(90) < 80e6);
});

test("measureLoat() keeps what the scheduler took apart from what the heap took", onLinux, () => {
  using heap = new Heap();
  const signal = new Int32Array(new SharedArrayBuffer(4));
  const measure = (): LoatReport => measureLoat(heapWith(heap, () => Atomics.wait(signal, 0, 0, 30)), workload);
  let report = measure();
  // A virtual machine that is stopped is told to nobody inside, and the steps around a run of the collector are the collector's.
  const isDisturbed = (): boolean => report.allocate.undisturbed.max >= 29e6 || report.nanoseconds.scheduler < 29e6;
  for (let run = 1; run < 20 && isDisturbed(); run++) report = measure();
  assert.ok(report.waits! >= 1);
  assert.ok(report.nanoseconds.scheduler >= 29e6, `${report.nanoseconds.scheduler} ns`);
  assert.ok(report.allocate.all.max >= 29e6);
  assert.ok(report.allocate.undisturbed.max < 29e6, `${report.allocate.undisturbed.max} ns`);
});

test("measureLoat() keeps what page faults took apart, and counts new pages of an arena once", ofArenasOnLinux, () => {
  // A size of its own: an arena of another test that was closed serves the same wish again, with its pages.
  const arena = Arena.reserve(72 * 2 ** 20);
  using heap = new Heap({ arena });
  using held = new Heap({ arena });
  const kept = held.allocate(Uint8Array, 16);
  const first = measureLoat(heap, workload);
  const again = measureLoat(heap, workload);
  assert.ok(first.newPages! > 20, `${first.newPages} pages`);
  // One fault may bring 2 MiB at once, whatever the system has free.
  assert.ok(first.minorFaults! >= first.newPages! / 512, `${first.minorFaults} faults for ${first.newPages} pages`);
  assert.ok(again.newPages! < first.newPages! / 4, `${again.newPages} after ${first.newPages}`);
  assert.ok(first.nanoseconds.faults > 0);
  assert.equal(kept.length, 16);
});

test("measureLoat() looks into memory that it is given, and says where it knows of none", ofArenasOnLinux, () => {
  const arena = Arena.reserve(64 * 2 ** 20);
  using heap = new Heap({ arena });
  assert.equal(measureLoat(heapWith(heap, () => {}), workload).newPages, undefined);
  assert.ok(measureLoat(heapWith(heap, () => {}), workload, { memory: arena.area }).newPages! >= 0);
});

test("measureLoat() tells runs of the collector where the runtime tells them", () => {
  using heap = new Heap();
  const report = measureLoat(heapWith(heap, () => makeGarbage(1000), true), workload);
  if (RUNTIME === "bun") {
    assert.equal(report.collections, undefined);
    assert.equal(report.nanoseconds.collector, undefined);
  } else {
    assert.ok(report.collections! > 0);
    assert.ok(report.nanoseconds.collector! > 0);
    assert.ok(report.allocate.undisturbed.count < 2000);
  }
});

test("measureLoat() refuses a workload whose steps do not fit, and changes nothing", () => {
  using heap = new Heap();
  const made = (slots: number[], byteLengths: number[], slotCount = 2): AllocationWorkload => ({
    slotCount,
    slots: Uint32Array.from(slots),
    byteLengths: Uint32Array.from(byteLengths),
  });
  const wrong: [AllocationWorkload, RegExp][] = [
    [made([0], [0]), /step 0 frees slot 0, which is not full/],
    [made([0, 0, 0], [8, 8, 0]), /step 1 allocates into slot 0, which is full/],
    [made([0], [8]), /slot 0 is full in the end/],
    [made([2, 2], [8, 0]), /step 0 allocates into slot 2/],
    [made([], [], 0), /slotCount 0/],
  ];
  for (const [one, expected] of wrong) {
    assert.throws(() => measureLoat(heap, one), { name: "RangeError", message: expected });
  }
  const numbers = { slotCount: 1, slots: [0, 0], byteLengths: [8, 0] };
  assert.throws(() => measureLoat(heap, numbers as unknown as AllocationWorkload), TypeError);
  assert.throws(() => measureLoat(heap, null as unknown as AllocationWorkload), TypeError);
  for (const no of [null, 5, {}]) assert.throws(() => measureLoat(no as unknown as Heap, workload), TypeError);
  assert.equal(heap.liveBlocks, 0);
});
