import { KEYS, type Keys, type Place } from "./_place.ts";
import { refuseIndex } from "./_refuse.ts";
import type { Rows } from "./_rows_of.ts";
import { specialise } from "./_specialise.ts";
import type { CompoundElement } from "./_property.ts";

/**
 * Walks over structs with one accessor that is moved from each to the next:
 * nothing is allocated. What it yields is always the same object, so it must not be kept.
 */
export interface Cursor<A> extends IterableIterator<A> {
  /** Moves the accessor to `index` and returns it. Throws `RangeError` when there is no such element. */
  move(index: number): A;
}

const TOOLS = { keys: KEYS, refuseIndex };

type CursorClass = new (
  element: CompoundElement<unknown, unknown, Place>,
  rows: Rows,
  start: number,
  end: number,
) => Cursor<Place>;

function makeClass(
  { keys, refuseIndex }: { keys: Keys; refuseIndex: typeof TOOLS.refuseIndex },
  rowBytes: number,
): CursorClass {
  const OFFSET: Keys["OFFSET"] = keys.OFFSET;
  return class Cursor {
    readonly #rows: Rows;
    readonly #place: Place;
    // One object for all steps: for…of looks at it at once.
    readonly #step: IteratorYieldResult<Place>;
    readonly #end: number;
    #index: number;

    constructor(element: CompoundElement<unknown, unknown, Place>, rows: Rows, start: number, end: number) {
      this.#rows = rows;
      this.#place = element.open(rows.memory, 0);
      this.#step = { done: false, value: this.#place };
      this.#index = start;
      this.#end = end;
    }

    next(): IteratorResult<Place> {
      const index = this.#index;
      if (index >= this.#end || index >= this.#rows.length) return this.#finish();
      this.#index = index + 1;
      this.#place[OFFSET] = index * rowBytes;
      return this.#step;
    }

    #finish(): IteratorReturnResult<undefined> {
      this.#rows.requireOpen("walk over");
      return { done: true, value: undefined };
    }

    move(index: number): Place {
      if (!(index >>> 0 === index && index < this.#rows.length)) {
        this.#rows.requireOpen("move in");
        refuseIndex("move to", index, "Vector", this.#rows.length);
      }
      this.#place[OFFSET] = index * rowBytes;
      return this.#place;
    }

    [Symbol.iterator](): this {
      return this;
    }
  } as unknown as CursorClass;
}

const classes = new WeakMap<object, CursorClass>();

/** A cursor over the rows from `start` to before `end`. */
export function createCursor<A>(
  element: CompoundElement<unknown, never, A>,
  rows: Rows,
  start: number,
  end: number,
): Cursor<A> {
  let Class = classes.get(element);
  if (Class === undefined) {
    Class = specialise(makeClass, `cursor of ${element.name}`)(TOOLS, element.byteLength);
    classes.set(element, Class);
  }
  return new Class(
    element as unknown as CompoundElement<unknown, unknown, Place>,
    rows,
    start,
    end,
  ) as unknown as Cursor<A>;
}
