import type { View, ViewConstructor } from "../../heaps/allocator.ts";
import { ContainerBase, showAs } from "../core/container_base.ts";
import { checkedCount } from "../core/indexes.ts";
import { publicClass } from "../core/public_class.ts";
import { shown } from "../core/refuse.ts";
import { specialise } from "../core/specialise.ts";
import { type ContainerOptions, MAX_BLOCK_BYTES, Storage } from "../core/storage.ts";
import { type AccessorOf, type AnyStruct, Struct } from "../struct/struct.ts";
import { definePool, type PoolClass } from "./_pool.ts";
import type { PoolSource } from "./_pool_source.ts";
import { StructSource } from "./_struct_source.ts";
import { ViewSource } from "./_view_source.ts";
import { Watch } from "./_watch.ts";
import { watchPool } from "./open_pools.ts";

/** Options of a {@linkcode Pool}. */
export interface PoolOptions extends ContainerOptions {
  /**
   * A name for metrics.
   *
   * @default {"Pool of"} and what it hands out
   */
  readonly name?: string;
  /**
   * Whether use after release is looked for, at the price of speed: what is released is filled with a pattern that has
   * to be there when it is acquired again, and accessors of structs throw from their release on.
   *
   * @default {false}
   */
  readonly checked?: boolean;
}

/**
 * Recycles views of one class and length, or structs: what is released is handed out again, as the same object and with
 * the contents that it was released with. Nothing is allocated while the pool has something idle.
 *
 * **Who releases something must not use it any more**: it may belong to someone else. `checked` finds the place that
 * does.
 *
 * | Call | Time, amortised | At worst |
 * | --- | --- | --- |
 * | `acquire`, of something idle | constant | constant |
 * | `acquire`, of something new | what the allocator takes; for structs once a block of 16 KiB | the same |
 * | `release` | constant | constant |
 * | `trim` | idle ones | idle ones |
 * | `dispose` | blocks | blocks |
 *
 * In a checked pool `acquire` and `release` take time with the bytes of what they hand out and take back.
 *
 * @example
 * ```ts
 * import { Heap } from "@mimalloc/ffi";
 * import { Pool } from "@mimalloc/ffi/stl";
 * import assert from "node:assert/strict";
 *
 * using heap = new Heap({ name: "audio" });
 * const buffers = new Pool(Float32Array, 512, { allocator: heap });
 * const buffer = buffers.acquire();
 * buffers.release(buffer);
 * assert.equal(buffers.acquire(), buffer);
 * assert.equal(buffers.hitRate, 0.5);
 * ```
 */
export interface Pool<T> extends Disposable {
  /** Where its memory comes from. */
  readonly allocator: ContainerOptions["allocator"];
  /** Whether it was disposed, or its allocator is closed. */
  readonly closed: boolean;
  /** Bytes of memory that it holds, for what is live and what is idle. */
  readonly bytes: number;
  /** How many are acquired and not released. */
  readonly live: number;
  /** How many wait to be acquired again. */
  readonly idle: number;
  /** The most that were live at once. */
  readonly highWater: number;
  /** How many were acquired in all. */
  readonly acquired: number;
  /** The share of them that was recycled, from 0 to 1. */
  readonly hitRate: number;

  /**
   * Something idle, or else something new of zeros.
   *
   * Throws `ClosedError` when the pool is closed, what the allocator throws when there is no memory, and in a checked
   * pool `Error` when the memory was written to after its release, with the place of the release as its `cause`.
   */
  acquire(): T;
  /**
   * Takes back what {@linkcode Pool.acquire} gave.
   *
   * Throws `RangeError` when nothing is live, `TypeError` for what is not live in the pool: what was released before, a
   * part of a view, what another pool gave.
   */
  release(item: T): void;
  /**
   * Gives the memory of idle ones back to the allocator, all but `keep` of them, and returns how many bytes those were.
   * Structs lie many in a block, which is given back when all of them are idle.
   *
   * Throws `RangeError` when `keep` is not an integer ≥ 0, `ClosedError` when the pool is closed.
   */
  trim(keep?: number): number;
  /** Its figures, for `JSON.stringify`: what it has handed out belongs to others. */
  toJSON(): {
    readonly live: number;
    readonly idle: number;
    readonly highWater: number;
    readonly acquired: number;
    readonly bytes: number;
  };
  /** Gives back all memory, that of live ones too, and ends an allocator that it owns. The second call does nothing. */
  dispose(): void;
}

/** Makes {@linkcode Pool}s. */
export interface PoolConstructor {
  /**
   * Makes a pool of views of the class `type` with `length` elements.
   *
   * Throws `TypeError` for another class and without an allocator, `RangeError` for a length that no block has room for, `ClosedError`
   * when the allocator is closed.
   */
  new <T extends ViewConstructor>(type: T, length: number, options: PoolOptions): Pool<View<T>>;
  /** Makes a pool of structs. */
  new <S extends AnyStruct>(struct: S, options: PoolOptions): Pool<AccessorOf<S>>;
  /** What every pool inherits from. */
  readonly prototype: Pool<unknown>;
}

abstract class PoolBase extends ContainerBase {}

showAs(PoolBase, {
  shape: "map",
  parts: (pool) => Object.entries((pool as Pool<object>).toJSON()).map(([name, figure]) => [name, ": ", figure]),
});

const classes = new WeakMap<object, PoolClass<never>>();

/** A pool of what `source` makes; pools of the same `kind` share their code. */
function poolOf<T extends object>(kind: object, source: PoolSource<T>, storage: Storage, checked: boolean): Pool<T> {
  let Class = classes.get(kind) as unknown as PoolClass<T> | undefined;
  if (Class === undefined) {
    Class = specialise(definePool<T>)({ Base: PoolBase, checkedCount });
    classes.set(kind, Class as unknown as PoolClass<never>);
  }
  return new Class(source, storage, checked ? new Watch(source, storage.label) : undefined);
}

/** What every class of typed arrays inherits from. */
const TypedArray = Object.getPrototypeOf(Uint8Array) as Uint8ArrayConstructor;

function create(type: ViewConstructor | AnyStruct, ...rest: [PoolOptions] | [number, PoolOptions]): Pool<object> {
  const options = rest.at(-1) as PoolOptions;
  const checked = options?.checked ?? false;
  const name = options?.name;
  if (!(type instanceof Struct || type === DataView || Object(type).prototype instanceof TypedArray)) {
    throw new TypeError(`Cannot make a Pool: expected a typed array class, DataView or a struct, got ${shown(type)}`);
  }
  const storage = new Storage(`Pool of ${type.name}`, options);
  if (type instanceof Struct) {
    const pool = poolOf(type, new StructSource(storage, type), storage, checked);
    return watchPool(pool, String(name ?? storage.label), type.byteLength);
  }
  const [length] = rest as [number, PoolOptions];
  const elementBytes = (type as Partial<Uint8ArrayConstructor>).BYTES_PER_ELEMENT ?? 1;
  const most = Math.floor(MAX_BLOCK_BYTES / elementBytes);
  if (!(Number.isInteger(length) && length >= 1 && length <= most)) {
    throw new RangeError(
      `Cannot make a Pool of ${type.name}: expected an integer from 1 to ${most} as length, got ${shown(length)}`,
    );
  }
  const pool = poolOf<object>(type, new ViewSource(storage, type, length), storage, checked);
  return watchPool(pool, String(name ?? storage.label), length * elementBytes);
}

/** Makes {@linkcode Pool}s of views or structs. */
export const Pool: PoolConstructor = publicClass("Pool", PoolBase, create);
