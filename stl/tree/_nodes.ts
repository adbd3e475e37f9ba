import type { AnyView } from "../../heaps/allocator.ts";
import type { Storage } from "../core/storage.ts";
import type { Items, ItemsClass, Links, LinksClass } from "../items/items.ts";
import type { KeyOrder } from "./_key_order.ts";

/** Nodes of one level or more of a tree: sorted keys, each with a link (a value, or a node below). */
export interface Nodes<K, L> {
  /** How many nodes there is room for; 0 once the memory was taken back. */
  readonly capacity: number;
  /** Whether it has memory. */
  readonly alive: boolean;
  /** Bytes of memory. */
  readonly bytes: number;
  /** The blocks. */
  readonly views: AnyView[];
  /** What they keep beside the blocks. */
  readonly numbers: readonly number[];
  /** Takes over blocks, with the numbers of those that had them. */
  takeOver(numbers: readonly number[], views: readonly (AnyView | undefined)[]): void;
  /** Whether `count` nodes can be made without asking for memory. */
  canMake(count: number): boolean;
  /** Makes sure that `count` nodes can be made; a listener may use the map meanwhile. */
  prepare(count: number): void;
  /** Makes room for `nodes` nodes in all. */
  reserve(nodes: number): void;
  /** A new node without keys; after {@linkcode Nodes.prepare}. */
  make(): number;
  /** Gives a node back. */
  drop(node: number): void;
  /** How many keys a node has. */
  count(node: number): number;
  /** A key of a node, as it is stored. */
  key(node: number, index: number): K;
  /** The bytes of all links, where those are values with accessors, as long as the block lives. */
  readonly data: DataView<ArrayBuffer>;
  /** The link of a key. */
  link(node: number, index: number): L;
  /** Changes a key. */
  setKey(node: number, index: number, key: K): void;
  /** Loads a link, for the next two; throws for one that cannot be stored. */
  load(link: L): void;
  /** Whether there is room for the loaded link. */
  hasRoom(): boolean;
  /** Asks for the memory that {@linkcode Nodes.hasRoom} misses; a listener may use the map meanwhile. */
  makeRoom(): void;
  /** The loaded link, for {@linkcode Nodes.reload} after memory was asked for. */
  hold(): unknown;
  /** Loads what {@linkcode Nodes.hold} returned. */
  reload(held: unknown): void;
  /** Gives a key the loaded link instead of its own. */
  setLink(node: number, index: number): void;
  /** The first index whose key is not below `key`. */
  find(node: number, key: K): number;
  /** Moves what is from `index` on up by one, and stores a key and the loaded link there. */
  insert(node: number, index: number, key: K): void;
  /** Removes a key and its link. */
  remove(node: number, index: number): void;
  /** Moves what is from `index` on to the end of another node. */
  spill(node: number, index: number, to: number): void;
  /** Gives back the memory behind the last node; no node may have been given back. */
  trim(): void;
  /** Forgets all nodes; the memory stays. */
  clear(): void;
  /** Forgets the memory, which was taken back. */
  forget(): void;
}

/** Makes empty sets of nodes. */
export type NodesClass<K, L> = new (storage: Storage, order: KeyOrder<unknown, K>) => Nodes<K, L>;

/** What the class uses besides globals. */
export interface NodesParts<K, L> {
  readonly Keys: ItemsClass<K>;
  readonly Links: LinksClass<L>;
}

/** Makes the class of nodes with one kind of keys and links. */
export function defineNodes<K, L>({ Keys, Links }: NodesParts<K, L>): NodesClass<K, L> {
  /** The most keys of a node. */
  const WIDTH = 64;

  return class NodesOfKind implements Nodes<K, L> {
    readonly #storage: Storage;
    readonly #order: KeyOrder<unknown, K>;
    readonly #keys: Items<K>;
    readonly #links: Links<L>;
    // The number of keys of each node; of one that was given back the node + 1 that was given back before it.
    #counts = new Uint32Array(0);
    #free = 0;
    #freeCount = 0;
    #used = 0;

    constructor(storage: Storage, order: KeyOrder<unknown, K>) {
      this.#storage = storage;
      this.#order = order;
      this.#keys = new Keys(storage);
      this.#links = new Links(storage);
    }

    get capacity(): number {
      const entries = Math.min(this.#keys.capacity, this.#links.capacity);
      return Math.min(Math.floor(entries / WIDTH), this.#counts.length);
    }

    get alive(): boolean {
      return this.#counts.length > 0;
    }

    get bytes(): number {
      return this.#keys.bytes + this.#links.bytes + this.#counts.byteLength;
    }

    get data(): DataView<ArrayBuffer> {
      return (this.#links as Items<L>).data;
    }

    get views(): AnyView[] {
      return [...this.#keys.views, ...this.#links.views, this.#counts as AnyView];
    }

    get numbers(): readonly number[] {
      return [this.#free, this.#freeCount, this.#used, ...this.#links.numbers];
    }

    takeOver(
      [free, freeCount, used, ...numbers]: readonly number[],
      [keys, ...views]: readonly (AnyView | undefined)[],
    ): void {
      this.#keys.use(keys);
      this.#links.takeOver(numbers, views.slice(0, -1));
      this.#counts = (views.at(-1) as Uint32Array<ArrayBuffer> | undefined) ?? new Uint32Array(0);
      this.#free = free!;
      this.#freeCount = freeCount!;
      this.#used = used!;
    }

    canMake(count: number): boolean {
      return this.#used + count - this.#freeCount <= this.capacity;
    }

    prepare(count: number): void {
      const nodes = this.#used + count - this.#freeCount;
      if (nodes <= this.capacity) return;
      if (nodes > this.#counts.length) {
        this.#counts = this.#storage.replace(
          () => this.#counts,
          (counts) => this.#storage.grow(Uint32Array, counts, nodes),
        );
      }
      if (nodes * WIDTH > this.#keys.capacity) this.#keys.grow(nodes * WIDTH);
      if (nodes * WIDTH > this.#links.capacity) this.#links.grow(nodes * WIDTH);
    }

    reserve(nodes: number): void {
      if (nodes > this.#counts.length) this.#resizeCounts(nodes);
      if (nodes * WIDTH > this.#keys.capacity) this.#keys.resize(nodes * WIDTH);
      if (nodes * WIDTH > this.#links.capacity) this.#links.resize(nodes * WIDTH);
    }

    #resizeCounts(nodes: number): void {
      this.#counts = this.#storage.replace(
        () => this.#counts,
        (counts) => this.#storage.resize(Uint32Array, counts, nodes),
      );
    }

    make(): number {
      let node = this.#used;
      if (this.#free > 0) {
        node = this.#free - 1;
        this.#free = this.#counts[node]!;
        this.#freeCount--;
      } else this.#used++;
      this.#counts[node] = 0;
      return node;
    }

    drop(node: number): void {
      this.#counts[node] = this.#free;
      this.#free = node + 1;
      this.#freeCount++;
    }

    count(node: number): number {
      return this.#counts[node]!;
    }

    key(node: number, index: number): K {
      return this.#keys.get(node * WIDTH + index);
    }

    link(node: number, index: number): L {
      return this.#links.get(node * WIDTH + index);
    }

    setKey(node: number, index: number, key: K): void {
      const at = node * WIDTH + index;
      const taken = this.#order.take(key);
      this.#order.drop(this.#keys.get(at));
      this.#keys.set(at, taken);
    }

    load(link: L): void {
      this.#links.load(link);
    }

    hasRoom(): boolean {
      return this.#links.hasRoom();
    }

    makeRoom(): void {
      this.#links.makeRoom();
    }

    hold(): unknown {
      return this.#links.takeOut();
    }

    reload(held: unknown): void {
      this.#links.giveBack(held);
    }

    setLink(node: number, index: number): void {
      this.#links.replace(node * WIDTH + index);
    }

    find(node: number, key: K): number {
      const start = node * WIDTH;
      let low = 0;
      let high = this.#counts[node]!;
      while (low < high) {
        const middle = (low + high) >>> 1;
        if (this.#order.before(this.#keys.get(start + middle), key)) low = middle + 1;
        else high = middle;
      }
      return low;
    }

    insert(node: number, index: number, key: K): void {
      const start = node * WIDTH;
      const count = this.#counts[node]!;
      this.#links.move(start + index + 1, start + index, count - index);
      this.#links.put(start + index);
      this.#keys.move(start + index + 1, start + index, count - index);
      this.#keys.set(start + index, this.#order.take(key));
      this.#counts[node] = count + 1;
    }

    remove(node: number, index: number): void {
      const at = node * WIDTH + index;
      const count = --this.#counts[node]!;
      this.#order.drop(this.#keys.get(at));
      this.#links.drop(at);
      this.#keys.move(at, at + 1, count - index);
      this.#links.move(at, at + 1, count - index);
    }

    spill(node: number, index: number, to: number): void {
      const moved = this.#counts[node]! - index;
      const target = to * WIDTH + this.#counts[to]!;
      this.#keys.move(target, node * WIDTH + index, moved);
      this.#links.move(target, node * WIDTH + index, moved);
      this.#counts[node] = index;
      this.#counts[to]! += moved;
    }

    trim(): void {
      this.#resizeCounts(this.#used);
      this.#keys.resize(this.#used * WIDTH);
      this.#links.resize(this.#used * WIDTH);
    }

    clear(): void {
      this.#links.clear();
      this.#used = this.#free = this.#freeCount = 0;
    }

    forget(): void {
      this.#keys.forget();
      this.#links.forget();
      this.#counts = new Uint32Array(0);
      this.clear();
    }
  };
}
