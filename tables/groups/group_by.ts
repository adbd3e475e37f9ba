import type { Allocator } from "../../heaps/allocator.ts";
import { refuseArgument, requireObject, shown } from "../../heaps/argument.ts";
import type { NumberElement } from "../../stl/elements/number_element.ts";
import { f64, u32 } from "../../stl/elements/numbers.ts";
import type { StringTable } from "../../stl/text/string_table.ts";
import { type Columns, SoaVector } from "../../stl/vector/soa_vector.ts";
import { DataTable } from "../table/data_table.ts";
import { Dictionary } from "../table/dictionary.ts";
import { BATCH, ColumnFigures, RowCounts } from "./_figures.ts";
import { GroupNumbers } from "./_group_numbers.ts";
import { NumberColumn } from "./_number_column.ts";
import type { Aggregate } from "./aggregate.ts";

/** What is told of each group, by the names of the columns that it becomes. */
export type Aggregates<Name extends string> = Readonly<Record<string, Aggregate<Name>>>;

/** The columns of groups: those that rows were grouped by, and of what is told of them: `u32` for counts, else `f64`. */
export type GroupColumns<F extends Columns, K extends keyof F, A extends Aggregates<string>> =
  & { readonly [N in K]: F[N] }
  & {
    readonly [N in keyof A]: NumberElement<
      number,
      A[N]["kind"] extends "count" ? Uint32ArrayConstructor : Float64ArrayConstructor
    >;
  };

/** Where {@linkcode groupBy} takes memory from. */
export interface GroupByOptions {
  /** The heap, scope or other allocator of the groups. */
  readonly allocator: Allocator;
}

const ACTION = "group rows";

/**
 * Groups rows by one column or several, of numbers or of dictionaries, and tells of each group what is asked for, in the
 * order in which the groups come. It works on columns: no object is made for a row or a group.
 *
 * Takes time with the rows, and memory of JavaScript with the groups: 8 to 16 bytes for each aggregate of each, and a place
 * of 4 bytes for each key that there may be where those are few, of 24 to 96 for each integer that there is otherwise. NaN counts for nothing in an aggregate, and is a key like
 * others; so empty fields of a file do not disturb.
 *
 * Throws `TypeError` for columns that hold no numbers, keys of 64-bit integers and arguments, `RangeError` for columns
 * that there are not, `ClosedError` when the rows are closed, and what the allocator throws.
 *
 * @example
 * ```ts
 * import { Heap } from "@mimalloc/ffi";
 * import { f64 } from "@mimalloc/ffi/stl";
 * import { count, dictionary, groupBy, max, mean, readCsv } from "@mimalloc/ffi/tables";
 * import assert from "node:assert/strict";
 *
 * using heap = new Heap({ name: "weather" });
 * const file = new TextEncoder().encode("station,value\nBerlin,20\nLima,17\nBerlin,23\nLima,\n");
 * using weather = await readCsv(file, { station: dictionary(), value: f64 }, { allocator: heap });
 * using stations = groupBy(weather, "station", { rows: count(), mean: mean("value"), most: max("value") }, {
 *   allocator: heap,
 * });
 * assert.deepEqual(stations.toArray(), [
 *   { station: "Berlin", rows: 2, mean: 21.5, most: 23 },
 *   { station: "Lima", rows: 2, mean: 17, most: 17 },
 * ]);
 * ```
 */
export function groupBy<
  F extends Columns,
  const K extends keyof F & string,
  const A extends Aggregates<keyof F & string>,
>(
  rows: DataTable<F> | SoaVector<F>,
  by: K | readonly K[],
  aggregates: A,
  options: GroupByOptions,
): DataTable<GroupColumns<F, K, A>> {
  const source = rows instanceof DataTable ? rows.rows : rows;
  if (!(source instanceof SoaVector)) refuseArgument(rows, ACTION, "a DataTable or a SoaVector");
  const { allocator } = requireObject(options, ACTION);
  const names: readonly string[] = typeof by === "string" ? [by] : Array.isArray(by) ? by : [];
  if (names.length === 0) refuseArgument(by, ACTION, "the name of a column, or a list of some");
  const vector = source as unknown as SoaVector<Columns>;
  const texts: Readonly<Record<string, StringTable>> = rows instanceof DataTable ? rows.dictionaries : {};
  const keys = names.map((name) => keyColumn(vector, name));
  const gathered = new Map<string, Gathered>();
  const told = Object.entries(requireObject(aggregates, ACTION, "an object with aggregates")).map(
    ([name, aggregate]) => toldOf(vector, name, aggregate, names, gathered),
  );
  using numbers = new GroupNumbers(keys, vector.length, allocator);
  const counts = gather(numbers, [...gathered.values()], vector.length);
  const groups = makeGroups(vector, texts, names, told, counts.firsts, allocator);
  tell(groups, told, counts);
  return groups as unknown as DataTable<GroupColumns<F, K, A>>;
}

function keyColumn(rows: SoaVector<Columns>, name: string): NumberColumn {
  const column = new NumberColumn(rows, name);
  if (!column.isBig) return column;
  throw new TypeError(`Cannot ${ACTION}: column ${name} holds integers of 64 bits, which are no keys`);
}

/** A column while rows are gathered, for all that is told of it. */
interface Gathered {
  readonly column: NumberColumn;
  readonly figures: ColumnFigures;
}

/** An aggregate. */
interface Told {
  readonly name: string;
  readonly kind: Aggregate["kind"];
  /** What is gathered of its column; `undefined` for rows. */
  readonly figures: ColumnFigures | undefined;
}

function toldOf(
  rows: SoaVector<Columns>,
  name: string,
  aggregate: Aggregate,
  names: readonly string[],
  gathered: Map<string, Gathered>,
): Told {
  const { kind, column } = Object(aggregate) as Aggregate;
  if (!["count", "sum", "mean", "min", "max"].includes(kind)) {
    throw new TypeError(
      `Cannot ${ACTION}: expected ${name} to be an aggregate like sum("value"), got ${shown(aggregate)}`,
    );
  }
  if (names.includes(name)) throw new TypeError(`Cannot ${ACTION}: two columns would be called ${name}`);
  if (column === undefined) return { name, kind, figures: undefined };
  const known = gathered.get(column) ?? { column: new NumberColumn(rows, column), figures: new ColumnFigures() };
  gathered.set(column, known);
  known.figures.need(kind);
  return { name, kind, figures: known.figures };
}

function gather(numbers: GroupNumbers, gathered: readonly Gathered[], length: number): RowCounts {
  const spare = new Float64Array(BATCH);
  const counts = new RowCounts();
  const summed = gathered.find(({ figures }) => figures.hasSums);
  for (let start = 0; start < length;) {
    const end = Math.min(start + BATCH, length);
    const numbered = numbers.read(start, end);
    counts.reserve(numbers.size);
    for (const { figures } of gathered) figures.reserve(counts.room);
    const taken = summed === undefined
      ? counts.add(numbered, start, end - start)
      : counts.addWithSums(numbered, start, end - start, summed.column.batch(start, end, spare), summed.figures);
    for (const each of gathered) {
      each.figures.add(numbered, each.column.batch(start, end, spare), taken, each === summed);
    }
    start += taken;
    if (start < end) renumber(numbers, gathered, counts);
  }
  return counts;
}

/** Goes over from keys that are their own numbers to numbers from 0 on. */
function renumber(numbers: GroupNumbers, gathered: readonly Gathered[], counts: RowCounts): void {
  for (const { figures } of gathered) figures.renumber(counts.numbers);
  counts.renumber();
  numbers.renumber(counts.firsts);
}

function makeGroups(
  rows: SoaVector<Columns>,
  texts: Readonly<Record<string, StringTable>>,
  names: readonly string[],
  told: readonly Told[],
  firsts: readonly number[],
  allocator: Allocator,
): DataTable<Columns> {
  const pairs = [
    ...names.map((name) => [name, rows.columns[name]!] as const),
    ...told.map(({ name, kind }) => [name, kind === "count" ? u32 : f64] as const),
  ];
  const groups = new DataTable(Object.fromEntries(pairs) as Columns, { allocator });
  try {
    groups.rows.length = firsts.length;
    for (const name of names) {
      const into = groups.rows.column(name) as unknown as Uint32Array;
      const from = rows.column(name) as unknown as Uint32Array;
      const [own, given] = [(groups.dictionaries as Readonly<Record<string, StringTable>>)[name], texts[name]];
      const isText = rows.columns[name] instanceof Dictionary && own !== undefined && given !== undefined;
      for (let group = 0; group < firsts.length; group++) {
        const key = from[firsts[group]!]!;
        into[group] = isText ? own.intern(given.get(key)) : key;
      }
    }
    return groups;
  } catch (error) {
    if (!groups.closed) groups.dispose();
    throw error;
  }
}

function tell(groups: DataTable<Columns>, told: readonly Told[], counts: RowCounts): void {
  for (const { name, kind, figures } of told) {
    const into = groups.rows.column(name) as unknown as Float64Array;
    if (figures === undefined) counts.tell(into);
    else figures.tell(kind, counts, into);
  }
}
