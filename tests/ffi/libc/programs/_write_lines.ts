// A Worker that writes numbered lines to a stream of the main thread.
import { parentPort, workerData } from "node:worker_threads";
import { backend } from "../../../../ffi/mod.ts";
import { bindWriters } from "./_writers.ts";

const { stream, worker, lines } = workerData as {
  readonly stream: number;
  readonly worker: number;
  readonly lines: number;
};
const { fputs } = bindWriters();
const handle = backend().toHandle(stream);
if (handle === null) throw new Error("Cannot write: the stream is NULL");
const encoder = new TextEncoder();
for (let number = 0; number < lines; number++) {
  fputs(encoder.encode(`${worker} ${number} ${"x".repeat(1 + number % 97)}\n\0`), handle);
}
parentPort?.postMessage("done");
