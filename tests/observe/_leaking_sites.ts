import { Heap } from "../../mod.ts";

/** Twelve sites, each of which leaks 100 bytes more than the one before it, from 100 on. */
export function leakAtTwelveSites(): void {
  const heap = new Heap({ name: "leaking" });
  // Each has a place of its own.
  const sites = [
    () => void heap.allocate(Uint8Array, 100),
    () => void heap.allocate(Uint8Array, 200),
    () => void heap.allocate(Uint8Array, 300),
    () => void heap.allocate(Uint8Array, 400),
    () => void heap.allocate(Uint8Array, 500),
    () => void heap.allocate(Uint8Array, 600),
    () => void heap.allocate(Uint8Array, 700),
    () => void heap.allocate(Uint8Array, 800),
    () => void heap.allocate(Uint8Array, 900),
    () => void heap.allocate(Uint8Array, 1000),
    () => void heap.allocate(Uint8Array, 1100),
    () => void heap.allocate(Uint8Array, 1200),
  ];
  for (const site of sites) site();
  heap.destroy();
}

/** Allocates 300,000 times, frees all but one in twenty after a while, and returns those. */
export function leakOneInTwenty(heap: Heap): Uint8Array<ArrayBuffer>[] {
  const leaked: Uint8Array<ArrayBuffer>[] = [];
  const open: Uint8Array<ArrayBuffer>[] = [];
  for (let index = 0; index < 300_000; index++) {
    const slot = index % 8000;
    const oldest = open[slot];
    if (oldest !== undefined && slot % 20 === 0) leaked.push(oldest);
    else if (oldest !== undefined) heap.free(oldest);
    open[slot] = heap.allocate(Uint8Array, 64);
  }
  for (const view of open) heap.free(view);
  return leaked;
}
