// Short Workers one after the other, which leave a heap open or do not load the library; prints by how many bytes the
// process has grown for each.
import process from "node:process";
import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { setTimeout } from "node:timers/promises";
import { endWorkers } from "../../../../threads/mod.ts";

const [, , count = "100", kind = "library"] = process.argv;
const url = new URL("./short_worker.ts", import.meta.url);
let destroyed = 0;

async function runOne(): Promise<void> {
  const worker = new Worker(url, { workerData: { library: kind === "library" } });
  await once(worker, "message");
  await worker.terminate();
  destroyed += endWorkers("destroy").reduce((sum, { destroyedHeaps }) => sum + destroyedHeaps, 0);
}

// What the first ones take stays: code, caches, the arena.
for (let each = 0; each < 20; each++) await runOne();
const before = process.memoryUsage().rss;
for (let each = 0; each < Number(count); each++) await runOne();
for (let attempt = 0; attempt < 100; attempt++) {
  destroyed += endWorkers("destroy").reduce((sum, { destroyedHeaps }) => sum + destroyedHeaps, 0);
  await setTimeout(2);
}
const grown = (process.memoryUsage().rss - before) / Number(count);
process.stdout.write(JSON.stringify({ grown, destroyed }) + "\n");
