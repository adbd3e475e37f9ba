// Listens and stops listening as fast as it can while Workers print and fail.
import process from "node:process";
import { loadLibrary } from "../../../../ffi/mod.ts";
import { flushHooks, onError, onOutput } from "../../../../heaps/hooks/hooks.ts";
import { startWorker } from "./_start_worker.ts";

const [kind, time = "0"] = process.argv.slice(2);
const task = kind === "output" ? { prints: 1 } : { failures: 100 };
// 3.3 has to be opened by a thread that stays.
loadLibrary();
await Promise.all([1, 2].map(() => startWorker({ ...task, forever: true })));
let rounds = 0;
let heard = 0;
const end = performance.now() + Number(time);
// On a busy machine a round takes its time.
while (performance.now() < end || rounds <= 10 || heard === 0) {
  using _subscription = kind === "output" ? onOutput(() => heard++) : onError(() => heard++, { survive: true });
  if (++rounds % 2 === 0) flushHooks();
}
process.stdout.write(JSON.stringify({ rounds, heard }));
process.exit(0);
