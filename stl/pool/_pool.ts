import type { BaseClass } from "../core/container_base.ts";
import type { checkedCount } from "../core/indexes.ts";
import type { Storage } from "../core/storage.ts";
import type { PoolSource } from "./_pool_source.ts";
import type { Watch } from "./_watch.ts";
import type { Pool } from "./pool.ts";

/** A class of pools of one kind. */
export type PoolClass<T extends object> = new (
  source: PoolSource<T>,
  storage: Storage,
  watch: Watch<T> | undefined,
) => Pool<T>;

/** What the class uses besides globals. */
export interface PoolParts {
  readonly Base: BaseClass;
  readonly checkedCount: typeof checkedCount;
}

/** Makes the class of pools of one kind. */
export function definePool<T extends object>({ Base, checkedCount }: PoolParts): PoolClass<T> {
  const NOTHING = new Uint8Array(0);

  /** Makes a private field of what it is given. */
  abstract class Given {
    constructor(item: T) {
      return item;
    }
  }

  /** What a pool notes on each thing that it makes, where nobody else can: parts and copies of it have no such field. */
  class Mark extends Given {
    /** The pool in which it is acquired and not released. */
    #holder: object | undefined;

    static live(item: T, pool: object): void {
      (item as unknown as Mark).#holder = pool;
    }

    /** Whether `item` was live in `pool`; it is not from now on. */
    static end(item: T, pool: object): boolean {
      if (
        typeof item !== "object" || item === null || !(#holder in item) || (item as unknown as Mark).#holder !== pool
      ) return false;
      (item as unknown as Mark).#holder = undefined;
      return true;
    }
  }

  return class RecyclingPool extends Base implements Pool<T> {
    readonly #source: PoolSource<T>;
    readonly #storage: Storage;
    readonly #watch: Watch<T> | undefined;
    #idle: T[] = [];
    #live = 0;
    #highWater = 0;
    #acquired = 0;
    #made = 0;

    constructor(source: PoolSource<T>, storage: Storage, watch: Watch<T> | undefined) {
      super(storage);
      this.#source = source;
      this.#storage = storage;
      this.#watch = watch;
    }

    get bytes(): number {
      return this.#source.bytes;
    }

    get live(): number {
      return this.#live;
    }

    get idle(): number {
      return this.#idle.length;
    }

    get highWater(): number {
      return this.#highWater;
    }

    get acquired(): number {
      return this.#acquired;
    }

    get hitRate(): number {
      return this.#acquired === 0 ? 0 : (this.#acquired - this.#made) / this.#acquired;
    }

    acquire(): T {
      let item = this.#idle.pop();
      if (item === undefined || this.#source.isDead(item)) item = this.#make();
      else if (this.#watch !== undefined) this.#check(item, this.#watch);
      Mark.live(item, this);
      this.#acquired++;
      if (++this.#live > this.#highWater) this.#highWater = this.#live;
      return item;
    }

    // Also where the memory of an idle one was taken back: the others will come here too.
    #make(): T {
      this.#storage.requireOpen("acquire from", NOTHING, 0);
      const item = this.#source.make();
      if (this.#storage.disposed) this.#refuseMade();
      new Mark(item);
      this.#made++;
      return item;
    }

    /** Gives back what was made while a listener of the heap disposed of the pool. */
    #refuseMade(): never {
      this.#source.dispose();
      return this.#storage.requireOpen("acquire from", NOTHING, 0) as never;
    }

    #check(item: T, watch: Watch<T>): void {
      try {
        watch.check(item);
      } catch (error) {
        this.#idle.push(watch.retire(item));
        throw error;
      }
    }

    release(item: T): void {
      if (this.#live === 0 || !Mark.end(item, this)) this.#refuse();
      this.#idle.push(this.#watch === undefined ? item : this.#retire(item, this.#watch));
      this.#live--;
    }

    #retire(item: T, watch: Watch<T>): T {
      // Its memory was taken back: acquire() leaves it out.
      if (this.#source.isDead(item)) return item;
      const kept = watch.release(item);
      if (kept !== item) new Mark(kept);
      return kept;
    }

    #refuse(): never {
      const { label } = this.#storage;
      this.#storage.requireOpen("release to", NOTHING, 0);
      if (this.#live === 0) throw new RangeError(`Cannot release to a ${label}: none of it is live`);
      throw new TypeError(`Cannot release this to a ${label}: it was released before or is not of this pool`);
    }

    trim(keep = 0): number {
      this.#storage.requireOpen("trim", NOTHING, 0);
      const { bytes } = this.#source;
      this.#idle = this.#source.trim(this.#idle, checkedCount("trim", keep, this.#storage.label));
      return bytes - this.#source.bytes;
    }

    override toJSON(): ReturnType<Pool<T>["toJSON"]> {
      const { live, idle, highWater, acquired, bytes } = this;
      return { live, idle, highWater, acquired, bytes };
    }

    dispose(): void {
      this.#idle = [];
      this.#live = 0;
      if (!this.#storage.closed && !this.#storage.owned) this.#source.dispose();
      this.#storage.dispose();
    }
  };
}
