import assert from "node:assert/strict";
import { test } from "node:test";
import { Heap, release } from "../../mod.ts";

const MEBIBYTE = 2 ** 20;

test("release() gives freed memory back to the system and says how much", () => {
  release();
  const heap = new Heap();
  for (let block = 0; block < 64; block++) heap.allocate(Uint8Array, MEBIBYTE).fill(1);
  heap.destroy();
  const released = release();
  // 2.0 returns half of such a heap by itself when it is destroyed.
  assert.ok(released > 16 * MEBIBYTE, `${released} bytes came back`);
  assert.ok(released < 96 * MEBIBYTE, `${released} bytes came back`);
});
