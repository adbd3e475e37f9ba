// Plug-ins in sub-processes: each has a hard limit for all of its memory, and one
// that misbehaves vanishes at once with everything that it took, while the host
// and the other plug-in go on.
//
//   deno run -A examples/plugin_partition.ts
//   bun examples/plugin_partition.ts
//
// It needs mimalloc 3.6. `--help` shows the options.
import process from "node:process";
import { parseArgs } from "node:util";
import { AllocationError, Heap, UnsupportedError } from "../mod.ts";
import { Plugin } from "./plugin_partition/plugin.ts";

const HELP = `Runs plug-ins in sub-processes with limits, destroys one that misbehaves, and makes many more.

  deno run -A examples/plugin_partition.ts [options]
  bun examples/plugin_partition.ts [options]

  --cycles=1000  plug-ins that come and go
  --help         this text
`;

const MIB = 2 ** 20;

function residentMib(): number {
  return Math.round(process.memoryUsage().rss / MIB);
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** Takes and takes: what a faulty plug-in does. */
function misbehave(plugin: Plugin): AllocationError {
  try {
    for (;;) plugin.call((heap) => heap.allocate(Uint8Array, MIB).fill(1));
  } catch (error) {
    if (error instanceof AllocationError) return error;
    throw error;
  }
}

function showOne(): void {
  using host = new Heap({ name: "host" });
  const table = host.allocate(Float64Array, 1000).fill(0.5);
  using good = new Plugin("good", 16 * MIB);
  const total = good.call((heap) => heap.allocate(Float64Array, 1000).fill(2));
  const bad = new Plugin("bad", 64 * MIB);
  const before = residentMib();
  const error = misbehave(bad);
  print(`The plug-in "bad" was refused at ${bad.usedBytes} bytes: ${error.message}`);
  print(`Resident memory: ${before} MiB before, ${residentMib()} MiB with it`);
  bad.destroy();
  print(`Resident memory: ${residentMib()} MiB after the plug-in vanished`);
  const sum = table[0]! + table[999]! + good.call(() => total[0]! + total[999]!);
  print(`Host and the plug-in "good" are untouched: ${sum === 5}`);
}

function cycle(count: number): void {
  for (let done = 0; done < count; done++) {
    using plugin = new Plugin(`plug-in ${done}`, 8 * MIB);
    plugin.call((heap) => heap.allocate(Uint8Array, 4 * MIB).fill(1));
  }
}

function main(): void {
  const { values } = parseArgs({
    options: {
      cycles: { type: "string", default: "1000" },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) return void process.stdout.write(HELP);
  const cycles = Number(values.cycles);
  if (!Number.isSafeInteger(cycles) || cycles < 0) {
    process.stderr.write(`Cannot use --cycles ${values.cycles}: expected an integer ≥ 0\n`);
    process.exit(2);
  }
  try {
    showOne();
    cycle(50);
    const before = residentMib();
    cycle(cycles);
    print(`${cycles} plug-ins came, used 4 MiB each and went: ${before} MiB before, ${residentMib()} MiB after`);
  } catch (error) {
    if (!(error instanceof UnsupportedError)) throw error;
    print(error.message);
  }
}

main();
