import type { Heap } from "../../mod.ts";

/** Words of a node before its children: how many refer to it, and how many children it has. */
const HEADER = 2;

/** What the frees of a graph came to. */
export interface FreeFigures {
  /** Objects that were freed. */
  freed: number;
  /** The most objects that were freed without a break. */
  longestFree: number;
  /** How long that took at most, in milliseconds. */
  longestPause: number;
}

/**
 * A graph of reference-counted objects, each in a block of its own. An object
 * that nobody refers to any more is not freed at once, nor are the objects that
 * only it refers to: they wait until {@linkcode Graph.reap} is called.
 */
export class Graph {
  readonly #heap: Heap;
  readonly #nodes: (Uint32Array<ArrayBuffer> | undefined)[] = [];
  readonly #unusedIds: number[] = [];
  readonly #dead: number[] = [];
  /** What the frees came to so far. */
  readonly figures: FreeFigures = { freed: 0, longestFree: 0, longestPause: 0 };

  /** Makes a graph whose objects lie in `heap`. */
  constructor(heap: Heap) {
    this.#heap = heap;
  }

  /** Objects that nobody refers to and that are not freed yet; those behind them come on top. */
  get waiting(): number {
    return this.#dead.length;
  }

  /** Makes an object with one reference, which takes over the caller's references to `children`. */
  add(children: readonly number[]): number {
    const node = this.#heap.allocate(Uint32Array, HEADER + children.length);
    node[0] = 1;
    node[1] = children.length;
    node.set(children, HEADER);
    const id = this.#unusedIds.pop() ?? this.#nodes.length;
    this.#nodes[id] = node;
    return id;
  }

  /** Adds a reference to an object; returns it. */
  retain(id: number): number {
    this.#nodes[id]![0]!++;
    return id;
  }

  /** Takes a reference to an object away: one subtraction, however much hangs on it. */
  release(id: number): void {
    if (--this.#nodes[id]![0]! === 0) this.#dead.push(id);
  }

  /** Frees at most `most` of the objects that nobody refers to. */
  reap(most: number): void {
    const start = performance.now();
    let freed = 0;
    for (; freed < most && this.#dead.length > 0; freed++) this.#free(this.#dead.pop()!);
    const { figures } = this;
    figures.freed += freed;
    figures.longestFree = Math.max(figures.longestFree, freed);
    figures.longestPause = Math.max(figures.longestPause, performance.now() - start);
  }

  #free(id: number): void {
    const node = this.#nodes[id]!;
    for (let child = 0; child < node[1]!; child++) this.release(node[HEADER + child]!);
    this.#heap.free(node);
    this.#nodes[id] = undefined;
    this.#unusedIds.push(id);
  }
}
