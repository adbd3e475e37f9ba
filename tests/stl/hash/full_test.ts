import assert from "node:assert/strict";
import { test } from "node:test";
import { AllocationError, type Allocator, Heap } from "../../../mod.ts";
import {
  anyBytes,
  anyText,
  f64,
  HashMap,
  HashSet,
  LruMap,
  MultiMap,
  SoaSlotMap,
  SortedMap,
  StringTable,
  u32,
} from "../../../stl/mod.ts";

/** What the tests use of a container of keys. */
interface Keyed {
  readonly size: number;
  readonly bytes: number;
  has(key: never): boolean;
  delete?(key: never): boolean;
}

interface Filled {
  readonly container: Keyed;
  put(key: number): unknown;
  readonly keyOf: (key: number) => unknown;
}

const textOf = (key: number): string => `the text of key ${String(key).padStart(6, "0")}`;
const same = (key: number): number => key;

const CONTAINERS: Readonly<Record<string, (allocator: Allocator) => Filled>> = {
  "HashMap of numbers"(allocator): Filled {
    const map = new HashMap(u32, f64, { allocator });
    return { container: map, put: (key) => map.set(key, key), keyOf: same };
  },
  "HashMap of numbers, incremental"(allocator): Filled {
    const map = new HashMap(u32, f64, { allocator, incremental: true });
    return { container: map, put: (key) => map.set(key, key), keyOf: same };
  },
  "HashMap of texts"(allocator): Filled {
    const map = new HashMap(anyText, f64, { allocator });
    return { container: map, put: (key) => map.set(textOf(key), key), keyOf: textOf };
  },
  "HashMap of texts, incremental"(allocator): Filled {
    const map = new HashMap(anyText, f64, { allocator, incremental: true });
    return { container: map, put: (key) => map.set(textOf(key), key), keyOf: textOf };
  },
  "HashMap to texts"(allocator): Filled {
    const map = new HashMap(u32, anyText, { allocator });
    return { container: map, put: (key) => map.set(key, textOf(key)), keyOf: same };
  },
  "HashSet of bytes"(allocator): Filled {
    const bytesOf = (key: number): Uint8Array => new TextEncoder().encode(textOf(key));
    const set = new HashSet(anyBytes, { allocator });
    return { container: set, put: (key) => set.add(bytesOf(key)), keyOf: bytesOf };
  },
  LruMap(allocator): Filled {
    const map = new LruMap(u32, f64, { allocator, maxEntries: 100_000 });
    return { container: map, put: (key) => map.set(key, key), keyOf: same };
  },
  "LruMap of texts"(allocator): Filled {
    const map = new LruMap(anyText, f64, { allocator, maxEntries: 100_000 });
    return { container: map, put: (key) => map.set(textOf(key), key), keyOf: textOf };
  },
  "SortedMap of texts"(allocator): Filled {
    const map = new SortedMap(anyText, f64, { allocator });
    return { container: map, put: (key) => map.set(textOf(key), key), keyOf: textOf };
  },
  MultiMap(allocator): Filled {
    const map = new MultiMap(u32, f64, { allocator });
    return { container: countingOnce(map), put: (key) => map.add(key, key), keyOf: same };
  },
  "MultiMap of texts"(allocator): Filled {
    const map = new MultiMap(anyText, f64, { allocator });
    return { container: countingOnce(map), put: (key) => map.add(textOf(key), key), keyOf: textOf };
  },
  SoaSlotMap(allocator): Filled {
    const map = new SoaSlotMap({ x: f64, id: u32 }, { allocator });
    const handles: number[] = [];
    return {
      container: map,
      put: (key) => handles[key] = map.add({ x: key, id: key }),
      keyOf: (key) => handles[key],
    };
  },
  StringTable(allocator): Filled {
    const table = new StringTable({ allocator });
    return { container: table, put: (key) => table.intern(textOf(key)), keyOf: textOf };
  },
};

/** A map each of whose keys has one value: what is deleted then is told as others do. */
function countingOnce<K>(map: MultiMap<K, typeof f64>): Keyed {
  return {
    get size(): number {
      return map.size;
    },
    get bytes(): number {
      return map.bytes;
    },
    has: (key: never) => map.has(key),
    delete: (key: never) => map.delete(key) === 1,
  };
}

/** Counts what is asked for. */
function counting(heap: Heap): { readonly allocator: Allocator; requests: number } {
  const counted = {
    requests: 0,
    allocator: new Proxy(heap, {
      get(target, name): unknown {
        const value = Reflect.get(target, name, target);
        if (typeof value !== "function") return value;
        if (name === "allocate" || name === "allocateZeroed" || name === "reallocate") counted.requests++;
        return value.bind(target);
      },
    }),
  };
  return counted;
}

/** Puts keys in until one is refused; returns that one. */
function fill({ put }: Filled): number {
  for (let key = 0;; key++) {
    try {
      put(key);
    } catch (error) {
      assert.ok(error instanceof AllocationError, String(error));
      return key;
    }
  }
}

/** Limits around those sizes at which tables grow. */
const LIMITS = Array.from({ length: 60 }, (_, step) => 1500 + step * 749);
const MOST_REQUESTS = 24;

for (const [name, make] of Object.entries(CONTAINERS)) {
  test(`a ${name} that a limit stops refuses in few steps, and holds what it held`, () => {
    for (const limit of LIMITS) {
      using heap = new Heap({ limit });
      const counted = counting(heap);
      const filled = make(counted.allocator);
      const { container, put, keyOf } = filled;
      const count = fill(filled);
      for (let again = 0; again < 5; again++) {
        counted.requests = 0;
        assert.throws(() => put(count + again), AllocationError);
        assert.ok(counted.requests <= MOST_REQUESTS, `${counted.requests} requests at a limit of ${limit}`);
        assert.equal(container.size, count);
      }
      assert.ok(count >= 8, `only ${count} keys in ${limit} bytes`);
      for (let key = 0; key < count; key++) assert.ok(container.has(keyOf(key) as never), `key ${key} of ${count}`);
      assert.equal(container.has(keyOf(count) as never), false);
      assert.equal(container.bytes, heap.liveBytes);
    }
  });

  test(`a ${name} that is full takes a key once another one is gone`, () => {
    for (const limit of [6000, 30_011, 64_000]) {
      using heap = new Heap({ limit });
      const filled = make(heap);
      const { container, put, keyOf } = filled;
      if (container.delete === undefined) return;
      const count = fill(filled);
      for (let turn = 0; turn < 40; turn++) {
        const gone = turn * 2 + 1;
        assert.equal(container.delete(keyOf(gone) as never), true);
        // The nodes of a tree have room where one of their keys went, not elsewhere.
        const next = name.startsWith("SortedMap") ? gone : count + turn;
        put(next);
        assert.ok(container.has(keyOf(next) as never));
        assert.equal(container.size, count);
      }
      assert.ok(heap.liveBytes <= limit);
    }
  });
}
