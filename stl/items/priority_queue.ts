import { bytesOf, ElementFormat } from "../bytes/element_format.ts";
import { filledFrom, restored } from "../bytes/restored.ts";
import type { Container } from "../core/container.ts";
import { ContainerBase, showAs } from "../core/container_base.ts";
import { checkedCount } from "../core/indexes.ts";
import { PARTS, refuseFunctionOf, TAKE_OVER } from "../core/parts.ts";
import { type Make, publicClass } from "../core/public_class.ts";
import { requireFunction, shown } from "../core/refuse.ts";
import { specialise } from "../core/specialise.ts";
import { type ContainerOptions, Storage } from "../core/storage.ts";
import type { AnyElement, Element, InferElement, InferInput } from "../elements/element.ts";
import { NumberElement } from "../elements/number_element.ts";
import { f64 } from "../elements/numbers.ts";
import { definePriorityQueue, type PriorityQueueClass } from "./_priority_queue.ts";
import { itemsOf } from "./items.ts";

/** Options of a {@linkcode PriorityQueue}. */
export interface PriorityQueueOptions<T> extends ContainerOptions {
  /** How many elements there is room for from the start. */
  readonly capacity?: number;
  /**
   * Negative when `a` comes out before `b`, as for `Array.prototype.sort`. Least first when it is left out. It must not
   * change the queue.
   */
  readonly compare?: (a: T, b: T) => number;
  /**
   * The number by which an element is ordered, least first. It is asked for once, by `push`, and kept next to the
   * element: faster than `compare` for elements that are not numbers. Not together with `compare`.
   */
  readonly priority?: (value: T) => number;
}

/**
 * A list whose least element comes out first: a heap in one block of memory, in two with `priority`. Which of equal
 * elements comes out first is not said.
 *
 * | Call | Time, amortised | At worst |
 * | --- | --- | --- |
 * | `push` | constant for priorities in random order, log n for falling ones | n, when the block grows |
 * | `pop` | log n | log n |
 * | `peek`, `clear` | constant | constant |
 * | `drain` to the end | n log n | n log n |
 * | `forEach`, `toArray`, `reserve`, `shrinkToFit`, `toBytes` | n | n |
 * | `fromBytes` | n when the order is what it was | n log n |
 *
 * A step of `log n` compares four elements: a node of the heap has four below it.
 *
 * @example
 * ```ts
 * import { Heap } from "@mimalloc/ffi";
 * import { f64, PriorityQueue, struct, u32 } from "@mimalloc/ffi/stl";
 * import assert from "node:assert/strict";
 *
 * using heap = new Heap({ name: "jobs" });
 * const numbers = new PriorityQueue(f64, { allocator: heap });
 * for (const value of [3, 1, 2]) numbers.push(value);
 * assert.equal(numbers.pop(), 1);
 *
 * const Job = struct({ id: u32, due: f64 });
 * const jobs = new PriorityQueue(Job, { allocator: heap, priority: (job) => job.due });
 * jobs.push({ id: 1, due: 20 });
 * jobs.push({ id: 2, due: 10 });
 * assert.deepEqual([...jobs.drain()].map((job) => job.id), [2, 1]);
 * ```
 */
export interface PriorityQueue<E extends AnyElement> extends Container, Iterable<InferElement<E>> {
  /** What it holds. */
  readonly element: E;
  /** Number of elements. */
  readonly length: number;

  /**
   * Adds `value` and returns the length.
   *
   * Throws `TypeError` when its priority is not a number or is NaN, what `compare` or `priority` throw, `Error` when
   * `compare` changed the queue, and like {@linkcode Container.reserve}; then it was not added.
   */
  push(value: InferInput<E>): number;
  /**
   * Removes the element that is first and returns it; `undefined` when there is none.
   *
   * Throws what `compare` throws, `Error` when it changed the queue, and `ClosedError` when the queue is closed; then
   * it was not removed.
   */
  pop(): InferElement<E> | undefined;
  /**
   * The element that is first; `undefined` when there is none.
   *
   * Throws `ClosedError` when the queue is closed.
   */
  peek(): InferElement<E> | undefined;
  /** Removes every element; the memory stays for new ones. */
  clear(): void;
  /** Removes elements while they are iterated over, the first first. */
  drain(): IterableIterator<InferElement<E>>;
  /** Calls `visit` with every element, the first first, then in no order that is said. */
  forEach(visit: (value: InferElement<E>, queue: this) => void): void;
  /** The elements: the first first, then in no order that is said. */
  values(): IterableIterator<InferElement<E>>;
  /** The elements as an ordinary array: the first first, then in no order that is said. */
  toArray(): InferElement<E>[];
}

/** Makes {@linkcode PriorityQueue}s. */
export interface PriorityQueueConstructor {
  /**
   * Makes an empty queue, which takes no memory yet unless `capacity` asks for it.
   *
   * Throws `TypeError` for what is not an element, without an allocator, with both of `compare` and `priority`, and
   * with none of them for elements that are not numbers; `RangeError` for a `capacity` that is not an integer ≥ 0;
   * `ClosedError` when the allocator is closed.
   */
  new <E extends AnyElement>(element: E, options: PriorityQueueOptions<InferElement<E>>): PriorityQueue<E>;
  /**
   * The queue that `toBytes` of another one wrote, made like a new one: `compare` or `priority` orders the elements
   * again, and need not be what it was.
   *
   * Throws what that function throws, and like `fromBytes` of {@linkcode Deque}.
   */
  fromBytes<E extends AnyElement>(
    element: E,
    bytes: Uint8Array,
    options: PriorityQueueOptions<InferElement<E>>,
  ): PriorityQueue<E>;
  /** What every priority queue inherits from. */
  readonly prototype: PriorityQueue<AnyElement>;
}

const classes = new WeakMap<object, PriorityQueueClass[]>();

abstract class PriorityQueueBase extends ContainerBase {}

/** In the order of their bytes: in which one they lie, and which of equal ones is first, depends on their past. */
function contentsOf(container: object): unknown[] {
  const queue = container as PriorityQueue<Element<unknown>>;
  const { byteLength, write } = queue.element;
  const bytes = new Uint8Array(queue.length * byteLength);
  const rows = queue.toArray().map((value, index) => {
    const start = index * byteLength;
    write(new DataView(bytes.buffer), start, value);
    return { value, key: bytes.subarray(start, start + byteLength).join() };
  });
  return rows.sort((a, b) => Number(a.key > b.key) - Number(a.key < b.key)).map(({ value }) => value);
}

showAs(PriorityQueueBase, { shape: "list", contents: contentsOf });

function checkOrder(element: AnyElement, { compare, priority }: PriorityQueueOptions<unknown>): void {
  if (compare !== undefined && priority !== undefined) {
    throw new TypeError("Cannot make a PriorityQueue with both compare and priority: one of them orders it");
  }
  if (compare === undefined && priority === undefined && !(element instanceof NumberElement)) {
    throw new TypeError(`Cannot make a PriorityQueue of ${element.name}: it has no order, give compare or priority`);
  }
}

function classOf(element: AnyElement, keyed: 0 | 1): PriorityQueueClass {
  const Items = itemsOf(element, "PriorityQueue");
  let made = classes.get(element);
  if (made === undefined) classes.set(element, made = []);
  return made[keyed] ??= specialise(definePriorityQueue)({
    Base: PriorityQueueBase,
    Items,
    Keys: keyed ? itemsOf(f64, "PriorityQueue") : undefined,
    PARTS,
    Storage,
    TAKE_OVER,
    format: new ElementFormat("PriorityQueue", element),
    bytesOf,
    checkedCount,
    refuseFunctionOf,
    requireFunction,
    shown,
  });
}

function create(element: AnyElement, options: PriorityQueueOptions<unknown>): PriorityQueue<AnyElement> {
  const Class = classOf(element, options?.priority === undefined ? 0 : 1);
  if (options !== undefined) checkOrder(element, options);
  return new Class(element, options);
}

function fromBytes(
  make: Make,
  element: AnyElement,
  bytes: Uint8Array,
  options: PriorityQueueOptions<unknown>,
): object {
  itemsOf(element, "PriorityQueue");
  const reader = new ElementFormat("PriorityQueue", element).read(bytes);
  return restored(reader, options, (given) => make(element, given), filledFrom(reader));
}

/** Makes {@linkcode PriorityQueue}s of any element. */
export const PriorityQueue: PriorityQueueConstructor = publicClass("PriorityQueue", PriorityQueueBase, create, {
  fromBytes,
});
