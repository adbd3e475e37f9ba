/** A map under one kind of keys: `maps.ts <arm> <millions> <u32 | bytes>`. Prints what each operation took per entry. */
import process from "node:process";
import { Heap } from "../../../heaps/heap/heap.ts";
import { bytes, f64, HashMap, u32 } from "../../../stl/mod.ts";
import { scatter } from "../hash_keys.ts";
import { chosen, print, requireSum, residentBytes, timeOf } from "./_process.ts";

/** What is measured; `key` numbers keys from 0 on, of which those below the count of entries are present. */
interface Subject {
  set(key: number, value: number): void;
  get(key: number): number | undefined;
  delete(key: number): boolean;
  sum(): number;
  readonly size: number;
  /** Bytes that the map says it holds. */
  readonly bytes: number | null;
  /** Gives back what nothing needs any more, as far as the program can. */
  tidy(): void;
  release(): void;
}

class NumberMap implements Subject {
  readonly #map = new Map<number, number>();
  readonly bytes = null;

  tidy(): void {
    // The collector has done it.
  }

  release(): void {
    // As above.
  }

  get size(): number {
    return this.#map.size;
  }

  set(key: number, value: number): void {
    this.#map.set(scatter(key), value);
  }

  get(key: number): number | undefined {
    return this.#map.get(scatter(key));
  }

  delete(key: number): boolean {
    return this.#map.delete(scatter(key));
  }

  sum(): number {
    let sum = 0;
    this.#map.forEach((value) => {
      sum += value;
    });
    return sum;
  }
}

class NumberHashMap implements Subject {
  readonly #heap = new Heap({ name: "bench" });
  readonly #map = new HashMap(u32, f64, { allocator: this.#heap });

  tidy(): void {
    this.#heap.collect(true);
  }

  release(): void {
    this.#heap.destroy();
  }

  get size(): number {
    return this.#map.size;
  }

  get bytes(): number {
    return this.#map.bytes;
  }

  set(key: number, value: number): void {
    this.#map.set(scatter(key), value);
  }

  get(key: number): number | undefined {
    return this.#map.get(scatter(key));
  }

  delete(key: number): boolean {
    return this.#map.delete(scatter(key));
  }

  sum(): number {
    let sum = 0;
    this.#map.forEach((value) => {
      sum += value;
    });
    return sum;
  }
}

const keyBytes = new Uint8Array(16);
const keyWords = new Uint32Array(keyBytes.buffer);

/** The key of 16 bytes with a number, as it would lie in a file or a packet. */
function writeKey(key: number): Uint8Array {
  const word = scatter(key);
  keyWords[0] = word;
  keyWords[1] = word ^ 0x5bd1e995;
  keyWords[2] = key;
  keyWords[3] = word;
  return keyBytes;
}

/** The same as a string, which a Map can compare. */
function textOf(key: number): string {
  const k = writeKey(key);
  // deno-fmt-ignore -- sixteen arguments, because a spread takes several times as long
  return String.fromCharCode(
    k[0]!, k[1]!, k[2]!, k[3]!, k[4]!, k[5]!, k[6]!, k[7]!,
    k[8]!, k[9]!, k[10]!, k[11]!, k[12]!, k[13]!, k[14]!, k[15]!,
  );
}

class TextMap implements Subject {
  readonly #map = new Map<string, number>();
  readonly bytes = null;

  tidy(): void {
    // The collector has done it.
  }

  release(): void {
    // As above.
  }

  get size(): number {
    return this.#map.size;
  }

  set(key: number, value: number): void {
    this.#map.set(textOf(key), value);
  }

  get(key: number): number | undefined {
    return this.#map.get(textOf(key));
  }

  delete(key: number): boolean {
    return this.#map.delete(textOf(key));
  }

  sum(): number {
    let sum = 0;
    this.#map.forEach((value) => {
      sum += value;
    });
    return sum;
  }
}

class BytesHashMap implements Subject {
  readonly #heap = new Heap({ name: "bench" });
  readonly #map = new HashMap(bytes(16), f64, { allocator: this.#heap });

  tidy(): void {
    this.#heap.collect(true);
  }

  release(): void {
    this.#heap.destroy();
  }

  get size(): number {
    return this.#map.size;
  }

  get bytes(): number {
    return this.#map.bytes;
  }

  set(key: number, value: number): void {
    this.#map.set(writeKey(key), value);
  }

  get(key: number): number | undefined {
    return this.#map.get(writeKey(key));
  }

  delete(key: number): boolean {
    return this.#map.delete(writeKey(key));
  }

  sum(): number {
    let sum = 0;
    for (const value of this.#map.values()) sum += value;
    return sum;
  }
}

const MILLION = 1_000_000;
const count = Number(process.argv[3]) * MILLION;
const Arms: Readonly<Record<string, new () => Subject>> = process.argv[4] === "bytes"
  ? { Map: TextMap, HashMap: BytesHashMap }
  : { Map: NumberMap, HashMap: NumberHashMap };

/** How many keys are looked up or deleted; more would only take longer. */
const MOST_CALLS = MILLION;

/** Every operation on a map of `count` entries; nanoseconds of each, and bytes of one entry. */
function play(map: Subject, count: number): Record<string, number | null> {
  const before = residentBytes();
  const insert = timeOf(() => {
    for (let i = 0; i < count; i++) map.set(i, i + 0.5);
  });
  map.tidy();
  const resident = (residentBytes() - before) / count;
  const held = map.bytes === null ? null : map.bytes / count;
  const calls = Math.min(count, MOST_CALLS);
  let found = 0;
  // 7,919 is prime: another order than that of insertion.
  const hit = timeOf(() => {
    for (let i = 0, key = 0; i < calls; i++, key = (key + 7919) % count) if (map.get(key) === key + 0.5) found++;
  });
  const miss = timeOf(() => {
    for (let i = 0; i < calls; i++) if (map.get(2 ** 31 + i) === undefined) found++;
  });
  requireSum("get()", found, calls * 2);
  const iterate = timeOf(() => requireSum("forEach()", map.sum(), count * count / 2));
  let deleted = 0;
  const remove = timeOf(() => {
    for (let i = 0, key = 0; i < calls; i++, key = (key + 7919) % count) if (map.delete(key)) deleted++;
  });
  requireSum("delete()", deleted, calls);
  requireSum("size", map.size, count - calls);
  const each = (milliseconds: number, operations: number): number => milliseconds * 1e6 / operations;
  return {
    insert: each(insert, count),
    hit: each(hit, calls),
    miss: each(miss, calls),
    delete: each(remove, calls),
    iterate: each(iterate, count),
    resident,
    held,
  };
}

const Arm = chosen(Arms);
for (let round = 0; round < 3; round++) {
  const warm = new Arm();
  play(warm, 100_000);
  warm.release();
}
print(play(new Arm(), count));
