import assert from "node:assert/strict";
import { test } from "node:test";
import { deflateRawSync, deflateSync, gzipSync } from "node:zlib";
import { DamagedInputError, Heap, InputTooLongError, ScopePool } from "../../../mod.ts";

function noise(length: number, seed = 1): Uint8Array<ArrayBuffer> {
  let state = seed;
  return Uint8Array.from({ length }, () => (state = (state * 1_103_515_245 + 12_345) >>> 0) >>> 24 & 63);
}

for (const [format, pack] of [["gzip", gzipSync], ["deflate", deflateSync]] as const) {
  test(`inflate() unpacks ${format} into one block`, () => {
    using heap = new Heap({ name: format });
    using pool = new ScopePool();
    for (const length of [1, 100, 65_536, 1_000_001]) {
      const bytes = noise(length);
      const packed = pack(bytes);
      const view = heap.inflate(packed, { byteLength: length });
      assert.deepEqual(view, bytes);
      assert.deepEqual([heap.liveBlocks, heap.liveBytes], [1, length]);
      heap.free(view);
      // What is longer than needed is given back.
      const source = heap.bytes(packed);
      const shorter = heap.inflate(source, { byteLength: length + 5000 });
      assert.deepEqual(shorter, bytes);
      heap.free(source);
      assert.equal(heap.liveBytes, length);
      heap.free(shorter);
      const { buffer, byteOffset } = packed;
      const copy = buffer.slice(byteOffset, byteOffset + packed.length);
      pool.run((scope) => assert.deepEqual(scope.inflate(copy, { byteLength: length }), bytes));
    }
  });

  test(`${format} with more bytes than told is refused, and the block is given back`, () => {
    using heap = new Heap({ name: "longer" });
    for (const [length, told] of [[2, 1], [1000, 999], [500_000, 1], [500_000, 499_999]] as const) {
      assert.throws(() => heap.inflate(pack(noise(length)), { byteLength: told }), (error: InputTooLongError) => {
        assert.ok(error instanceof InputTooLongError);
        assert.deepEqual([error.limit, error.message], [told, `Cannot inflate: there are more than ${told} bytes`]);
        return true;
      });
      assert.equal(heap.liveBlocks, 0);
    }
    // A million zeros in a thousand bytes.
    assert.throws(() => heap.inflate(pack(new Uint8Array(2 ** 24)), { byteLength: 2 ** 20 }), InputTooLongError);
  });

  test(`${format} that is damaged or ends too early is refused, wherever it is cut`, () => {
    using heap = new Heap({ name: "damaged" });
    const bytes = noise(300);
    const packed = pack(bytes);
    for (let length = 0; length < packed.length; length++) {
      for (const byteLength of [300, 10_000]) {
        assert.throws(() => heap.inflate(packed.subarray(0, length), { byteLength }), {
          name: "DamagedInputError",
          message: /^Cannot inflate: /,
        });
      }
    }
    for (let at = 0; at < packed.length; at++) {
      const damaged = Uint8Array.from(packed);
      damaged[at]! ^= 0x55;
      try {
        // Names and times of gzip's header may be anything.
        const view = heap.inflate(damaged, { byteLength: 300 });
        assert.deepEqual(view, bytes, `byte ${at}`);
        heap.free(view);
      } catch (error) {
        // Some damage makes more bytes of it.
        assert.ok(error instanceof DamagedInputError || error instanceof InputTooLongError, `byte ${at}`);
        assert.match(error.message, /^Cannot inflate: /, `byte ${at}`);
      }
    }
    assert.equal(heap.liveBlocks, 0);
  });
}

test("gzip in several parts is unpacked as one", () => {
  using heap = new Heap({ name: "parts" });
  const packed = Buffer.concat([gzipSync("one "), gzipSync("two")]);
  assert.equal(new TextDecoder().decode(heap.inflate(packed, { byteLength: 7 })), "one two");
  assert.throws(() => heap.inflate(packed, { byteLength: 4 }), InputTooLongError);
  assert.throws(() => heap.inflate(packed, { byteLength: 6 }), InputTooLongError);
});

test("what packs nothing is an empty view", () => {
  using heap = new Heap({ name: "nothing" });
  const view = heap.inflate(deflateSync(""), { byteLength: 10 });
  assert.deepEqual([view.length, heap.liveBytes], [0, 0]);
  heap.free(view);
});

test("what is no source and no length is refused", () => {
  using heap = new Heap({ name: "refused", limit: 1000 });
  const packed = gzipSync("text");
  for (const byteLength of [0, -1, 1.5, NaN, Infinity, 2 ** 32, "4", null, undefined]) {
    assert.throws(() => heap.inflate(packed, { byteLength: byteLength as never }), {
      name: "RangeError",
      message: /expected byteLength/,
    });
  }
  assert.throws(() => heap.inflate(packed, undefined as never), TypeError);
  assert.throws(() => heap.inflate(5 as never, { byteLength: 4 }), TypeError);
  assert.throws(() => heap.inflate(deflateRawSync("text"), { byteLength: 4 }), DamagedInputError);
  assert.throws(() => heap.inflate(packed, { byteLength: 1001 }), { name: "AllocationError" });
  const freed = heap.bytes(packed);
  heap.free(freed);
  assert.throws(() => heap.inflate(freed, { byteLength: 4 }), TypeError);
  assert.equal(heap.liveBlocks, 0);
});
