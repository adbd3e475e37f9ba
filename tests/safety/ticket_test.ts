import assert from "node:assert/strict";
import { test } from "node:test";
import { Heap, library, Subprocess } from "../../mod.ts";
import { addressOf } from "../heaps/_support.ts";

/** What may stand in the place of the shared count when a ticket took another way than postMessage(). */
const WRONG_USERS: readonly unknown[] = [
  undefined,
  null,
  {},
  new ArrayBuffer(16),
  new SharedArrayBuffer(0),
  new SharedArrayBuffer(4),
  new SharedArrayBuffer(16),
  [1],
  4,
];

/** Addresses where no heap is: none, no memory, memory of something else, and what is no address. */
const WRONG_ADDRESSES: readonly number[] = [0, 16, 0x7f00_0000_0000, -1, 1.5, NaN, Infinity, 2 ** 53];

/** What share() would count in, for whatever address. */
function madeUpUsers(address: number): SharedArrayBuffer {
  const memory = new SharedArrayBuffer(16);
  new Int32Array(memory)[0] = 1;
  new Float64Array(memory)[1] = address;
  return memory;
}

test("Heap.attach() refuses a ticket without its shared count, and the heap goes on", () => {
  using heap = new Heap();
  const view = heap.allocate(Uint8Array, 1000).fill(7);
  const ticket = heap.share();
  for (const users of WRONG_USERS) {
    assert.throws(() => Heap.attach({ ...ticket, users: users as SharedArrayBuffer }), TypeError);
  }
  assert.throws(() => Heap.attach(JSON.parse(JSON.stringify(ticket))), TypeError);
  assert.ok(view.every((byte) => byte === 7));
  Heap.attach(ticket).destroy();
  assert.equal(heap.allocate(Uint8Array, 1000).length, 1000);
});

test("Heap.attach() refuses a ticket with the address of another heap, or of none", () => {
  using heap = new Heap();
  using other = new Heap();
  const ticket = heap.share();
  for (const address of [other.share().address, ticket.address + 8, ...WRONG_ADDRESSES]) {
    assert.throws(() => Heap.attach({ ...ticket, address }), TypeError);
  }
  Heap.attach(ticket).destroy();
});

test("Heap.attach() refuses a ticket that is made up in every part, before C sees its address", () => {
  using heap = new Heap();
  const view = heap.allocate(Uint8Array, 1000).fill(7);
  const ticket = heap.share();
  const closed = new Heap();
  const old = closed.share();
  closed.destroy();
  for (const address of [ticket.address + 8, addressOf(view), old.address, ...WRONG_ADDRESSES]) {
    const users = madeUpUsers(address);
    assert.throws(() => Heap.attach({ ...ticket, address, users }), (error: Error) => {
      assert.ok(["ClosedError", "RangeError", "TypeError"].includes(error.name), String(error));
      return true;
    });
  }
  assert.ok(view.every((byte) => byte === 7));
});

test("Subprocess.attach() refuses a ticket with another address", () => {
  if (!library().has("mi_subproc_destroy")) return;
  using subprocess = Subprocess.create();
  using other = Subprocess.create();
  const ticket = subprocess.share();
  for (const address of [other.share().address, ...WRONG_ADDRESSES]) {
    assert.throws(() => Subprocess.attach({ ...ticket, address }), TypeError);
  }
  Subprocess.attach(ticket).destroy();
});

test("Subprocess.attach() refuses a ticket that is made up in every part, on 3.6", () => {
  if (!library().has("mi_subproc_destroy")) return;
  using subprocess = Subprocess.create();
  const ticket = subprocess.share();
  for (const address of WRONG_ADDRESSES) {
    assert.throws(() => Subprocess.attach({ ...ticket, address, users: madeUpUsers(address) }), (error: Error) => {
      assert.ok(["ClosedError", "RangeError", "TypeError"].includes(error.name), String(error));
      return true;
    });
  }
});

test("Subprocess.attach() refuses a ticket without its shared count", () => {
  if (!library().has("mi_subproc_destroy")) return;
  using subprocess = Subprocess.create();
  const ticket = subprocess.share();
  for (const users of WRONG_USERS) {
    assert.throws(() => Subprocess.attach({ ...ticket, users: users as SharedArrayBuffer }), TypeError);
  }
});
