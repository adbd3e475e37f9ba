import assert from "node:assert/strict";
import process from "node:process";
import { test } from "node:test";
import { setTimeout } from "node:timers/promises";
import { Heap, library, mainHeap, Subprocess } from "../../../mod.ts";
import { u32 } from "../../../stl/mod.ts";
import { Channel, type Message, Plugin, receive, send, SharedView, takeBack, threads } from "../../../threads/mod.ts";
import { preloading } from "../../_preloading.ts";
import { runProgram, RUNTIME } from "../../_program.ts";
import type { Order } from "./_plugin.ts";

const MODULE = new URL("./_plugin.ts", import.meta.url);
const MiB = 2 ** 20;
const { major, minor } = library().version;
const HAS_SUBPROCESSES = major === 3 && (minor < 2 || minor >= 6);
const GIVES_BACK = major === 3 && minor >= 6;
const skip = !HAS_SUBPROCESSES
  ? "this version has no sub-processes"
  : process.platform === "linux"
  ? false
  : "nothing tells that a thread has ended";
const options = { skip };

async function ask<A>(plugin: Plugin, order: Order): Promise<A> {
  plugin.worker.postMessage(order);
  return await new Promise<A>((resolve) => plugin.worker.once("message", resolve));
}

async function start(name: string, limit = Infinity): Promise<Plugin> {
  const plugin = new Plugin(MODULE, { name, limit });
  await plugin.ready;
  return plugin;
}

test("plug-ins have a limit and figures of their own", options, async () => {
  const [a, b] = await Promise.all([start("a", 20 * MiB), start("b", 64 * MiB)]);
  using heap = new Heap();
  const view = heap.allocate(Uint8Array, 1000).fill(5);
  assert.deepEqual(await Promise.all([ask(a, { todo: "allocate", bytes: MiB }), ask(b, { todo: "allocate" })]), [
    MiB,
    1000,
  ]);
  assert.deepEqual([a.usedBytes, b.usedBytes, a.liveBlocks, b.liveBlocks], [MiB, 1000, 1, 1]);
  const refused = await ask<string>(a, { todo: "fill", bytes: 100_000 });
  assert.match(refused, /^AllocationError: .*the limit of sub-process "a" is 20971520 bytes/);
  assert.ok(a.usedBytes <= 20 * MiB && a.usedBytes > 20 * MiB - 100_000);
  assert.equal(b.usedBytes, 1000);
  if (GIVES_BACK) {
    const [more, less] = [a, b].map((each) => each.stats().committed!.current);
    assert.ok(more! - less! >= 14 * MiB, `${more} ${less}`);
  }
  const end = await a.end();
  assert.ok(end.destroyed && end.leakedBytes > 20 * MiB - 100_000 && end.error === undefined);
  assert.deepEqual([a.closed, a.usedBytes, a.liveBlocks], [true, 0, 0]);
  assert.throws(() => a.stats(), { name: GIVES_BACK ? "ClosedError" : /Error/ });
  assert.equal(await ask(b, { todo: "allocate" }), 1000);
  assert.equal(b.usedBytes, 2000);
  assert.ok(view.every((byte) => byte === 5));
  assert.ok(threads().every(({ name }) => name !== "a"));
  await b.end();
});

test("a plug-in stays in its sub-process", options, async () => {
  await using plugin = await start("settled");
  const answers = await ask<unknown[]>(plugin, { todo: "leave" });
  assert.equal(answers.pop(), 6);
  for (const answer of answers) assert.match(String(answer), /Error: Cannot/);
});

for (const todo of ["throw", "exit"] as const) {
  test(`a plug-in that ends by itself is given back: ${todo}`, options, async () => {
    const plugin = await start("short");
    await ask(plugin, { todo: "pools" });
    await ask(plugin, { todo });
    const { leakedBytes, destroyed, error } = await plugin.ended;
    assert.deepEqual([leakedBytes >= 200_000, destroyed, plugin.closed], [true, true, true]);
    assert.equal((error as Error | undefined)?.message, todo === "throw" ? "the plug-in is broken" : undefined);
    assert.equal((await plugin.end()).leakedBytes, leakedBytes);
  });
}

for (const todo of RUNTIME === "bun" ? ["spin", "churn"] as const : ["churn"] as const) {
  test(`a plug-in that does not come back is given back within 2 s: ${todo}`, options, async () => {
    const other = await start("other");
    // The machine may stand still meanwhile, but not each time.
    let least = Infinity;
    for (let run = 0; run < 10 && least >= 2000; run++) {
      const plugin = await start("busy", 8 * MiB);
      await ask(plugin, { todo: "allocate", bytes: 4 * MiB });
      await ask(plugin, { todo });
      await setTimeout(20);
      const before = performance.now();
      const { destroyed } = await plugin.end();
      least = Math.min(least, performance.now() - before);
      assert.ok(destroyed && plugin.closed);
    }
    assert.ok(least < 2000, `${least} ms`);
    assert.equal(await ask(other, { todo: "allocate" }), 1000);
    await other.end();
    assert.equal(mainHeap().allocate(Uint8Array, 10).length, 10);
  });
}

test("blocks are refused on the other side of a partition, and never freed there", options, async () => {
  const plugin = await start("sender");
  using heap = new Heap();
  const message = await ask<Message<Uint8Array<ArrayBuffer>>>(plugin, { todo: "send", bytes: 5000 });
  assert.throws(() => receive(message, heap), /its memory lies in another sub-process/);
  assert.equal(heap.liveBlocks, 0);
  const { port1, port2 } = new MessageChannel();
  const theirs = new Promise<Message<Uint8Array<ArrayBuffer>>>((resolve) => {
    port2.onmessage = ({ data }): void => resolve(data);
  });
  send(port1, heap.allocate(Uint8Array, 3000).fill(4));
  const refused = await ask<string>(plugin, { todo: "receive", message: await theirs });
  assert.match(refused, /its memory lies in the main sub-process/);
  const view = receive(await theirs, heap);
  assert.ok(view.every((byte) => byte === 4));
  port1.close();
  await plugin.end();
  if (GIVES_BACK) assert.throws(() => receive(message, heap), { name: "ClosedError" });
});

test("what threads share is refused on the other side of a partition", options, async () => {
  await using plugin = await start("apart");
  const channel = new Channel(u32, { capacity: 16 });
  const view = new SharedView(Uint8Array, 10);
  const tickets = { channel: channel.share(), view: view.share() };
  using heap = new Heap();
  const posted: unknown[] = [];
  const { sharedHeaps } = library();
  const sent = new Heap();
  send({ postMessage: (message) => posted.push(message) }, sharedHeaps ? sent : heap.allocate(Uint8Array, 10));
  const refused = await ask<string[]>(plugin, {
    todo: "share",
    ...tickets,
    heap: heap.share(),
    message: posted[0] as Message<Uint8Array<ArrayBuffer>>,
  });
  // From 3.6 on a thread can look after memory of the main sub-process from inside of another one.
  const lies = GIVES_BACK ? /^not refused$/ : /^Error: Cannot attach .*: its memory lies in the main sub-process/;
  const expected = [
    /^Error: Cannot make a Channel in sub-process "apart": its memory would end with that/,
    /^Error: Cannot make a shared view in sub-process "apart": its memory would end with that/,
    lies,
    lies,
    sharedHeaps ? /^Error: Cannot use heap .*: it lies in the main sub-process/ : /^WrongThreadError/,
    /^Error: Cannot receive this message: its memory lies in the main sub-process/,
    sharedHeaps ? /^TypeError: Cannot send heap "of the plug-in": it lies in sub-process "apart"/ : /^UnsupportedError/,
  ];
  expected.forEach((each, index) => assert.match(refused[index]!, each));
  assert.equal(takeBack().blocks, sharedHeaps ? 0 : 1);
  if (GIVES_BACK) assert.deepEqual([channel.trySend(5), channel.tryReceive()], [true, 5]);
  view.tryBorrow()!.fill(3);
  view.dispose();
  channel.dispose();
  assert.equal(await ask(plugin, { todo: "drop" }), "dropped");
  assert.throws(() => Channel.attach(tickets.channel, u32), { name: "ClosedError" });
  assert.throws(() => SharedView.attach(tickets.view), { name: "ClosedError" });
  assert.equal(mainHeap().allocateZeroed(Uint8Array, 10)[0], 0);
});

test("a plug-in that cannot be imported says why, and its memory is given back", options, async () => {
  for (const name of ["./nowhere.ts", "../parallel/_broken_tasks.ts"]) {
    const plugin = new Plugin(new URL(name, import.meta.url));
    await assert.rejects(plugin.ready, /^Error: Cannot start plug-in "plug-in \d+": it ended before it was there/);
    const { error } = await plugin.ended;
    assert.match(String(error), name === "./nowhere.ts" ? /nowhere/ : /broken on purpose/);
    assert.ok(plugin.closed);
  }
});

test("a plug-in that is ended at once is given back", options, async () => {
  for (let wait = 0; wait < 60; wait += 3) {
    const plugin = new Plugin(MODULE);
    const ready = plugin.ready.then(() => true, () => false);
    await setTimeout(wait);
    assert.ok((await plugin.end()).destroyed);
    await ready;
  }
});

test("plug-ins that come and go leave no memory", options, async () => {
  if (!GIVES_BACK) return;
  await (await start("first")).end();
  const before = process.memoryUsage().rss;
  for (let round = 0; round < 5; round++) {
    const plugin = await start("round", 64 * MiB);
    await ask(plugin, { todo: "allocate", bytes: 32 * MiB });
    await plugin.end();
  }
  // They had 160 MiB, and the machinery of Workers keeps some.
  const grown = process.memoryUsage().rss - before;
  assert.ok(grown < 80 * MiB, `${grown}`);
});

test("Plugin refuses wrong modules and options", () => {
  for (const module of ["./plugin.ts", "", 5, null, {}, "data:text/javascript,1"]) {
    assert.throws(() => new Plugin(module as never), { name: "TypeError", message: /^Cannot start a plug-in/ });
  }
  if (!HAS_SUBPROCESSES) {
    assert.throws(() => new Plugin(MODULE), { name: "UnsupportedError" });
    return;
  }
  for (const limit of [0, -1, 1.5, NaN, "5"]) {
    assert.throws(() => new Plugin(MODULE, { limit: limit as never }), RangeError);
  }
  for (const wrong of [null, 5]) assert.throws(() => new Plugin(MODULE, wrong as never), TypeError);
  assert.equal(Subprocess.current, Subprocess.main);
});

test(
  "a Plugin is refused where mimalloc is preloaded, and starts no Worker",
  { skip: skip || preloading.skip },
  async () => {
    const program = "tests/threads/plugin/programs/start.ts";
    const plain = await runProgram(program);
    assert.equal(plain.stdout, "started true\n", plain.stderr);
    // The process ends by itself, so nothing of it was started.
    const { stdout, stderr, code } = await runProgram(program, { environment: { LD_PRELOAD: library().path } });
    assert.match(
      stdout,
      /^Cannot use sub-processes: .* preloaded, so that the runtime itself would allocate inside/,
      stderr,
    );
    assert.equal(code, 0);
  },
);
