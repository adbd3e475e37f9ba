import assert from "node:assert/strict";
import { test } from "node:test";
import { AllocationError, Heap } from "../../../mod.ts";
import type { Allocator, AnyView } from "../../../stl/mod.ts";
import { HashMap, HashSet, u32 } from "../../../stl/mod.ts";
import { type Sample, sampleOf, seeded } from "../_kinds.ts";

const { random, message } = seeded();

/** The most bytes that may be copied at once: small tables and keys longer than others need up to 8,000, seldom. */
const SMALL = 16_384;

const PAIRS = [["anyText", "u32"], ["u32", "anyText"], ["anyBytes", "anyText"], ["bytes(16)", "f64"]] as const;

/** `heap`, which reports the bytes of each view that is copied to be longer. */
function reporting(heap: Heap, report: (bytes: number) => void): Allocator {
  const reallocate = <V extends AnyView>(view: V, length: number): V => {
    report(view.byteLength);
    return heap.reallocate(view, length);
  };
  return new Proxy<Allocator>(heap, {
    get(_, key): unknown {
      if (key === "reallocate") return reallocate;
      const value = Reflect.get(heap, key, heap);
      return typeof value === "function" ? value.bind(heap) : value;
    },
  });
}

/** Fills a map; the bytes of the largest view that was copied while it grew. */
function largestCopy(key: Sample, value: Sample, incremental: boolean): number {
  using heap = new Heap();
  let largest = 0;
  const allocator = reporting(heap, (bytes) => largest = Math.max(largest, bytes));
  const map = new HashMap(key.kind, value.kind, { allocator, incremental });
  const model = new Map<string, [unknown, unknown]>();
  for (let i = 0; i < 4000; i++) {
    const [newKey, newValue] = [key.make(random), value.make(random)];
    map.set(newKey, newValue);
    model.set(String(newKey), [newKey, newValue]);
  }
  for (const [oldKey, oldValue] of model.values()) assert.deepEqual(map.get(oldKey), oldValue, message);
  assert.equal(heap.liveBytes, map.bytes);
  return largest;
}

test("HashMap, growing a little at a time, copies no long column at once, whatever it holds", () => {
  for (const [key, value] of PAIRS) {
    const [keys, values] = [sampleOf(key), sampleOf(value)];
    assert.ok(largestCopy(keys, values, true) <= SMALL, `${key} to ${value}: ${message}`);
    // That shows that a copy would be seen.
    assert.ok(largestCopy(keys, values, false) > SMALL, `${key} to ${value}: ${message}`);
  }
});

test("HashMap, growing a little at a time, is unchanged when memory runs out", () => {
  for (const [key, value] of PAIRS.map((names) => names.map(sampleOf)) as [Sample, Sample][]) {
    const heap = new Heap({ limit: 40_000 });
    const map = new HashMap(key.kind, value.kind, { allocator: heap, incremental: true });
    const model = new Map<string, [unknown, unknown]>();
    let steps = 0;
    for (let failures = 0; failures < 20 && steps < 5000; steps++) {
      const [newKey, newValue] = [key.make(random), value.make(random)];
      try {
        map.set(newKey, newValue);
        model.set(String(newKey), [newKey, newValue]);
      } catch (error) {
        assert.ok(error instanceof AllocationError, message);
        failures++;
      }
    }
    const label = `${key.kind.name} to ${value.kind.name}: ${message}`;
    assert.equal(map.size, model.size, label);
    for (const [oldKey, oldValue] of model.values()) assert.deepEqual(map.get(oldKey), oldValue, label);
    assert.equal(heap.liveBytes, map.bytes, label);
    map.dispose();
    heap.close();
  }
});

test("HashSet, growing a little at a time, stays as large when keys come and go", () => {
  using heap = new Heap();
  const set = new HashSet(sampleOf("anyText").kind, { allocator: heap, incremental: true });
  for (let i = 0; i < 100; i++) set.add(`key ${i}`);
  let most = 0;
  for (let i = 100; i < 20_000; i++) {
    set.add(`key ${i}`);
    assert.ok(set.delete(`key ${i - 100}`));
    most = Math.max(most, set.bytes);
  }
  assert.equal(set.size, 100);
  assert.ok(most < 32_768, `${most} bytes for 100 keys`);
});

test("HashMap, growing a little at a time, keeps what it made ready out of clear(), shrinkToFit() and iterations", () => {
  using heap = new Heap();
  const map = new HashMap(sampleOf("anyText").kind, u32, { allocator: heap, incremental: true });
  for (let count = 0; count < 200; count++) {
    map.set(`key ${count}`, count);
    // At every size, also while a larger table is made ready and while entries move to it.
    const copy = new HashMap(sampleOf("anyText").kind, u32, { allocator: heap, incremental: true });
    for (let i = 0; i <= count; i++) copy.set(`key ${i}`, i);
    if (count % 3 === 0) copy.shrinkToFit();
    assert.equal([...copy.values()].reduce((sum, value) => sum + value, 0), count * (count + 1) / 2);
    copy.clear();
    assert.equal(copy.set("key 0", 7).get("key 0"), 7);
    copy.dispose();
    assert.equal(heap.liveBytes, map.bytes);
  }
});
