import { Heap } from "../../heaps/heap/heap.ts";
import { f64, struct, type StructVector, u32, Vector } from "../../stl/mod.ts";
import { arm, type Group } from "../suite.ts";

const Particle = struct({ x: f64, y: f64, id: u32, team: u32 });

/** Few enough for the caches, so that what is measured is the access. */
const ROWS = 1024;

function particles(): { heap: Heap; vector: StructVector<typeof Particle> } {
  const heap = new Heap({ name: "bench" });
  const vector = new Vector(Particle, { allocator: heap });
  for (let i = 0; i < ROWS; i++) vector.push({ x: 0, y: i, id: i, team: i & 7 });
  return { heap, vector };
}

const fieldOfObject = arm({
  name: "plain object",
  bind: () => ({ one: { x: 0.5, y: 0, id: 0, team: 0 } }),
  run: ({ one }) => (operations) => {
    const before = one.x;
    for (let i = 0; i < operations; i++) one.x += 1;
    return one.x - before;
  },
});

const fieldOfTypedArray = arm({
  name: "Float64Array",
  bind: () => ({ column: new Float64Array(ROWS) }),
  run: ({ column }) => (operations) => {
    const before = column[7]!;
    for (let i = 0; i < operations; i++) column[7]! += 1;
    return column[7]! - before;
  },
});

const fieldOfStruct = arm({
  name: "struct",
  bind: () => {
    const { heap, vector } = particles();
    return { heap, one: vector.get(7) };
  },
  release: ({ heap }) => heap.destroy(),
  run: ({ one }) => (operations) => {
    const before = one.x;
    for (let i = 0; i < operations; i++) one.x += 1;
    return one.x - before;
  },
});

const field: Group = {
  name: "struct field",
  operation: "read a field, add 1 and write it",
  checksum: (operations) => operations,
  arms: [fieldOfObject, fieldOfTypedArray, fieldOfStruct],
  targets: [{ arm: "struct", atMostNanoseconds: 3, floor: { arm: "Float64Array", margin: 1.25 } }],
};

const walkObjects = arm({
  name: "Array of objects",
  bind: () => ({ rows: Array.from({ length: ROWS }, (_, i) => ({ x: 0.5, y: i + 0.5, id: i, team: i & 7 })) }),
  run: ({ rows }) => (operations) => {
    let sum = 0;
    for (let i = 0; i < operations; i++) for (const row of rows) sum += row.id;
    return sum;
  },
});

const walkTypedArray = arm({
  name: "Uint32Array",
  bind: () => ({ ids: Uint32Array.from({ length: ROWS }, (_, i) => i) }),
  run: ({ ids }) => (operations) => {
    let sum = 0;
    for (let i = 0; i < operations; i++) for (let k = 0; k < ids.length; k++) sum += ids[k]!;
    return sum;
  },
});

const walkCursor = arm({
  name: "for … of cursor()",
  bind: particles,
  release: ({ heap }) => heap.destroy(),
  run: ({ vector }) => (operations) => {
    let sum = 0;
    for (let i = 0; i < operations; i++) for (const row of vector.cursor()) sum += row.id;
    return sum;
  },
});

const walkMoves = arm({
  name: "cursor.move(index)",
  bind: particles,
  release: ({ heap }) => heap.destroy(),
  run: ({ vector }) => {
    const cursor = vector.cursor();
    return (operations) => {
      let sum = 0;
      for (let i = 0; i < operations; i++) for (let k = 0; k < vector.length; k++) sum += cursor.move(k).id;
      return sum;
    };
  },
});

const walkColumn = arm({
  name: "column()",
  bind: particles,
  release: ({ heap }) => heap.destroy(),
  run: ({ vector }) => {
    const ids = vector.column("id");
    return (operations) => {
      let sum = 0;
      for (let i = 0; i < operations; i++) for (let k = 0; k < ids.length; k++) sum += ids.get(k);
      return sum;
    };
  },
});

const walk: Group = {
  name: "walk over 1,024 structs",
  operation: "add up one field of 1,024 structs",
  checksum: (operations) => operations * (ROWS * (ROWS - 1) / 2),
  arms: [walkObjects, walkTypedArray, walkCursor, walkMoves, walkColumn],
  targets: [],
};

/** Fields of structs, one and many. */
export const structGroups: readonly Group[] = [field, walk];
