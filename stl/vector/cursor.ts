import { refuseIndex } from "../core/refuse.ts";
import { specialise } from "../core/specialise.ts";

/**
 * Walks over structs with one accessor that is moved from each to the next:
 * nothing is allocated. What it yields is always the same object, so it must not be kept.
 */
export interface Cursor<A> extends IterableIterator<A> {
  /**
   * Moves the accessor to `index` and returns it.
   *
   * Throws `RangeError` when there is no such element, `ClosedError` when the vector is closed.
   */
  move(index: number): A;
}

/** What a cursor walks over. */
export interface Rows {
  /** How many there are. */
  readonly length: number;
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

type Place = Record<symbol, number>;
type CursorClass = new (place: Place, rows: Rows, start: number, end: number) => Cursor<Place>;

const TOOLS = { refuseIndex };

/** Makes the class of cursors over one kind of elements; see {@linkcode specialise} for its limits. */
function makeClass({ refuseIndex }: typeof TOOLS, key: symbol, step: number): CursorClass {
  return class Cursor {
    readonly #rows: Rows;
    readonly #place: Place;
    // One object for all steps: for…of looks at it at once.
    readonly #result: IteratorYieldResult<Place>;
    readonly #end: number;
    // One number, as the length of a vector: for…of takes a third of the time that it takes with a private field in Bun
    // 1.4, and two thirds in Deno 2.9.
    readonly #index = new Uint32Array(1);

    constructor(place: Place, rows: Rows, start: number, end: number) {
      this.#rows = rows;
      this.#place = place;
      this.#result = { done: false, value: place };
      this.#index[0] = start;
      this.#end = end;
    }

    next(): IteratorResult<Place> {
      const index = this.#index[0]!;
      if (index >= this.#end || index >= this.#rows.length) return this.finish();
      this.#index[0] = index + 1;
      this.#place[key] = index * step;
      return this.#result;
    }

    finish(): IteratorReturnResult<undefined> {
      this.#rows.requireOpen("walk over");
      return { done: true, value: undefined };
    }

    move(index: number): Place {
      if (!(index >>> 0 === index && index < this.#rows.length)) {
        this.#rows.requireOpen("move in");
        refuseIndex("move to", index, "Vector", this.#rows.length);
      }
      this.#place[key] = index * step;
      return this.#place;
    }

    [Symbol.iterator](): this {
      return this;
    }
  } as unknown as CursorClass;
}

const classes = new WeakMap<object, CursorClass>();

/** A cursor that moves `place` over the rows from `start` to before `end`; cursors of one `kind` share their code. */
export function createCursor<A>(
  kind: object,
  movement: Movement,
  place: A,
  rows: Rows,
  [start, end]: readonly [number, number],
): Cursor<A> {
  let Class = classes.get(kind);
  if (Class === undefined) {
    Class = specialise(makeClass, "cursor")(TOOLS, movement.key, movement.step);
    classes.set(kind, Class);
  }
  if (!(start >>> 0 === start)) refuseIndex("start at", start, "Vector", rows.length);
  return new Class(place as Place, rows, start, end) as Cursor<unknown> as Cursor<A>;
}
