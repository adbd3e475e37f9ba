import { type AnyNumberElement, NumberElement } from "../../stl/elements/number_element.ts";
import type { Columns, SoaVector } from "../../stl/vector/soa_vector.ts";

/** Some numbers: `values` from `at` on. */
export interface NumberBatch {
  readonly values: Float64Array;
  readonly at: number;
}

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

  /** Whether they are integers of 32 bits or fewer. */
  get isInteger(): boolean {
    return !this.isBig && !(this.element.viewType.name as string).startsWith("Float");
  }

  /** The bits of its integers of 32 bits; `undefined` for others. */
  get integers(): Int32Array | undefined {
    const { buffer, byteOffset, length, BYTES_PER_ELEMENT } = this.values as unknown as Int32Array;
    return this.isInteger && BYTES_PER_ELEMENT === 4 ? new Int32Array(buffer, byteOffset, length) : undefined;
  }

  /** Whether they are integers of 64 bits. */
  get isBig(): boolean {
    return this.values instanceof BigInt64Array || this.values instanceof BigUint64Array;
  }

  /** The numbers from `start` to before `end`: where they are when they are `f64`, otherwise in `spare`. */
  batch(start: number, end: number, spare: Float64Array): NumberBatch {
    const values: unknown = this.values;
    if (values instanceof Float64Array) return { values, at: start };
    if (!this.isBig) spare.set(this.values.subarray(start, end));
    else for (let index = start; index < end; index++) spare[index - start] = Number(this.values[index]);
    return { values: spare, at: 0 };
  }
}
