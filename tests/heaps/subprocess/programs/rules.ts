// Breaks a rule of sub-processes, in raw calls or through the classes, and says that it is still alive.
import process from "node:process";
import { Worker } from "node:worker_threads";
import { library } from "../../../../ffi/mod.ts";
import type { Handle } from "../../../../ffi/types.ts";
import { Heap, Subprocess } from "../../../../mod.ts";

const { subprocNew, subprocAddCurrentThread, subprocDestroy } = library().bind("subprocesses", { dangerous: true });
const { threadDone } = library().bind("threads");
const { heapNew } = library().bind("heaps");
const { heapMalloc, malloc, free } = library().bind("blocks");

function allocateRaw(): void {
  const blocks = Array.from({ length: 1000 }, () => malloc(1000));
  blocks.forEach((block) => free(block));
}

/** What the thread does before it may begin in a sub-process. */
function join(subprocess: Handle | null): void {
  threadDone();
  subprocAddCurrentThread(subprocess);
}

async function endWorkers(kind: string): Promise<void> {
  for (let round = 0; round < 10; round++) {
    const worker = new Worker(new URL("./_ending_worker.ts", import.meta.url), { argv: [kind] });
    await new Promise<void>((resolve, reject) => {
      worker.once("error", reject);
      worker.once("message", () => resolve());
    });
    await worker.terminate();
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

const scenarios: Record<string, () => void | Promise<void>> = {
  "raw: destroy inside"(): void {
    const subprocess = subprocNew();
    join(subprocess);
    allocateRaw();
    subprocDestroy(subprocess);
    allocateRaw();
  },
  "destroy inside"(): void {
    const subprocess = Subprocess.create();
    subprocess.enter();
    const heap = new Heap();
    expectError(() => subprocess.destroy());
    heap.allocate(Uint8Array, 1000).fill(1);
    subprocess.leave();
    subprocess.destroy();
    new Heap().allocate(Uint8Array, 1000).fill(1);
  },
  "raw: destroy twice"(): void {
    const subprocess = subprocNew();
    join(subprocess);
    allocateRaw();
    threadDone();
    subprocDestroy(subprocess);
    subprocDestroy(subprocess);
  },
  "destroy twice"(): void {
    const subprocess = Subprocess.create();
    subprocess.run(() => new Heap().allocate(Uint8Array, 1000));
    subprocess.destroy();
    subprocess.destroy();
  },
  "raw: heap used elsewhere"(): void {
    const subprocess = subprocNew();
    join(subprocess);
    const heap = heapNew();
    threadDone();
    for (let i = 0; i < 1000; i++) heapMalloc(heap, 1000);
    subprocDestroy(subprocess);
    const other = heapNew();
    for (let i = 0; i < 1000; i++) heapMalloc(other, 1000);
    threadDone();
  },
  "heap used elsewhere"(): void {
    const subprocess = Subprocess.create();
    const heap = subprocess.run(() => new Heap());
    expectError(() => heap.allocate(Uint8Array, 1000));
    subprocess.destroy();
    const other = new Heap();
    for (let i = 0; i < 1000; i++) other.allocate(Uint8Array, 1000).fill(1);
    other.destroy();
  },
  "raw: thread ends after destroy": () => endWorkers("raw"),
  "thread ends after destroy": () => endWorkers("classes"),
  "thread ends inside": () => endWorkers("inside"),
  "process ends inside"(): void {
    const subprocess = Subprocess.create();
    subprocess.enter();
    new Heap().allocate(Uint8Array, 1000).fill(1);
  },
  "process ends with live ones"(): void {
    for (let i = 0; i < 5; i++) Subprocess.create().run(() => new Heap().allocate(Uint8Array, 1000).fill(1));
  },
};

function expectError(action: () => void): void {
  try {
    action();
  } catch {
    return;
  }
  throw new Error("nothing was refused");
}

await scenarios[process.argv[2] ?? ""]!();
process.stdout.write("alive\n");
