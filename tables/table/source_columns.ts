import type { AnyElement } from "../../stl/elements/element.ts";
import type { Columns } from "../../stl/vector/soa_vector.ts";
import { EmptyAs } from "./empty_as.ts";

/** What each column that is read holds, by its name. */
export type SourceColumns = Readonly<Record<string, AnyElement | EmptyAs<AnyElement>>>;

/** The columns of the rows that are made of `C`. */
export type ReadColumns<C extends SourceColumns> = {
  readonly [K in keyof C]: C[K] extends EmptyAs<infer E> ? E : C[K] extends AnyElement ? C[K] : never;
};

/** What rows of given columns are made with: a vector compiles its code once for each object that names columns. */
const known = new WeakMap<SourceColumns, Columns>();

/** The columns of the rows that are made of `columns`. */
export function rowColumnsOf(columns: SourceColumns): Columns {
  let own = known.get(columns);
  if (own !== undefined) return own;
  const pairs = Object.entries(columns);
  own = Object.fromEntries(pairs.map(([name, column]) => [name, column instanceof EmptyAs ? column.element : column]));
  known.set(columns, own);
  return own;
}
