import assert from "node:assert/strict";
import { test } from "node:test";
import { AllocationError, Heap } from "../../../mod.ts";
import {
  type AccessorOf,
  anyBytes,
  anyText,
  bytes,
  f64,
  HashMap,
  HashSet,
  type KeyedContainer,
  type Kind,
  LruMap,
  StringTable,
  struct,
  text,
  u32,
} from "../../../stl/mod.ts";
import { numberFrom, Random } from "../../fuzz/_random.ts";

const SEED = numberFrom("SEED", Math.floor(Math.random() * 2 ** 32));
const STEPS = 3000;
const KEYS = 400;

/** What runs at each place where code of the program is called. */
let act: () => void = () => {};

const Item = struct({ id: u32, x: f64 }, { name: "Item" });
const Short = text(6, { onTruncate: () => act() });

/** Values of a kind by number. Some run code when they are read, and some are the same as others. */
interface Sample {
  readonly kind: Kind<unknown>;
  readonly make: (n: number) => unknown;
  /** What a model calls the value. */
  readonly name: (value: unknown) => string;
  /** Whether a value can be stored as it is, so that looking for it finds it. */
  readonly whole: (value: unknown) => boolean;
}

function sample<T>(
  kind: Kind<T>,
  make: (n: number) => T,
  name: (value: T) => string = String,
  whole: (value: T) => boolean = () => true,
): Sample {
  return { kind: kind as Kind<unknown>, make, name: name as Sample["name"], whole: whole as Sample["whole"] };
}

const SAMPLES: Readonly<Record<string, Sample>> = {
  u32: sample(u32, (n) => n),
  f64: sample(f64, (n) => n / 3),
  anyText: sample(anyText, (n) => `${n}${"é".repeat(n % 50)}`),
  anyBytes: sample(anyBytes, (n) => Uint8Array.from({ length: n % 40 }, (_, i) => i === 0 ? n : n >> 8)),
  "bytes(16)": sample(bytes(16), (n) => new Uint8Array(16).fill(n % 256).fill(n >> 8, 3)),
  structs: sample<{ id: number; x: number }>(
    Item,
    (n) => {
      return {
        id: n,
        get x() {
          if (n % 3 === 0) act();
          return n / 2;
        },
      };
    },
    ({ id }) => String(id),
  ),
  // Texts that are stored in part, of which the listener is told.
  "text(6)": sample<string>(
    Short,
    (n) => `${n}-${n % 2 === 0 ? "longer" : ""}`,
    (value) => value.slice(0, 6),
    (value) => value.length <= 6,
  ),
};

/** A map beside a model that is changed by what both did. */
class World {
  map!: KeyedContainer<unknown, unknown>;
  readonly model = new Map<string, string>();
  disposals = 0;
  readonly #make: (world: World) => KeyedContainer<unknown, unknown>;
  readonly #key: Sample;
  readonly #value: Sample;
  readonly #random: Random;

  constructor(key: Sample, value: Sample, random: Random, make: (world: World) => KeyedContainer<unknown, unknown>) {
    this.#key = key;
    this.#value = value;
    this.#random = random;
    this.#make = make;
    this.map = make(this);
  }

  evicted(key: unknown): void {
    assert.ok(this.model.delete(this.#key.name(key)), "what goes was there");
    act();
  }

  /** One operation; whatever runs meanwhile has come before it. */
  step(): void {
    const random = this.#random;
    const key = this.#key.make(random.below(KEYS));
    const name = this.#key.name(key);
    // What would be cut is not there.
    const sought = this.#key.whole(key) ? name : "";
    const { map, model } = this;
    const choice = random.below(100);
    if (choice < 10) this.#update(key, name);
    else if (choice < 50) {
      const value = this.#value.make(random.below(1000));
      map.set(key, value);
      model.set(name, this.#value.name(value));
    } else if (choice < 65) {
      const deleted = map.delete(key);
      assert.equal(deleted, model.delete(sought), `delete ${name}`);
    } else if (choice < 85) {
      const value = map.get(key);
      assert.equal(value === undefined ? undefined : this.#value.name(value), model.get(sought), `get ${name}`);
    } else if (choice < 90) {
      const has = map.has(key);
      assert.equal(has, model.has(sought), `has ${name}`);
    } else if (choice < 93) map.shrinkToFit();
    else if (choice < 95) map.reserve(random.below(800));
    else if (choice < 97) this.#walk();
    else if (choice < 98) this.check();
    else if (choice < 99) {
      map.clear();
      model.clear();
    } else if (random.once(3)) {
      map.dispose();
      this.disposals++;
      model.clear();
    }
  }

  #update(key: unknown, name: string): void {
    const { model } = this;
    const random = this.#random;
    const [initial, number] = [this.#value.make(random.below(1000)), random.below(1000)];
    const wanted = this.#value.make(number);
    let places = false;
    const updated = this.map.update(key, (value: unknown) => {
      places = typeof (value as Partial<AccessorOf<typeof Item>>).toObject === "function";
      const found = this.#value.name(value);
      // A listener may have set it while there was no room for the initial one.
      assert.ok(found === model.get(name) || found === this.#value.name(initial), `update ${name}: ${found}`);
      model.set(name, found);
      if (random.once(4)) act();
      if (!places) return wanted;
      (value as { id: number }).id = number;
      model.set(name, String(number));
      return undefined;
    }, initial);
    if (updated && !places) model.set(name, this.#value.name(wanted));
  }

  #walk(): void {
    const seen = new Set<string>();
    for (const [key] of this.map) {
      const name = this.#key.name(key);
      assert.ok(!seen.has(name), `${name} came twice`);
      seen.add(name);
      if (seen.size % 7 === 0) act();
    }
    for (const name of this.model.keys()) assert.ok(seen.has(name), `${name} was left out`);
  }

  check(): void {
    const { map, model } = this;
    assert.equal(map.size, model.size);
    for (const [key, value] of map.toArray()) assert.equal(this.#value.name(value), model.get(this.#key.name(key)));
  }

  revive(): void {
    if (this.map.closed) this.map = this.#make(this);
  }
}

/** Only what is documented may be thrown. */
function attempt(run: () => void): void {
  try {
    run();
  } catch (error) {
    if (error instanceof AllocationError) return;
    const message = String(error);
    assert.ok(
      /^ClosedError: Cannot |^Error: Cannot go on iterating over a |^Error: Cannot grow a \w+: it asked for memory/
        .test(message),
      (error as Error).stack ?? message,
    );
  }
}

function play(worlds: readonly World[], heap: Heap, random: Random): number {
  let depth = 0;
  let calls = 0;
  act = () => {
    if (depth >= 2) return;
    depth++;
    calls++;
    for (let turn = random.below(3); turn >= 0; turn--) attempt(() => random.pick(worlds).step());
    depth--;
  };
  using _subscription = heap.onDeferredFree(() => act());
  for (let step = 0; step < STEPS; step++) {
    attempt(() => random.pick(worlds).step());
    for (const world of worlds) world.revive();
    if (step % 50 > 0) continue;
    // Gathering what grows a little at a time may need memory.
    for (const world of worlds) attempt(() => world.check());
    assert.equal(heap.liveBytes, worlds.reduce((sum, { map }) => sum + map.bytes, 0));
  }
  act = () => {};
  return calls;
}

type Make = (key: Sample, value: Sample, heap: Heap, world: World) => KeyedContainer<unknown, unknown>;

const MAPS: Readonly<Record<string, Make>> = {
  HashMap: ({ kind: key }, { kind: value }, heap) => new HashMap(key, value, { allocator: heap }),
  "HashMap, incremental": ({ kind: key }, { kind: value }, heap) =>
    new HashMap(key, value, { allocator: heap, incremental: true }),
  "LruMap of entries": ({ kind: key }, { kind: value }, heap, world) =>
    new LruMap(key, value, { allocator: heap, maxEntries: 200, onEvict: (gone) => world.evicted(gone) }),
  "LruMap of bytes": ({ kind: key }, { kind: value }, heap, world) =>
    new LruMap(key, value, { allocator: heap, maxBytes: 4000, onEvict: (gone) => world.evicted(gone) }),
};

const PAIRS: readonly (readonly [string, string])[] = [
  ["u32", "f64"],
  ["u32", "structs"],
  ["anyText", "anyText"],
  ["anyBytes", "u32"],
  ["bytes(16)", "f64"],
  ["bytes(16)", "bytes(16)"],
  ["structs", "structs"],
  ["text(6)", "text(6)"],
];

for (const [name, make] of Object.entries(MAPS)) {
  for (const [keyName, valueName] of PAIRS) {
    test(`${name} of ${keyName} to ${valueName} stays whole whatever listeners do with it and another one (SEED=${SEED})`, () => {
      const random = new Random(SEED);
      const [key, value] = [SAMPLES[keyName]!, SAMPLES[valueName]!];
      // So little that growing fails now and then, and the listener is called for memory.
      using heap = new Heap({ limit: 24_000 });
      const worlds = [0, 1].map(() => new World(key, value, random, (world) => make(key, value, heap, world)));
      const calls = play(worlds, heap, random);
      assert.ok(calls > 20, `${calls} calls`);
      for (const { map } of worlds) map.dispose();
      assert.equal(heap.liveBlocks, 0);
    });
  }
}

test("a HashMap that deletes half of its keys when its heap runs out of memory goes on", () => {
  for (const [kind, keyOf] of [[u32, (n: number) => n], [anyText, (n: number) => `key ${n}`]] as const) {
    using heap = new Heap({ limit: 60_000 });
    const map = new HashMap(kind as Kind<unknown>, anyText, { allocator: heap });
    let trims = 0;
    using _subscription = heap.onDeferredFree(({ force }) => {
      if (!force) return;
      trims++;
      for (const stale of [...map.keys()].slice(map.size >> 1)) map.delete(stale);
    });
    for (let n = 0; n < 20_000; n++) map.set(keyOf(n), `value ${n}`);
    assert.ok(trims > 3);
    assert.equal(map.get(keyOf(19_999)), "value 19999");
    for (const [key, value] of map) assert.equal(value, `value ${String(key).replace("key ", "")}`);
  }
});

test("a listener that looks into another map does not change the key that is being stored", () => {
  for (const name of ["bytes(16)", "structs", "text(6)", "anyText"]) {
    const { kind, make, name: stored, whole } = SAMPLES[name]!;
    using heap = new Heap();
    const other = new HashMap(kind, u32, { allocator: heap }).set(make(1), 1);
    using _subscription = heap.onDeferredFree(() => {
      other.get(make(1));
    });
    const map = new HashMap(kind, u32, { allocator: heap });
    // The listener is called for each 1,024th allocation, and most of them make a map longer.
    for (let n = 0; n < 3000; n++) {
      map.set(make(n), n);
      if (n % 10 === 0) map.shrinkToFit();
    }
    for (let n = 0; n < 3000; n++) {
      const key = make(n);
      assert.equal(map.get(whole(key) ? key : stored(key)), n, `${name} ${n}`);
    }
  }
});

test("sets and tables of texts stay whole when a listener uses them", () => {
  using heap = new Heap({ limit: 30_000 });
  const random = new Random(SEED);
  const set = new HashSet(anyText, { allocator: heap });
  const table = new StringTable({ allocator: heap });
  const model = new Set<string>();
  const texts: string[] = [];
  const step = (): void => {
    const given = `text ${random.below(900)}`;
    if (random.once(3)) assert.equal(set.delete(given), model.delete(given));
    else {
      set.add(given);
      model.add(given);
    }
    if (random.once(200)) {
      table.clear();
      texts.length = 0;
    }
    const handle = table.intern(given);
    if (handle === texts.length) texts.push(given);
    assert.equal(texts[handle], given, `SEED=${SEED}`);
  };
  using _subscription = heap.onDeferredFree(() => {
    for (let turn = 0; turn < 3; turn++) attempt(step);
    if (random.once(2)) attempt(() => set.shrinkToFit());
  });
  for (let turn = 0; turn < 5000; turn++) attempt(step);
  assert.deepEqual(set.toArray().sort(), [...model].sort(), `SEED=${SEED}`);
  assert.deepEqual(table.toArray(), texts);
  set.dispose();
  table.dispose();
  assert.equal(heap.liveBlocks, 0);
});
