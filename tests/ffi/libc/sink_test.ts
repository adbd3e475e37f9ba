import assert from "node:assert/strict";
import { once } from "node:events";
import process from "node:process";
import { test } from "node:test";
import { Worker } from "node:worker_threads";
import { Sink, sinkFunctions } from "../../../ffi/libc/sink.ts";
import { backend } from "../../../ffi/mod.ts";
import { bindWriters } from "./programs/_writers.ts";

const options = { skip: process.platform === "win32" };
const decoder = new TextDecoder();

function write(sink: Sink, text: string): void {
  bindWriters().fputs(new TextEncoder().encode(`${text}\0`), sink.stream);
}

test("Sink.drain() returns what was written since the last call", options, () => {
  const sink = new Sink();
  assert.equal(sink.drain().length, 0);
  write(sink, "a long first text\n");
  write(sink, "and more");
  assert.equal(decoder.decode(sink.drain()), "a long first text\nand more");
  assert.equal(sink.drain().length, 0);
  assert.equal(sink.drain().length, 0);
  write(sink, "short");
  assert.equal(decoder.decode(sink.drain()), "short");
});

test("Sink.drain() returns a copy that later text leaves alone", options, () => {
  const sink = new Sink();
  write(sink, "first");
  const first = sink.drain();
  write(sink, "other");
  sink.drain();
  assert.equal(decoder.decode(first), "first");
});

test("Sink.drain() returns a text of several megabytes whole", options, () => {
  const sink = new Sink();
  const line = `${"x".repeat(999)}\n`;
  for (let count = 0; count < 4000; count++) write(sink, line);
  assert.equal(decoder.decode(sink.drain()), line.repeat(4000));
  assert.equal(sink.drain().length, 0);
});

test("Sink.skip() throws away what the action writes and nothing that follows", options, () => {
  const sink = new Sink();
  sink.skip(() => write(sink, "skipped"));
  assert.equal(sink.drain().length, 0);
  write(sink, "kept");
  assert.equal(decoder.decode(sink.drain()), "kept");
});

test("Sink.skip() and Sink.drain() give the lock back when they throw", options, async () => {
  const sink = new Sink();
  assert.throws(() =>
    sink.skip(() => {
      throw new RangeError("stop");
    }), RangeError);
  assert.equal((await writeInWorkers(sink, 1, 10)).length, 10);
});

test("Sink.drain() returns the lines of several Workers whole and complete", options, async () => {
  const workers = 3;
  const linesEach = 5_000;
  const lines = await writeInWorkers(new Sink(), workers, linesEach);
  assert.equal(lines.length, workers * linesEach);
  const next = new Uint32Array(workers);
  for (const line of lines) {
    const [, worker, number, tail] = /^(\d) (\d+) (x+)$/.exec(line) ?? [];
    assert.ok(worker !== undefined && tail !== undefined, `torn: ${line}`);
    assert.equal(tail.length, 1 + Number(number) % 97, line);
    assert.equal(Number(number), next[Number(worker)], "lines of one thread keep their order");
    next[Number(worker)] = Number(number) + 1;
  }
  assert.deepEqual(next, new Uint32Array(workers).fill(linesEach));
});

/** What `count` Workers write at the same time, `lines` lines each, drained all the while. */
async function writeInWorkers(sink: Sink, count: number, lines: number): Promise<string[]> {
  const stream = backend().toAddress(sink.stream);
  const program = new URL("programs/_write_lines.ts", import.meta.url);
  const workers = Array.from({ length: count }, (_, worker) =>
    new Worker(program, {
      workerData: { stream, worker, lines },
    }));
  let open = count;
  const ends = workers.map(async (worker) => {
    await once(worker, "message");
    open--;
  });
  let text = "";
  while (open > 0) {
    text += decoder.decode(sink.drain());
    await new Promise((resolve) => setImmediate(resolve));
  }
  await Promise.all(ends);
  await Promise.all(workers.map((worker) => worker.terminate()));
  text += decoder.decode(sink.drain());
  return text.split("\n").slice(0, -1);
}

test("sinkFunctions() are three functions of the C library", options, () => {
  const { output, error, ignore } = sinkFunctions();
  const addresses = [output, error, ignore].map((handle) => backend().toAddress(handle));
  assert.equal(new Set(addresses).size, 3);
  assert.ok(addresses.every((address) => address > 4096));
});

test("an error hook's function records one byte for each error", options, () => {
  const sink = new Sink();
  for (const code of [12, 75, 12]) bindWriters().fputc(code, sink.stream);
  assert.deepEqual([...sink.drain()], [12, 75, 12]);
});
