// Ends in the way that its first argument says, with listeners or without.
import process from "node:process";
import { onError, onOutput } from "../../../../heaps/hooks/hooks.ts";
import { fail, printStatistics } from "./_provoke.ts";
import { startWorker } from "./_start_worker.ts";

interface Runtime {
  readonly Deno?: { exit(code: number): never };
}

const exitByRuntime = (globalThis as Runtime).Deno?.exit ?? process.exit;

const ENDS: Readonly<Record<string, () => unknown>> = {
  end: () => {},
  "runtime exit": () => exitByRuntime(3),
  "process.exit": () => process.exit(4),
  "uncaught error": () => {
    throw new Error("uncaught");
  },
  "uncaught error in a timer": () =>
    setTimeout(() => {
      throw new Error("uncaught");
    }, 1),
  "unhandled rejection": () => void Promise.reject(new Error("unhandled")),
  SIGTERM: () => signal("SIGTERM"),
  SIGINT: () => signal("SIGINT"),
  "exit in a listener": () => setTimeout(() => process.exit(5), listening ? 2000 : 1),
  "exit while Workers allocate": async () => {
    await startBusyWorkers();
    process.exit(6);
  },
  "runtime exit while Workers allocate": async () => {
    await startBusyWorkers();
    exitByRuntime(7);
  },
  "end after terminating Workers": async () => {
    for (const worker of await startBusyWorkers()) await worker.terminate();
  },
};

function signal(name: NodeJS.Signals): void {
  process.kill(process.pid, name);
  setTimeout(() => {}, 5000);
}

// With rests, because Bun 1.4 may take seconds to terminate a Worker that hardly ever leaves C.
function startBusyWorkers(): Promise<Awaited<ReturnType<typeof startWorker>>[]> {
  return Promise.all([1, 2].map(() => startWorker({ prints: 1, failures: 10, forever: true, pause: 1 })));
}

const [end = "", arm] = process.argv.slice(2);
const listening = arm === "listening";
let heard = 0;
if (listening) {
  onOutput(() => {
    heard++;
    if (end === "exit in a listener") process.exit(5);
  });
  onError(() => heard++);
  const tell = (): boolean => process.stdout.write(`heard ${heard}\n`);
  process.on("exit", tell);
  globalThis.addEventListener("unload", tell);
}
printStatistics();
fail();
process.stdout.write("ready\n");
await ENDS[end]?.();
