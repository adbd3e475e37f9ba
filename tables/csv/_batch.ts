import type { Column } from "../../stl/vector/column.ts";
import type { Columns, SoaVector } from "../../stl/vector/soa_vector.ts";
import { type FieldPlan, Kind } from "./_field_plan.ts";

/** Rows that are stored at a time. */
export const BATCH = 1024;

/**
 * Rows that are not stored yet. Their fields are numbers, whatever columns they are for, so that the code that reads them
 * meets one kind of array; each column is stored at once.
 */
export class Batch {
  readonly #plans: readonly FieldPlan[];
  /** The fields of each column, one column behind the other. */
  readonly numbers: Float64Array;
  /** The same for integers of 64 bits, where there are columns of those. */
  readonly bigints: BigInt64Array;
  /** The lower and upper halves of those. */
  readonly halves: Int32Array;
  /** The texts of each column that keeps them in its rows. */
  readonly texts: readonly string[][];

  constructor(plans: readonly FieldPlan[]) {
    this.#plans = plans;
    this.numbers = new Float64Array(plans.length * BATCH);
    const bigints = plans.some(({ kind }) => kind === Kind.bigint) ? plans.length : 0;
    this.bigints = new BigInt64Array(bigints * BATCH);
    this.halves = new Int32Array(this.bigints.buffer);
    this.texts = plans.map(() => []);
  }

  /** Appends the first `count` rows to `rows`. Throws what memory throws. */
  store(rows: SoaVector<Columns>, count: number): void {
    if (count === 0) return;
    const start = rows.length;
    rows.length = start + count;
    for (const [place, { name, kind }] of this.#plans.entries()) {
      const column: unknown = rows.column(name);
      const [from, to] = [place * BATCH, place * BATCH + count];
      if (kind === Kind.text) {
        for (let row = 0; row < count; row++) (column as Column<string>).set(start + row, this.texts[place]![row]!);
      } else if (kind === Kind.bigint) (column as BigInt64Array).set(this.bigints.subarray(from, to), start);
      else (column as Float64Array).set(this.numbers.subarray(from, to), start);
    }
  }
}
