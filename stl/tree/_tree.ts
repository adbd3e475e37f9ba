import type { AnyView } from "../../heaps/allocator.ts";
import type { takeOverAll } from "../core/parts.ts";
import type { Storage } from "../core/storage.ts";
import type { Comparing, KeyOrder, KeyOrderClass } from "./_key_order.ts";
import type { Nodes, NodesClass } from "./_nodes.ts";

/**
 * A B+ tree. Positions count entries leaf by leaf, 64 to each: those of a leaf are next to each other, and hold until
 * an entry is added or removed.
 */
export interface Tree<K, V, R> {
  /** How keys are stored and compared. */
  readonly order: KeyOrder<K, R>;
  /** Where the entries are. */
  readonly leaves: Nodes<R, V>;
  /** Number of entries. */
  readonly size: number;
  /** Bytes of memory. */
  readonly bytes: number;
  /** The blocks. */
  readonly views: AnyView[];
  /** What it keeps beside the blocks. */
  readonly numbers: readonly number[];
  /** Takes over blocks, with the numbers of the one that had them. */
  takeOver(numbers: readonly number[], views: readonly (AnyView | undefined)[]): void;
  /** Counts what moves entries. */
  changes: number;
  /** The position of a key, or -1. */
  find(key: R): number;
  /** Counts what changes entries or the values of them. */
  sets: number;
  /**
   * Gives the loaded key the value that the leaves have loaded; false, and nothing has changed, when there is no room.
   * Asks for no memory.
   */
  put(key: R): boolean;
  /** Asks for memory that {@linkcode Tree.put} was short of; a listener may use the map meanwhile. */
  grow(): void;
  /** Removes a key; whether it was there. */
  delete(key: R): boolean;
  /** The position of the first entry; there must be one. */
  first(): number;
  /** The position of the last entry; there must be one. */
  last(): number;
  /** The position of the first entry from `key` on, or behind it; -1 when there is none. */
  after(key: R, behind: boolean): number;
  /** The position of the last entry up to `key`, or before it; -1 when there is none. */
  before(key: R, strictly: boolean): number;
  /** Makes room for `entries` entries. */
  reserve(entries: number): void;
  /** Gives back the memory that is not used; nothing may have been deleted. */
  trim(): void;
  /** Ends all entries; the memory stays. */
  clear(): void;
  /** Forgets the memory, which was taken back. */
  forget(): void;
}

/** Makes empty trees. */
export type TreeClass<K, V, R> = new (storage: Storage, compare?: Comparing<K>) => Tree<K, V, R>;

/** What the class uses besides globals. */
export interface TreeParts<K, V, R> {
  readonly Order: KeyOrderClass<K, R>;
  readonly Leaves: NodesClass<R, V>;
  readonly Inner: NodesClass<R, number>;
  /** Whether keys need memory besides that of nodes. */
  readonly keysNeedRoom: boolean;
  /** Whether values do. */
  readonly valuesNeedRoom: boolean;
  readonly takeOverAll: typeof takeOverAll;
}

/** Makes the class of trees of one kind of keys and values. */
export function defineTree<K, V, R>(parts: TreeParts<K, V, R>): TreeClass<K, V, R> {
  const { Order, Leaves, Inner, keysNeedRoom, valuesNeedRoom, takeOverAll } = parts;
  /** The most keys of a node, when one is small, and how many two have at most that are merged. */
  const [WIDTH, HALF, MERGED] = [64, 32, 48];

  return class TreeOfKind implements Tree<K, V, R> {
    readonly order: KeyOrder<K, R>;
    readonly leaves: Nodes<R, V>;
    // The first key of an inner node is at most its second one; it bounds nothing.
    readonly #inner: Nodes<R, number>;
    #root = 0;
    #height = 0;
    size = 0;
    changes = 0;
    sets = 0;
    /** What put() was short of. */
    #missing: "key" | "value" | "nodes" = "nodes";
    // The way that led to a leaf: nodes by level, with the place of the node below in each; the leaf at 0.
    readonly #nodes: number[] = [];
    readonly #places: number[] = [];

    constructor(storage: Storage, compare?: Comparing<K>) {
      this.order = new Order(storage, compare);
      this.leaves = new Leaves(storage, this.order);
      this.#inner = new Inner(storage, this.order);
    }

    get bytes(): number {
      return this.leaves.bytes + this.#inner.bytes + this.order.bytes;
    }

    get views(): AnyView[] {
      return [...this.leaves.views, ...this.#inner.views, ...this.order.views];
    }

    get numbers(): readonly number[] {
      const own = [this.#root, this.#height, this.size];
      return [...own, ...this.leaves.numbers, ...this.#inner.numbers, ...this.order.numbers];
    }

    takeOver([root, height, size, ...numbers]: readonly number[], views: readonly (AnyView | undefined)[]): void {
      takeOverAll([this.leaves, this.#inner, this.order], numbers, views);
      this.#root = root!;
      this.#height = height!;
      this.size = size!;
      this.changes++;
      this.sets++;
    }

    /** The leaf where `key` is or belongs. */
    #descend(key: R): number {
      const inner = this.#inner;
      let node = this.#root;
      for (let level = this.#height; level > 0; level--) {
        const found = inner.find(node, key);
        const exact = found < inner.count(node) && this.order.equal(inner.key(node, found), key);
        const place = exact || found === 0 ? found : found - 1;
        this.#nodes[level] = node;
        this.#places[level] = place;
        node = inner.link(node, place);
      }
      return this.#nodes[0] = node;
    }

    /** Whether the entry at an index of a leaf is there and has the key. */
    #is(leaf: number, index: number, key: R): boolean {
      return index < this.leaves.count(leaf) && this.order.equal(this.leaves.key(leaf, index), key);
    }

    find(key: R): number {
      const leaf = this.#descend(key);
      const index = this.leaves.find(leaf, key);
      return this.#is(leaf, index, key) ? leaf * WIDTH + index : -1;
    }

    put(key: R): boolean {
      const { leaves } = this;
      if (this.size === 0) return this.#putFirst(key);
      let leaf = this.#descend(key);
      let index = leaves.find(leaf, key);
      const present = this.#is(leaf, index, key);
      if (keysNeedRoom && !present && !this.order.hasRoom()) return this.#lack("key");
      if (valuesNeedRoom && !leaves.hasRoom()) return this.#lack("value");
      if (present) {
        this.sets++;
        leaves.setLink(leaf, index);
        return true;
      }
      if (leaves.count(leaf) === WIDTH) {
        if (!leaves.canMake(1) || !this.#inner.canMake(this.#height + 1)) return this.#lack("nodes");
        const append = this.#appends(index);
        const right = this.#split(key, append);
        if (append) return true;
        if (index > HALF) [leaf, index] = [right, index - HALF];
      }
      this.#insert(leaf, index, key);
      return true;
    }

    #putFirst(key: R): boolean {
      this.clear();
      if (!this.order.hasRoom()) return this.#lack("key");
      if (!this.leaves.hasRoom()) return this.#lack("value");
      if (!this.leaves.canMake(1)) return this.#lack("nodes");
      this.#root = this.leaves.make();
      this.#insert(this.#root, 0, key);
      return true;
    }

    #lack(missing: "key" | "value" | "nodes"): false {
      this.#missing = missing;
      return false;
    }

    grow(): void {
      if (this.#missing === "key") this.order.prepare();
      else if (this.#missing === "value") this.leaves.makeRoom();
      else {
        const { size } = this;
        this.leaves.prepare(1);
        if (size > 0) this.#inner.prepare(this.#height + 1);
      }
    }

    #insert(leaf: number, index: number, key: R): void {
      this.leaves.insert(leaf, index, key);
      this.sets++;
      this.size++;
      this.changes++;
    }

    /** Whether an index of the leaf of the way is behind all entries. */
    #appends(index: number): boolean {
      let append = index === WIDTH;
      for (let level = 1; append && level <= this.#height; level++) {
        append = this.#places[level] === this.#inner.count(this.#nodes[level]!) - 1;
      }
      return append;
    }

    /** Adds a leaf behind the full one of the way, with half of its entries or, to append, with `key` alone. */
    #split(key: R, append: boolean): number {
      const leaves = this.leaves;
      const right = leaves.make();
      // Keys in ascending order fill every leaf.
      if (append) this.#insert(right, 0, key);
      else leaves.spill(this.#nodes[0]!, HALF, right);
      this.#link(leaves.key(right, 0), right, append);
      return right;
    }

    #insertNode(node: number, place: number, key: R, link: number): void {
      this.#inner.load(link);
      this.#inner.insert(node, place, key);
    }

    /** Links a new node to the right of the one on the way below level 1. */
    #link(separator: R, right: number, append: boolean): void {
      const inner = this.#inner;
      let lowest = this.leaves.key(this.#nodes[0]!, 0);
      for (let level = 1; level <= this.#height; level++) {
        const node = this.#nodes[level]!;
        const place = this.#places[level]! + 1;
        if (place === 1) inner.setKey(node, 0, lowest);
        if (inner.count(node) < WIDTH) return this.#insertNode(node, place, separator, right);
        const half = append ? WIDTH : HALF;
        const sibling = inner.make();
        inner.spill(node, half, sibling);
        if (!append && place <= half) this.#insertNode(node, place, separator, right);
        else this.#insertNode(sibling, place - half, separator, right);
        separator = inner.key(sibling, 0);
        right = sibling;
        lowest = inner.key(node, 0);
      }
      const root = inner.make();
      this.#insertNode(root, 0, lowest, this.#root);
      this.#insertNode(root, 1, separator, right);
      this.#root = root;
      this.#height++;
    }

    delete(key: R): boolean {
      const leaf = this.#descend(key);
      const index = this.leaves.find(leaf, key);
      if (!this.#is(leaf, index, key)) return false;
      this.leaves.remove(leaf, index);
      this.sets++;
      this.size--;
      this.changes++;
      if (this.size === 0) this.clear();
      else this.#balance();
      return true;
    }

    /** Takes out what has become empty on the way, and merges what has become small. */
    #balance(): void {
      const inner = this.#inner;
      for (let level = 0; level < this.#height; level++) {
        const nodes = level === 0 ? this.leaves : inner;
        const node = this.#nodes[level]!;
        const parent = this.#nodes[level + 1]!;
        const place = this.#places[level + 1]!;
        if (nodes.count(node) === 0) {
          nodes.drop(node);
          inner.remove(parent, place);
        } else if (nodes.count(node) >= HALF) break;
        else if (!this.#merge(level, parent, place) && !this.#merge(level, parent, place - 1)) break;
      }
      while (this.#height > 0 && inner.count(this.#root) === 1) {
        const child = inner.link(this.#root, 0);
        inner.remove(this.#root, 0);
        inner.drop(this.#root);
        this.#root = child;
        this.#height--;
      }
    }

    /** Merges the node at `place` of `parent` with the next one, if both are there and small. */
    #merge(level: number, parent: number, place: number): boolean {
      const inner = this.#inner;
      if (place < 0 || place + 1 >= inner.count(parent)) return false;
      const nodes = (level === 0 ? this.leaves : inner) as Nodes<R, unknown>;
      const left = inner.link(parent, place);
      const right = inner.link(parent, place + 1);
      if (nodes.count(left) + nodes.count(right) > MERGED) return false;
      if (level > 0) inner.setKey(right, 0, inner.key(parent, place + 1));
      nodes.spill(right, 0, left);
      nodes.drop(right);
      inner.remove(parent, place + 1);
      return true;
    }

    first(): number {
      return this.#first(this.#root, this.#height);
    }

    #first(node: number, height: number): number {
      for (let level = height; level > 0; level--) node = this.#inner.link(node, 0);
      return node * WIDTH;
    }

    last(): number {
      return this.#last(this.#root, this.#height);
    }

    #last(node: number, height: number): number {
      for (let level = height; level > 0; level--) node = this.#inner.link(node, this.#inner.count(node) - 1);
      return node * WIDTH + this.leaves.count(node) - 1;
    }

    after(key: R, behind: boolean): number {
      const leaf = this.#descend(key);
      let index = this.leaves.find(leaf, key);
      if (behind && this.#is(leaf, index, key)) index++;
      if (index < this.leaves.count(leaf)) return leaf * WIDTH + index;
      for (let level = 1; level <= this.#height; level++) {
        const place = this.#places[level]! + 1;
        if (place < this.#inner.count(this.#nodes[level]!)) {
          return this.#first(this.#inner.link(this.#nodes[level]!, place), level - 1);
        }
      }
      return -1;
    }

    before(key: R, strictly: boolean): number {
      const leaf = this.#descend(key);
      const index = this.leaves.find(leaf, key);
      if (!strictly && this.#is(leaf, index, key)) return leaf * WIDTH + index;
      if (index > 0) return leaf * WIDTH + index - 1;
      for (let level = 1; level <= this.#height; level++) {
        const place = this.#places[level]! - 1;
        if (place >= 0) return this.#last(this.#inner.link(this.#nodes[level]!, place), level - 1);
      }
      return -1;
    }

    reserve(entries: number): void {
      // Nodes are at least half full when nothing is deleted.
      const leaves = Math.ceil(entries / HALF);
      if (leaves <= this.leaves.capacity) return;
      this.leaves.reserve(leaves);
      this.#inner.reserve(Math.ceil(leaves / HALF) + 8);
      this.order.reserve(entries);
    }

    trim(): void {
      this.leaves.trim();
      this.#inner.trim();
      this.order.trim();
    }

    clear(): void {
      this.leaves.clear();
      this.#inner.clear();
      this.order.clear();
      this.sets++;
      this.size = this.#height = 0;
    }

    forget(): void {
      this.leaves.forget();
      this.#inner.forget();
      this.order.forget();
      this.clear();
    }
  };
}
