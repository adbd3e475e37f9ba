import assert from "node:assert/strict";
import type { Heap } from "../../../mod.ts";
import { HashMap } from "../../../stl/mod.ts";
import { below, nameOf, type Sample } from "../_kinds.ts";

/** A HashMap beside a Map: every step does the same to both and compares what they say. */
export class HashMapModel {
  readonly #map: HashMap<unknown, unknown>;
  readonly #model = new Map<string, [key: unknown, value: unknown]>();
  readonly #key: Sample;
  readonly #value: Sample;
  readonly #random: () => number;
  /** Whether there are more additions than removals just now. */
  #growing = true;

  constructor(heap: Heap, key: Sample, value: Sample, incremental: boolean, random: () => number) {
    this.#map = new HashMap(key.kind, value.kind, { allocator: heap, incremental });
    this.#key = key;
    this.#value = value;
    this.#random = random;
  }

  step(): void {
    const random = this.#random;
    const key = this.#key.make(random);
    const choice = random();
    if (choice < 0.0005) this.#growing = !this.#growing;
    if (choice < 0.0002) this.#changeAll();
    else if (choice < 0.0004) this.checkAll();
    else if (choice < (this.#growing ? 0.45 : 0.25)) this.#set(key);
    else if (choice < 0.7) this.#delete(key);
    else if (choice < 0.9) this.#get(key);
    else assert.equal(this.#map.has(key), this.#model.has(nameOf(key)));
    assert.equal(this.#map.size, this.#model.size);
  }

  #set(key: unknown): void {
    const value = this.#value.make(this.#random);
    assert.equal(this.#map.set(key, value), this.#map);
    this.#model.set(nameOf(key), [key, value]);
  }

  #delete(key: unknown): void {
    assert.equal(this.#map.delete(key), this.#model.delete(nameOf(key)), `delete ${nameOf(key)}`);
  }

  #get(key: unknown): void {
    const entry = this.#model.get(nameOf(key));
    assert.equal(nameOf(this.#map.get(key)), nameOf(entry?.[1]), `get ${nameOf(key)}`);
  }

  #changeAll(): void {
    const choice = below(this.#random, 5);
    if (choice === 0) {
      this.#map.clear();
      this.#model.clear();
    } else if (choice === 1) this.#map.shrinkToFit();
    else if (choice === 2) this.#map.reserve(below(this.#random, 6000));
    else this.#deleteWhileIterating();
  }

  #deleteWhileIterating(): void {
    const seen = new Set<string>();
    for (const key of this.#map.keys()) {
      const name = nameOf(key);
      assert.ok(!seen.has(name), `${name} came twice`);
      seen.add(name);
      if (this.#random() < 0.5) continue;
      assert.ok(this.#map.delete(key));
      assert.ok(this.#model.delete(name));
    }
    for (const name of this.#model.keys()) assert.ok(seen.has(name), `${name} was left out`);
  }

  checkAll(): void {
    const entries = this.#map.toArray();
    assert.equal(entries.length, this.#model.size);
    for (const [key, value] of entries) assert.equal(nameOf(value), nameOf(this.#model.get(nameOf(key))?.[1]));
    const names = new Set(entries.map(([key]) => nameOf(key)));
    assert.equal(names.size, entries.length);
    let visited = 0;
    this.#map.forEach((value, key) => {
      visited++;
      assert.equal(nameOf(value), nameOf(this.#model.get(nameOf(key))?.[1]));
    });
    assert.equal(visited, entries.length);
    assert.equal([...this.#map.values()].length, entries.length);
    assert.ok(this.#map.capacity >= this.#map.size);
  }

  end(heap: Heap): void {
    this.checkAll();
    assert.equal(heap.liveBytes, this.#map.bytes);
    this.#map.dispose();
    assert.deepEqual([this.#map.size, this.#map.bytes, heap.liveBlocks], [0, 0, 0]);
  }
}
