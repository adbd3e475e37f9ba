import { filledFrom, restored } from "../bytes/restored.ts";
import type { Container } from "../core/container.ts";
import { ContainerBase, showAs } from "../core/container_base.ts";
import { checkedCount, refuseIndex } from "../core/indexes.ts";
import { PARTS, TAKE_OVER } from "../core/parts.ts";
import { refuseNested } from "../core/refuse.ts";
import { type Make, publicClass } from "../core/public_class.ts";
import { specialise } from "../core/specialise.ts";
import { type ContainerOptions, Storage } from "../core/storage.ts";
import type { AnyStruct, FieldsOf } from "../struct/struct.ts";
import { soaClassOf } from "./_soa_class.ts";
import type { SoaFormat } from "./_soa_format.ts";
import { INDEX } from "./_soa_rows.ts";
import { defineSoaSlotMap, type SoaSlotMapClass } from "./_soa_slot_map.ts";
import type { SoaRowsClass } from "./_soa_vector.ts";
import type { Cursor } from "./cursor.ts";
import type { ColumnOf, Columns, Row, RowInput, RowObject } from "./soa_vector.ts";

/** Options of a {@linkcode SoaSlotMap}. */
export interface SoaSlotMapOptions extends ContainerOptions {
  /** How many rows there is room for from the start. */
  readonly capacity?: number;
}

/**
 * Rows under handles, in columns without gaps: a {@linkcode SoaVector} whose rows can be found again although they move,
 * or a `SlotMap` of which one field of all values is a typed array. When a row is deleted the last one takes its place;
 * all others keep their handles, and a handle of what is gone finds nothing. Handles are those of `SlotMap`.
 *
 * | Call | Time, amortised | At worst |
 * | --- | --- | --- |
 * | `has`, `indexOf`, `handleAt`, `at`, `column`, a step of a cursor | constant | constant |
 * | `get`, `set`, `delete` | columns | columns |
 * | `add` | columns | n × columns, when the blocks grow |
 * | `clear`, `shrinkToFit` | slots that were used | n × columns |
 * | all of an iteration, `forEach`, `toArray`, `reserve`, `toBytes`, `fromBytes` | n × columns | n × columns |
 *
 * @example
 * ```ts
 * import { Heap } from "@mimalloc/ffi";
 * import { f64, SoaSlotMap } from "@mimalloc/ffi/stl";
 * import assert from "node:assert/strict";
 *
 * using heap = new Heap({ name: "entities" });
 * const entities = new SoaSlotMap({ x: f64, vx: f64 }, { allocator: heap });
 * const ship = entities.add({ x: 0, vx: 2 });
 * const rock = entities.add({ x: 5, vx: -1 });
 *
 * const [x, vx] = [entities.column("x"), entities.column("vx")]; // typed arrays, without gaps
 * for (let i = 0; i < entities.size; i++) x[i]! += vx[i]!;
 *
 * const seen = entities.at(rock);
 * entities.delete(ship); // rock moves
 * assert.deepEqual([entities.indexOf(rock), seen.x, entities.get(ship)], [0, 4, undefined]);
 * ```
 */
export interface SoaSlotMap<F extends Columns> extends Container, Iterable<[number, RowObject<F>]> {
  /** What each column holds. */
  readonly columns: F;
  /** Number of rows. */
  readonly size: number;

  /**
   * Adds a row and returns its handle.
   *
   * Throws `TypeError` when a column is missing, and like {@linkcode Container.reserve}; then nothing has changed.
   */
  add(row: RowInput<F> | Row<F>): number;
  /**
   * The row under `handle` as a plain object; `undefined` when it was deleted or `handle` was never given out.
   *
   * Throws `ClosedError` when the map is closed.
   */
  get(handle: number): RowObject<F> | undefined;
  /**
   * The row under `handle` where it is: an accessor that follows the row when it moves, and throws `ClosedError` once it
   * was deleted. Ask it anew for structs and arrays inside of it after a row was deleted.
   *
   * Throws `RangeError` when it was deleted or `handle` was never given out, `ClosedError` when the map is closed.
   */
  at(handle: number): Row<F>;
  /**
   * Replaces the row under `handle`.
   *
   * Throws like {@linkcode SoaSlotMap.at} and {@linkcode SoaSlotMap.add}.
   */
  set(handle: number, row: RowInput<F> | Row<F>): this;
  /** Whether there is a row under `handle`. Throws like {@linkcode SoaSlotMap.get}. */
  has(handle: number): boolean;
  /**
   * Where the row under `handle` is in the columns until a row is deleted; -1 when there is none.
   *
   * Throws like {@linkcode SoaSlotMap.get}.
   */
  indexOf(handle: number): number;
  /** The handle of the row at `index` of the columns. Throws `RangeError` when there is none, and like `get`. */
  handleAt(index: number): number;
  /**
   * Removes the row under `handle`, whose place the last one takes; whether there was one.
   *
   * Throws like {@linkcode SoaSlotMap.get}.
   */
  delete(handle: number): boolean;
  /** Removes every row, and so makes all handles stale; the memory stays for new rows. */
  clear(): void;
  /**
   * One column of all rows, in the order of their indexes: as that of a {@linkcode SoaVector} a typed array where it is
   * one of numbers, valid until the map grows, shrinks to fit or ends, and as long as there were rows.
   *
   * Throws `RangeError` when there is none of that name, `ClosedError` when the map is closed.
   */
  column<K extends keyof F & string>(name: K): ColumnOf<F, K>;
  /** A cursor over all rows: one accessor that is moved. A row that is deleted meanwhile is replaced by the last one. */
  cursor(): Cursor<Row<F>>;
  /** Calls `visit` with a copy of every row and its handle. */
  forEach(visit: (row: RowObject<F>, handle: number, map: this) => void): void;
  /** The pairs of handle and row, in the order of the columns. */
  entries(): IterableIterator<[number, RowObject<F>]>;
  /** The handles. */
  keys(): IterableIterator<number>;
  /** The rows. */
  values(): IterableIterator<RowObject<F>>;
  /** The pairs of handle and row as an ordinary array. */
  toArray(): [number, RowObject<F>][];
}

/** Makes {@linkcode SoaSlotMap}s. */
export interface SoaSlotMapConstructor {
  /**
   * Makes an empty map whose columns are the fields of a struct. It takes no memory yet unless `capacity` asks for it.
   *
   * Throws `RangeError` for a `capacity` that is not an integer ≥ 0, and like `new SoaVector`.
   */
  new <S extends AnyStruct>(struct: S, options: SoaSlotMapOptions): SoaSlotMap<FieldsOf<S>>;
  /** Makes an empty map whose columns are the elements of a record. */
  new <const F extends Columns>(columns: F, options: SoaSlotMapOptions): SoaSlotMap<F>;
  /**
   * The map that `toBytes` of another one with the same columns in the same order wrote, made like a new one: every
   * handle leads to its row, and stale ones stay stale.
   *
   * Throws like `fromBytes` of `Vector`.
   */
  fromBytes<S extends AnyStruct>(
    struct: S,
    bytes: Uint8Array,
    options: SoaSlotMapOptions,
  ): SoaSlotMap<FieldsOf<S>>;
  /** The map with the columns of a record that `toBytes` of another one wrote. */
  fromBytes<const F extends Columns>(columns: F, bytes: Uint8Array, options: SoaSlotMapOptions): SoaSlotMap<F>;
  /** What every map inherits from. */
  readonly prototype: SoaSlotMap<Columns>;
}

abstract class SoaSlotMapBase extends ContainerBase {}
showAs(SoaSlotMapBase, { shape: "map" });

/** What the vectors inherit from that the rows are in. */
abstract class SoaRowsBase extends ContainerBase {}

/** What is made once for each set of columns. */
interface Made {
  readonly Class: SoaSlotMapClass;
  readonly format: SoaFormat;
}

const classes = new WeakMap<object, Made>();

function classOf(given: Columns | AnyStruct): Made {
  const known = classes.get(given);
  if (known !== undefined) return known;
  const { Class: Rows, code, columns, format, plans } = soaClassOf(given, "SoaSlotMap", SoaRowsBase);
  const Class = specialise(defineSoaSlotMap)({
    Base: SoaSlotMapBase,
    INDEX,
    PARTS,
    Row: code.Row,
    Rows: Rows as unknown as SoaRowsClass,
    write: code.write,
    Storage,
    TAKE_OVER,
    checkedCount,
    columns,
    format,
    refuseIndex,
    refuseNested,
    units: plans.map(({ unit }) => unit),
  });
  const own = { Class, format };
  classes.set(given, own);
  return own;
}

function create(columns: Columns | AnyStruct, options: SoaSlotMapOptions): SoaSlotMap<Columns> {
  return new (classOf(columns).Class)(options);
}

function fromBytes(make: Make, columns: Columns | AnyStruct, bytes: Uint8Array, options: SoaSlotMapOptions): object {
  const reader = classOf(columns).format.read(bytes, 2);
  return restored(reader, options, (own) => make(columns, own), filledFrom(reader));
}

/** Makes {@linkcode SoaSlotMap}s. */
export const SoaSlotMap: SoaSlotMapConstructor = publicClass("SoaSlotMap", SoaSlotMapBase, create, { fromBytes });
