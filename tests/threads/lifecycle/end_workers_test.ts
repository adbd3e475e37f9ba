import assert from "node:assert/strict";
import { on } from "node:events";
import process from "node:process";
import { test } from "node:test";
import { setTimeout } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import { freesAcrossHeaps } from "../../../ffi/shared_heaps.ts";
import { Heap, type HeapTicket, library, stats, visitHeaps } from "../../../mod.ts";
import {
  endWorkers,
  type Message,
  receive,
  send,
  takeBack,
  threads,
  watchWorkers,
  type WorkerEnd,
  type WorkerEndPolicy,
} from "../../../threads/mod.ts";
import { RUNTIME } from "../../_program.ts";
import { until } from "../../_time.ts";
import type { Given } from "./_ending_worker.ts";

const URL_OF_WORKER = new URL("./_ending_worker.ts", import.meta.url);
const { sharedHeaps } = library();
/** On Linux alone the system tells that a thread is gone. */
const options = { skip: process.platform === "linux" ? false : "nothing tells that a thread has ended" };

/** A Worker that runs. */
interface Started {
  readonly worker: Worker;
  /** What it posts first. */
  readonly first: unknown;
  /** What it posts next, also when that is here already. */
  readonly next: () => Promise<unknown>;
}

async function start(given: Given): Promise<Started> {
  const worker = new Worker(URL_OF_WORKER, { workerData: given });
  const messages = on(worker, "message");
  worker.on("error", () => {});
  const next = async (): Promise<unknown> => (await messages.next()).value![0];
  return { worker, first: await next(), next };
}

/** The ends of Workers called `name`: threads that other tests of the process have left may end at any time. */
function endsOf(name: string, policy: Parameters<typeof endWorkers>[0]): WorkerEnd[] {
  return endWorkers(policy).filter((each) => each.name === name);
}

/** The end of the Worker called `name`, which comes soon. */
async function endOf(name: string, policy: Parameters<typeof endWorkers>[0]): Promise<WorkerEnd> {
  let end: WorkerEnd | undefined;
  await until(() => ([end] = endsOf(name, policy)) && end !== undefined, `the end of ${name}`);
  return end!;
}

/** The heaps of mimalloc, where one that a Worker left can be destroyed and the version tells of them. */
function countHeaps(): number {
  let count = 0;
  if (sharedHeaps && library().has("mi_subproc_visit_heaps")) visitHeaps(() => void count++);
  return count;
}

/** Asserts that there are no more than `most` heaps; those of other tests in the process may go meanwhile. */
function assertHeaps(most: number): void {
  const count = countHeaps();
  assert.ok(count <= most, `${count} heaps instead of ${most}`);
}

/** Deno 2.9 does not end a Worker that never comes back to its event loop, whatever it does. */
const ENDS: readonly Given["end"][] = RUNTIME === "bun" ? ["wait", "throw", "exit", "spin"] : ["wait", "throw", "exit"];

for (const end of ENDS) {
  test(`endWorkers() finds what a Worker left that ends like this: ${end}`, options, async () => {
    endWorkers("keep");
    const before = countHeaps();
    const { worker } = await start({ name: `left by ${end}`, end });
    if (end === "wait" || end === "spin") {
      assert.ok(threads().find(({ name }) => name === `left by ${end}`)!.liveBytes >= 200_000);
      assert.deepEqual(endsOf(`left by ${end}`, "destroy"), []);
      await setTimeout(60);
      await worker.terminate();
    } else await new Promise((resolve) => worker.on("exit", resolve));
    const ended = await endOf(`left by ${end}`, "destroy");
    assert.ok(ended.leakedBytes >= 200_000 && ended.leakedBlocks >= 101, `${ended.leakedBytes}`);
    assert.equal(ended.openHeaps, 2);
    assert.equal(ended.destroyedHeaps, sharedHeaps ? 2 : 0);
    assertHeaps(before);
    assert.ok(threads().every(({ name }) => name !== `left by ${end}`));
    assert.deepEqual(endsOf(`left by ${end}`, "destroy"), []);
  });
}

/** From 3.2.6 to 3.2.8 blocks of the main heap alone are handed over. */
const handsOver = options.skip !== false || freesAcrossHeaps(library().version)
  ? options
  : { skip: "3.2 hands over blocks of the main heap alone" };

test("endWorkers() leaves a heap to those who use it too", options, async () => {
  if (!sharedHeaps) return;
  const before = countHeaps();
  const { worker, first } = await start({ name: "sharing", end: "wait", share: true });
  const heap = Heap.attach(first as HeapTicket);
  const view = heap.allocate(Uint8Array, 5000).fill(3);
  await worker.terminate();
  assert.equal((await endOf("sharing", "destroy")).destroyedHeaps, 2);
  using others = new Heap();
  for (let block = 0; block < 100; block++) others.allocate(Uint8Array, 5000).fill(255);
  assert.ok(view.every((byte) => byte === 3));
  heap.allocate(Uint8Array, 10);
  heap.destroy();
  assertHeaps(before + 1);
});

test("endWorkers() makes heaps of this thread of those that it adopts", options, async () => {
  const before = countHeaps();
  const { worker } = await start({ name: "adopted", end: "wait" });
  await worker.terminate();
  const { adoptedHeaps, destroyedHeaps } = await endOf("adopted", ({ name }) => name === "adopted" ? "adopt" : "keep");
  assert.deepEqual([destroyedHeaps, adoptedHeaps.length], [0, sharedHeaps ? 2 : 0]);
  for (const heap of adoptedHeaps) {
    assert.match(heap.name, /^adopted, heap [12]$/);
    assert.ok(heap.blocks().addresses.length > 0);
    const view = heap.allocate(Uint8Array, 10);
    heap.destroy();
    assert.equal(view.length, 0);
  }
  assertHeaps(before);
});

test("endWorkers() frees what a Worker had received, and the heap that it lies in", handsOver, async () => {
  const before = countHeaps();
  const heap = new Heap();
  const { worker, next } = await start({ name: "receiver", end: "wait" });
  send(worker, heap.allocate(Uint8Array, 100_000));
  await next();
  heap.destroy();
  if (sharedHeaps) assertHeaps(before + 3);
  await worker.terminate();
  await endOf("receiver", "destroy");
  assertHeaps(before);
});

test("endWorkers() counts a block once that a Worker was about to send on", handsOver, async () => {
  const before = countHeaps();
  const heap = new Heap();
  const { worker, next } = await start({ name: "halfway", end: "wait", halfway: true });
  send(worker, heap.allocate(Uint8Array, 100_000));
  await next();
  await worker.terminate();
  await endOf("halfway", "destroy");
  if (sharedHeaps) assertHeaps(before + 1);
  assert.equal(heap.allocate(Uint8Array, 100).length, 100);
  heap.destroy();
  assertHeaps(before);
});

test("endWorkers() leaves alone what is received while it asks", handsOver, async () => {
  takeBack();
  using heap = new Heap();
  const { worker, next } = await start({ name: "asked", end: "wait", send: true });
  const message = await next() as Message<Uint8Array<ArrayBuffer>>;
  await worker.terminate();
  let received: Uint8Array<ArrayBuffer> | undefined;
  await endOf("asked", ({ name }) => {
    if (name === "asked") received = receive(message, heap).fill(3);
    return "destroy";
  });
  const others = Array.from({ length: 20 }, () => heap.allocate(Uint8Array, 70_000).fill(255));
  assert.equal(received!.length, 70_000);
  assert.ok(received!.every((byte) => byte === 3));
  assert.equal(heap.liveBlocks, others.length + 1);
  assert.deepEqual(takeBack(), { blocks: 0, bytes: 0 });
});

test("endWorkers() takes over what a Worker had sent and nobody receives", handsOver, async () => {
  takeBack();
  const { worker, next } = await start({ name: "dropped", end: "wait", send: true });
  const message = await next() as Message<Uint8Array<ArrayBuffer>>;
  await worker.terminate();
  await endOf("dropped", "destroy");
  const { bytesOnTheWay } = stats({ threads: true }).live!;
  assert.equal(bytesOnTheWay, 70_000);
  assert.deepEqual(takeBack(), { blocks: 1, bytes: 70_000 });
  assert.equal(stats({ threads: true }).live!.bytesOnTheWay, 0);
  assert.throws(() => receive(message), { name: "ClosedError" });
});

test("watchWorkers() tells of leaks by the name of the Worker", options, async () => {
  const warned: string[] = [];
  const listener = ({ name, message }: Error): unknown =>
    name === "LeakWarning" && message.includes('"leaking"') && warned.push(message);
  process.on("warning", listener);
  try {
    const seen: string[] = [];
    using _watch = watchWorkers({
      every: 10,
      onWorkerEnd: ({ name }): WorkerEndPolicy => {
        if (name === "leaking") seen.push(name);
        return "destroy";
      },
    });
    const { worker } = await start({ name: "leaking", end: "wait" });
    await worker.terminate();
    await until(() => warned.length > 0, "the warning");
    assert.deepEqual(seen, ["leaking"]);
    assert.match(warned[0]!, /^the Worker "leaking" ended with 10\d live blocks/);
  } finally {
    process.off("warning", listener);
  }
});

test("a policy of a function that is none is refused, and the heaps of that Worker stay", options, async () => {
  endWorkers("destroy");
  const before = countHeaps();
  const { worker } = await start({ name: "undecided", end: "wait" });
  await worker.terminate();
  const decide = ({ name }: { name: string }): WorkerEndPolicy => name === "undecided" ? "kill" as never : "destroy";
  await assert.rejects(endOf("undecided", decide), { name: "TypeError", message: /^Cannot end Workers/ });
  assert.ok(endWorkers("destroy").every(({ name }) => name !== "undecided"));
  if (sharedHeaps) assertHeaps(before + 2);
});

test("endWorkers() leaves memory that a Worker has moved to another thread", options, async () => {
  const { worker, next } = await start({ name: "moving", end: "wait", move: true });
  const moved = await next() as Uint8Array<ArrayBuffer>;
  await worker.terminate();
  assert.equal((await endOf("moving", "destroy")).destroyedHeaps, sharedHeaps ? 1 : 0);
  using others = new Heap();
  for (let block = 0; block < 100; block++) others.allocate(Uint8Array, 60_000).fill(255);
  assert.ok(moved.length === 60_000 && moved.every((byte) => byte === 3));
});

test("endWorkers() and watchWorkers() refuse what is no policy and no period", () => {
  for (const wrong of [undefined, null, "kill", 4, {}]) {
    assert.throws(() => endWorkers(wrong as never), { name: "TypeError", message: /^Cannot end Workers/ });
  }
  for (const every of [0, -1, NaN, Infinity, "1", null]) {
    assert.throws(() => watchWorkers({ every: every as never }), RangeError);
  }
  assert.throws(() => watchWorkers({ onWorkerEnd: "kill" as never }), { message: /^Cannot end Workers/ });
  for (const wrong of [null, 5]) assert.throws(() => watchWorkers(wrong as never), TypeError);
});
