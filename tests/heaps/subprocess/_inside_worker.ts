import { parentPort } from "node:worker_threads";
import { Heap, type HeapTicket, Subprocess, type SubprocessTicket } from "../../../mod.ts";

interface Tickets {
  readonly subprocess: SubprocessTicket;
  readonly outside: HeapTicket;
}

function nameOfError(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    return (error as Error).name;
  }
  return "none";
}

function leave(subprocess: Subprocess): string {
  try {
    subprocess.leave();
    subprocess.destroy();
    return Subprocess.current.name;
  } catch (error) {
    return (error as Error).name;
  }
}

parentPort?.on("message", (tickets: Tickets) => {
  const subprocess = Subprocess.attach(tickets.subprocess);
  subprocess.enter();
  const current = Subprocess.current.name;
  const heaps = [new Heap(), new Heap()] as const;
  const views = heaps.map((heap, index) => heap.allocate(Uint8Array, 1000).fill(index));
  const limited = nameOfError(() => heaps[1].allocate(Uint8Array, 2 ** 20));
  const correct = views.every((view, index) => view.every((byte) => byte === index));
  const again = nameOfError(() => subprocess.enter());
  const destroyedInside = nameOfError(() => subprocess.destroy());
  const outside = nameOfError(() => Heap.attach(tickets.outside));
  const left = leave(subprocess);
  parentPort?.postMessage({
    current,
    limited,
    correct,
    again,
    destroyedInside,
    outside,
    left,
    views: views.map(({ length }) => length),
  });
});
