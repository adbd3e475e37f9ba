import { HashMap, HashSet, LruMap, MultiMap, SortedMap } from "../../stl/mod.ts";
import { nameOf, type Sort, SORTS } from "./_kinds.ts";
import {
  assertNamed,
  assertSameBag,
  assertSameList,
  Fault,
  type Operation,
  type Play,
  type PlayMaker,
  type Prompter,
  sizing,
  weighted,
} from "./_operation.ts";

const MOST = 400;

// deno-lint-ignore no-explicit-any -- maps of every kind, as loosely typed as JavaScript calls them
type AnyMap = any;
type Compare = (a: unknown, b: unknown) => number;
type Entry = readonly [key: unknown, value: unknown];

/** Maps beside a `Map` from the names of keys, in which the entry that was used last comes last. */
class MapPlay implements Play {
  readonly closes = true;
  readonly container: AnyMap;
  protected readonly prompter: Prompter;
  protected readonly model = new Map<string, Entry>();
  readonly #key: Sort;
  readonly #value: Sort;

  constructor(container: AnyMap, [key, value]: readonly [Sort, Sort], prompter: Prompter) {
    this.container = container;
    this.prompter = prompter;
    this.#key = key;
    this.#value = value;
  }

  isEmpty(): boolean {
    return this.model.size === 0;
  }

  checkSize(): void {
    assertNamed(this.container.size, this.model.size);
  }

  check(): void {
    assertSameBag(this.container.toArray(), this.model.values(), nameOf);
    for (const [key, value] of this.model.values()) assertNamed(this.container.get(key), value, nameOf);
  }

  operation(): Operation {
    const { random } = this.prompter;
    if (this.model.size > MOST || random.once(150)) return this.#clear();
    const value = this.#key.make(random);
    // Half of the calls ask for what is there.
    const [key] = random.once(2) ? this.#anyEntry() ?? [value] : [value];
    return weighted(random, [
      [40, () => this.#set(key)],
      [24, () => this.#ask("delete", key)],
      [12, () => this.#ask("get", key)],
      [6, () => this.#ask("has", key)],
      [3, () => this.#visit()],
      [4, () => this.#refusal(key)],
      [5, () => sizing(random, this.container)],
    ]);
  }

  #anyEntry(): Entry | undefined {
    const place = this.prompter.random.below(Math.min(20, this.model.size));
    let index = 0;
    for (const entry of this.model.values()) if (index++ === place) return entry;
    return undefined;
  }

  #clear(): Operation {
    return { label: "clear()", run: () => this.container.clear(), settle: () => this.model.clear() };
  }

  /** Notes that an entry was used. */
  protected use(_name: string): void {}

  #set(key: unknown): Operation {
    const value = this.#value.make(this.prompter.random);
    const [name, stored] = [nameOf(this.#key.stored(key)), this.#value.stored(value)];
    const [givenKey, givenValue] = [this.#key.given(key, this.prompter), this.#value.given(value, this.prompter)];
    return {
      label: `set(${name}, ${nameOf(stored)})`,
      run: () => this.container.set(givenKey, givenValue),
      settle: (result) => {
        if (result !== this.container) throw new Fault("set() returns something else");
        this.model.set(name, [this.#key.stored(key), stored]);
        this.use(name);
      },
    };
  }

  #ask(verb: "get" | "has" | "delete", key: unknown): Operation {
    const name = nameOf(this.#key.stored(key));
    const given = this.#key.given(key, this.prompter);
    return {
      label: `${verb}(${name})`,
      run: () => this.container[verb](given),
      settle: (result) => {
        const known = this.model.get(name);
        if (verb === "get") this.use(name);
        if (verb === "delete") this.model.delete(name);
        assertNamed(result, verb === "get" ? known?.[1] : known !== undefined, nameOf);
      },
    };
  }

  #refusal(key: unknown): Operation {
    const { random } = this.prompter;
    const bad = this.#value.bad?.(random);
    if (this.#value.bad === undefined) return this.#ask("has", key);
    return {
      label: `set(${nameOf(key)}, something bad)`,
      run: () => this.container.set(key, bad),
      settle: () => {},
      refused: () => true,
    };
  }

  #visit(): Operation {
    const seen: unknown[] = [];
    const visit = (value: unknown, key: unknown): void => {
      seen.push([key, value]);
      this.prompter.interrupt("visit");
    };
    return {
      label: "visiting all",
      run: (): void => {
        if (this.prompter.random.once(2)) this.container.forEach(visit);
        else for (const [key, value] of this.container) visit(value, key);
      },
      settle: (_, disturbed) => {
        if (!disturbed) assertSameBag(seen, this.model.values(), nameOf);
      },
      free: true,
    };
  }
}

/** Sorted maps, of which the order is checked too. */
class SortedPlay extends MapPlay {
  readonly #compare: (a: never, b: never) => number;

  constructor(map: AnyMap, sorts: readonly [Sort, Sort], prompter: Prompter, compare: (a: never, b: never) => number) {
    super(map, sorts, prompter);
    this.#compare = compare;
  }

  override check(): void {
    const keys = Array.from(this.model.values(), ([key]) => key) as never[];
    assertSameList(this.container.keys(), keys.sort(this.#compare), nameOf);
    super.check();
  }
}

/** Maps that let the entry go that was not used for the longest time. */
class LruPlay extends MapPlay {
  protected override use(name: string): void {
    const entry = this.model.get(name);
    if (entry === undefined) return;
    this.model.delete(name);
    this.model.set(name, entry);
  }

  /** What the map says of an entry that went. */
  readonly evicted = (key: unknown, value: unknown): void => {
    const entry = this.model.get(nameOf(key));
    if (entry === undefined) throw new Fault(`${nameOf(key)} went, which was not there`);
    assertNamed(value, entry[1], nameOf);
    this.model.delete(nameOf(key));
    this.prompter.interrupt("onEvict");
  };

  override check(): void {
    const { container } = this;
    assertSameBag(container.toArray(), this.model.values(), nameOf);
    assertNamed(container.size <= container.maxEntries && container.entryBytes <= container.maxBytes, true);
    for (const [key, value] of this.model.values()) assertNamed(container.peek(key), value, nameOf);
  }
}

/** Maps with any number of values for each key, beside a `Map` of lists. */
class MultiPlay implements Play {
  readonly closes = true;
  readonly container: AnyMap;
  readonly #prompter: Prompter;
  readonly #model = new Map<string, { readonly key: unknown; values: unknown[] }>();
  readonly #key: Sort;
  readonly #value: Sort;

  constructor(container: AnyMap, [key, value]: readonly [Sort, Sort], prompter: Prompter) {
    this.container = container;
    this.#prompter = prompter;
    this.#key = key;
    this.#value = value;
  }

  get #pairs(): Entry[] {
    return Array.from(this.#model.values(), ({ key, values }) => values.map((value): Entry => [key, value])).flat();
  }

  isEmpty(): boolean {
    return this.#model.size === 0;
  }

  checkSize(): void {
    assertNamed(this.container.size, this.#pairs.length);
    assertNamed(this.container.keyCount, this.#model.size);
  }

  check(): void {
    assertSameBag(this.container.toArray(), this.#pairs, nameOf);
    for (const { key, values } of this.#model.values()) {
      assertSameList(this.container.get(key), values, nameOf);
      assertNamed(this.container.count(key), values.length);
    }
  }

  operation(): Operation {
    const { random } = this.#prompter;
    if (this.#pairs.length > MOST || random.once(150)) {
      return { label: "clear()", run: () => this.container.clear(), settle: () => this.#model.clear() };
    }
    const key = this.#key.make(random);
    return weighted(random, [
      [50, () => this.#add(key)],
      [10, () => this.#delete(key)],
      [12, () => this.#deleteWhere(key)],
      [12, () => this.#get(key)],
      [5, () => sizing(random, this.container)],
    ]);
  }

  #add(key: unknown): Operation {
    const value = this.#value.make(this.#prompter.random);
    const [name, stored] = [nameOf(this.#key.stored(key)), this.#value.stored(value)];
    const [givenKey, givenValue] = [this.#key.given(key, this.#prompter), this.#value.given(value, this.#prompter)];
    return {
      label: `add(${name}, ${nameOf(stored)})`,
      run: () => this.container.add(givenKey, givenValue),
      settle: () => {
        const known = this.#model.get(name);
        if (known === undefined) this.#model.set(name, { key: this.#key.stored(key), values: [stored] });
        else known.values.push(stored);
      },
    };
  }

  #delete(key: unknown): Operation {
    const name = nameOf(this.#key.stored(key));
    const given = this.#key.given(key, this.#prompter);
    return {
      label: `delete(${name})`,
      run: () => this.container.delete(given),
      settle: (result) => {
        assertNamed(result, this.#model.get(name)?.values.length ?? 0);
        this.#model.delete(name);
      },
    };
  }

  #deleteWhere(key: unknown): Operation {
    const name = nameOf(this.#key.stored(key));
    const given = this.#key.given(key, this.#prompter);
    const goes = (value: unknown): boolean => nameOf(value).length % 2 === 0 || nameOf(value).includes("7");
    const test = (value: unknown): boolean => (this.#prompter.interrupt("test"), goes(value));
    return {
      label: `deleteWhere(${name})`,
      run: () => this.container.deleteWhere(given, test),
      settle: (result) => {
        const known = this.#model.get(name);
        const left = known?.values.filter((value) => !goes(value)) ?? [];
        assertNamed(result, (known?.values.length ?? 0) - left.length);
        if (left.length === 0) this.#model.delete(name);
        else known!.values = left;
      },
    };
  }

  #get(key: unknown): Operation {
    const name = nameOf(this.#key.stored(key));
    const given = this.#key.given(key, this.#prompter);
    return {
      label: `get(${name})`,
      run: () => this.container.get(given),
      settle: (result) => assertSameList(result as unknown[], this.#model.get(name)?.values ?? [], nameOf),
    };
  }
}

/** A set as a map whose values are true. */
function asMap(set: AnyMap): AnyMap {
  const view: AnyMap = {
    get size() {
      return set.size;
    },
    get bytes() {
      return set.bytes;
    },
    get closed() {
      return set.closed;
    },
    set: (given: unknown) => (set.add(given), view),
    get: (given: unknown) => set.has(given) || undefined,
    has: (given: unknown) => set.has(given),
    delete: (given: unknown) => set.delete(given),
    clear: () => set.clear(),
    reserve: (capacity: number) => set.reserve(capacity),
    shrinkToFit: () => set.shrinkToFit(),
    dispose: () => set.dispose(),
    toBytes: () => set.toBytes(),
    toArray: () => set.toArray().map((value: unknown) => [value, true]),
    forEach: (visit: (value: unknown, key: unknown) => void) => set.forEach((key: unknown) => visit(true, key)),
    *[Symbol.iterator](): Iterator<Entry> {
      for (const value of set) yield [value, true];
    },
  };
  return view;
}

/** Sets as maps whose values are their keys. */
class SetPlay extends MapPlay {
  readonly #set: AnyMap;

  constructor(set: AnyMap, key: Sort, prompter: Prompter) {
    super(asMap(set), [key, YES], prompter);
    this.#set = set;
  }

  override check(): void {
    super.check();
    assertNamed([...this.#set].length, this.model.size);
  }
}

const YES: Sort = { label: "", kind: undefined, make: () => true, given: (value) => value, stored: (value) => value };

function hashOf(key: Sort, value: Sort, incremental = false): PlayMaker {
  return [`HashMap of ${key.label} to ${value.label}${incremental ? ", incremental" : ""}`, (allocator, prompter) => {
    return new MapPlay(new HashMap(key.kind, value.kind, { allocator, incremental }), [key, value], prompter);
  }, (bytes, options) => HashMap.fromBytes<unknown, unknown>(key.kind, value.kind, bytes, { ...options, incremental })];
}

function setOf(key: Sort, incremental = false): PlayMaker {
  return [`HashSet of ${key.label}${incremental ? ", incremental" : ""}`, (allocator, prompter) => {
    return new SetPlay(new HashSet(key.kind, { allocator, incremental }), key, prompter);
  }, (bytes, options) => asMap(HashSet.fromBytes<unknown>(key.kind, bytes, { ...options, incremental }))];
}

function lruOf(key: Sort, value: Sort, limits: { maxEntries?: number; maxBytes?: number }): PlayMaker {
  return [`LruMap of ${key.label} to ${value.label}`, (allocator, prompter) => {
    const onEvict = (gone: unknown, with_: unknown): void => play.evicted(gone, with_);
    const map = new LruMap(key.kind, value.kind, { allocator, onEvict, ...limits });
    const play: LruPlay = new LruPlay(map, [key, value], prompter);
    return play;
  }, (bytes, options) => LruMap.fromBytes<unknown, unknown>(key.kind, value.kind, bytes, { ...options, ...limits })];
}

function sortedOf(key: Sort, value: Sort, order: (a: never, b: never) => number, given = false): PlayMaker {
  return [`SortedMap of ${key.label} to ${value.label}`, (allocator, prompter) => {
    const compare = (a: never, b: never): number => (prompter.interrupt("compare"), order(a, b));
    const map = new SortedMap<unknown, unknown>(key.kind, value.kind, {
      allocator,
      ...(given && { compare: compare as Compare }),
    });
    return new SortedPlay(map, [key, value], prompter, order);
  }, (bytes, options) =>
    SortedMap.fromBytes<unknown, unknown>(key.kind, value.kind, bytes, {
      ...options,
      ...(given && { compare: order as Compare }),
    })];
}

function multiOf(key: Sort, value: Sort): PlayMaker {
  return [
    `MultiMap of ${key.label} to ${value.label}`,
    (allocator, prompter) => new MultiPlay(new MultiMap(key.kind, value.kind, { allocator }), [key, value], prompter),
    (bytes, options) => MultiMap.fromBytes(key.kind, value.kind, bytes, options),
  ];
}

const byNumber = (a: number, b: number): number => a - b;
const byId = (a: { id: number; x: number }, b: { id: number; x: number }): number => a.id - b.id || a.x - b.x;
const encoder = new TextEncoder();
const byBytes = (a: Uint8Array, b: Uint8Array): number => {
  for (let at = 0; at < a.length && at < b.length; at++) if (a[at] !== b[at]) return a[at]! - b[at]!;
  return a.length - b.length;
};
const byText = (a: string, b: string): number => byBytes(encoder.encode(a), encoder.encode(b));

/** Plays of maps and sets of every kind. */
export const MAP_PLAYS: readonly PlayMaker[] = [
  hashOf(SORTS.u32, SORTS.f64),
  hashOf(SORTS.u32, SORTS.rich, true),
  hashOf(SORTS.f64, SORTS.item),
  hashOf(SORTS.text, SORTS.text),
  hashOf(SORTS.text, SORTS.u32, true),
  hashOf(SORTS.digest, SORTS.cut),
  hashOf(SORTS.item, SORTS.item),
  hashOf(SORTS.bytes, SORTS.bytes, true),
  setOf(SORTS.u32, true),
  setOf(SORTS.digest),
  setOf(SORTS.item),
  setOf(SORTS.text, true),
  lruOf(SORTS.text, SORTS.text, { maxEntries: 60 }),
  lruOf(SORTS.item, SORTS.item, { maxEntries: 100, maxBytes: 1500 }),
  lruOf(SORTS.u32, SORTS.bytes, { maxBytes: 1000 }),
  sortedOf(SORTS.f64, SORTS.item, byNumber),
  sortedOf(SORTS.text, SORTS.text, byText),
  sortedOf(SORTS.item, SORTS.rich, byId, true),
  sortedOf(SORTS.bytes, SORTS.u32, byBytes),
  sortedOf(SORTS.u32, SORTS.cut, byNumber, true),
  multiOf(SORTS.u32, SORTS.f64),
  multiOf(SORTS.text, SORTS.item),
  multiOf(SORTS.item, SORTS.rich),
  multiOf(SORTS.bytes, SORTS.cut),
];
