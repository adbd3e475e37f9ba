import { Heap } from "../../heaps/heap/heap.ts";
import { bytes, HashMap, u32 } from "../../stl/mod.ts";
import { type Arm, arm, type Group } from "../suite.ts";
import { keysOf } from "./hash_keys.ts";

const COUNT = 1_000_000;

/** Keys of 16 bytes, one after the other as in a file or a packet. */
interface ByteKeys {
  readonly flat: Uint8Array;
  /** The key at `offset` as a string of 16 characters, which a Map can compare. */
  readonly textAt: (flat: Uint8Array, offset: number) => string;
}

let made: ByteKeys | undefined;

function textAt(k: Uint8Array, at: number): string {
  // deno-fmt-ignore -- sixteen arguments, because a spread takes several times as long
  return String.fromCharCode(
    k[at]!, k[at + 1]!, k[at + 2]!, k[at + 3]!, k[at + 4]!, k[at + 5]!, k[at + 6]!, k[at + 7]!,
    k[at + 8]!, k[at + 9]!, k[at + 10]!, k[at + 11]!, k[at + 12]!, k[at + 13]!, k[at + 14]!, k[at + 15]!,
  );
}

function byteKeys(): ByteKeys {
  if (made !== undefined) return made;
  const { keys } = keysOf(COUNT);
  const words = new Uint32Array(COUNT * 4);
  for (let i = 0; i < COUNT; i++) words.fill(keys[i]!, i * 4, i * 4 + 4);
  return made = { flat: new Uint8Array(words.buffer), textAt };
}

function buildMap(): Arm {
  return arm({
    name: "Map, strings made of the bytes",
    shapes: ["loop"],
    bind: byteKeys,
    run: ({ flat, textAt }) => (operations) => {
      let size = 0;
      for (let i = 0; i < operations; i++) {
        const map = new Map<string, number>();
        for (let at = 0; at < flat.length; at += 16) map.set(textAt(flat, at), at);
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
      return { ...byteKeys(), heap, make: () => new HashMap(bytes(16), u32, { allocator: heap }) };
    },
    release: ({ heap }) => heap.close(),
    run: ({ flat, make }) => {
      const key = new Uint8Array(16);
      return (operations) => {
        let size = 0;
        for (let i = 0; i < operations; i++) {
          const map = make();
          for (let at = 0; at < flat.length; at += 16) {
            for (let byte = 0; byte < 16; byte++) key[byte] = flat[at + byte]!;
            map.set(key, at);
          }
          size += map.size;
          map.dispose();
        }
        return size;
      };
    },
  });
}

const build: Group = {
  name: "build a map of 1 million 16-byte keys",
  operation: "an empty map gets 1 million entries, 16 bytes to u32",
  checksum: (operations) => operations * COUNT,
  arms: [buildMap(), buildHashMap()],
  targets: [{ arm: "HashMap of bytes(16)", timesFaster: 1.5, against: "Map, strings made of the bytes" }],
  effort: { rounds: 5, warmUpOperations: 1 },
};

function filledMap({ flat }: ByteKeys): Map<string, number> {
  const map = new Map<string, number>();
  for (let at = 0; at < flat.length; at += 16) map.set(textAt(flat, at), at);
  return map;
}

function hitMap(): Arm {
  return arm({
    name: "Map, strings made of the bytes",
    bind: () => ({ ...byteKeys(), map: filledMap(byteKeys()) }),
    run: ({ flat, textAt, map }) => {
      let at = 0;
      return (operations) => {
        let found = 0;
        for (let i = 0; i < operations; i++) {
          if (map.get(textAt(flat, at)) === at) found++;
          // 7,919 is prime: an order that is not that of insertion.
          at = (at + 16 * 7919) % flat.length;
        }
        return found;
      };
    },
  });
}

function hitKnownStrings(): Arm {
  return arm({
    name: "Map, strings made before",
    bind: () => {
      const map = filledMap(byteKeys());
      return { map, keys: [...map.keys()] };
    },
    run: ({ map, keys }) => {
      let next = 0;
      return (operations) => {
        let found = 0;
        for (let i = 0; i < operations; i++) {
          if (map.get(keys[next]!) === next * 16) found++;
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
      const { flat } = byteKeys();
      const heap = new Heap({ name: "bench" });
      const map = new HashMap(bytes(16), u32, { allocator: heap });
      for (let at = 0; at < flat.length; at += 16) map.set(flat.subarray(at, at + 16), at);
      return { flat, map, heap };
    },
    release: ({ heap }) => heap.destroy(),
    run: ({ flat, map }) => {
      const key = new Uint8Array(16);
      let at = 0;
      return (operations) => {
        let found = 0;
        for (let i = 0; i < operations; i++) {
          for (let byte = 0; byte < 16; byte++) key[byte] = flat[at + byte]!;
          if (map.get(key) === at) found++;
          at = (at + 16 * 7919) % flat.length;
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
  arms: [hitMap(), hitHashMap(), hitKnownStrings()],
  targets: [{ arm: "HashMap of bytes(16)", timesFaster: 1.5, against: "Map, strings made of the bytes" }],
};

/** Keys of 16 bytes, of which a Map needs strings. */
export const bytesGroups: readonly Group[] = [build, hit];
