/** Adds entries until there are enough or one is refused: `most.ts <arm>`. Prints how many there are. */
import { Heap } from "../../../heaps/heap/heap.ts";
import { f64, HashMap, HashSet, u32 } from "../../../stl/mod.ts";
import { chosen, print, requireSum } from "./_process.ts";

const MANY = 2 ** 25;
const heap = new Heap({ name: "bench" });

interface Subject {
  readonly size: number;
  has(key: number): boolean;
  set?(key: number, value: number): unknown;
  add?(key: number): unknown;
}

const ARMS: Readonly<Record<string, () => Subject>> = {
  Map: () => new Map<number, number>(),
  HashMap: () => new HashMap(u32, f64, { allocator: heap }),
  Set: () => new Set<number>(),
  HashSet: () => new HashSet(u32, { allocator: heap }),
};

function fill(subject: Subject): string | undefined {
  try {
    if (subject.set !== undefined) { for (let i = 0; i < MANY; i++) subject.set(i, i); }
    else for (let i = 0; i < MANY; i++) subject.add!(i);
  } catch (error) {
    return `the next one: ${String(error)}`;
  }
  return undefined;
}

const subject = chosen(ARMS)();
const begin = performance.now();
const refused = fill(subject);
const seconds = (performance.now() - begin) / 1000;
for (let i = 0; i < subject.size; i += 9973) requireSum(`has(${i})`, Number(subject.has(i)), 1);
print({
  entries: subject.size,
  note: refused ?? `stopped at 2^25 after ${seconds.toFixed(0)} s, nothing was refused`,
});
heap.destroy();
