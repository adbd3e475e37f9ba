import { type AnyNumberElement, NumberElement } from "../../stl/elements/number_element.ts";
import type { Columns, SoaVector } from "../../stl/vector/soa_vector.ts";

/** A column of numbers, of which batches are taken as `f64`: the code that works on them meets one kind of array. */
export class NumberColumn {
  /** What it holds. */
  readonly element: AnyNumberElement;
  /** Its memory. */
  readonly values: ArrayLike<number | bigint> & { subarray(start: number, end: number): Int32Array };

  /** The column `name` of `rows`. Throws `TypeError` when it holds no numbers, `RangeError` when there is none. */
  constructor(rows: SoaVector<Columns>, name: string) {
    const column: unknown = rows.column(name);
    const element: unknown = rows.columns[name];
    if (!(element instanceof NumberElement)) {
      throw new TypeError(`Cannot group rows: column ${name} holds no numbers`);
    }
    this.element = element as AnyNumberElement;
    this.values = column as NumberColumn["values"];
  }

  /** Whether they are integers of 64 bits. */
  get isBig(): boolean {
    return this.values instanceof BigInt64Array || this.values instanceof BigUint64Array;
  }

  /** The numbers from `start` to before `end`: where they are when they are `f64`, otherwise in `spare`. */
  batch(start: number, end: number, spare: Float64Array): Float64Array {
    const values: unknown = this.values.subarray(start, end);
    if (values instanceof Float64Array) return values;
    if (!this.isBig) spare.set(values as Int32Array);
    else for (let index = start; index < end; index++) spare[index - start] = Number(this.values[index]);
    return spare;
  }
}
