// Makes, uses and destroys sub-processes, and prints by how much the memory of the process grew.
import process from "node:process";
import { Arena, Heap, ScopePool, Subprocess } from "../../../mod.ts";
import { memory, MIB } from "../_support.ts";

let touchedBytes = 0;

function cycle(): void {
  const subprocess = Subprocess.create({ limit: 8 * MIB });
  subprocess.run(() => {
    const heap = new Heap({ arena: Arena.reserve(32 * MIB) });
    const views = [heap, new Heap()].map((allocator) => allocator.allocate(Uint8Array, 2 * MIB).fill(1));
    for (let i = 0; i < 100; i++) heap.allocate(Float64Array, 10);
    new ScopePool().run((scope) => scope.allocate(Uint8Array, 100).fill(1));
    touchedBytes += views.reduce((total, { length }) => total + length, 0);
  });
  subprocess.destroy();
}

const cycles = Number(process.argv[2]);
for (let i = 0; i < 50; i++) cycle();
touchedBytes = 0;
const before = memory();
for (let i = 0; i < cycles; i++) cycle();
const after = memory();
process.stdout.write(JSON.stringify({
  cycles,
  touchedBytes,
  residentGrowth: after.resident - before.resident,
  virtualGrowth: after.virtual - before.virtual,
}));
