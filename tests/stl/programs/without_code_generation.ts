// Run where code may not be made from text: the containers still do what they do elsewhere.
import assert from "node:assert/strict";
import process from "node:process";
import { Heap } from "../../../mod.ts";
import { anyText, f64, HashMap, HashSet, LruMap, StringTable, u32 } from "../../../stl/mod.ts";

assert.throws(() => new Function("return 1"), EvalError);
const heap = new Heap();
const [numbers, texts] = [
  new HashMap(u32, f64, { allocator: heap }),
  new HashMap(anyText, anyText, { allocator: heap, incremental: true }),
];
const [set, cache, table] = [
  new HashSet(u32, { allocator: heap }),
  new LruMap(u32, anyText, { allocator: heap, maxEntries: 10 }),
  new StringTable({ allocator: heap }),
];
for (let i = 0; i < 1000; i++) {
  numbers.set(i, i / 2);
  texts.set(`key ${i}`, `value ${i}`);
  set.add(i * 2);
  cache.set(i, `value ${i}`);
  assert.equal(table.intern(`text ${i}`), i);
}
for (let i = 0; i < 1000; i++) {
  assert.equal(numbers.get(i), i / 2);
  assert.equal(texts.get(`key ${i}`), `value ${i}`);
  assert.equal(set.has(i), i % 2 === 0);
  assert.equal(cache.get(i), i < 990 ? undefined : `value ${i}`);
  assert.equal(table.get(i), `text ${i}`);
}
const copies = [
  HashMap.fromBytes(u32, f64, numbers.toBytes(), { allocator: heap }),
  HashMap.fromBytes(anyText, anyText, texts.toBytes(), { allocator: heap, incremental: true }),
  HashSet.fromBytes(u32, set.toBytes(), { allocator: heap }),
  LruMap.fromBytes(u32, anyText, cache.toBytes(), { allocator: heap, maxEntries: 10 }),
  StringTable.fromBytes(table.toBytes(), { allocator: heap }),
];
assert.deepEqual(copies.map(({ size }) => size), [1000, 1000, 1000, 10, 1000]);
for (const container of [numbers, texts, set, cache, table, ...copies]) container.dispose();
heap.close();
process.stdout.write("The containers work\n");
