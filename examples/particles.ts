// A million particles in a box, outside of the JavaScript heap: as structs, as columns, and as ordinary objects.
//
//   deno run -A examples/particles.ts
//   bun examples/particles.ts
//
// `--help` shows the options.
import process from "node:process";
import { setImmediate } from "node:timers/promises";
import { parseArgs } from "node:util";
import { Heap } from "../mod.ts";
import { makeParticles } from "./particles/make_particles.ts";
import { Objects } from "./particles/objects.ts";
import type { Simulation } from "./particles/simulation.ts";
import { SoaColumns } from "./particles/soa_columns.ts";
import { StructColumns } from "./particles/struct_columns.ts";
import { StructCursor } from "./particles/struct_cursor.ts";

const HELP = `Moves particles in a box, kept in four ways, and tells how long a step takes.

  deno run -A examples/particles.ts [options]
  bun examples/particles.ts [options]

  --particles=1000000  how many
  --steps=60           steps of a sixtieth of a second
  --seed=1             where they start
  --help               this text

The longest pause is the longest time in which nothing else could run. All ways do the same, so their checksums are equal.
`;

const MIB = 2 ** 20;

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

function median(times: readonly number[]): number {
  return times.toSorted((a, b) => a - b)[times.length >> 1] ?? 0;
}

/** Milliseconds between the turns of the event loop, in each of which there is a step. */
async function timesOf(simulation: Simulation, steps: number): Promise<number[]> {
  const times: number[] = [];
  let before = performance.now();
  for (let step = 0; step < steps; step++) {
    simulation.step();
    await setImmediate();
    const now = performance.now();
    times.push(now - before);
    before = now;
  }
  return times;
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      help: { type: "boolean", default: false },
      particles: { type: "string", default: "1000000" },
      steps: { type: "string", default: "60" },
      seed: { type: "string", default: "1" },
    },
  });
  if (values.help) return void process.stdout.write(HELP);
  const [count, steps, seed] = [Number(values.particles), Number(values.steps), Number(values.seed)];
  const heap = new Heap({ name: "particles" });
  const ways: (() => Simulation)[] = [
    () => new StructCursor(heap, count),
    () => new StructColumns(heap, count),
    () => new SoaColumns(heap, count),
    () => new Objects(),
  ];
  for (const make of ways) {
    const simulation = make();
    makeParticles(simulation, count, seed);
    const times = await timesOf(simulation, steps);
    print(
      `${simulation.name}: ${median(times).toFixed(1)} ms per step, longest pause ${
        Math.max(...times).toFixed(1)
      } ms, ` +
        `${(simulation.bytes / MIB).toFixed(1)} MiB, checksum ${simulation.checksum()}`,
    );
    simulation.dispose();
  }
  heap.close();
}

await main();
