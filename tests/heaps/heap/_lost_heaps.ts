import process from "node:process";
import { Arena, Heap, ScopePool } from "../../../mod.ts";

declare const gc: () => void;

const warnings: string[] = [];
process.on("warning", ({ name, message }) => warnings.push(`${name}: ${message}`));

const kept: Uint8Array[] = [];

const arena = Arena.reserve(2 ** 25, { name: "kept" });

function forget(): void {
  const leaky = new Heap({ name: "leaky" });
  leaky.allocate(Uint8Array, 1000);
  kept.push(leaky.allocate(Uint8Array, 64).fill(7));
  new Heap({ name: "in arena", arena }).allocate(Uint8Array, 64);
  const empty = new Heap({ name: "empty" });
  empty.free(empty.allocate(Uint8Array, 64));
  const destroyed = new Heap({ name: "destroyed" });
  destroyed.allocate(Uint8Array, 64);
  destroyed.destroy();
  const pool = new ScopePool({ name: "lost pool" });
  pool.run((scope) => scope.allocate(Uint8Array, 64));
}

forget();
async function collect(rounds: number): Promise<void> {
  for (let round = 0; round < rounds; round++) {
    gc();
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

for (let round = 0; round < 2000 && warnings.length < 3; round++) await collect(1);
// Whatever else would be reported has the time to be.
await collect(20);
const other = new Heap();
for (let index = 0; index < 1000; index++) other.allocate(Uint8Array, 64).fill(170);
process.stdout.write(JSON.stringify({ warnings: warnings.sort(), intact: kept[0]!.every((byte) => byte === 7) }));
other.destroy();
arena.destroy();
