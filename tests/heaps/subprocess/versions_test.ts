import assert from "node:assert/strict";
import process from "node:process";
import { test } from "node:test";
import { Worker } from "node:worker_threads";
import { Arena, Heap, library, Subprocess, UnsupportedError } from "../../../mod.ts";
import { preloading } from "../../_preloading.ts";
import { runProgram } from "../../_program.ts";
import { assertThrows, HAS_DESTROY, HAS_SUBPROCESSES, MIB } from "./_support.ts";
import { ofArenas } from "../../_arenas.ts";

function ask(worker: Worker, message: unknown): Promise<unknown> {
  return new Promise((resolve, reject) => {
    worker.once("error", reject);
    worker.once("message", resolve);
    worker.postMessage(message);
  });
}

test("Subprocess.main and current are there on every version", () => {
  assert.equal(Subprocess.current, Subprocess.main);
  assert.deepEqual([Subprocess.main.name, Subprocess.main.limit, Subprocess.main.closed], ["main", Infinity, false]);
  using heap = new Heap();
  const before = Subprocess.main.usedBytes;
  heap.free(heap.allocate(Uint8Array, 100));
  const view = heap.allocate(Uint8Array, 50);
  assert.equal(Subprocess.main.usedBytes - before, 50);
  assert.equal(Subprocess.main.run(() => view.length), 50);
  Subprocess.main.collect(true);
});

test("Subprocess.create() throws UnsupportedError on 2.x, and from 3.2 to 3.5 where mimalloc would crash", {
  skip: HAS_SUBPROCESSES,
}, () => {
  assert.throws(() => Subprocess.create(), (error: unknown) => {
    assert.ok(error instanceof UnsupportedError);
    assert.equal(error.found, `mimalloc ${library().versionText}`);
    assert.match(error.needed, /mimalloc 3\.6/);
    return true;
  });
  const ticket = { name: "a", limit: 1, key: "" };
  assert.throws(() => Subprocess.attach(ticket), UnsupportedError);
});

test("Arena.reserve() with releasable throws UnsupportedError before 3.6", {
  skip: HAS_DESTROY ? "mimalloc 3.6 has it" : ofArenas.skip,
}, () => {
  assert.throws(() => Arena.reserve(64 * MIB, { releasable: true }), UnsupportedError);
  using arena = Arena.reserve(32 * MIB);
  assertThrows(() => arena.release(), "Error", /Cannot release .*: mimalloc keeps its area/);
  assert.equal(arena.run(() => arena.closed), false);
});

test("Subprocess on 3.0 and 3.1 refuses a thread with heaps, and run() throws UnsupportedError", {
  skip: !HAS_SUBPROCESSES || HAS_DESTROY,
}, () => {
  using _heap = new Heap();
  const subprocess = Subprocess.create({ name: "plugin" });
  assertThrows(() => subprocess.enter(), "Error", /Cannot enter sub-process "plugin": this thread has \d+ open heaps/);
  assert.throws(() => subprocess.run(() => 1), UnsupportedError);
  assert.throws(() => subprocess.heaps(), UnsupportedError);
  assert.throws(() => subprocess.stats(), UnsupportedError);
  assert.equal(Subprocess.current, Subprocess.main);
  subprocess.destroy();
  subprocess.destroy();
  assert.equal(subprocess.closed, true);
});

test("a Worker works in a sub-process that it was given", { skip: !HAS_SUBPROCESSES }, async () => {
  using outside = new Heap({ name: "outside" });
  const subprocess = Subprocess.create({ name: "shared", limit: MIB });
  const worker = new Worker(new URL("./_inside_worker.ts", import.meta.url));
  try {
    const answer = await ask(worker, { subprocess: subprocess.share(), outside: outside.share() });
    const common = {
      current: "shared",
      limited: "AllocationError",
      correct: true,
      again: "Error",
      destroyedInside: "Error",
      outside: HAS_DESTROY ? "Error" : "WrongThreadError",
    };
    assert.deepEqual(
      answer,
      HAS_DESTROY
        ? { ...common, left: "main", views: [0, 0] }
        : { ...common, left: "UnsupportedError", views: [1000, 1000] },
    );
  } finally {
    await worker.terminate();
  }
  subprocess.destroy();
  assert.equal(subprocess.closed, true);
});

test("Subprocess.create() is refused where mimalloc is preloaded", {
  skip: !HAS_SUBPROCESSES || process.platform !== "linux" || preloading.skip,
}, async () => {
  const program = "tests/heaps/subprocess/programs/create.ts";
  const plain = await runProgram(program);
  assert.equal(plain.stdout, "created\n", plain.stderr);
  const preloaded = await runProgram(program, { environment: { LD_PRELOAD: library().path } });
  assert.equal(preloaded.stdout, "UnsupportedError\n", preloaded.stderr);
});
