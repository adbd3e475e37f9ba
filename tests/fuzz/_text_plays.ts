import { Pool, StringTable, Text } from "../../stl/mod.ts";
import { Item, SORTS } from "./_kinds.ts";
import {
  assertNamed,
  assertSameList,
  Fault,
  type Operation,
  type Play,
  type PlayMaker,
  type Prompter,
  sizing,
  weighted,
} from "./_operation.ts";

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
const encoder = new TextEncoder();

/** Texts that grow beside a string. */
class TextPlay implements Play {
  readonly container: Text;
  readonly #prompter: Prompter;
  #model = "";

  constructor(container: Text, prompter: Prompter) {
    this.container = container;
    this.#prompter = prompter;
  }

  isEmpty(): boolean {
    return this.#model === "";
  }

  checkSize(): void {
    assertNamed(this.container.byteLength, encoder.encode(this.#model).length);
  }

  check(): void {
    assertNamed(this.container.toString(), this.#model);
  }

  operation(): Operation {
    const { random } = this.#prompter;
    const part = String(SORTS.text.make(random));
    if (this.#model.length > 3000) return this.#clear();
    return weighted(random, [
      [30, () => ({
        label: `append(${part})`,
        run: () => this.container.append(random.once(2) ? part : encoder.encode(part)),
        settle: () => this.#model += part,
      })],
      [2, () => this.#appendItself()],
      [10, () => ({
        label: `includes(${part})`,
        run: () => this.container.includes(part),
        settle: (result) => assertNamed(result, this.#model.includes(part)),
      })],
      [3, () => this.#visit()],
      [6, () => sizing(random, this.container)],
      [2, () => this.#clear()],
    ]);
  }

  #appendItself(): Operation {
    let own = "";
    return {
      label: "append(itself)",
      run: () => {
        own = this.#model;
        return this.container.append(this.container);
      },
      // What listeners add meanwhile comes before it.
      settle: () => this.#model += own,
    };
  }

  #clear(): Operation {
    return { label: "clear()", run: () => this.container.clear(), settle: () => this.#model = "" };
  }

  #visit(): Operation {
    const seen: string[] = [];
    return {
      label: "visiting all",
      run: (): void => {
        for (const character of this.container) {
          seen.push(character);
          this.#prompter.interrupt("iteration");
        }
      },
      settle: (_, disturbed) => {
        if (!disturbed) assertNamed(seen.join(""), this.#model);
      },
      free: true,
    };
  }
}

/** Tables of texts beside an array. */
class TablePlay implements Play {
  readonly closes = true;
  readonly container: StringTable;
  readonly #prompter: Prompter;
  #model: string[] = [];

  constructor(container: StringTable, prompter: Prompter) {
    this.container = container;
    this.#prompter = prompter;
  }

  isEmpty(): boolean {
    return this.#model.length === 0;
  }

  checkSize(): void {
    assertNamed(this.container.size, this.#model.length);
  }

  check(): void {
    assertSameList(this.container.toArray(), this.#model, String);
    this.#model.forEach((text, handle) => assertNamed(this.container.handleOf(text), handle));
  }

  operation(): Operation {
    const { random } = this.#prompter;
    const text = String(SORTS.text.make(random));
    const handle = random.once(20) ? random.pick([-1, 0.5, 2 ** 32]) : random.below(this.#model.length);
    return weighted(random, [
      [30, () => ({
        label: `intern(${text})`,
        run: () => random.once(2) ? this.container.intern(text) : this.container.internBytes(encoder.encode(text)),
        settle: (result) => {
          const known = this.#model.indexOf(text);
          assertNamed(result, known < 0 ? this.#model.push(text) - 1 : known);
        },
      })],
      [10, () => ({
        label: `handleOf(${text})`,
        run: () => this.container.handleOf(text) ?? -1,
        settle: (result) => assertNamed(result, this.#model.indexOf(text)),
      })],
      [15, () => ({
        label: `get(${handle})`,
        run: () => [this.container.get(handle), decoder.decode(this.container.view(handle))].join(),
        settle: (result) => assertNamed(result, [this.#model[handle], this.#model[handle]].join()),
        refused: () => this.#model[handle] === undefined,
      })],
      [3, () => this.#visit()],
      [5, () => sizing(random, this.container)],
      [1, () => ({ label: "clear()", run: () => this.container.clear(), settle: () => this.#model = [] })],
    ]);
  }

  #visit(): Operation {
    const seen: string[] = [];
    return {
      label: "visiting all",
      run: () =>
        this.container.forEach((text) => {
          seen.push(text);
          this.#prompter.interrupt("visit");
        }),
      settle: (_, disturbed) => {
        if (!disturbed) assertSameList(seen, this.#model, String);
      },
      free: true,
    };
  }
}

/** What a pool has handed out. */
interface Loan<T> {
  readonly item: T;
  readonly id: number;
}

/** Pools beside what they have handed out, each marked with a number of its own. */
class PoolPlay<T> implements Play {
  readonly container: Pool<T>;
  readonly #mark: (item: T, id: number) => void;
  readonly #markOf: (item: T) => number;
  readonly #prompter: Prompter;
  readonly #loans: Loan<T>[] = [];
  #ids = 0;

  constructor(
    container: Pool<T>,
    prompter: Prompter,
    marks: readonly [mark: (item: T, id: number) => void, markOf: (item: T) => number],
  ) {
    this.container = container;
    this.#prompter = prompter;
    [this.#mark, this.#markOf] = marks;
  }

  isEmpty(): boolean {
    return true;
  }

  checkSize(): void {
    assertNamed(this.container.live, this.#loans.length);
  }

  check(): void {
    for (const { item, id } of this.#loans) assertNamed(this.#markOf(item), id);
  }

  operation(): Operation {
    const { random } = this.#prompter;
    if (random.once(30)) {
      return { label: "trim()", run: () => this.container.trim(random.below(10)), settle: () => {} };
    }
    if (this.#loans.length < 60 && random.below(20) < 11) return this.#acquire();
    const loan = random.pick(this.#loans);
    if (loan === undefined) return this.#acquire();
    return {
      label: `release(${loan.id})`,
      run: () => this.container.release(loan.item),
      settle: () => {
        const index = this.#loans.indexOf(loan);
        if (index < 0) throw new Fault(`${loan.id} was released twice`);
        this.#loans.splice(index, 1);
      },
    };
  }

  #acquire(): Operation {
    return {
      label: "acquire()",
      run: () => this.container.acquire(),
      settle: (result) => {
        const item = result as T;
        if (this.#loans.some((loan) => loan.item === item)) throw new Fault("it was handed out twice");
        const id = ++this.#ids;
        this.#mark(item, id);
        this.#loans.push({ item, id });
      },
    };
  }
}

const ofViews = [
  (view: Float64Array, id: number): unknown => view.fill(id),
  (view: Float64Array): number => view.reduce((sum, value) => sum + value, 0) / view.length,
] as const;
const ofItems = [
  (item: { id: number }, id: number): unknown => item.id = id,
  (item: { id: number }): number => item.id,
] as const;

/** Plays of texts, tables of texts and pools. */
export const TEXT_PLAYS: readonly PlayMaker[] = [
  [
    "Text",
    (allocator, prompter) => new TextPlay(new Text({ allocator }), prompter),
    (bytes, options) => Text.fromBytes(bytes, options),
  ],
  [
    "StringTable",
    (allocator, prompter) => new TablePlay(new StringTable({ allocator }), prompter),
    (bytes, options) => StringTable.fromBytes(bytes, options),
  ],
  ...[false, true].flatMap((checked): PlayMaker[] => [
    [`Pool of Float64Array${checked ? ", checked" : ""}`, (allocator, prompter) => {
      return new PoolPlay(new Pool(Float64Array, 4, { allocator, checked }), prompter, ofViews);
    }],
    [`Pool of Item${checked ? ", checked" : ""}`, (allocator, prompter) => {
      return new PoolPlay(new Pool(Item, { allocator, checked }), prompter, ofItems);
    }],
  ]),
];
