import assert from "node:assert/strict";
import { test } from "node:test";
import { Heap } from "../../mod.ts";
import { array, HashMap, HashSet, type Kind, LruMap, SortedMap, struct, text, u32, union } from "../../stl/mod.ts";

const cut: string[] = [];
const Name = text(4, { onTruncate: ({ stored }) => cut.push(stored) });
const Pair = array(Name, 2);

/** Kinds of keys with a text in them that tells of what is cut; makes a key around such a text. */
const KINDS: Readonly<Record<string, readonly [Kind<unknown>, (name: string) => unknown]>> = {
  "a text": [Name as Kind<unknown>, (name) => name],
  "a struct": [struct({ id: u32, name: Name }) as Kind<unknown>, (name) => ({ id: 1, name })],
  "an array": [Pair as Kind<unknown>, (name) => [name, "b"]],
  "a struct of arrays": [struct({ pair: Pair }) as Kind<unknown>, (name) => ({ pair: ["b", name] })],
  "a union": [union({ id: u32, name: Name }) as Kind<unknown>, (name) => ({ tag: "name", value: name })],
};

interface Looked {
  readonly put: (key: unknown) => void;
  readonly looks: readonly ((key: unknown) => unknown)[];
  readonly size: () => number;
}

function mapOf(map: HashMap<unknown, number> | LruMap<unknown, number> | SortedMap<unknown, number>): Looked {
  const looks = [(key: unknown) => map.get(key), (key: unknown) => map.has(key), (key: unknown) => map.delete(key)];
  if ("peek" in map) looks.push((key) => map.peek(key));
  return { put: (key) => void map.set(key, 1), looks, size: () => map.size };
}

function order(a: unknown, b: unknown): number {
  const [first, second] = [JSON.stringify(a), JSON.stringify(b)];
  return first < second ? -1 : first > second ? 1 : 0;
}

const CONTAINERS: Readonly<Record<string, (kind: Kind<unknown>, allocator: Heap) => Looked>> = {
  HashMap: (kind, allocator) => mapOf(new HashMap(kind, u32, { allocator })),
  "HashMap, incremental": (kind, allocator) => mapOf(new HashMap(kind, u32, { allocator, incremental: true })),
  LruMap: (kind, allocator) => mapOf(new LruMap(kind, u32, { allocator, maxEntries: 8 })),
  HashSet: (kind, allocator) => setOf(new HashSet(kind, { allocator })),
  "HashSet, incremental": (kind, allocator) => setOf(new HashSet(kind, { allocator, incremental: true })),
  SortedMap: (kind, allocator) => mapOf(new SortedMap(kind, u32, { allocator, compare: order })),
};

function setOf(set: HashSet<unknown>): Looked {
  const looks = [(key: unknown) => set.has(key), (key: unknown) => set.delete(key)];
  return { put: (key) => void set.add(key), looks, size: () => set.size };
}

for (const [name, make] of Object.entries(CONTAINERS)) {
  for (const [kindName, [kind, key]] of Object.entries(KINDS)) {
    test(`${name} cuts no text of ${kindName} that is only looked for`, () => {
      using heap = new Heap();
      const { put, looks, size } = make(kind, heap);
      cut.length = 0;
      put(key("abcdef"));
      assert.equal(size(), 1);
      assert.deepEqual(cut, ["abcd"]);
      for (const look of looks) assert.ok(!look(key("abcdefgh")), "what cannot be stored is not there");
      assert.deepEqual([size(), cut], [1, ["abcd"]]);
    });
  }
}

test("SortedMap with keys of text(4) has no longer key, with a listener and without", () => {
  using heap = new Heap();
  for (const kind of [Name, text(4)]) {
    cut.length = 0;
    const map = new SortedMap(kind, u32, { allocator: heap });
    map.set("abcd", 1);
    assert.deepEqual([map.get("abcdef"), map.has("abcdef"), map.delete("abcdef"), map.has("a\0")], [
      undefined,
      false,
      false,
      false,
    ]);
    assert.deepEqual([map.get("abcd"), map.size, cut], [1, 1, []]);
    // Which keys come before what is no key cannot be told.
    const refused = { name: "RangeError", message: /^Cannot store a text of 6 bytes: 4 fit/ };
    assert.throws(() => map.floorKey("abcdef"), refused);
    assert.throws(() => map.ceilingKey("abcdef"), refused);
    assert.throws(() => [...map.keys({ from: "abcdef" })], refused);
    assert.throws(() => [...map.keys({ to: "abcdef" })], refused);
    assert.deepEqual(cut, []);
    map.dispose();
  }
});

test("a getter of a key that is looked for may store texts that are cut", () => {
  using heap = new Heap();
  const [Key, kept] = [struct({ id: u32, name: Name }), new HashSet(Name, { allocator: heap })];
  const map = new HashMap(Key, u32, { allocator: heap });
  map.set({ id: 1, name: "abcd" }, 7);
  cut.length = 0;
  const key = {
    get id() {
      kept.add("stored");
      assert.equal(kept.has("another"), false);
      Name.write(new DataView(new ArrayBuffer(4)), 0, "written");
      return 1;
    },
    name: "abcd",
  };
  assert.equal(map.get(key), 7);
  assert.deepEqual(cut, ["stor", "writ"]);
  assert.deepEqual(kept.toArray(), ["stor"]);
});

test("what code of the program throws while a key is looked for is thrown, and texts are cut again afterwards", () => {
  using heap = new Heap();
  const map = new HashMap(struct({ id: u32, name: Name }), u32, { allocator: heap });
  const failing = {
    get id(): number {
      throw new Error("mine");
    },
    name: "abcd",
  };
  assert.throws(() => map.get(failing), { message: "mine" });
  cut.length = 0;
  map.set({ id: 1, name: "abcdef" }, 1);
  assert.deepEqual(cut, ["abcd"]);
});
