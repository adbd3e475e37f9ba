// Frees a graph of reference-counted objects in slices, with the allocations of
// the program as the clock, and measures that against freeing it at once:
//
//   deno run -A examples/deferred_release.ts
//   bun examples/deferred_release.ts
//
// `--help` shows the options.
//
// Measured with mimalloc 3.6.0 on two busy cores, the best of six runs: 200,003
// objects at once hold the program up for 61 ms in Deno and 73 ms in Bun, slices of
// 2,000 objects for 5.4 ms and 3.4 ms.
import process from "node:process";
import { parseArgs } from "node:util";
import { Heap } from "../mod.ts";
import { type FreeFigures, Graph } from "./deferred_release/graph.ts";

const HELP = `Frees a graph of reference-counted objects at once and in slices, and tells the longest pause of each.

  deno run -A examples/deferred_release.ts [options]
  bun examples/deferred_release.ts [options]

  --objects=200000  objects of the graph
  --slice=2000      objects that are freed at a time
  --help            this text
`;

/** Children of every object; each of them has a second reference from the object before. */
const CHILDREN = 4;

/** Builds a graph of at least `objects` objects and returns the one that all others hang on. */
function build(graph: Graph, objects: number): number {
  // A row of n leaves gets n / 3 objects above it.
  let row = Array.from({ length: Math.ceil(objects * (CHILDREN - 1) / CHILDREN) }, () => graph.add([]));
  while (row.length > 1) {
    const next: number[] = [];
    for (let i = 0; i < row.length; i += CHILDREN) {
      const children = row.slice(i, i + CHILDREN);
      // Shared by two parents, so that counting references is not for nothing.
      if (i > 0) children.push(graph.retain(row[i - 1]!));
      next.push(graph.add(children));
    }
    row = next;
  }
  return row[0]!;
}

/** Drops the whole graph in one go. */
function freeAtOnce(objects: number): FreeFigures {
  using heap = new Heap({ name: "at once" });
  const graph = new Graph(heap);
  graph.release(build(graph, objects));
  graph.reap(Infinity);
  heap.close();
  return graph.figures;
}

/** Drops the graph and goes on allocating; every 1,024th allocation frees a slice of it. */
function freeInSlices(objects: number, slice: number): FreeFigures {
  using heap = new Heap({ name: "in slices" });
  const graph = new Graph(heap);
  const subscription = heap.onDeferredFree(({ force }) => graph.reap(force ? Infinity : slice));
  graph.release(build(graph, objects));
  while (graph.waiting > 0) heap.free(heap.allocate(Uint32Array, 8));
  subscription[Symbol.dispose]();
  heap.close();
  return graph.figures;
}

function report(name: string, { freed, longestFree, longestPause }: FreeFigures): void {
  process.stdout.write(
    `${name}: ${freed} objects freed, the longest single free ${longestFree} objects in ${
      longestPause.toFixed(3)
    } ms\n`,
  );
}

function readCount(name: string, text: string): number {
  const count = Number(text);
  if (Number.isSafeInteger(count) && count > 0) return count;
  process.stderr.write(
    `Cannot use --${name} ${text}: expected a positive integer\n`,
  );
  process.exit(2);
}

function main(): void {
  const { values } = parseArgs({
    options: {
      objects: { type: "string", default: "200000" },
      slice: { type: "string", default: "2000" },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) return void process.stdout.write(HELP);
  const objects = readCount("objects", values.objects);
  const slice = readCount("slice", values.slice);
  // Once unmeasured, so that neither measurement pays for the compiler.
  freeAtOnce(Math.min(objects, 20_000));
  freeInSlices(Math.min(objects, 20_000), slice);
  report("At once", freeAtOnce(objects));
  report("In slices", freeInSlices(objects, slice));
}

main();
