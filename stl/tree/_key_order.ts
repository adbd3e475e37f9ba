import type { AnyView } from "../../heaps/allocator.ts";
import type { Storage } from "../core/storage.ts";

/**
 * How the keys of a sorted map are compared, and what its nodes store for them: numbers themselves, and for other keys
 * the number of a row. A key is loaded first; what that returns is compared like a stored one, until another is loaded.
 */
export interface KeyOrder<K, R> {
  /** Bytes of memory beside the nodes. */
  readonly bytes: number;
  /** The blocks beside the nodes. */
  readonly views: AnyView[];
  /** What it keeps beside the blocks. */
  readonly numbers: readonly number[];
  /** Takes over blocks, with the numbers of the one that had them. */
  takeOver(numbers: readonly number[], views: readonly (AnyView | undefined)[]): void;
  /** Whether a function of the program is comparing keys right now. */
  readonly busy: boolean;
  /** Loads a key to store; `undefined` for what is not of the kind. Throws what the element throws. */
  load(key: K): R | undefined;
  /** The same of a key to compare with, of which nothing may be cut. */
  seek(key: K): R | undefined;
  /** Loads a key to find; `undefined` for what no map of this kind can hold. Throws what code of the program throws. */
  find(key: K): R | undefined;
  /** Whether a key that was loaded can be stored as it is. */
  fits(key: K): boolean;
  /** Whether there is room for the loaded key. */
  hasRoom(): boolean;
  /** Asks for the memory that {@linkcode KeyOrder.hasRoom} misses; a listener may use the map meanwhile. */
  prepare(): void;
  /** The loaded key, for {@linkcode KeyOrder.reload} after memory was asked for. */
  hold(loaded: R): unknown;
  /** Loads what {@linkcode KeyOrder.hold} returned. */
  reload(held: unknown): R;
  /** Counts one more place where a key is stored, and returns what is stored there. */
  take(key: R): R;
  /** Counts one less; a key without any is gone. */
  drop(key: R): void;
  /** The key of what is stored. */
  read(key: R): K;
  /** Whether `a` comes before `b`. */
  before(a: R, b: R): boolean;
  /** Whether `a` and `b` are the same key. */
  equal(a: R, b: R): boolean;
  /** Makes room for `keys` keys. */
  reserve(keys: number): void;
  /** Gives back the memory that no key needs; none may have been dropped. */
  trim(): void;
  /** Ends all keys; the memory stays. */
  clear(): void;
  /** Forgets the memory, which was taken back. */
  forget(): void;
}

/** Compares keys, as `Array.prototype.sort` wants it. */
export type Comparing<K> = (a: K, b: K) => number;

/** Makes orders without keys; those that have no order of their own are compared by a function. */
export type KeyOrderClass<K, R> = new (storage: Storage, compare?: Comparing<K>) => KeyOrder<K, R>;
