import { SoaVector, Vector } from "../../stl/mod.ts";
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
const nothing = (): void => {};

// deno-lint-ignore no-explicit-any -- vectors of every kind, as loosely typed as JavaScript calls them
type AnyVector = any;

/** Vectors and SoaVectors beside an array. */
export class VectorPlay implements Play {
  readonly container: AnyVector;
  readonly #sort: Sort;
  readonly #prompter: Prompter;
  #model: unknown[] = [];

  constructor(container: AnyVector, sort: Sort, prompter: Prompter) {
    this.container = container;
    this.#sort = sort;
    this.#prompter = prompter;
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
    if (this.#model.length > MOST) return this.#setLength(random.below(40));
    return weighted(random, [
      [30, () => this.#push()],
      [6, () => this.#pushMany()],
      [1, () => this.#pushItself()],
      [15, () => this.#pop()],
      [15, () => this.#read()],
      [12, () => this.#set()],
      [8, () => this.#insert()],
      [10, () => this.#remove()],
      [3, () => this.#fill()],
      [4, () => this.#setLength(random.below(this.#model.length + 20))],
      [3, () => this.#arrange()],
      [4, () => this.#visit()],
      [4, () => this.#walk()],
      [5, () => sizing(random, this.container)],
      [1, () => ({ label: "clear()", run: () => this.container.clear(), settle: () => (this.#model = []) })],
    ]);
  }

  #value(): { value: unknown; given: unknown } {
    const value = this.#sort.make(this.#prompter.random);
    return { value: this.#sort.stored(value), given: this.#sort.given(value, this.#prompter) };
  }

  /** An index that is mostly one of an element. */
  #index(): number {
    const { random } = this.#prompter;
    if (random.once(30)) return random.pick([-1, 0.5, NaN, this.#model.length, 2 ** 32, Infinity]);
    return random.below(this.#model.length);
  }

  readonly #isNone = (index: number) => (): boolean =>
    !(Number.isInteger(index) && index >= 0 && index < this.#model.length);

  #push(): Operation {
    const { value, given } = this.#value();
    return {
      label: `push(${nameOf(value)})`,
      run: () => this.container.push(given),
      settle: (length) => assertNamed(length, this.#model.push(value)),
    };
  }

  #pushMany(): Operation {
    const { random } = this.#prompter;
    const values = Array.from({ length: random.below(random.once(8) ? 200 : 12) }, () => this.#value());
    const stored = values.map(({ value }) => value);
    const settle = (length: unknown): void => assertNamed(length, this.#model.push(...stored));
    const { array } = this.#sort;
    const { interrupt } = this.#prompter;
    const iterable = {
      *[Symbol.iterator](): Iterator<unknown> {
        for (const { given } of values) {
          interrupt("iterator");
          yield given;
        }
        interrupt("end of iterator");
      },
    };
    const [label, source] = array !== undefined && random.once(3)
      ? ["a typed array", array.from(stored as never[])]
      : random.once(2)
      ? ["an array", values.map(({ given }) => given)]
      : ["an iterable", iterable];
    return { label: `pushMany(${label} of ${values.length})`, run: () => this.container.pushMany(source), settle };
  }

  #pushItself(): Operation {
    return {
      label: "pushMany(itself)",
      run: () => this.container.pushMany(this.#prompter.random.once(2) ? this.container : this.container.values()),
      settle: (length, disturbed) => {
        // How much of what a listener adds belongs to it is not said.
        if (disturbed) this.#follow();
        else assertNamed(length, this.#model.push(...this.#model));
      },
    };
  }

  #pop(): Operation {
    return {
      label: "pop()",
      run: () => this.container.pop(),
      settle: (result) => assertNamed(result, this.#model.pop(), nameOf),
    };
  }

  #read(): Operation {
    const { random } = this.#prompter;
    const index = this.#index();
    if (random.once(3)) {
      const place = random.once(2) ? index : index - this.#model.length;
      return {
        label: `at(${place})`,
        run: () => nameOf(this.container.at(place)),
        settle: (result) => assertNamed(result, nameOf(this.#model.at(place))),
      };
    }
    return {
      label: `get(${index})`,
      run: () => nameOf(this.container.get(index)),
      settle: (result) => assertNamed(result, nameOf(this.#model[index])),
      refused: this.#isNone(index),
    };
  }

  #set(): Operation {
    const { bad } = this.#sort;
    const { random } = this.#prompter;
    const index = this.#index();
    if (bad !== undefined && random.once(8)) {
      const given = bad(random);
      return {
        label: `set(${index}, something bad)`,
        run: () => this.container.set(index, given),
        settle: nothing,
        refused: () => true,
      };
    }
    const { value, given } = this.#value();
    return {
      label: `set(${index}, ${nameOf(value)})`,
      run: () => this.container.set(index, given),
      settle: () => {
        if (this.#isNone(index)()) throw new Fault(`there is no element ${index} that was set`);
        this.#model[index] = value;
      },
      refused: this.#isNone(index),
    };
  }

  #insert(): Operation {
    const index = this.#prompter.random.once(10) ? this.#index() : this.#prompter.random.below(this.#model.length + 1);
    const refused = (): boolean => index !== this.#model.length && this.#isNone(index)();
    const { value, given } = this.#value();
    return {
      label: `insert(${index}, ${nameOf(value)})`,
      run: () => this.container.insert(index, given),
      settle: () => {
        if (refused()) throw new Fault(`there is no place ${index} for what was inserted`);
        this.#model.splice(index, 0, value);
      },
      refused,
    };
  }

  #remove(): Operation {
    const index = this.#index();
    const swaps = this.#prompter.random.once(2);
    return {
      label: swaps ? `swapRemove(${index})` : `removeAt(${index})`,
      run: () => swaps ? this.container.swapRemove(index) : this.container.removeAt(index),
      settle: (result) => {
        assertNamed(result, this.#model[index], nameOf);
        const last = this.#model.at(-1);
        if (!swaps) this.#model.splice(index, 1);
        else if (this.#model.pop() === last && index < this.#model.length) this.#model[index] = last;
      },
      refused: this.#isNone(index),
    };
  }

  #fill(): Operation {
    const { container } = this;
    if (container.fill === undefined) return this.#push();
    const { value, given } = this.#value();
    const [start, end] = [this.#index(), this.#index()];
    return {
      label: `fill(${nameOf(value)}, ${start}, ${end})`,
      run: () => container.fill(given, start, end),
      settle: (result, disturbed) => {
        assertNamed(result === container, true);
        // The elements before one that a getter took away are filled by then.
        if (disturbed) this.#follow();
        else this.#model.fill(value, start, end);
      },
    };
  }

  #setLength(length: number): Operation {
    return {
      label: `length = ${length}`,
      run: () => (this.container.length = length),
      settle: () => {
        const zero = nameOf(this.#zero());
        if (length < this.#model.length) this.#model.length = length;
        for (let index = this.#model.length; index < length; index++) {
          const added = this.#plain(index);
          assertNamed(nameOf(added), zero);
          this.#model.push(added);
        }
      },
    };
  }

  #plain(index: number): unknown {
    const value = this.container.get(index);
    return value?.toObject === undefined ? value : value.toObject();
  }

  #zero(): unknown {
    const { kind } = this.#sort;
    return kind.read(new DataView(new ArrayBuffer(kind.byteLength)), 0);
  }

  #arrange(): Operation {
    const { interrupt, random } = this.#prompter;
    const rank = (value: unknown): number | bigint | string => {
      const first = typeof value === "object" ? Object.values(value as object)[0] : value;
      return typeof first === "object" ? nameOf(first) : first;
    };
    const order = (a: unknown, b: unknown): number => rank(a) < rank(b) ? -1 : rank(a) > rank(b) ? 1 : 0;
    const plain = (value: { toObject?(): object }): unknown => value?.toObject?.() ?? value;
    const asks = typeof this.#zero() === "object" || random.once(2);
    const compare = (a: never, b: never): number => {
      const [one, other] = [plain(a), plain(b)];
      interrupt("compare");
      return order(one, other);
    };
    return {
      label: asks ? "sort(compare)" : "sort()",
      run: () => asks ? this.container.sort(compare) : this.container.sort(),
      settle: (_, disturbed) => {
        assertSameBag(this.container.toArray(), this.#model, nameOf);
        if (disturbed) this.#follow();
        else this.#model.sort(order);
      },
    };
  }

  /** Takes over what the container says, where more than one outcome is right. */
  #follow(): void {
    this.#model = this.container.toArray();
  }

  /** One of the walks of Array, which are refused when something changes the length meanwhile. */
  #walk(): Operation {
    const { interrupt, random } = this.#prompter;
    const { container } = this;
    const most = random.below(this.#model.length + 5);
    const seen: string[] = [];
    const test = (value: unknown, index: number): boolean => {
      seen.push(nameOf(value));
      interrupt("test");
      return index >= most;
    };
    const kind = random.below(4);
    const [label, run, expected] = [
      ["findIndex", () => container.findIndex(test), () => most < this.#model.length ? most : -1] as const,
      ["every", () => container.every(test), () => most === 0 || this.#model.length === 0] as const,
      [
        "filter",
        () => container.filter(test).map(nameOf).join(),
        () => this.#model.slice(most).map(nameOf).join(),
      ] as const,
      ["map", () => container.map(nameOf).join(), () => this.#model.map(nameOf).join()] as const,
    ][kind]!;
    return {
      label: `${label} from ${most}`,
      run,
      settle: (result, disturbed) => {
        if (disturbed) return;
        assertNamed(result, expected());
        assertSameList(seen, this.#model.slice(0, seen.length), (name) => nameOf(name));
      },
      free: true,
    };
  }

  #visit(): Operation {
    const { interrupt, random } = this.#prompter;
    const seen: string[] = [];
    const visit = (value: unknown): void => {
      seen.push(nameOf(value));
      interrupt("visit");
    };
    return {
      label: "visiting all",
      run: (): void => {
        if (random.once(2)) this.container.forEach(visit);
        else for (const value of this.container) visit(value);
      },
      settle: (_, disturbed) => {
        if (!disturbed) assertSameList(seen, this.#model, (value) => nameOf(value));
      },
      free: true,
    };
  }
}

function vectorOf(sort: Sort): PlayMaker {
  return [
    `Vector of ${sort.label}`,
    (allocator, prompter) => new VectorPlay(new Vector(sort.kind, { allocator }), sort, prompter),
    (bytes, options) => Vector.fromBytes(sort.kind, bytes, options),
  ];
}

function soaOf(sort: Sort): PlayMaker {
  return [
    `SoaVector of ${sort.label}`,
    (allocator, prompter) => new VectorPlay(new SoaVector(sort.kind, { allocator }), sort, prompter),
    (bytes, options) => SoaVector.fromBytes(sort.kind, bytes, options),
  ];
}

/** Plays of vectors of every kind. */
export const VECTOR_PLAYS: readonly PlayMaker[] = [
  ...[SORTS.f64, SORTS.u8, SORTS.i64, SORTS.bool, SORTS.item, SORTS.rich, SORTS.cut, SORTS.digest].map(vectorOf),
  ...[SORTS.item, SORTS.rich].map(soaOf),
];
