import assert from "node:assert/strict";
import { once } from "node:events";
import { test } from "node:test";
import { Worker } from "node:worker_threads";
import { canLeave } from "../../heaps/core/subprocess_state.ts";
import { ClosedError, Heap, type HeapTicket, library, Subprocess } from "../../mod.ts";

/** What may stand in the place of the key when a ticket took a wrong way, or was made up. */
const WRONG_KEYS: readonly unknown[] = [
  undefined,
  null,
  {},
  "",
  4,
  4n,
  Symbol("key"),
  new SharedArrayBuffer(16),
  "0-1",
  `0-1-${"0".repeat(32)}`,
  `0-4294967295-${"f".repeat(32)}`,
  `65535-0-${"0".repeat(32)}`,
  `65536-0-${"0".repeat(32)}`,
  `99999-9999999999-${"0".repeat(32)}`,
  `-1-1-${"0".repeat(32)}`,
];

/** A key with one digit of its secret, or another part, changed. */
function changed(key: string, at: number): string {
  const digit = key.at(at)!;
  return key.slice(0, at) + (digit === "7" ? "8" : "7") + key.slice(at + 1 || key.length);
}

test("Heap.attach() refuses a key that share() did not make, and the heap goes on", () => {
  using heap = new Heap();
  const view = heap.allocate(Uint8Array, 1000).fill(7);
  const ticket = heap.share();
  const { length } = ticket.key;
  const forged = Array.from({ length: 32 }, (_, index) => changed(ticket.key, length - 32 + index));
  for (const key of [...WRONG_KEYS, ...forged, ticket.key.toUpperCase() + "0", `${ticket.key} `]) {
    assert.throws(() => Heap.attach({ ...ticket, key: key as string }), (error: Error) => {
      assert.ok(error instanceof TypeError || error instanceof ClosedError, String(error));
      assert.match(error.message, /^Cannot use /);
      return true;
    });
  }
  assert.ok(view.every((byte) => byte === 7));
  Heap.attach(ticket).destroy();
  assert.equal(heap.allocate(Uint8Array, 1000).length, 1000);
});

test("Heap.attach() counts its users once, however a ticket was copied", () => {
  const heap = new Heap();
  const view = heap.allocate(Uint8Array, 1000).fill(7);
  const ticket = heap.share();
  const copies: HeapTicket[] = [structuredClone(ticket), JSON.parse(JSON.stringify(ticket)), { ...ticket }];
  const others = copies.map((copy) => Heap.attach(copy));
  const theirs = others.map((other) => other.allocate(Uint8Array, 1000).fill(8));
  heap.destroy();
  assert.equal(view.length, 0);
  assert.ok(theirs.every((each) => each.every((byte) => byte === 8)));
  for (const other of others) other.destroy();
  assert.throws(() => Heap.attach(ticket), ClosedError);
});

test("Heap.attach() refuses an old ticket when the heap's place in the list serves another", () => {
  const old = new Heap();
  const ticket = old.share();
  old.destroy();
  const heaps = Array.from({ length: 20 }, () => new Heap());
  for (const heap of heaps) heap.share();
  assert.throws(() => Heap.attach(ticket), ClosedError);
  for (const heap of heaps) {
    heap.allocate(Uint8Array, 10);
    heap.destroy();
  }
});

test("Heap.attach() refuses the ticket of a Worker that was killed, also where the address comes back", async () => {
  const url = new URL("./_ticket_worker.ts", import.meta.url);
  let old: HeapTicket | undefined;
  for (let round = 0; round < 3; round++) {
    const worker = new Worker(url, { workerData: old });
    const [{ ticket, answer }] = await once(worker, "message") as [{ ticket: HeapTicket; answer: string }];
    // On 3.6 the heap of a killed Worker lives on, with the count that it left behind.
    if (old !== undefined) assert.equal(answer, library().sharedHeaps ? "attached" : "WrongThreadError");
    await worker.terminate();
    old = ticket;
  }
});

test("Subprocess.attach() refuses a key that share() did not make, or made for a heap", () => {
  if (!canLeave()) return;
  using subprocess = Subprocess.create();
  using heap = new Heap();
  const ticket = subprocess.share();
  const forged = Array.from({ length: 32 }, (_, index) => changed(ticket.key, ticket.key.length - 32 + index));
  for (const key of [...WRONG_KEYS, ...forged, heap.share().key]) {
    assert.throws(() => Subprocess.attach({ ...ticket, key: key as string }), (error: Error) => {
      assert.ok(error instanceof TypeError || error instanceof ClosedError, String(error));
      return true;
    });
  }
  assert.throws(() => Heap.attach(ticket), TypeError);
  Subprocess.attach(JSON.parse(JSON.stringify(ticket))).destroy();
});

test("Heap.attach() refuses the ticket of a heap in a sub-process that was destroyed", () => {
  if (!canLeave()) return;
  const subprocess = Subprocess.create();
  const ticket = subprocess.run(() => new Heap().share());
  const same = subprocess.share();
  subprocess.destroy();
  assert.throws(() => Heap.attach(ticket), ClosedError);
  assert.throws(() => Subprocess.attach(same), ClosedError);
});
