/** Runs the stress test that `STRESS` names, with the random decisions of `SEED`. */
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import process from "node:process";
import { library } from "../../../ffi/library/library.ts";
import type { Handle } from "../../../ffi/types.ts";
import { Profiler, Subprocess, type SubprocessTicket } from "../../../mod.ts";
import { numberFrom } from "../../fuzz/_random.ts";
import { addressOf } from "../../ffi/symbols/_tools.ts";
import { makeTransferTable, StressThread } from "../_stress.ts";
import { readPprof } from "../_pprof.ts";
import { runWorker } from "../_worker.ts";

const THREADS = 2;
const ROUNDS = 3;
const COUNT = 500;
const SLOTS = 200;
const seed = numberFrom("SEED", 1);

// 3.3 has to be opened by a thread that stays.
library();

/** One round of threads; gives the number of blocks that they verified. */
async function stress(
  round: number,
  transfer: SharedArrayBuffer,
  options: { heap?: number; leaks?: boolean; ticket?: SubprocessTicket } = {},
): Promise<number> {
  const verified = await Promise.all(
    Array.from({ length: THREADS }, (_, thread) => {
      const own = seed + 100 * round + thread;
      return runWorker<number>("stress.ts", { seed: own, count: COUNT, transfer, heap: 0, ...options });
    }),
  );
  return verified.reduce((sum, each) => sum + each, 0);
}

/** Frees what is left in the table. */
function drain(transfer: SharedArrayBuffer): number {
  return new StressThread({ seed, count: 0, transfer, heap: 0 }).drain();
}

async function swapBlocks(): Promise<void> {
  const transfer = makeTransferTable(SLOTS);
  let verified = 0;
  for (let round = 0; round < ROUNDS; round++) verified += await stress(round, transfer);
  assert.equal(verified + drain(transfer), ROUNDS * THREADS * COUNT);
}

async function leakBlocks(): Promise<void> {
  const transfer = makeTransferTable(SLOTS);
  let verified = 0;
  for (let round = 0; round < ROUNDS; round++) {
    verified += await stress(round, transfer, { leaks: true });
    library().bind("process").collect(false);
  }
  assert.equal(verified + drain(transfer), ROUNDS * THREADS * COUNT);
}

async function profileBlocks(): Promise<void> {
  const directory = mkdtempSync(path.join(tmpdir(), "stress-"));
  try {
    const options = { path: path.join(directory, "stress"), sampleRate: 1024, allocationInterval: 2 ** 18 };
    using profiler = new Profiler(options);
    profiler.start();
    const transfer = makeTransferTable(SLOTS);
    let verified = 0;
    for (let round = 0; round < ROUNDS; round++) {
      const others = stress(round, transfer);
      // Threads as short as these end before the profiler takes notice; they free what this one allocates.
      verified += new StressThread({ seed: seed - 1 - round, count: 2 * COUNT, transfer, heap: 0 }).run();
      verified += await others;
    }
    assert.equal(verified + drain(transfer), ROUNDS * (THREADS + 2) * COUNT);
    profiler.snapshot();
    for (const file of profiler.files()) checkProfile(file);
  } finally {
    rmSync(directory, { recursive: true });
  }
}

function checkProfile(file: string): void {
  const { samples } = readPprof(readFileSync(file));
  assert.ok(samples.length >= 1);
  // Objects and bytes that were allocated, then those in use.
  for (const { values: [objects, bytes, liveObjects, liveBytes] } of samples) {
    assert.ok(objects! >= liveObjects! && liveObjects! >= 0, `${objects} and ${liveObjects} objects`);
    assert.ok(bytes! >= liveBytes! && liveBytes! >= 0, `${bytes} and ${liveBytes} bytes`);
  }
}

async function rollHeaps(): Promise<void> {
  const { heapNew } = library().bind("heaps");
  const { heapDelete } = library().bind("heapSettings");
  const transfer = makeTransferTable(SLOTS);
  const rolling: (Handle | null)[] = [];
  let verified = 0;
  for (let round = 0; round < ROUNDS + 2; round++) {
    const heap = heapNew();
    rolling.push(heap);
    verified += await stress(round, transfer, { heap: addressOf(heap) });
    if (rolling.length === 4) heapDelete(rolling.shift()!);
  }
  for (const heap of rolling) heapDelete(heap);
  assert.equal(verified + drain(transfer), (ROUNDS + 2) * THREADS * COUNT);
}

async function useSubprocesses(): Promise<void> {
  const subprocesses = [Subprocess.create(), Subprocess.create()];
  await Promise.all(subprocesses.map(async (subprocess) => {
    const transfer = makeTransferTable(SLOTS);
    const ticket = subprocess.share();
    let verified = 0;
    for (let round = 0; round < 2; round++) verified += await stress(round, transfer, { ticket });
    verified += subprocess.run(() => drain(transfer));
    assert.equal(verified, 2 * THREADS * COUNT);
  }));
  for (const subprocess of subprocesses) {
    subprocess.destroy();
    assert.equal(subprocess.closed, true);
  }
}

const tests = { swapBlocks, leakBlocks, profileBlocks, rollHeaps, useSubprocesses };
await tests[process.env["STRESS"] as keyof typeof tests]();
process.stdout.write("intact\n");
