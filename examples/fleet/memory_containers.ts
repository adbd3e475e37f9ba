import type { Heap } from "../../mod.ts";
import { anyBytes, f64, HashMap, i32, type NumberVector, SortedMap, StringTable, u32, Vector } from "../../stl/mod.ts";
import { NONE } from "./slot_lists.ts";
import { SlotNames } from "./slot_names.ts";
import { NEXT_IN_CELL, NEXT_IN_TIME, REGION, SlotRows, WORDS } from "./slot_rows.ts";
import { SnapshotError } from "./snapshot_file.ts";

/** What the store keeps devices in. */
export interface Containers {
  readonly ids: HashMap<Uint8Array, number>;
  readonly rows: SlotRows;
  readonly names: SlotNames;
  readonly regions: StringTable;
  /** How many devices are in each region. */
  readonly regionSizes: NumberVector<typeof u32>;
  readonly times: SortedMap<number, number>;
  readonly cells: HashMap<number, number>;
}

/** Empty ones. */
export function makeContainers(heap: Heap): Containers {
  const options = { allocator: heap };
  return {
    ids: new HashMap(anyBytes, u32, options),
    rows: SlotRows.create(heap),
    names: SlotNames.create(heap),
    regions: new StringTable(options),
    regionSizes: new Vector(u32, options),
    times: new SortedMap(u32, i32, options),
    cells: new HashMap(u32, i32, options),
  };
}

/** Makes the containers of a snapshot, and puts each into `made` as soon as it is there. */
export function readContainers(
  heap: Heap,
  next: () => Uint8Array,
  made: Disposable[],
): Containers & { readonly state: NumberVector<typeof f64> } {
  const options = { allocator: heap };
  const keep = <T extends Disposable>(container: T): T => {
    made.push(container);
    return container;
  };
  return {
    state: keep(Vector.fromBytes(f64, next(), options)),
    ids: keep(HashMap.fromBytes(anyBytes, u32, next(), options)),
    rows: keep(SlotRows.fromBytes(heap, next())),
    names: keep(SlotNames.fromBytes(heap, next(), next)),
    regions: keep(StringTable.fromBytes(next(), options)),
    regionSizes: keep(Vector.fromBytes(u32, next(), options)),
    times: keep(SortedMap.fromBytes(u32, i32, next(), options)),
    cells: keep(HashMap.fromBytes(u32, i32, next(), options)),
  };
}

/** Throws when parts of a snapshot, each of which is whole, are not those of one store. */
export function requireWhole(path: string, containers: Containers, [devices, used, free]: number[]): void {
  const { ids, rows, names, regions, regionSizes } = containers;
  const { length } = rows;
  const inside = liesWithin(rows, NEXT_IN_TIME, length, length) && liesWithin(rows, NEXT_IN_CELL, length, length) &&
    liesWithin(rows, REGION, used!, regionSizes.length) && regionSizes.length <= regions.size;
  if (devices === ids.size && used! <= length && free! < length && names.slots === length && inside) return;
  throw new SnapshotError(
    path,
    `its parts do not belong together: ${devices} devices, ${ids.size} ids, ${length} rows`,
  );
}

/** Whether a word of the first `count` rows is `NONE` or a number below `end` in each. */
function liesWithin({ integers }: SlotRows, word: number, count: number, end: number): boolean {
  for (let at = word; at < count * WORDS; at += WORDS) {
    if (integers[at]! < NONE || integers[at]! >= end) return false;
  }
  return true;
}

/** Gives the memory of all back. */
export function disposeAll(containers: Containers): void {
  for (const container of Object.values(containers)) container.dispose();
}
