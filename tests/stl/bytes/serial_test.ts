import assert from "node:assert/strict";
import { test } from "node:test";
import { Heap } from "../../../mod.ts";
import { FormatError } from "../../../stl/mod.ts";
import { numberFrom, Random } from "../../fuzz/_random.ts";
import { pairs } from "../_kinds.ts";
import { assertForged, assertLimited, assertRefused, assertRoundTrip } from "./_serial.ts";
import { hashMapOf, hashSetOf, lruMapOf } from "./_serial_maps.ts";
import { SERIALS } from "./_serial_samples.ts";

const SEED = numberFrom("SEED", Math.floor(Math.random() * 2 ** 32));
/** Forged bytes of each container; FORGED asks for more. */
const TURNS = numberFrom("FORGED", 250);

for (const serial of SERIALS) {
  test(`a ${serial.label} is made again from its bytes [SEED=${SEED}]`, () => {
    const random = new Random(SEED);
    const heap = new Heap();
    for (const size of [0, 1, 2, 9, 100]) assertRoundTrip(serial, heap, size, random);
    assert.equal(heap.liveBlocks, 0);
    heap.close();
  });
}

test(`hash containers of every kind are made again from their bytes [SEED=${SEED}]`, () => {
  const random = new Random(SEED);
  using heap = new Heap();
  for (const [key, value] of pairs()) {
    const serials = [hashMapOf(key, value), hashMapOf(value, key, true), lruMapOf(key, value), hashSetOf(key)];
    for (const serial of serials) assertRoundTrip(serial, heap, 60, random);
  }
  assert.equal(heap.liveBlocks, 0);
});

for (const serial of SERIALS) {
  test(`the bytes of a ${serial.label} are refused when they are cut or changed`, () => {
    using heap = new Heap();
    using original = serial.make(heap, 3, new Random(1));
    const bytes = original.toBytes();
    for (let length = 0; length < bytes.length; length++) {
      assertRefused(serial, bytes.subarray(0, length), heap, `cut to ${length}`);
    }
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      bytes[bit >> 3]! ^= 1 << (bit & 7);
      assertRefused(serial, bytes, heap, `bit ${bit}`);
      bytes[bit >> 3]! ^= 1 << (bit & 7);
    }
    const longer = new Uint8Array(bytes.length + 16);
    longer.set(bytes);
    assertRefused(serial, longer, heap, "longer");
    serial.read(bytes, heap).dispose();
  });

  test(`forged bytes of a ${serial.label} are refused or make one that works [SEED=${SEED}]`, () => {
    using heap = new Heap();
    const taken = assertForged(serial, heap, TURNS, new Random(SEED));
    assert.ok(taken > 0 && taken < TURNS, `${taken} were read`);
  });
}

test("fromBytes() refuses the bytes of another container", () => {
  using heap = new Heap();
  for (const written of SERIALS) {
    using original = written.make(heap, 3, new Random(2));
    const bytes = original.toBytes();
    for (const serial of SERIALS) {
      if (serial.label === written.label || serial.label === written.label.replace(", incremental", "")) continue;
      assert.throws(() => serial.read(bytes, heap), FormatError, `${written.label} as ${serial.label}`);
    }
  }
});

test(`bytes that are read with too little memory leave nothing behind [SEED=${SEED}]`, () => {
  using heap = new Heap();
  for (const serial of SERIALS) {
    using original = serial.make(heap, 100, new Random(SEED));
    const expected = serial.list(original as never);
    const failures = assertLimited(serial, original.toBytes(), expected, 2 * original.bytes);
    assert.ok(failures > 0 && failures < 40, `${serial.label}: ${failures}`);
  }
});
