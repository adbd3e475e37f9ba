import assert from "node:assert/strict";
import { test } from "node:test";
import { AllocationError, Heap } from "../../../mod.ts";
import { anyText, f64, HashMap, HashSet, LruMap, u32 } from "../../../stl/mod.ts";

const KEPT = 100;

interface Shrinking {
  readonly bytes: number;
  readonly size: number;
  has(key: number): boolean;
  delete(key: number): boolean;
  shrinkToFit(): void;
}

/** A container, and what puts a key into it. */
type Filled = [container: Shrinking, put: (key: number) => void];

const CONTAINERS: Readonly<Record<string, (allocator: Heap) => Filled>> = {
  HashMap(allocator): Filled {
    const map = new HashMap(u32, f64, { allocator });
    return [map, (key) => map.set(key, key)];
  },
  "HashMap, incremental"(allocator): Filled {
    const map = new HashMap(u32, f64, { allocator, incremental: true });
    return [map, (key) => map.set(key, key)];
  },
  "HashMap of texts"(allocator): Filled {
    const map = new HashMap(u32, anyText, { allocator });
    return [map, (key) => map.set(key, `text ${key}`)];
  },
  HashSet(allocator): Filled {
    const set = new HashSet(f64, { allocator });
    return [set, (key) => set.add(key)];
  },
  LruMap(allocator): Filled {
    const map = new LruMap(u32, f64, { allocator, maxEntries: 10_000 });
    return [map, (key) => map.set(key, key)];
  },
};

for (const [name, make] of Object.entries(CONTAINERS)) {
  test(`${name} stays whole when there is no memory for shrinkToFit(), whichever request fails`, () => {
    let failures = 0;
    for (let granted = 0;; granted++) {
      using heap = new Heap();
      let left = Infinity;
      const [container, put] = make(withRequests(heap, () => left-- > 0));
      for (let key = 0; key < 5000; key++) put(key);
      for (let key = KEPT; key < 5000; key++) container.delete(key);
      left = granted;
      let failed = false;
      try {
        container.shrinkToFit();
      } catch (error) {
        assert.ok(error instanceof AllocationError);
        failed = true;
      }
      left = Infinity;
      assert.equal(container.size, KEPT);
      for (let key = 0; key < KEPT; key++) assert.ok(container.has(key));
      assert.equal(container.has(KEPT), false);
      assert.equal(heap.liveBytes, container.bytes);
      put(KEPT);
      assert.equal(container.size, KEPT + 1);
      if (!failed) break;
      failures++;
    }
    assert.ok(failures > 0);
  });
}

/** The heap, which has memory only while `grants` says so. */
function withRequests(heap: Heap, grants: () => boolean): Heap {
  return new Proxy(heap, {
    get(target, name): unknown {
      const value = Reflect.get(target, name, target);
      if (typeof value !== "function") return value;
      if (!/^(re)?allocate/.test(String(name))) return value.bind(target);
      return (...given: unknown[]): unknown => {
        if (!grants()) {
          throw new AllocationError("Cannot allocate: the test says so", { requested: 0, live: 0, limit: 0 });
        }
        return value.apply(target, given);
      };
    },
  });
}
