import assert from "node:assert/strict";
import type { Heap } from "../../../mod.ts";
import { LruMap } from "../../../stl/mod.ts";
import { below, nameOf, type Sample } from "../_kinds.ts";

/** The least that a model has to know of an entry. */
interface Entry {
  readonly key: string;
  readonly value: string;
  readonly bytes: number;
}

// deno-lint-ignore no-explicit-any -- tests go through kinds of all types
function byteLengthOf(kind: any, value: unknown): number {
  if (kind.byteLength !== undefined) return kind.byteLength;
  return value instanceof Uint8Array ? value.length : new TextEncoder().encode(value as string).length;
}

/** An LruMap beside a Map whose order is that of use: every step does the same to both. */
export class LruModel {
  readonly #map: LruMap<unknown, unknown>;
  /** From the entry that goes next to the one used last. */
  readonly #model = new Map<string, Entry>();
  /** The bytes of all entries. */
  #bytes = 0;
  readonly #key: Sample;
  readonly #value: Sample;
  readonly #random: () => number;
  readonly #listens: boolean;
  readonly #evicted: string[] = [];
  readonly #expected: string[] = [];

  constructor(
    heap: Heap,
    key: Sample,
    value: Sample,
    limits: { maxEntries?: number; maxBytes?: number },
    random: () => number,
  ) {
    // Without a listener the map takes another way.
    this.#listens = random() < 0.5;
    const onEvict = (key: unknown, value: unknown): void => {
      this.#evicted.push(`${nameOf(key)}: ${nameOf(value)}`);
    };
    this.#map = new LruMap(key.kind, value.kind, { allocator: heap, ...limits, ...(this.#listens && { onEvict }) });
    this.#key = key;
    this.#value = value;
    this.#random = random;
  }

  step(): void {
    const key = this.#key.make(this.#random);
    const name = nameOf(key);
    const choice = this.#random();
    if (choice < 0.002) this.#changeAll();
    else if (choice < 0.4) this.#set(key, name);
    else if (choice < 0.5) assert.equal(this.#map.delete(key), this.#forget(name) !== undefined);
    else if (choice < 0.6) assert.equal(this.#map.has(key), this.#model.has(name));
    else if (choice < 0.7) assert.equal(nameOf(this.#map.peek(key)), this.#model.get(name)?.value ?? nameOf(undefined));
    else this.#get(key, name);
    assert.equal(this.#map.size, this.#model.size);
  }

  #get(key: unknown, name: string): void {
    const entry = this.#model.get(name);
    assert.equal(nameOf(this.#map.get(key)), entry?.value ?? nameOf(undefined));
    if (entry === undefined) return;
    this.#model.delete(name);
    this.#model.set(name, entry);
  }

  #set(key: unknown, name: string): void {
    const value = this.#value.make(this.#random);
    const bytes = byteLengthOf(this.#key.kind, key) + byteLengthOf(this.#value.kind, value);
    this.#map.set(key, value);
    const present = this.#forget(name) !== undefined;
    this.#model.set(name, { key: name, value: nameOf(value), bytes });
    this.#bytes += bytes;
    assert.ok(present || this.#map.has(key));
    while (this.#model.size > this.#map.maxEntries || this.#bytes > this.#map.maxBytes) this.#evictOldest();
  }

  /** Takes an entry out of the model. */
  #forget(name: string): Entry | undefined {
    const entry = this.#model.get(name);
    this.#model.delete(name);
    this.#bytes -= entry?.bytes ?? 0;
    return entry;
  }

  #evictOldest(): void {
    const name = this.#model.keys().next().value!;
    const { value } = this.#forget(name)!;
    if (this.#listens) this.#expected.push(`${name}: ${value}`);
  }

  #changeAll(): void {
    const choice = below(this.#random, 4);
    if (choice === 0 && this.#random() < 0.3) {
      this.#map.clear();
      this.#model.clear();
      this.#bytes = 0;
    } else if (choice === 1) this.#map.shrinkToFit();
    else if (choice === 2) this.#map.reserve(below(this.#random, 1200));
    else this.#checkAll();
  }

  #checkAll(): void {
    const names = this.#map.toArray().map(([key, value]) => [nameOf(key), nameOf(value)]);
    assert.deepEqual(names, [...this.#model].map(([name, { value }]) => [name, value]).reverse());
    if (this.#map.maxBytes < Infinity) assert.equal(this.#map.entryBytes, this.#bytes);
    assert.deepEqual(this.#evicted, this.#expected);
  }

  end(heap: Heap): void {
    this.#checkAll();
    assert.equal(heap.liveBytes, this.#map.bytes);
    this.#map.dispose();
    assert.deepEqual([this.#map.size, this.#map.bytes, heap.liveBlocks], [0, 0, 0]);
  }
}
