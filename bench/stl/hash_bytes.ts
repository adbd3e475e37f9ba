import { Heap } from "../../heaps/heap.ts";
import { bytes, HashMap, u32 } from "../../stl/mod.ts";
import { type Arm, arm, type Group } from "../suite.ts";
import { keysOf } from "./hash_keys.ts";

const COUNT = 1_000_000;

/** 16-byte keys as bytes and as what a program makes of them for a Map: a string of 32 digits, made beforehand. */
interface ByteKeys {
  readonly bytes: readonly Uint8Array[];
  readonly texts: readonly string[];
}

let made: ByteKeys | undefined;

function byteKeys(): ByteKeys {
  if (made !== undefined) return made;
  const { keys } = keysOf(COUNT);
  const words = new Uint32Array(COUNT * 4);
  for (let i = 0; i < COUNT; i++) words.fill(keys[i]!, i * 4, i * 4 + 4);
  const list = Array.from({ length: COUNT }, (_, i) => new Uint8Array(words.buffer, i * 16, 16));
  // Joined and cut apart, so that they are flat strings like those that come out of a file.
  const digits = list.map((key) => key.toHex()).join("");
  return made = { bytes: list, texts: list.map((_, i) => digits.slice(i * 32, i * 32 + 32)) };
}

function buildMap(): Arm {
  return arm({
    name: "Map of strings",
    shapes: ["loop"],
    bind: byteKeys,
    run: ({ texts }) => (operations) => {
      let size = 0;
      for (let i = 0; i < operations; i++) {
        const map = new Map<string, number>();
        for (let k = 0; k < texts.length; k++) map.set(texts[k]!, k);
        size += map.size;
      }
      return size;
    },
  });
}

function buildHashMap(): Arm {
  return arm({
    name: "HashMap of bytes(16)",
    shapes: ["loop"],
    bind: () => {
      const heap = new Heap({ name: "bench" });
      return { keys: byteKeys().bytes, heap, make: () => new HashMap(bytes(16), u32, { allocator: heap }) };
    },
    release: ({ heap }) => heap.close(),
    run: ({ keys, make }) => (operations) => {
      let size = 0;
      for (let i = 0; i < operations; i++) {
        const map = make();
        for (let k = 0; k < keys.length; k++) map.set(keys[k]!, k);
        size += map.size;
        map.dispose();
      }
      return size;
    },
  });
}

const build: Group = {
  name: "build a map of 1 million 16-byte keys",
  operation: "an empty map gets 1 million entries, 16 bytes to u32",
  checksum: (operations) => operations * COUNT,
  arms: [buildMap(), buildHashMap()],
  targets: [],
  effort: { rounds: 5, warmUpOperations: 1 },
};

function hitMap(): Arm {
  return arm({
    name: "Map of strings",
    bind: () => {
      const { texts } = byteKeys();
      return { keys: texts, map: new Map(texts.map((text, i) => [text, i])) };
    },
    run: ({ keys, map }) => {
      let next = 0;
      return (operations) => {
        let found = 0;
        for (let i = 0; i < operations; i++) {
          if (map.get(keys[next]!) !== undefined) found++;
          // 7,919 is prime: an order that is not that of insertion.
          next = (next + 7919) % keys.length;
        }
        return found;
      };
    },
  });
}

function hitHashMap(): Arm {
  return arm({
    name: "HashMap of bytes(16)",
    bind: () => {
      const keys = byteKeys().bytes;
      const heap = new Heap({ name: "bench" });
      const map = new HashMap(bytes(16), u32, { allocator: heap });
      for (let i = 0; i < keys.length; i++) map.set(keys[i]!, i);
      return { keys, map, heap };
    },
    release: ({ heap }) => heap.destroy(),
    run: ({ keys, map }) => {
      let next = 0;
      return (operations) => {
        let found = 0;
        for (let i = 0; i < operations; i++) {
          if (map.get(keys[next]!) !== undefined) found++;
          next = (next + 7919) % keys.length;
        }
        return found;
      };
    },
  });
}

const hit: Group = {
  name: "hit, 1 million 16-byte keys",
  operation: "get() of a key that is there, in another order",
  checksum: (operations) => operations,
  arms: [hitMap(), hitHashMap()],
  targets: [],
};

/** Keys of 16 bytes, which a Map can only take as strings. */
export const bytesGroups: readonly Group[] = [build, hit];
