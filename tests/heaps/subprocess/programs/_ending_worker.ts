import process from "node:process";
import { parentPort } from "node:worker_threads";
import { library } from "../../../../ffi/mod.ts";
import { Heap, Subprocess } from "../../../../mod.ts";

if (process.argv.includes("raw")) {
  const { subprocNew, subprocAddCurrentThread, subprocDestroy } = library().bind("subprocesses", { dangerous: true });
  const { threadDone } = library().bind("threads");
  const subprocess = subprocNew();
  threadDone();
  subprocAddCurrentThread(subprocess);
  threadDone();
  subprocDestroy(subprocess);
} else if (process.argv.includes("inside")) {
  Subprocess.create().enter();
  new Heap().allocate(Uint8Array, 100);
} else {
  const subprocess = Subprocess.create();
  subprocess.run(() => new Heap().allocate(Uint8Array, 1000));
  subprocess.destroy();
}
parentPort?.postMessage("done");
