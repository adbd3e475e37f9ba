/**
 * What medians do not show of maps: the longest single call while one grows, the longest turn of the event
 * loop among garbage and a full collection while one lives, and how many entries one can hold. Prints tables:
 *
 *   deno run -A --v8-flags=--expose-gc bench/stl/hash_pauses.ts
 *   bun --expose-gc bench/stl/hash_pauses.ts
 */
import process from "node:process";
import { setImmediate } from "node:timers/promises";
import { Heap } from "../../heaps/heap.ts";
import { f64, HashMap, u32 } from "../../stl/mod.ts";
import { keysOf } from "./hash_keys.ts";

const { gc: collectGarbage } = globalThis as { gc?: () => void };
const ROUNDS = 3;
const LIVING = 5_000_000;
const MANY = 30_000_000;

interface Numbers {
  readonly size: number;
  set(key: number, value: number): unknown;
  get(key: number): number | undefined;
}

type Make = (heap: Heap) => Numbers;

const MAPS: readonly (readonly [name: string, make: Make])[] = [
  ["Map", () => new Map<number, number>()],
  ["HashMap", (heap) => new HashMap(u32, f64, { allocator: heap })],
  ["HashMap, incremental", (heap) => new HashMap(u32, f64, { allocator: heap, incremental: true })],
];

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1]!;
}

function milliseconds(values: readonly number[]): string {
  return `${median(values).toFixed(2)} ms (${Math.min(...values).toFixed(2)} to ${Math.max(...values).toFixed(2)})`;
}

/** The longest of `keys.length` calls of set(). */
function longestCall(map: Numbers, keys: Uint32Array): number {
  let longest = 0;
  let before = performance.now();
  for (let i = 0; i < keys.length; i++) {
    map.set(keys[i]!, i + 0.5);
    const now = performance.now();
    if (now - before > longest) longest = now - before;
    before = now;
  }
  return longest;
}

/** The longest turn of the event loop in a second of making garbage, a part of which lives for a while. */
async function longestTurn(): Promise<number> {
  const kept: unknown[] = new Array(50_000);
  let longest = 0;
  let at = 0;
  const end = performance.now() + 1000;
  for (let before = performance.now(); before < end; before = performance.now()) {
    for (let i = 0; i < 2000; i++) kept[at++ % kept.length] = { id: i, name: `name ${i}`, list: [i, i + 1] };
    await setImmediate();
    longest = Math.max(longest, performance.now() - before);
  }
  return longest;
}

/** How long the collector takes for everything that lives. */
function fullCollection(): number {
  const begin = performance.now();
  collectGarbage?.();
  return performance.now() - begin;
}

interface Pauses {
  readonly call: number;
  readonly turn: number;
  readonly collection: number;
}

async function measure(make: Make): Promise<Pauses> {
  const heap = new Heap({ name: "bench" });
  const { keys } = keysOf(LIVING);
  collectGarbage?.();
  const map = make(heap);
  const call = longestCall(map, keys);
  const turn = await longestTurn();
  const collection = fullCollection();
  // The map has to live until here.
  if (map.size !== LIVING || map.get(keys[7]!) !== 7.5) throw new Error(`The map has ${map.size} entries`);
  heap.destroy();
  return { call, turn, collection };
}

/** The same when there is no map. */
async function measureAlone(): Promise<Pauses> {
  collectGarbage?.();
  return { call: 0, turn: await longestTurn(), collection: fullCollection() };
}

/** Adds entries until there are enough or the map refuses one. */
function entriesOf(map: Numbers): string {
  const begin = performance.now();
  let i = 0;
  try {
    for (; i < MANY; i++) map.set(Math.imul(i, 0x9e3779b1) >>> 0, i);
  } catch (error) {
    return `${i.toLocaleString("en")}, then ${String(error)}`;
  }
  const seconds = (performance.now() - begin) / 1000;
  for (let k = 0; k < MANY; k += 1009) if (map.get(Math.imul(k, 0x9e3779b1) >>> 0) !== k) throw new Error(`Lost ${k}`);
  const { bytes } = map as { bytes?: number };
  const each = bytes === undefined ? "" : `, ${(bytes / MANY).toFixed(1)} bytes each`;
  return `${MANY.toLocaleString("en")} in ${seconds.toFixed(1)} s${each}`;
}

const arms: [name: string, run: () => Promise<Pauses>, results: Pauses[]][] = [
  ["no map", measureAlone, []],
  ...MAPS.map(([name, make]): [string, () => Promise<Pauses>, Pauses[]] => [name, () => measure(make), []]),
];
for (let round = 0; round <= ROUNDS; round++) {
  for (const [, run, results] of round % 2 === 0 ? arms : arms.toReversed()) {
    const pauses = await run();
    // The first round only warms up.
    if (round > 0) results.push(pauses);
  }
}
print(
  "| 5 million entries u32 to f64 | longest set() while it grows | longest turn while it lives | full collection |",
);
print("| --- | --- | --- | --- |");
for (const [name, , results] of arms) {
  const columns = (["call", "turn", "collection"] as const).map((key) => milliseconds(results.map((one) => one[key])));
  print(`| ${name} | ${columns.join(" | ")} |`);
}
print("");
print(`| asked for ${MANY.toLocaleString("en")} entries | held |`);
print(`| --- | --- |`);
for (const [name, make] of MAPS.slice(0, 2)) {
  const heap = new Heap({ name: "bench" });
  print(`| ${name} | ${entriesOf(make(heap))} |`);
  heap.destroy();
}
