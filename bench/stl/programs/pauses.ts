/**
 * What medians do not show of maps: `pauses.ts <arm> <u32 | text>`. Prints the longest single call while a map
 * grows, the longest turn of the event loop among ordinary garbage and a full collection while it lives.
 */
import process from "node:process";
import { setImmediate } from "node:timers/promises";
import { Heap } from "../../../heaps/heap/heap.ts";
import { anyText, f64, HashMap, u32 } from "../../../stl/mod.ts";
import { scatter } from "../hash_keys.ts";
import { chosen, collectGarbage, print, requireSum, timeOf } from "./_process.ts";

const LIVING = 5_000_000;
const WARM_UP = 200_000;
const texts = process.argv[3] === "text";
const heap = new Heap({ name: "bench" });

interface Subject {
  readonly size: number;
  set(key: unknown, value: number): unknown;
  get(key: unknown): number | undefined;
}

function hashMap(incremental: boolean): Subject {
  const options = { allocator: heap, incremental };
  return (texts ? new HashMap(anyText, f64, options) : new HashMap(u32, f64, options)) as Subject;
}

const ARMS: Readonly<Record<string, () => Subject | undefined>> = {
  "no map": () => undefined,
  Map: () => new Map<unknown, number>(),
  HashMap: () => hashMap(false),
  "HashMap, incremental": () => hashMap(true),
};

function keyOf(index: number): number | string {
  const number = scatter(index);
  return texts ? `entry ${number}` : number;
}

/** The longest of `count` calls of set(). */
function longestCall(map: Subject, count: number): number {
  let longest = 0;
  for (let i = 0; i < count; i++) {
    const key = keyOf(i);
    const before = performance.now();
    map.set(key, i + 0.5);
    const taken = performance.now() - before;
    if (taken > longest) longest = taken;
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

async function play(map: Subject | undefined, count: number): Promise<Record<string, number | null>> {
  const call = map === undefined ? null : longestCall(map, count);
  collectGarbage();
  const turn = await longestTurn();
  const collection = timeOf(collectGarbage) / 2;
  // The map has to live until here.
  if (map !== undefined) requireSum("the map", map.size + map.get(keyOf(7))!, count + 7.5);
  return { call, turn, collection };
}

const make = chosen(ARMS);
await play(make(), WARM_UP);
print(await play(make(), LIVING));
heap.destroy();
