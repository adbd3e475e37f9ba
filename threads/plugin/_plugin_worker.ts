// What the Worker of a plug-in runs.
import process from "node:process";
import { workerData } from "node:worker_threads";
import { isStopped } from "../../ffi/libc/realms.ts";
import { nameThread } from "../../heaps/inspect/threads.ts";
import { settleThread } from "../../heaps/subprocess/subprocess.ts";
import type { PluginNews, PluginWorkerData } from "./_start.ts";

const { module, ticket, port } = workerData as PluginWorkerData;

port.onmessage = (): never => process.exit(0);
// It does not keep a module alive that has nothing to do.
(port as { unref?(): void }).unref?.();

settleThread(ticket, () => {
  // What is in the middle of a loop hears no message, and Deno 2.9 cannot end it.
  if (isStopped()) process.exit(0);
});
nameThread(ticket.name);
await import(module);
port.postMessage("imported" satisfies PluginNews);
