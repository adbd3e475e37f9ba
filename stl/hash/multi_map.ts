import { ClosedError } from "../../heaps/allocator.ts";
import { PairFormat } from "../bytes/pair_format.ts";
import { restored } from "../bytes/restored.ts";
import type { Container } from "../core/container.ts";
import { ContainerBase, showAs, showContents } from "../core/container_base.ts";
import { checkedCount } from "../core/indexes.ts";
import { type GivenParts, type Movable, PARTS, type Parts, TAKE_OVER } from "../core/parts.ts";
import { requireFunction } from "../core/refuse.ts";
import { type ContainerOptions, Storage } from "../core/storage.ts";
import { requireElement } from "../elements/check.ts";
import type { AnyElement, InferElement, InferInput } from "../elements/element.ts";
import { f64, u32 } from "../elements/numbers.ts";
import { checkedKind, type Kind } from "../elements/variable_element.ts";
import { SlotMap } from "../items/slot_map.ts";
import type { Accessor } from "../struct/struct_types.ts";
import { struct } from "../struct/struct.ts";
import { HashMap } from "./hash_map.ts";

/** The values of a key: handles of the first and the last, of which each names the next one. */
const List = struct({ first: f64, last: f64, count: u32 }, { name: "list" });
const EMPTY = { first: 0, last: 0, count: 0 };

interface Lists<K> extends HashMap<K, { first: number; last: number; count: number }, ListPlace> {
  /** A key that stays the same, however often it is looked up. */
  settled(key: K): K;
  /** The same of one that is only looked for; `undefined` when no entry can have it. */
  sought(key: K): K | undefined;
}

type ListPlace = Accessor<typeof LIST_FIELDS>;
declare const LIST_FIELDS: { readonly first: typeof f64; readonly last: typeof f64; readonly count: typeof u32 };

/** A value with the handle of the one that was added after it to the same key. */
interface Node {
  value: unknown;
  next: number;
}

/** Values in their order, of all keys. */
interface Nodes extends Container {
  readonly size: number;
  add(node: Node): number;
  at(handle: number): Node & { toObject(): Node };
  delete(handle: number): boolean;
  has(handle: number): boolean;
  clear(): void;
}

const nodeElements = new WeakMap<AnyElement, AnyElement>();

/** The element of the nodes for values of `value`, made once: containers are compiled for each element. */
function nodeOf(value: AnyElement): AnyElement {
  let node = nodeElements.get(value);
  if (node === undefined) nodeElements.set(value, node = struct({ value, next: f64 }, { name: "node" }) as AnyElement);
  return node;
}

/**
 * Any number of values for each key, in the order in which they were added: a `Map` of arrays without the arrays.
 *
 * Keys are of any kind, values of any element of fixed size.
 *
 * | Call | Time, amortised | At worst |
 * | --- | --- | --- |
 * | `add` | constant | n, when a block grows |
 * | `has`, `count` | constant | keys |
 * | `get`, `delete`, `deleteWhere` | values of the key | n |
 * | all of an iteration, `forEach`, `toArray`, `clear`, `reserve`, `shrinkToFit`, `toBytes`, `fromBytes` | n | n |
 *
 * @example
 * ```ts
 * import { Heap } from "@mimalloc/ffi";
 * import { anyText, MultiMap, u32 } from "@mimalloc/ffi/stl";
 * import assert from "node:assert/strict";
 *
 * using heap = new Heap({ name: "index" });
 * const pages = new MultiMap(anyText, u32, { allocator: heap });
 * for (const [page, words] of ["to be", "or not", "to be"].entries()) {
 *   for (const word of words.split(" ")) pages.add(word, page);
 * }
 * assert.deepEqual(pages.get("be"), [0, 2]);
 * assert.deepEqual([pages.count("not"), pages.size, pages.keyCount], [1, 6, 4]);
 * pages.deleteWhere("be", (page) => page === 0);
 * assert.deepEqual(pages.get("be"), [2]);
 * ```
 */
export class MultiMap<K, E extends AnyElement> extends ContainerBase
  implements Container, Iterable<[K, InferElement<E>]> {
  readonly #storage: Storage;
  readonly #lists: Lists<K>;
  readonly #nodes: Nodes;
  readonly #format: PairFormat;
  /** Values that belong to no key yet, while memory is asked for, when listeners of the heap may look at the map. */
  readonly #pending: number[] = [];

  /**
   * Makes an empty map, which takes no memory yet unless `capacity` asks for room for so many values.
   *
   * Throws `TypeError` for what is no kind of keys or no element, and without an allocator; `ClosedError` when that is
   * closed; and like {@linkcode Container.reserve}.
   */
  constructor(key: Kind<K>, value: E, options: ContainerOptions & { readonly capacity?: number }) {
    checkedKind(key, "MultiMap");
    requireElement("a MultiMap", value);
    const storage = new Storage("MultiMap", options);
    super(storage);
    this.#storage = storage;
    const { allocator } = storage;
    this.#lists = new HashMap(key, List, { allocator }) as unknown as Lists<K>;
    this.#nodes = new SlotMap(nodeOf(value), { allocator }) as unknown as Nodes;
    this.#format = new PairFormat("MultiMap", key as Kind<unknown>, value as unknown as Kind<unknown>);
    if (options.capacity !== undefined) storage.reserveFirst(this, options.capacity);
    showContents(this);
  }

  /**
   * The map that {@linkcode MultiMap.toBytes} of another one wrote, made like a new one: the values of each key are in
   * their order.
   *
   * Throws `FormatError` for bytes that no map of these kinds wrote, and for what was cut or changed; `TypeError` for
   * what is not a Uint8Array and for structs with references; and like `new MultiMap`. Nothing is left of it then.
   */
  static fromBytes<K, E extends AnyElement>(
    key: Kind<K>,
    value: E,
    bytes: Uint8Array,
    options: ContainerOptions & { readonly capacity?: number },
  ): MultiMap<K, E> {
    const kind = checkedKind(key, "MultiMap") as Kind<unknown>;
    requireElement("a MultiMap", value);
    const format = new PairFormat("MultiMap", kind, value as unknown as Kind<unknown>);
    const reader = format.read(bytes);
    return restored(reader, options, (given) => new (this ?? MultiMap)(key, value, given), (map) => {
      format.restore(reader, (each, stored) => map.add(each as K, stored as InferInput<E>).size);
      return map.#storage;
    });
  }

  /** Number of values. */
  get size(): number {
    const { size } = this.#nodes;
    return this.#pending.length === 0 ? size : size - this.#pending.filter((handle) => this.#nodes.has(handle)).length;
  }

  /** Number of keys that have a value. */
  get keyCount(): number {
    return this.#lists.size;
  }

  /** Values that fit before memory has to grow, each with a key of its own. */
  get capacity(): number {
    return Math.min(this.#nodes.capacity, this.#lists.capacity);
  }

  /** Bytes of memory that it holds. */
  get bytes(): number {
    return this.#nodes.bytes + this.#lists.bytes;
  }

  /** Whether it was disposed, or its allocator is closed or has taken its memory back. */
  override get closed(): boolean {
    return this.#storage.closed || this.#nodes.closed || this.#lists.closed;
  }

  #require(action: string): void {
    this.#storage.requireOpen(action, NOTHING, 0);
    if (!this.#nodes.closed && !this.#lists.closed) return;
    throw new ClosedError(`Cannot ${action} a MultiMap: its memory was taken back by ${this.allocator.name}`);
  }

  /**
   * Adds a value to those of `key`, as the last one.
   *
   * Throws `RangeError` or `TypeError` for a key or value that is not of its kind, and like
   * {@linkcode Container.reserve}; then nothing has changed.
   */
  add(key: K, value: InferInput<E>): this {
    this.#require("add to");
    const settled = this.#lists.settled(key);
    const handle = this.#nodes.add({ value, next: 0 });
    let added = false;
    this.#pending.push(handle);
    try {
      this.#lists.update(settled, (list) => {
        added = this.#append(list, handle);
      }, EMPTY);
    } catch (error) {
      if (!this.#nodes.closed) this.#nodes.delete(handle);
      throw error;
    } finally {
      // The last one: calls that began later have ended.
      this.#pending.pop();
    }
    if (!added) this.#refuseCleared(settled, handle);
    return this;
  }

  /** Appends a value to a list, unless it is gone. */
  #append(list: ListPlace, handle: number): boolean {
    if (!this.#nodes.has(handle)) return false;
    if (list.count === 0) list.first = handle;
    else this.#nodes.at(list.last).next = handle;
    list.last = handle;
    list.count++;
    return true;
  }

  /** A listener of the heap has taken the value or the key away while memory was asked for. */
  #refuseCleared(key: K, handle: number): never {
    this.#require("add to");
    this.#nodes.delete(handle);
    if (this.#lists.get(key)?.count === 0) this.#lists.delete(key);
    throw new Error("Cannot add to a MultiMap: a listener of its heap has cleared it meanwhile");
  }

  /** The values of `key` in their order as an ordinary array; an empty one when there are none. */
  get(key: K): InferElement<E>[] {
    this.#require("read");
    const list = this.#listOf(this.#lists.sought(key));
    const values: InferElement<E>[] = [];
    if (list !== undefined) { for (const [, value] of this.#walk(list)) values.push(value); }
    return values;
  }

  /** The list of a key that was looked for. */
  #listOf(sought: K | undefined): { first: number; last: number; count: number } | undefined {
    return sought === undefined ? undefined : this.#lists.get(sought);
  }

  /** The handles and copies of the values of a list. */
  *#walk({ first, count }: { first: number; count: number }): Generator<[number, InferElement<E>]> {
    for (let [handle, left] = [first, count]; left > 0; left--) {
      const { value, next } = this.#nodes.at(handle).toObject();
      yield [handle, value as InferElement<E>];
      handle = next;
    }
  }

  /** Whether `key` has a value. */
  has(key: K): boolean {
    return this.count(key) > 0;
  }

  /** How many values `key` has. */
  count(key: K): number {
    this.#require("read");
    return this.#listOf(this.#lists.sought(key))?.count ?? 0;
  }

  /** Removes all values of `key`, and returns how many there were. */
  delete(key: K): number {
    this.#require("delete from");
    return this.#delete(this.#lists.sought(key));
  }

  #delete(sought: K | undefined): number {
    const list = this.#listOf(sought);
    if (list === undefined) return 0;
    this.#lists.delete(sought!);
    for (const [handle] of [...this.#walk(list)]) this.#nodes.delete(handle);
    return list.count;
  }

  /**
   * Removes the values of `key` for which `test` returns true, and returns how many there were. Nothing has changed when
   * it throws.
   *
   * Throws `TypeError` for what is no function, what `test` throws, and `Error` when it changes the map.
   */
  deleteWhere(key: K, test: (value: InferElement<E>) => unknown): number {
    requireFunction("delete from a MultiMap by", test);
    this.#require("delete from");
    const sought = this.#lists.sought(key);
    const list = this.#listOf(sought);
    if (list === undefined) return 0;
    const { size } = this;
    const all = [...this.#walk(list)];
    const gone = new Set(all.filter(([, value]) => test(value)).map(([handle]) => handle));
    this.#require("delete from");
    if (this.size !== size || all.some(([handle]) => !this.#nodes.has(handle))) {
      throw new Error("Cannot delete from a MultiMap: its function has changed it meanwhile");
    }
    const kept = all.map(([handle]) => handle).filter((handle) => !gone.has(handle));
    if (kept.length === 0) return this.#delete(sought);
    for (const [index, handle] of kept.entries()) this.#nodes.at(handle).next = kept[index + 1] ?? 0;
    this.#lists.update(sought!, (place) => {
      place.assign({ first: kept[0]!, last: kept.at(-1)!, count: kept.length });
    });
    for (const handle of gone) this.#nodes.delete(handle);
    return gone.size;
  }

  /** Removes everything; the memory stays for new values. */
  clear(): void {
    this.#require("clear");
    this.#lists.clear();
    this.#nodes.clear();
  }

  /** Calls `visit` with every value and its key. */
  forEach(visit: (value: InferElement<E>, key: K, map: this) => void): void {
    this.#storage.requireVisitor(visit);
    for (const [key, value] of this.entries()) visit(value, key, this);
  }

  /**
   * The pairs of key and value: the keys in no order, the values of each in theirs.
   *
   * A step throws `Error` when a key came or went meanwhile.
   */
  *entries(): IterableIterator<[K, InferElement<E>]> {
    this.#require("read");
    for (const [key, list] of this.#lists) {
      for (const [, value] of [...this.#walk(list)]) yield [key, value];
    }
  }

  /** The keys, each once. */
  *keys(): IterableIterator<K> {
    this.#require("read");
    yield* this.#lists.keys();
  }

  /** The values of all keys. */
  *values(): IterableIterator<InferElement<E>> {
    for (const [, value] of this.entries()) yield value;
  }

  /** The pairs of key and value. */
  [Symbol.iterator](): IterableIterator<[K, InferElement<E>]> {
    return this.entries();
  }

  /** The pairs of key and value as an ordinary array. */
  toArray(): [K, InferElement<E>][] {
    return Array.from(this.entries());
  }

  /**
   * Makes room for `capacity` values in all, each with a key of its own; for the bytes of texts as keys not.
   *
   * Throws like {@linkcode Container.reserve}.
   */
  reserve(capacity: number): void {
    this.#require("reserve memory for");
    checkedCount("reserve", capacity, "MultiMap");
    this.#nodes.reserve(capacity);
    this.#lists.reserve(capacity);
  }

  /** Gives back the memory of what has no value. Throws `ClosedError` when the map is closed. */
  shrinkToFit(): void {
    this.#require("shrink");
    this.#nodes.shrinkToFit();
    this.#lists.shrinkToFit();
  }

  /**
   * Every key and value as ordinary bytes for {@linkcode MultiMap.fromBytes}.
   *
   * Throws like {@linkcode Container.toBytes}.
   */
  toBytes(): Uint8Array<ArrayBuffer> {
    this.#require("write");
    return this.#format.save(this.size, this.entries());
  }

  static {
    Object.defineProperties(MultiMap.prototype, {
      [PARTS]: {
        value(this: MultiMap<unknown, AnyElement>): Parts {
          this.#require("hand over");
          const lists = (this.#lists as unknown as Movable)[PARTS]();
          const nodes = (this.#nodes as unknown as Movable)[PARTS]();
          return {
            shape: `MultiMap(${lists.shape}, ${nodes.shape})`,
            numbers: [lists.numbers.length, lists.views.length, ...lists.numbers, ...nodes.numbers],
            views: [...lists.views, ...nodes.views],
          };
        },
      },
      [TAKE_OVER]: {
        value(
          this: MultiMap<unknown, AnyElement>,
          { numbers: [count, blocks, ...numbers], views }: GivenParts,
        ): void {
          const lists = { numbers: numbers.slice(0, count), views: views.slice(0, blocks) };
          (this.#lists as unknown as Movable)[TAKE_OVER](lists);
          const nodes = { numbers: numbers.slice(count), views: views.slice(blocks) };
          (this.#nodes as unknown as Movable)[TAKE_OVER](nodes);
        },
      },
    });
  }

  /** Gives back all memory, and ends an allocator that it owns. The second call does nothing. */
  override dispose(): void {
    this.#nodes.dispose();
    this.#lists.dispose();
    this.#storage.dispose();
  }
}

/** A view without memory: that of the map is in its parts. */
const NOTHING = new Uint8Array(0);

/** The values of each key. */
function contentsOf(container: object): Map<unknown, unknown[]> {
  const map = container as MultiMap<unknown, AnyElement>;
  return new Map(Array.from(map.keys(), (key) => [key, map.get(key)]));
}

showAs(MultiMap, { shape: "map", contents: contentsOf });
