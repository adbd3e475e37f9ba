import type { Allocator } from "../../heaps/allocator.ts";
import { refuseArgument, requireObject, shown } from "../../heaps/argument.ts";
import type { NumberElement } from "../../stl/elements/number_element.ts";
import { f64, u32 } from "../../stl/elements/numbers.ts";
import type { StringTable } from "../../stl/text/string_table.ts";
import { type Columns, SoaVector } from "../../stl/vector/soa_vector.ts";
import { DataTable } from "../table/data_table.ts";
import { Dictionary } from "../table/dictionary.ts";
import { Accumulator } from "./_accumulator.ts";
import { BATCH, GroupNumbers } from "./_group_numbers.ts";
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
 * Takes time with the rows, and memory of JavaScript with the groups: 16 bytes for each aggregate of each, and a place of
 * 4 bytes for each key that there may be where those are few. NaN counts for nothing in an aggregate, and is a key like
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
  const told = Object.entries(requireObject(aggregates, ACTION, "an object with aggregates")).map(
    ([name, aggregate]) => new Told(vector, name, aggregate, names),
  );
  using numbers = new GroupNumbers(keys, vector.length, allocator);
  gather(numbers, told, vector.length);
  return makeGroups(vector, texts, names, told, numbers.firsts, allocator) as unknown as DataTable<
    GroupColumns<F, K, A>
  >;
}

function keyColumn(rows: SoaVector<Columns>, name: string): NumberColumn {
  const column = new NumberColumn(rows, name);
  if (!column.isBig) return column;
  throw new TypeError(`Cannot ${ACTION}: column ${name} holds integers of 64 bits, which are no keys`);
}

/** An aggregate while rows are gathered. */
class Told {
  readonly name: string;
  readonly kind: Aggregate["kind"];
  readonly column: NumberColumn | undefined;
  readonly accumulator: Accumulator;

  constructor(rows: SoaVector<Columns>, name: string, aggregate: Aggregate, names: readonly string[]) {
    const { kind, column } = Object(aggregate) as Aggregate;
    if (!["count", "sum", "mean", "min", "max"].includes(kind)) {
      throw new TypeError(
        `Cannot ${ACTION}: expected ${name} to be an aggregate like sum("value"), got ${shown(aggregate)}`,
      );
    }
    if (names.includes(name)) throw new TypeError(`Cannot ${ACTION}: two columns would be called ${name}`);
    this.name = name;
    this.kind = kind;
    this.column = column === undefined ? undefined : new NumberColumn(rows, column);
    this.accumulator = new Accumulator(kind);
  }
}

function gather(numbers: GroupNumbers, told: readonly Told[], length: number): void {
  const ids = new Uint32Array(BATCH);
  const spare = new Float64Array(BATCH);
  for (let start = 0; start < length; start += BATCH) {
    const end = Math.min(start + BATCH, length);
    numbers.read(ids, start, end);
    for (const { accumulator, column } of told) {
      accumulator.reserve(numbers.firsts.length);
      accumulator.add(ids, column?.batch(start, end, spare), end - start);
    }
  }
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
      for (const [group, row] of firsts.entries()) {
        into[group] = isText ? own.intern(given.get(from[row]!)) : from[row]!;
      }
    }
    for (const { name, accumulator } of told) {
      accumulator.finish(groups.rows.column(name) as unknown as Float64Array, firsts.length);
    }
    return groups;
  } catch (error) {
    if (!groups.closed) groups.dispose();
    throw error;
  }
}
