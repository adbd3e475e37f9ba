import assert from "node:assert/strict";
import process from "node:process";
import { test } from "node:test";
import { mapPages, unmapPages } from "../../../ffi/libc/pages.ts";
import { lockRanges, unlockRanges, wholeRanges } from "../../../realtime/heap/_lock.ts";

const SLICE = 65_536;
const ON_LINUX = { skip: process.platform === "linux" ? false : "only Linux is sure to lock so little" };

test("wholeRanges() joins neighbours and rounds to pieces of 64 KiB", () => {
  const at = 100 * SLICE;
  assert.deepEqual(
    wholeRanges([
      { address: at + 3 * SLICE, byteLength: 10 },
      { address: at + 500, byteLength: SLICE - 500 },
      { address: at + SLICE + 128, byteLength: 1000 },
    ]),
    [{ address: at, byteLength: 2 * SLICE }, { address: at + 3 * SLICE, byteLength: SLICE }],
  );
  assert.deepEqual(wholeRanges([]), []);
});

test("lockRanges() locks all ranges or none, and says why not", ON_LINUX, () => {
  const address = mapPages(4 * SLICE, SLICE)!;
  unmapPages(address + 3 * SLICE, SLICE);
  const first = { address, byteLength: SLICE };
  const gone = { address: address + 3 * SLICE, byteLength: SLICE };
  assert.deepEqual(lockRanges([first]), { lockedBytes: SLICE, reason: undefined });
  unlockRanges([first]);
  const { lockedBytes, reason } = lockRanges([first, gone]);
  assert.equal(lockedBytes, 0);
  assert.match(reason!, /^the system refuses to lock 131072 bytes: .*RLIMIT_MEMLOCK/);
  unmapPages(address, 3 * SLICE);
});
