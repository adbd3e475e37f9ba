import { parentPort } from "node:worker_threads";
import { Heap, Subprocess, type SubprocessTicket } from "../../../mod.ts";

let subprocess: Subprocess | undefined;
let heap: Heap | undefined;

/** Enters, tells so, and stays inside. */
function enter(ticket: SubprocessTicket): string {
  subprocess = Subprocess.attach(ticket);
  subprocess.enter();
  heap = new Heap();
  heap.allocate(Uint8Array, 1000).fill(1);
  return "inside";
}

/** Goes on inside, then leaves and destroys: whether all blocks held what was written, and are gone afterwards. */
function finish(): { readonly correct: boolean; readonly lengths: readonly number[] } {
  const views = Array.from({ length: 1000 }, (_, index) => heap!.allocate(Uint8Array, 1000).fill(index & 255));
  const correct = views.every((view, index) => view.every((byte) => byte === (index & 255)));
  subprocess!.leave();
  subprocess!.destroy();
  return { correct, lengths: [...new Set(views.map(({ length }) => length))] };
}

parentPort?.on("message", (ticket: SubprocessTicket | null) => {
  parentPort?.postMessage(ticket === null ? finish() : enter(ticket));
});
