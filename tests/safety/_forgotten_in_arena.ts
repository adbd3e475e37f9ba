/** Forgets empty heaps in an arena, waits until they are collected, and prints how many the arena still counts. */
import process from "node:process";
import { setTimeout as sleep } from "node:timers/promises";
import { Arena, Heap } from "../../mod.ts";

const { gc } = globalThis as unknown as { gc: () => void };
const arena = Arena.reserve(32 * 2 ** 20);

function forgetHeaps(): void {
  for (let index = 0; index < 50; index++) new Heap({ arena });
}

forgetHeaps();
const end = Date.now() + 120_000;
while (arena.liveHeaps > 0 && Date.now() < end) {
  gc();
  await sleep(10);
}
process.stdout.write(`${arena.liveHeaps}\n`);
arena.close();
