import { checkedCount } from "../core/refuse.ts";
import { specialise } from "../core/specialise.ts";
import type { Storage } from "../core/storage.ts";
import type { PoolSource } from "./_pool_source.ts";
import { Watch } from "./_watch.ts";
import type { Pool } from "./pool.ts";

/** What every pool inherits from, so that `instanceof Pool` holds. */
export class PoolBase {}

const NOTHING = new Uint8Array(0);
const TOOLS = { NOTHING, PoolBase, checkedCount };

type PoolClass<T extends object> = new (
  source: PoolSource<T>,
  storage: Storage,
  watch: Watch<T> | undefined,
) => Pool<T>;

/** Makes the class of pools of one kind; see {@linkcode specialise} for its limits. */
function makeClass<T extends object>({ NOTHING, PoolBase, checkedCount }: typeof TOOLS): PoolClass<T> {
  return class RecyclingPool extends PoolBase implements Pool<T> {
    readonly #source: PoolSource<T>;
    readonly #storage: Storage;
    readonly #watch: Watch<T> | undefined;
    #idle: T[] = [];
    #live = 0;
    #highWater = 0;
    #acquired = 0;
    #made = 0;

    constructor(source: PoolSource<T>, storage: Storage, watch: Watch<T> | undefined) {
      super();
      this.#source = source;
      this.#storage = storage;
      this.#watch = watch;
    }

    get allocator(): Storage["allocator"] {
      return this.#storage.allocator;
    }

    get closed(): boolean {
      return this.#storage.closed;
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
      this.#watch?.live.add(item);
      this.#acquired++;
      if (++this.#live > this.#highWater) this.#highWater = this.#live;
      return item;
    }

    // Also where the memory of an idle one was taken back: the others will come here too.
    #make(): T {
      this.#storage.requireOpen("acquire from", NOTHING, 0);
      const item = this.#source.make();
      this.#made++;
      return item;
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
      if (this.#live === 0) this.#refuse();
      this.#idle.push(this.#watch === undefined ? item : this.#watch.release(item));
      this.#live--;
    }

    #refuse(): never {
      this.#storage.requireOpen("release to", NOTHING, 0);
      throw new RangeError(`Cannot release to a ${this.#storage.label}: none of it is live`);
    }

    trim(keep = 0): number {
      this.#storage.requireOpen("trim", NOTHING, 0);
      const { bytes } = this.#source;
      this.#idle = this.#source.trim(this.#idle, checkedCount("trim", keep, this.#storage.label));
      return bytes - this.#source.bytes;
    }

    dispose(): void {
      this.#idle = [];
      this.#live = 0;
      if (!this.#storage.closed && !this.#storage.owned) this.#source.dispose();
      this.#storage.dispose();
    }

    [Symbol.dispose](): void {
      this.dispose();
    }
  };
}

const classes = new WeakMap<object, PoolClass<never>>();

/** A pool of what `source` makes; pools of the same `kind` share their code. */
export function createPool<T extends object>(
  kind: object,
  source: PoolSource<T>,
  storage: Storage,
  checked: boolean,
): Pool<T> {
  let Class = classes.get(kind) as unknown as PoolClass<T> | undefined;
  if (Class === undefined) {
    Class = specialise(makeClass, storage.label)(TOOLS) as PoolClass<T>;
    classes.set(kind, Class as unknown as PoolClass<never>);
  }
  return new Class(source, storage, checked ? new Watch(source, storage.label) : undefined);
}
