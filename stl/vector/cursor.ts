import { boundAt, openBoundAt, refuseIndex } from "../core/indexes.ts";
import { namedParts, pictured, type Portrait } from "../core/portrait.ts";
import { specialise } from "../core/specialise.ts";

/**
 * Walks over structs with one accessor that is moved from each to the next: nothing is allocated. What it yields is
 * always the same object, so it must not be kept.
 */
export interface Cursor<A> extends IterableIterator<A> {
  /**
   * Moves the accessor to `index` and returns it.
   *
   * Throws `RangeError` when there is no such element, `ClosedError` when the vector is closed.
   */
  move(index: number): A;
  /** Where it is, for `JSON.stringify`: which element is next, of how many. */
  toJSON(): { readonly next: number; readonly length: number };
}

/** What a cursor walks over. */
export interface VectorRows {
  /** How many there are. */
  readonly length: number;
  /** Whether nothing can be read any more. */
  readonly closed: boolean;
  /** Throws `ClosedError` when the vector is closed. */
  requireOpen(action: string): void;
}

/** How an accessor is moved: element `index` is at `index * step`, which is stored under `key`. */
export interface Movement {
  /** The property of the accessor. */
  readonly key: symbol;
  /** What lies between two elements. */
  readonly step: number;
}

/** An accessor that is moved by changing a property of it. */
type Movable = Record<symbol, number>;
type CursorClass = new (accessor: Movable, rows: VectorRows, start: number, end: number) => Cursor<Movable>;

/** What the class uses besides globals. */
interface CursorParts extends Movement {
  readonly refuseIndex: typeof refuseIndex;
}

/** Makes the class of cursors over one kind of elements. */
function defineCursor({ key, step, refuseIndex }: CursorParts): CursorClass {
  // Rows of one byte, and of columns, can be more.
  const Numbers = step > 1 ? Int32Array : Uint32Array;

  return class Cursor {
    // Not private, so that test libraries compare it.
    readonly rows: VectorRows;
    readonly #accessor: Movable;
    // One object for all steps: for…of looks at it at once.
    readonly #result: IteratorYieldResult<Movable>;
    // Numbers of a view, as the length of a vector: for…of takes a third of the time that it takes with a private field in
    // Bun 1.4, and two thirds in Deno 2.9. The first is where it is, the second where it ends.
    readonly #index = new Numbers(2);
    readonly index = this.#index;

    constructor(accessor: Movable, rows: VectorRows, start: number, end: number) {
      this.rows = rows;
      this.#accessor = accessor;
      this.#result = { done: false, value: accessor };
      this.#index[0] = start;
      this.#index[1] = Math.min(end, step > 1 ? 2 ** 31 - 1 : 2 ** 32 - 1);
    }

    next(): IteratorResult<Movable> {
      const index = this.#index[0]!;
      if (index >= this.#index[1]! || index >= this.rows.length) return this.finish();
      this.#index[0] = index + 1;
      this.#accessor[key] = index * step;
      return this.#result;
    }

    finish(): IteratorReturnResult<undefined> {
      this.rows.requireOpen("walk over");
      return { done: true, value: undefined };
    }

    move(index: number): Movable {
      if (!(typeof index === "number" && index >>> 0 === index && index < this.rows.length)) {
        this.rows.requireOpen("move in");
        refuseIndex("move to", index, "Vector", this.rows.length);
      }
      this.#accessor[key] = index * step;
      return this.#accessor;
    }

    [Symbol.iterator](): this {
      return this;
    }
  } as unknown as CursorClass;
}

const classes = new WeakMap<object, CursorClass>();

/** What is shown of a cursor: where it is. */
function placeOf(cursor: object): { readonly next: number; readonly length: number } {
  const { index, rows } = cursor as { readonly index: Uint32Array; readonly rows: VectorRows };
  return { next: index[0]!, length: rows.length };
}

function portraitOf(cursor: object): Portrait {
  return {
    name: "Cursor",
    closed: (cursor as { readonly rows: VectorRows }).rows.closed,
    size: 2,
    counted: false,
    brackets: "{}",
    place: [cursor],
    parts: () => namedParts(placeOf(cursor), ["next", "length"]),
  };
}

/**
 * A cursor that moves `accessor` over the rows from `start` to before `end`, or to the last one that there is by then;
 * cursors of one `kind` share their code.
 */
export function createCursor<A>(
  kind: object,
  movement: Movement,
  accessor: A,
  rows: VectorRows,
  [start, end]: readonly [number, number | undefined],
): Cursor<A> {
  let Class = classes.get(kind);
  if (Class === undefined) {
    Class = specialise(defineCursor)({ ...movement, refuseIndex });
    Object.defineProperties(Class.prototype, pictured(portraitOf, placeOf));
    classes.set(kind, Class);
  }
  // Without the call for what most are: with it each step of for…of takes 1.6 times as long in Bun 1.4.
  const first = start === 0 ? 0 : boundAt(start, rows.length);
  // The vector may grow while the cursor walks.
  const last = end === undefined ? Infinity : openBoundAt(end, rows.length);
  return new Class(accessor as Movable, rows, first, last) as Cursor<unknown> as Cursor<A>;
}
