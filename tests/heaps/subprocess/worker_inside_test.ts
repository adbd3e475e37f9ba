import assert from "node:assert/strict";
import { test as anyTest } from "node:test";
import { Worker } from "node:worker_threads";
import { ClosedError, Heap, Subprocess } from "../../../mod.ts";
import { HAS_DESTROY } from "./_support.ts";

const test = HAS_DESTROY ? anyTest : anyTest.skip;

function ask(worker: Worker, message: unknown): Promise<unknown> {
  return new Promise((resolve, reject) => {
    worker.once("error", reject);
    worker.once("message", resolve);
    worker.postMessage(message);
  });
}

test("Subprocess.destroy() takes nothing from a Worker that is inside, and lets nobody else in", async () => {
  const subprocess = Subprocess.create({ name: "shared" });
  const ticket = subprocess.share();
  const own = subprocess.run(() => new Heap().allocate(Uint8Array, 1000).fill(1));
  const worker = new Worker(new URL("./_staying_worker.ts", import.meta.url));
  try {
    assert.equal(await ask(worker, ticket), "inside");
    subprocess.destroy();
    assert.deepEqual([subprocess.closed, own.length], [true, 0]);
    assert.throws(() => subprocess.enter(), ClosedError);
    assert.deepEqual(await ask(worker, null), { correct: true, lengths: [0] });
    assert.throws(() => Subprocess.attach(ticket), ClosedError);
  } finally {
    await worker.terminate();
  }
});

test("a Worker that is terminated inside keeps the sub-process, and the process goes on", async () => {
  const subprocess = Subprocess.create({ name: "shared" });
  const ticket = subprocess.share();
  const worker = new Worker(new URL("./_staying_worker.ts", import.meta.url));
  assert.equal(await ask(worker, ticket), "inside");
  await worker.terminate();
  const own = subprocess.run(() => new Heap().allocate(Uint8Array, 1000).fill(1));
  subprocess.destroy();
  assert.deepEqual([subprocess.closed, own.length], [true, 0]);
  // It is there still, for the thread that never left.
  const again = Subprocess.attach(ticket);
  assert.equal(again.run(() => new Heap().allocate(Uint8Array, 1000).fill(2))[999], 2);
  again.destroy();
});
