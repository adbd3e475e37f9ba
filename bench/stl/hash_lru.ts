import { LRUCache } from "lru-cache";
import { Heap } from "../../heaps/heap/heap.ts";
import { f64, LruMap, u32 } from "../../stl/mod.ts";
import { type Arm, arm, type Group } from "../suite.ts";

const ENTRIES = 1_000_000;

/** Which keys are asked for: 99 of 100 times one of the keys that are asked for often, else a new one. */
interface Requests {
  readonly keys: Uint32Array;
}

function requests(): Requests {
  const keys = new Uint32Array(1 << 21);
  let state = 1;
  let fresh = ENTRIES;
  for (let i = 0; i < keys.length; i++) {
    state = Math.imul(state, 1664525) + 1013904223 | 0;
    // Half of the entries are asked for again and again, the others make room for what is new.
    keys[i] = (state >>> 8) % 100 === 0 ? fresh++ : Math.imul(state, 0x9e3779b1) >>> 13;
    if (keys[i]! < ENTRIES) keys[i] = keys[i]! % (ENTRIES / 2);
  }
  return { keys };
}

function mapArm(): Arm {
  return arm({
    name: "Map, delete and set",
    shapes: ["loop", "burst"],
    bind: () => {
      const map = new Map<number, number>();
      for (let i = 0; i < ENTRIES; i++) map.set(i, i);
      return { ...requests(), map, limit: ENTRIES };
    },
    run: ({ keys, map, limit }) => {
      let next = 0;
      return (operations) => {
        let served = 0;
        for (let i = 0; i < operations; i++) {
          const key = keys[next]!;
          next = (next + 1) % keys.length;
          const value = map.get(key);
          if (value === undefined) {
            if (map.size >= limit) map.delete(map.keys().next().value!);
            map.set(key, key);
          } else {
            map.delete(key);
            map.set(key, value);
          }
          served++;
        }
        return served;
      };
    },
  });
}

function listArm(): Arm {
  return arm({
    name: "Map of linked objects",
    shapes: ["loop", "burst"],
    bind: () => {
      interface Node {
        key: number;
        value: number;
        older: Node;
        newer: Node;
      }
      const end = { key: -1, value: 0 } as Node;
      end.older = end.newer = end;
      const map = new Map<number, Node>();
      for (let i = 0; i < ENTRIES; i++) {
        const node = { key: i, value: i, older: end.older, newer: end };
        end.older.newer = node;
        end.older = node;
        map.set(i, node);
      }
      return { ...requests(), map, end, limit: ENTRIES };
    },
    run: ({ keys, map, end, limit }) => {
      let next = 0;
      return (operations) => {
        let served = 0;
        for (let i = 0; i < operations; i++) {
          const key = keys[next]!;
          next = (next + 1) % keys.length;
          let node = map.get(key);
          if (node === undefined) {
            if (map.size >= limit) {
              node = end.newer;
              map.delete(node.key);
              node.newer.older = end;
              end.newer = node.newer;
              node.key = node.value = key;
            } else node = { key, value: key, older: end, newer: end };
            map.set(key, node);
          } else {
            node.older.newer = node.newer;
            node.newer.older = node.older;
          }
          node.older = end.older;
          node.newer = end;
          end.older.newer = node;
          end.older = node;
          served++;
        }
        return served;
      };
    },
  });
}

function cacheArm(): Arm {
  return arm({
    name: "lru-cache",
    shapes: ["loop", "burst"],
    bind: () => {
      const map = new LRUCache<number, number>({ max: ENTRIES });
      for (let i = 0; i < ENTRIES; i++) map.set(i, i);
      return { ...requests(), map };
    },
    run: ({ keys, map }) => {
      let next = 0;
      return (operations) => {
        let served = 0;
        for (let i = 0; i < operations; i++) {
          const key = keys[next]!;
          next = (next + 1) % keys.length;
          if (map.get(key) === undefined) map.set(key, key);
          served++;
        }
        return served;
      };
    },
  });
}

function lruArm(): Arm {
  return arm({
    name: "LruMap",
    shapes: ["loop", "burst"],
    bind: () => {
      const heap = new Heap({ name: "bench" });
      const map = new LruMap(u32, f64, { allocator: heap, maxEntries: ENTRIES });
      for (let i = 0; i < ENTRIES; i++) map.set(i, i);
      return { ...requests(), map, heap };
    },
    release: ({ heap }) => heap.destroy(),
    run: ({ keys, map }) => {
      let next = 0;
      return (operations) => {
        let served = 0;
        for (let i = 0; i < operations; i++) {
          const key = keys[next]!;
          next = (next + 1) % keys.length;
          if (map.get(key) === undefined) map.set(key, key);
          served++;
        }
        return served;
      };
    },
  });
}

/** A cache of 1 million entries in which 99 of 100 requests find what they ask for. */
export const lruGroup: Group = {
  name: "LRU of 1 million",
  operation: "get() with 99 % hits, set() of what was missing",
  checksum: (operations) => operations,
  arms: [mapArm(), listArm(), cacheArm(), lruArm()],
  targets: [
    { arm: "LruMap", timesFaster: 1, against: "Map, delete and set" },
    { arm: "LruMap", timesFaster: 1, against: "lru-cache" },
  ],
};
