/** Ends profilers and what they have sampled in the order that `ORDER` names; prints "ended", or the error that refuses it. */
import path from "node:path";
import process from "node:process";
import { Heap, mainHeap, Profiler, type ProfilerOptions, Subprocess } from "../../../mod.ts";

let made = 0;

function started(options: Partial<ProfilerOptions>): Profiler {
  const file = path.join(process.env["PROFILES"]!, `order ${process.pid} ${++made}`);
  const profiler = new Profiler({ path: file, sampleRate: 4096, ...options });
  profiler.start();
  return profiler;
}

function fill(heap: Heap): Uint8Array<ArrayBuffer>[] {
  return Array.from({ length: 2000 }, () => heap.allocate(Uint8Array, 5000));
}

const byUse = { inUseInterval: 100_000 };
const heap = new Heap();

const orders: Record<string, () => void> = {
  "closed, destroyed": (): void => {
    const first = started({});
    fill(heap);
    first.close();
    started(byUse);
    heap.destroy();
  },
  "of a heap, freed": (): void => {
    const first = started({ of: heap });
    const views = fill(heap);
    first.close();
    started(byUse);
    for (const view of views) heap.free(view);
  },
  "second while the first goes by use": (): void => {
    started({ ...byUse, of: heap });
    started({ of: new Heap() });
  },
  "after the heap is gone": (): void => {
    const first = started({ of: heap });
    fill(heap);
    first.close();
    heap.destroy();
    const second = started(byUse);
    fill(new Heap());
    second.close();
  },
  "sub-process with a running profiler": (): void => {
    const plugin = Subprocess.create();
    plugin.run(() => {
      const older = new Heap();
      fill(older);
      started({ of: plugin });
      fill(older);
      fill(new Heap());
    });
    plugin.destroy();
    started(byUse);
  },
};

try {
  orders[process.env["ORDER"]!]!();
  fill(mainHeap()).forEach((view) => mainHeap().free(view));
  process.stdout.write("ended\n");
} catch (error) {
  process.stdout.write(`${String(error).slice(0, 45)}\n`);
}
