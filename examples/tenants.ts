// Plug-ins of two tenants in Workers of their own, each with a part of the memory and a hard limit. One of them takes
// all that it gets and never comes back; it is ended, its memory goes back to the system, and the other one goes on.
//
//   deno run -A examples/tenants.ts
//   bun examples/tenants.ts
//
// It needs mimalloc 3.6. `--help` shows the options.
import process from "node:process";
import { parseArgs } from "node:util";
import { Heap, UnsupportedError } from "../mod.ts";
import { Plugin } from "../threads/mod.ts";
import { readInteger } from "./core/read_integer.ts";

const HELP = `Runs plug-ins of two tenants, and ends one that misbehaves, some times.

  deno run -A examples/tenants.ts [options]
  bun examples/tenants.ts [options]

  --times=3   how often
  --help      this text
`;

const MiB = 2 ** 20;

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

function residentMib(): number {
  return Math.round(process.memoryUsage().rss / MiB);
}

async function ask(plugin: Plugin, question: unknown): Promise<unknown> {
  plugin.worker.postMessage(question);
  return await new Promise((resolve) => plugin.worker.once("message", resolve));
}

/** Lets a plug-in misbehave, and ends it. */
async function endOne(): Promise<void> {
  const hungry = new Plugin(new URL("./tenants/hungry.ts", import.meta.url), { name: "hungry", limit: 64 * MiB });
  await hungry.ready;
  const before = residentMib();
  const refusal = await ask(hungry, "begin");
  print(`"hungry" was refused: ${refusal}`);
  const during = residentMib();
  const begin = performance.now();
  const { leakedBytes, destroyed } = await hungry.end();
  const milliseconds = Math.round(performance.now() - begin);
  print(`It was ended in ${milliseconds} ms with ${Math.floor(leakedBytes / MiB)} MiB, given back: ${destroyed}`);
  print(`Resident memory: ${before} MiB before, ${during} MiB with it, ${residentMib()} MiB after`);
}

async function main(times: number): Promise<void> {
  using heap = new Heap({ name: "host" });
  const table = heap.allocate(Float64Array, 1000).fill(0.5);
  await using counter = new Plugin(new URL("./tenants/counter.ts", import.meta.url), { name: "counter", limit: MiB });
  await counter.ready;
  await ask(counter, "to be or not to be");
  for (let time = 0; time < times; time++) await endOne();
  const counts = await ask(counter, "that is the question");
  print(`"counter" has gone on, with ${counter.usedBytes} bytes: ${JSON.stringify(counts)}`);
  print(`The host is untouched: ${table.every((value) => value === 0.5)}`);
}

const { values } = parseArgs({
  options: { times: { type: "string", default: "3" }, help: { type: "boolean", default: false } },
});
if (values.help) process.stdout.write(HELP);
else {
  try {
    await main(readInteger("times", values.times, 1000));
  } catch (error) {
    if (!(error instanceof UnsupportedError)) throw error;
    print(error.message);
  }
}
