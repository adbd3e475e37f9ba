import type { Nodes } from "./_nodes.ts";
import type { SortedMapClass, SortedMapParts } from "./_sorted_map_parts.ts";
import type { Storage } from "./_storage.ts";
import type { AnyElement } from "./element.ts";
import type { AnyNumberElement } from "./number_element.ts";
import type { KeyRange, SortedMapOptions } from "./sorted_map.ts";

/** Makes the class of sorted maps of one kind of keys and values. */
export function defineSortedMap<K, V>(parts: SortedMapParts<K, V>): SortedMapClass {
  const { Base, Leaves, Inner, Storage, checkedCount } = parts;
  /** The most keys of a node, when one is small, and how many two have at most that are merged. */
  const [WIDTH, HALF, MERGED] = [64, 32, 48];

  function before(a: K, b: K): boolean {
    return a < b || (b !== b && a === a);
  }

  function equal(a: K, b: K): boolean {
    return a === b || (a !== a && b !== b);
  }

  class SortedMapOfKind extends Base {
    readonly key: AnyNumberElement;
    readonly value: AnyElement;
    readonly #storage: Storage;
    readonly #scratch: { 0: unknown };
    #leaves: Nodes<K, V>;
    // The first key of an inner node is at most its second one; it bounds nothing.
    #inner: Nodes<K, number>;
    #root = 0;
    #height = 0;
    #size = 0;
    #changes = 0;
    // The way that led to a leaf: nodes by level, with the place of the node below in each; the leaf at 0.
    readonly #nodes: number[] = [];
    readonly #places: number[] = [];

    constructor(key: AnyNumberElement, value: AnyElement, options: SortedMapOptions) {
      super();
      this.key = key;
      this.value = value;
      this.#scratch = new key.viewType(1);
      this.#storage = new Storage("SortedMap", options);
      this.#leaves = new Leaves(this.#storage);
      this.#inner = new Inner(this.#storage);
      this.reserve(options.capacity ?? 0);
    }

    get allocator(): Storage["allocator"] {
      return this.#storage.allocator;
    }

    get capacity(): number {
      return this.#leaves.capacity * WIDTH;
    }

    get bytes(): number {
      return this.#leaves.bytes + this.#inner.bytes;
    }

    get closed(): boolean {
      return this.#storage.disposed || this.#storage.allocator.closed;
    }

    get size(): number {
      return this.#size;
    }

    /** Whether there are entries; throws when their memory is gone. */
    #open(action: string): boolean {
      if (this.#size === 0 || !this.#leaves.alive) {
        this.#storage.requireOpen(action, this.#leaves.views[0]!, this.#size);
      }
      return this.#size > 0;
    }

    /** The leaf where `key` is or belongs. */
    #descend(key: K): number {
      const inner = this.#inner;
      let node = this.#root;
      for (let level = this.#height; level > 0; level--) {
        const found = inner.find(node, key);
        const exact = found < inner.count(node) && equal(inner.key(node, found), key);
        const place = exact || found === 0 ? found : found - 1;
        this.#nodes[level] = node;
        this.#places[level] = place;
        node = inner.link(node, place);
      }
      return this.#nodes[0] = node;
    }

    /** Finds `key`: its index in the leaf of the way, or -1. */
    #find(key: K): number {
      const leaf = this.#descend(key);
      const index = this.#leaves.find(leaf, key);
      return index < this.#leaves.count(leaf) && equal(this.#leaves.key(leaf, index), key) ? index : -1;
    }

    get(key: K): V | undefined {
      if (!this.#open("read")) return undefined;
      const index = this.#find(key);
      return index < 0 ? undefined : this.#leaves.link(this.#nodes[0]!, index);
    }

    has(key: K): boolean {
      return this.#open("read") && this.#find(key) >= 0;
    }

    set(key: K, value: V): this {
      this.#checkKey(key);
      if (!this.#open("add to")) return this.#setFirst(key, value);
      const leaves = this.#leaves;
      let leaf = this.#descend(key);
      let index = leaves.find(leaf, key);
      if (index < leaves.count(leaf) && equal(leaves.key(leaf, index), key)) {
        leaves.setLink(leaf, index, value);
        return this;
      }
      if (leaves.count(leaf) === WIDTH) {
        this.#split(key, index, value);
        leaf = this.#descend(key);
        index = leaves.find(leaf, key);
      }
      this.#insert(leaf, index, key, value);
      return this;
    }

    #setFirst(key: K, value: V): this {
      this.#empty();
      this.#leaves.prepare(1);
      this.#root = this.#leaves.make();
      this.#insert(this.#root, 0, key, value);
      return this;
    }

    #insert(leaf: number, index: number, key: K, value: V): void {
      // -0 is 0, as in Map.
      this.#leaves.insert(leaf, index, (key as number) === 0 ? 0 as K : key, value);
      this.#size++;
      this.#changes++;
    }

    #checkKey(key: K): void {
      const { encode, decode, name } = this.key;
      const scratch = this.#scratch;
      scratch[0] = encode(key);
      if (equal(decode(scratch[0] as never), key)) return;
      throw new RangeError(`Cannot store ${String(key)} in a SortedMap: its keys are of kind ${name}`);
    }

    /** Makes room in the full leaf of the way, where `key` belongs at `index`. */
    #split(key: K, index: number, value: V): void {
      // After this nothing throws half way.
      this.value.write(new DataView(new ArrayBuffer(this.value.byteLength)), 0, value as never);
      this.#leaves.prepare(1);
      this.#inner.prepare(this.#height + 1);
      let append = index === WIDTH;
      for (let level = 1; append && level <= this.#height; level++) {
        append = this.#places[level] === this.#inner.count(this.#nodes[level]!) - 1;
      }
      const leaf = this.#nodes[0]!;
      const right = this.#leaves.make();
      // Keys in ascending order fill every leaf.
      this.#leaves.spill(leaf, append ? WIDTH : HALF, right);
      this.#link(append ? key : this.#leaves.key(right, 0), right, append);
    }

    /** Links a new node to the right of the one on the way below level 1. */
    #link(separator: K, right: number, append: boolean): void {
      const inner = this.#inner;
      let lowest = this.#leaves.key(this.#nodes[0]!, 0);
      for (let level = 1; level <= this.#height; level++) {
        const node = this.#nodes[level]!;
        const place = this.#places[level]! + 1;
        if (place === 1 && before(lowest, inner.key(node, 0))) inner.setKey(node, 0, lowest);
        if (inner.count(node) < WIDTH) return inner.insert(node, place, separator, right);
        const half = append ? WIDTH : HALF;
        const sibling = inner.make();
        inner.spill(node, half, sibling);
        if (!append && place <= half) inner.insert(node, place, separator, right);
        else inner.insert(sibling, place - half, separator, right);
        separator = inner.key(sibling, 0);
        right = sibling;
        lowest = inner.key(node, 0);
      }
      const root = inner.make();
      inner.insert(root, 0, lowest, this.#root);
      inner.insert(root, 1, separator, right);
      this.#root = root;
      this.#height++;
    }

    delete(key: K): boolean {
      if (!this.#open("delete from")) return false;
      const index = this.#find(key);
      if (index < 0) return false;
      this.#leaves.remove(this.#nodes[0]!, index);
      this.#size--;
      this.#changes++;
      if (this.#size === 0) this.#empty();
      else this.#balance();
      return true;
    }

    /** Takes out what has become empty on the way, and merges what has become small. */
    #balance(): void {
      const inner = this.#inner;
      for (let level = 0; level < this.#height; level++) {
        const nodes = level === 0 ? this.#leaves : inner;
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
        inner.drop(this.#root);
        this.#root = child;
        this.#height--;
      }
    }

    /** Merges the node at `place` of `parent` with the next one, if both are there and small. */
    #merge(level: number, parent: number, place: number): boolean {
      const inner = this.#inner;
      if (place < 0 || place + 1 >= inner.count(parent)) return false;
      const nodes = (level === 0 ? this.#leaves : inner) as Nodes<K, unknown>;
      const left = inner.link(parent, place);
      const right = inner.link(parent, place + 1);
      if (nodes.count(left) + nodes.count(right) > MERGED) return false;
      if (level > 0) inner.setKey(right, 0, inner.key(parent, place + 1));
      nodes.spill(right, 0, left);
      nodes.drop(right);
      inner.remove(parent, place + 1);
      return true;
    }

    #empty(): void {
      this.#leaves.clear();
      this.#inner.clear();
      this.#size = this.#height = 0;
    }

    clear(): void {
      this.#open("clear");
      this.#empty();
      this.#changes++;
    }

    /** The position of the first entry from `key` on, or behind it; -1 when there is none. */
    #after(key: K, behind: boolean): number {
      const leaf = this.#descend(key);
      let index = this.#leaves.find(leaf, key);
      const count = this.#leaves.count(leaf);
      if (behind && index < count && equal(this.#leaves.key(leaf, index), key)) index++;
      if (index < count) return leaf * WIDTH + index;
      for (let level = 1; level <= this.#height; level++) {
        const place = this.#places[level]! + 1;
        if (place < this.#inner.count(this.#nodes[level]!)) {
          return this.#first(this.#inner.link(this.#nodes[level]!, place), level - 1);
        }
      }
      return -1;
    }

    /** The position of the last entry up to `key`, or before it; -1 when there is none. */
    #before(key: K, strictly: boolean): number {
      const leaf = this.#descend(key);
      const index = this.#leaves.find(leaf, key);
      const count = this.#leaves.count(leaf);
      if (!strictly && index < count && equal(this.#leaves.key(leaf, index), key)) return leaf * WIDTH + index;
      if (index > 0) return leaf * WIDTH + index - 1;
      for (let level = 1; level <= this.#height; level++) {
        const place = this.#places[level]! - 1;
        if (place >= 0) return this.#last(this.#inner.link(this.#nodes[level]!, place), level - 1);
      }
      return -1;
    }

    #first(node: number, height: number): number {
      for (let level = height; level > 0; level--) node = this.#inner.link(node, 0);
      return node * WIDTH;
    }

    #last(node: number, height: number): number {
      for (let level = height; level > 0; level--) node = this.#inner.link(node, this.#inner.count(node) - 1);
      return node * WIDTH + this.#leaves.count(node) - 1;
    }

    #keyAt(position: number): K | undefined {
      return position < 0 ? undefined : this.#leaves.key(0, position);
    }

    firstKey(): K | undefined {
      return this.#open("read") ? this.#keyAt(this.#first(this.#root, this.#height)) : undefined;
    }

    lastKey(): K | undefined {
      return this.#open("read") ? this.#keyAt(this.#last(this.#root, this.#height)) : undefined;
    }

    floorKey(key: K): K | undefined {
      return this.#open("read") ? this.#keyAt(this.#before(key, false)) : undefined;
    }

    ceilingKey(key: K): K | undefined {
      return this.#open("read") ? this.#keyAt(this.#after(key, false)) : undefined;
    }

    #start({ from, to, reverse }: KeyRange<K>): number {
      if (!this.#open("read")) return -1;
      if (reverse) return to === undefined ? this.#last(this.#root, this.#height) : this.#before(to, true);
      return from === undefined ? this.#first(this.#root, this.#height) : this.#after(from, false);
    }

    /** The positions of a range, while entries come and go. */
    *#walk(range: KeyRange<K>): IterableIterator<number> {
      const { from, to, reverse = false } = range;
      for (let position = this.#start(range); position >= 0;) {
        const key = this.#leaves.key(0, position);
        if (reverse ? from !== undefined && before(key, from) : to !== undefined && !before(key, to)) return;
        const changes = this.#changes;
        yield position;
        if (!this.#open("read")) return;
        const index = position % WIDTH;
        const edge = reverse ? index === 0 : index + 1 === this.#leaves.count((position - index) / WIDTH);
        if (!edge && changes === this.#changes) position += reverse ? -1 : 1;
        else position = reverse ? this.#before(key, true) : this.#after(key, true);
      }
    }

    *entries(range: KeyRange<K> = {}): IterableIterator<[K, V]> {
      for (const at of this.#walk(range)) yield [this.#leaves.key(0, at), this.#leaves.link(0, at)];
    }

    *keys(range: KeyRange<K> = {}): IterableIterator<K> {
      for (const at of this.#walk(range)) yield this.#leaves.key(0, at);
    }

    *values(range: KeyRange<K> = {}): IterableIterator<V> {
      for (const at of this.#walk(range)) yield this.#leaves.link(0, at);
    }

    [Symbol.iterator](): IterableIterator<[K, V]> {
      return this.entries();
    }

    forEach(visit: (value: V, key: K, map: this) => void): void {
      for (const at of this.#walk({})) visit(this.#leaves.link(0, at), this.#leaves.key(0, at), this);
    }

    toArray(range: KeyRange<K> = {}): [K, V][] {
      return Array.from(this.entries(range));
    }

    reserve(capacity: number): void {
      this.#open("reserve memory for");
      checkedCount("reserve", capacity, "SortedMap");
      // Nodes are at least half full when nothing is deleted.
      const leaves = Math.ceil(capacity / HALF);
      if (leaves <= this.#leaves.capacity) return;
      this.#leaves.reserve(leaves);
      this.#inner.reserve(Math.ceil(leaves / HALF) + 8);
    }

    shrinkToFit(): void {
      this.#open("shrink");
      const dense = new SortedMapOfKind(this.key, this.value, { allocator: this.#storage.allocator });
      try {
        for (const at of this.#walk({})) dense.set(this.#leaves.key(0, at), this.#leaves.link(0, at));
        dense.#leaves.trim();
        dense.#inner.trim();
        [this.#leaves, dense.#leaves] = [dense.#leaves, this.#leaves];
        [this.#inner, dense.#inner] = [dense.#inner, this.#inner];
        [this.#root, this.#height] = [dense.#root, dense.#height];
        this.#changes++;
      } finally {
        dense.dispose();
      }
    }

    dispose(): void {
      const views = [...this.#leaves.views, ...this.#inner.views];
      this.#leaves.forget();
      this.#inner.forget();
      this.#empty();
      this.#changes++;
      this.#storage.dispose(...views);
    }

    [Symbol.dispose](): void {
      this.dispose();
    }
  }
  return SortedMapOfKind as unknown as SortedMapClass;
}
