import assert from "node:assert/strict";
import { test } from "node:test";
import { Heap, library, Subprocess } from "../../mod.ts";

/** What may stand in the place of the shared count when a ticket took another way than postMessage(). */
const WRONG_USERS: readonly unknown[] = [undefined, null, {}, new ArrayBuffer(4), new SharedArrayBuffer(0), [1], 4];

test("Heap.attach() refuses a ticket without its shared count, and the heap goes on", () => {
  using heap = new Heap();
  const view = heap.allocate(Uint8Array, 1000).fill(7);
  const ticket = heap.share();
  for (const users of WRONG_USERS) {
    assert.throws(() => Heap.attach({ ...ticket, users: users as SharedArrayBuffer }), TypeError);
  }
  assert.throws(() => Heap.attach(JSON.parse(JSON.stringify(ticket))), TypeError);
  assert.throws(() => Heap.attach({ ...ticket, users: new SharedArrayBuffer(4) }), { name: "ClosedError" });
  assert.ok(view.every((byte) => byte === 7));
  Heap.attach(ticket).destroy();
  assert.equal(heap.allocate(Uint8Array, 1000).length, 1000);
});

test("Subprocess.attach() refuses a ticket without its shared count", () => {
  if (!library().has("mi_subproc_destroy")) return;
  using subprocess = Subprocess.create();
  const ticket = subprocess.share();
  for (const users of WRONG_USERS) {
    assert.throws(() => Subprocess.attach({ ...ticket, users: users as SharedArrayBuffer }), TypeError);
  }
});
