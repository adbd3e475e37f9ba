// Makes, uses and destroys sub-processes, with an arena in each or without, and prints by how much the memory of the
// process grew.
import process from "node:process";
import { Arena, Heap, ScopePool, Subprocess } from "../../../../mod.ts";
import { memory, MIB } from "../_support.ts";

let touchedBytes = 0;

function cycle(withArena: boolean): void {
  const subprocess = Subprocess.create({ limit: 8 * MIB });
  subprocess.run(() => {
    const heaps = [new Heap()];
    if (withArena) heaps.push(new Heap({ arena: Arena.reserve(32 * MIB) }));
    const views = heaps.map((heap) => heap.allocate(Uint8Array, MIB / 4).fill(1));
    for (let i = 0; i < 100; i++) heaps[0]!.allocate(Float64Array, 10);
    new ScopePool().run((scope) => scope.allocate(Uint8Array, 100).fill(1));
    touchedBytes += views.reduce((total, { length }) => total + length, 0);
  });
  subprocess.destroy();
}

const cycles = Number(process.argv[2]);
const withArena = process.argv[3] === "arena";
for (let i = 0; i < 100; i++) cycle(withArena);
touchedBytes = 0;
const before = memory();
for (let i = 0; i < cycles; i++) cycle(withArena);
const after = memory();
process.stdout.write(JSON.stringify({
  touchedBytes,
  residentGrowth: after.resident - before.resident,
  virtualGrowth: after.virtual - before.virtual,
}));
