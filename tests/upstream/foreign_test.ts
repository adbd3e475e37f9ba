/** What test-free-foreign.c of mimalloc asserts: what is no block is not freed, and all works afterwards. */
import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { backend } from "../../ffi/runtime/backend.ts";
import { library } from "../../ffi/library/library.ts";
import { Heap } from "../../mod.ts";
import { assertRefused } from "../heaps/_support.ts";
import { bytesOf, fill, foreignMemory, free, handleOf, kept, malloc } from "../ffi/symbols/_tools.ts";
import { isWithin } from "../../ffi/releases.ts";

// mi_free() itself crashes on foreign addresses in release builds of all three versions (of NULL it does nothing);
// the checked forms are mi_cfree() and Heap.free().
const { cfree } = library().bind("allocation");
/** What mi_cfree() says of something that it does not free; up to 3.4.3 it says nothing. */
const IGNORED = isWithin(library().version, { since: "3.6.0" }) ? false : undefined;

afterEach(() => {
  const handle = malloc(100);
  fill(handle, 100);
  free(kept(handle, 100));
});

test("free-foreign: NULL is ignored", () => {
  free(null);
  assert.equal(cfree(null), IGNORED);
});

test("free-foreign: memory of another allocator is ignored and kept", () => {
  const foreign = foreignMemory(64);
  bytesOf(foreign, 64).fill(7);
  assert.equal(cfree(foreign), IGNORED);
  assert.ok(bytesOf(foreign, 64).every((byte) => byte === 7));
});

test("free-foreign: static memory, such as mimalloc's own code, is ignored", () => {
  const { mi_version: code } = backend().addresses(library().path, ["mi_version"]);
  assert.equal(cfree(code!), IGNORED);
});

test("free-foreign: addresses that nobody has mapped are ignored", {
  skip: isWithin(library().version, { since: "2.0.9", until: "2.1.2" }) && library().build.type === "debug"
    ? "debug builds of 2.0.9 to 2.1.2 end the process"
    : false,
}, () => {
  // Below 64 KiB, where NULL lies, mi_cfree() of 3.0.1 crashes.
  const lowest = library().versionText.startsWith("3.0.") ? 2 ** 16 : 16;
  for (const address of [lowest, 0x3990080, 2 ** 46 + 64]) assert.equal(cfree(handleOf(address)), IGNORED);
});

test("free-foreign: Heap.free() refuses ordinary views, subarrays and views of another heap", () => {
  using heap = new Heap();
  using other = new Heap();
  const mine = heap.allocate(Uint8Array, 100).fill(3);
  assertRefused(heap, () => heap.free(new Uint8Array(100)), TypeError, "Cannot free");
  assertRefused(heap, () => heap.free(mine.subarray(8)), TypeError, "Cannot free");
  assertRefused(heap, () => heap.free(other.allocate(Uint8Array, 100)), TypeError, "Cannot free");
  assert.ok(mine.every((byte) => byte === 3));
  heap.free(mine);
});
