import { BitSet, Deque, PriorityQueue, SlotMap, SoaSlotMap } from "../../stl/mod.ts";
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

// deno-lint-ignore no-explicit-any -- containers of every kind, as loosely typed as JavaScript calls them
type AnyContainer = any;

/** Deques beside an array; with `maxLength` as rings. */
class DequePlay implements Play {
  readonly container: AnyContainer;
  readonly #sort: Sort;
  readonly #prompter: Prompter;
  readonly #maxLength: number;
  #model: unknown[] = [];

  constructor(container: AnyContainer, sort: Sort, prompter: Prompter) {
    this.container = container;
    this.#sort = sort;
    this.#prompter = prompter;
    this.#maxLength = container.maxLength;
  }

  isEmpty(): boolean {
    return this.#model.length === 0;
  }

  checkSize(): void {
    assertNamed(this.container.length, this.#model.length);
  }

  check(): void {
    assertSameList(this.container.toArray(), this.#model, nameOf);
  }

  operation(): Operation {
    const { random } = this.#prompter;
    if (this.#model.length > MOST || random.once(80)) return this.#clear();
    return weighted(random, [
      [30, () => this.#add(true)],
      [20, () => this.#add(false)],
      [6, () => this.#addMany()],
      [20, () => this.#take()],
      [12, () => this.#read()],
      [8, () => this.#set()],
      [3, () => this.#visit()],
      [5, () => sizing(random, this.container)],
    ]);
  }

  #clear(): Operation {
    return { label: "clear()", run: () => this.container.clear(), settle: () => this.#model = [] };
  }

  #append(values: readonly unknown[]): void {
    for (const value of values) {
      if (this.#model.length === this.#maxLength) this.#model.shift();
      if (this.#maxLength > 0) this.#model.push(value);
    }
  }

  #prepend(value: unknown): void {
    if (this.#model.length === this.#maxLength) this.#model.pop();
    this.#model.unshift(value);
  }

  #value(): { value: unknown; given: unknown } {
    const value = this.#sort.make(this.#prompter.random);
    return { value: this.#sort.stored(value), given: this.#sort.given(value, this.#prompter) };
  }

  #add(atEnd: boolean): Operation {
    const { value, given } = this.#value();
    return {
      label: `${atEnd ? "push" : "unshift"}(${nameOf(value)})`,
      run: () => atEnd ? this.container.push(given) : this.container.unshift(given),
      settle: (length) => {
        if (atEnd) this.#append([value]);
        else this.#prepend(value);
        assertNamed(length, this.#model.length);
      },
    };
  }

  #addMany(): Operation {
    const { random, interrupt } = this.#prompter;
    const values = Array.from({ length: random.below(random.once(8) ? 200 : 12) }, () => this.#value());
    const stored = values.map(({ value }) => value);
    const { array } = this.#sort;
    if (array !== undefined && random.once(2)) {
      const given = array.from(stored as never[]);
      return {
        label: `pushMany(a typed array of ${stored.length})`,
        run: () => this.container.pushMany(given),
        settle: (length) => {
          this.#append(stored);
          assertNamed(length, this.#model.length);
        },
      };
    }
    const iterable = {
      *[Symbol.iterator](): Iterator<unknown> {
        for (const { given } of values) {
          interrupt("iterator");
          yield given;
        }
      },
    };
    return {
      label: `pushMany(an iterable of ${values.length})`,
      run: () => this.container.pushMany(iterable),
      settle: (length) => {
        this.#append(stored);
        assertNamed(length, this.#model.length);
      },
    };
  }

  #take(): Operation {
    const atEnd = this.#prompter.random.once(2);
    return {
      label: atEnd ? "pop()" : "shift()",
      run: () => atEnd ? this.container.pop() : this.container.shift(),
      settle: (result) => assertNamed(result, atEnd ? this.#model.pop() : this.#model.shift(), nameOf),
    };
  }

  #index(): number {
    const { random } = this.#prompter;
    if (random.once(30)) return random.pick([-1, 0.5, NaN, this.#model.length, 2 ** 32]);
    return random.below(this.#model.length);
  }

  #isNone(index: number): boolean {
    return !(Number.isInteger(index) && index >= 0 && index < this.#model.length);
  }

  #read(): Operation {
    const index = this.#index();
    if (this.#prompter.random.once(3)) {
      const value = this.#model[index] ?? this.#sort.make(this.#prompter.random);
      return {
        label: `indexOf(${nameOf(value)})`,
        run: () => this.container.indexOf(value),
        settle: (result) => {
          // Structs and bytes are objects, none of which is another.
          if (typeof value !== "object") assertNamed(result, this.#model.indexOf(value));
        },
      };
    }
    return {
      label: `get(${index})`,
      run: () => this.container.get(index),
      settle: (result) => assertNamed(result, this.#model[index], nameOf),
      refused: () => this.#isNone(index),
    };
  }

  #set(): Operation {
    const index = this.#index();
    const { value, given } = this.#value();
    return {
      label: `set(${index}, ${nameOf(value)})`,
      run: () => this.container.set(index, given),
      settle: () => {
        if (this.#isNone(index)) throw new Fault(`there is no element ${index} that was set`);
        this.#model[index] = value;
      },
      refused: () => this.#isNone(index),
    };
  }

  #visit(): Operation {
    const seen: string[] = [];
    const visit = (value: unknown): void => {
      seen.push(nameOf(value));
      this.#prompter.interrupt("visit");
    };
    return {
      label: "visiting all",
      run: (): void => {
        if (this.#prompter.random.once(2)) this.container.forEach(visit);
        else for (const value of this.container) visit(value);
      },
      settle: (_, disturbed) => {
        if (!disturbed) assertSameList(seen, this.#model, nameOf);
      },
      free: true,
    };
  }
}

/** Sets of bits beside a `Set`. */
class BitPlay implements Play {
  readonly container: BitSet;
  readonly #prompter: Prompter;
  #model = new Set<number>();

  constructor(container: BitSet, prompter: Prompter) {
    this.container = container;
    this.#prompter = prompter;
  }

  isEmpty(): boolean {
    return this.#model.size === 0;
  }

  checkSize(): void {
    assertNamed(this.container.size, this.#model.size);
  }

  check(): void {
    assertSameList(this.container.toArray(), [...this.#model].sort((a, b) => a - b), String);
  }

  operation(): Operation {
    const { random } = this.#prompter;
    const value = random.below(random.once(30) ? 20_000 : 1000);
    return weighted(random, [
      [30, () => ({
        label: `add(${value})`,
        run: () => this.container.add(value),
        settle: () => this.#model.add(value),
      })],
      [20, () => ({
        label: `delete(${value})`,
        run: () => this.container.delete(value),
        settle: (result) => assertNamed(result, this.#model.delete(value)),
      })],
      [10, () => ({
        label: `has(${value})`,
        run: () => this.container.has(value),
        settle: (result) => assertNamed(result, this.#model.has(value)),
      })],
      [10, () => ({
        label: `toggle(${value})`,
        run: () => this.container.toggle(value),
        settle: (result) => assertNamed(result, !this.#model.delete(value) && this.#model.add(value).size > 0),
      })],
      [3, () => this.#refusal()],
      [3, () => this.#visit()],
      [6, () => sizing(random, this.container)],
      [1, () => ({ label: "clear()", run: () => this.container.clear(), settle: () => this.#model.clear() })],
    ]);
  }

  #refusal(): Operation {
    const bad = this.#prompter.random.pick([-1, 0.5, NaN, 2 ** 32, Infinity]);
    return { label: `add(${bad})`, run: () => this.container.add(bad), settle: () => {}, refused: () => true };
  }

  #visit(): Operation {
    const seen: number[] = [];
    return {
      label: "visiting all",
      run: () =>
        this.container.forEach((value) => {
          seen.push(value);
          this.#prompter.interrupt("visit");
        }),
      settle: (_, disturbed) => {
        if (!disturbed) assertSameList(seen, [...this.#model].sort((a, b) => a - b), String);
      },
      free: true,
    };
  }
}

/** Slot maps beside a `Map`. */
class SlotPlay implements Play {
  readonly closes = true;
  readonly container: AnyContainer;
  readonly #sort: Sort;
  readonly #prompter: Prompter;
  readonly #model = new Map<number, unknown>();
  readonly #stale: number[] = [];

  constructor(container: AnyContainer, sort: Sort, prompter: Prompter) {
    this.container = container;
    this.#sort = sort;
    this.#prompter = prompter;
  }

  isEmpty(): boolean {
    return this.#model.size === 0;
  }

  checkSize(): void {
    assertNamed(this.container.size, this.#model.size);
  }

  check(): void {
    const nameEntry = (entry: unknown): string => nameOf(entry);
    assertSameBag(this.container.toArray(), this.#model, nameEntry);
  }

  /** A handle that is mostly of a value. */
  #handle(): number {
    const { random } = this.#prompter;
    if (random.once(10)) return random.pick([-1, 0.5, 2 ** 52, NaN, ...this.#stale.slice(-5)]);
    const place = random.below(this.#model.size);
    for (const [index, handle] of [...this.#model.keys()].entries()) if (index === place) return handle;
    return 0;
  }

  operation(): Operation {
    const { random } = this.#prompter;
    if (this.#model.size > MOST || random.once(150)) return this.#clear();
    const handle = this.#handle();
    const value = this.#sort.make(random);
    const stored = this.#sort.stored(value);
    const given = this.#sort.given(value, this.#prompter);
    return weighted(random, [
      [40, () => ({
        label: `add(${nameOf(value)})`,
        run: () => this.container.add(given),
        settle: (added) => {
          if (this.#model.has(added as number)) throw new Fault(`handle ${added} was given out twice`);
          this.#model.set(added as number, stored);
        },
      })],
      [25, () => ({
        label: `delete(${handle})`,
        run: () => this.container.delete(handle),
        settle: (result) => {
          assertNamed(result, this.#model.delete(handle));
          this.#stale.push(handle);
        },
      })],
      [10, () => ({
        label: `get(${handle})`,
        run: () => this.container.get(handle),
        settle: (result) => assertNamed(result, this.#model.get(handle), nameOf),
      })],
      [15, () => ({
        label: `set(${handle}, ${nameOf(value)})`,
        run: () => this.container.set(handle, given),
        settle: () => {
          if (!this.#model.has(handle)) throw new Fault(`there is no ${handle} that was set`);
          this.#model.set(handle, stored);
        },
        refused: () => !this.#model.has(handle),
      })],
      [5, () => sizing(random, this.container)],
    ]);
  }

  #clear(): Operation {
    return { label: "clear()", run: () => this.container.clear(), settle: () => this.#model.clear() };
  }
}

/** How a queue knows what comes first. */
type Rank = (value: unknown) => number;

/** Priority queues beside an array of what they hold. */
class QueuePlay implements Play {
  readonly closes = true;
  readonly container: AnyContainer;
  readonly #sort: Sort;
  readonly #rank: Rank;
  readonly #prompter: Prompter;
  #model: unknown[] = [];

  constructor(container: AnyContainer, sort: Sort, rank: Rank, prompter: Prompter) {
    this.container = container;
    this.#sort = sort;
    this.#rank = rank;
    this.#prompter = prompter;
  }

  isEmpty(): boolean {
    return this.#model.length === 0;
  }

  checkSize(): void {
    assertNamed(this.container.length, this.#model.length);
  }

  check(): void {
    const values: unknown[] = this.container.toArray();
    assertSameBag(values, this.#model, nameOf);
    const ranks = values.map(this.#rank);
    for (let place = 1; place < ranks.length; place++) {
      if (ranks[(place - 1) >>> 2]! > ranks[place]!) throw new Fault(`element ${place} comes before what is above it`);
    }
  }

  operation(): Operation {
    const { random } = this.#prompter;
    if (this.#model.length > MOST || random.once(100)) {
      return { label: "clear()", run: () => this.container.clear(), settle: () => this.#model = [] };
    }
    const value = this.#sort.make(random);
    const stored = this.#sort.stored(value);
    const given = this.#sort.given(value, this.#prompter);
    return weighted(random, [
      [35, () => ({
        label: `push(${nameOf(value)})`,
        run: () => this.container.push(given),
        settle: (length) => assertNamed(length, this.#model.push(stored)),
      })],
      [28, () => ({
        label: "pop()",
        run: () => this.container.pop(),
        settle: (result, disturbed) => {
          this.#assertFirst(result, disturbed);
          if (result !== undefined) this.#model.splice(this.#find(result), 1);
        },
      })],
      [10, () => ({
        label: "peek()",
        run: () => this.container.peek(),
        settle: (result) => this.#assertFirst(result, false),
      })],
      [5, () => sizing(random, this.container)],
    ]);
  }

  #find(value: unknown): number {
    const name = nameOf(value);
    const index = this.#model.findIndex((known) => nameOf(known) === name);
    if (index < 0) throw new Fault(`${name} is not in the queue`);
    return index;
  }

  #assertFirst(value: unknown, disturbed: boolean): void {
    if (this.#model.length === 0 || value === undefined) return assertNamed(value, this.#model[0]);
    this.#find(value);
    const least = Math.min(...this.#model.map(this.#rank));
    if (!disturbed) assertNamed(this.#rank(value), least);
  }
}

const idOf: Rank = (value) => (value as { id: number }).id;

function dequeOf(sort: Sort, maxLength = Infinity): PlayMaker {
  const label = `Deque of ${sort.label}${maxLength < Infinity ? `, ring of ${maxLength}` : ""}`;
  return [label, (allocator, prompter) => {
    return new DequePlay(new Deque(sort.kind, { allocator, maxLength }), sort, prompter);
  }, (bytes, options) => Deque.fromBytes(sort.kind, bytes, { ...options, maxLength })];
}

function slotsOf(sort: Sort): PlayMaker {
  return [
    `SlotMap of ${sort.label}`,
    (allocator, prompter) => new SlotPlay(new SlotMap(sort.kind, { allocator }), sort, prompter),
    (bytes, options) => SlotMap.fromBytes(sort.kind, bytes, options),
  ];
}

function soaSlotsOf(sort: Sort): PlayMaker {
  return [
    `SoaSlotMap of ${sort.label}`,
    (allocator, prompter) => new SlotPlay(new SoaSlotMap(sort.kind, { allocator }), sort, prompter),
    (bytes, options) => SoaSlotMap.fromBytes(sort.kind, bytes, options),
  ];
}

/** Plays of deques, sets of bits, slot maps and queues. */
export const LIST_PLAYS: readonly PlayMaker[] = [
  ...[SORTS.f64, SORTS.i64, SORTS.item, SORTS.rich].map((sort) => dequeOf(sort)),
  dequeOf(SORTS.f64, 30),
  dequeOf(SORTS.item, 1),
  dequeOf(SORTS.cut, 50),
  [
    "BitSet",
    (allocator, prompter) => new BitPlay(new BitSet({ allocator }), prompter),
    (bytes, options) => BitSet.fromBytes(bytes, options),
  ],
  ...[SORTS.f64, SORTS.item, SORTS.cut].map(slotsOf),
  ...[SORTS.item, SORTS.rich].map(soaSlotsOf),
  ["PriorityQueue of f64", (allocator, prompter) => {
    return new QueuePlay(new PriorityQueue(SORTS.f64.kind, { allocator }), SORTS.f64, Number, prompter);
  }, (bytes, options) => PriorityQueue.fromBytes(SORTS.f64.kind, bytes, options)],
  ["PriorityQueue of Item by priority", (allocator, prompter) => {
    const priority = (value: unknown): number => (prompter.interrupt("priority"), idOf(value));
    const queue = new PriorityQueue(SORTS.item.kind, { allocator, priority });
    return new QueuePlay(queue, SORTS.item, idOf, prompter);
  }, (bytes, options) => PriorityQueue.fromBytes(SORTS.item.kind, bytes, { ...options, priority: idOf })],
  ["PriorityQueue of Rich by compare", (allocator, prompter) => {
    const rank: Rank = (value) => (value as { at: { id: number } }).at.id;
    const compare = (a: unknown, b: unknown): number => (prompter.interrupt("compare"), rank(a) - rank(b));
    return new QueuePlay(new PriorityQueue(SORTS.rich.kind, { allocator, compare }), SORTS.rich, rank, prompter);
  }],
];
