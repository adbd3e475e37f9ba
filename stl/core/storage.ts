import { AllocationError, type Allocator, type AnyView, ClosedError } from "../../heaps/allocator.ts";
import { checkOptions } from "./check_options.ts";
import { requireFunction } from "./refuse.ts";

/**
 * Where a container takes its memory from, in three kinds, as mimalloc's three STL allocators.
 *
 * - borrowed: a heap of the caller; `dispose()` gives the blocks back to it
 * - owned: a heap that belongs to the container, and is destroyed with it
 * - region: a scope; what is given back stays there until all of the scope ends
 */
export interface ContainerOptions {
  /** The heap, scope or other allocator that all memory of the container comes from; it is borrowed unless owned. */
  readonly allocator: Allocator;
  /**
   * Whether the allocator belongs to the container, and ends with it.
   *
   * @default {false}
   */
  readonly owned?: boolean;
}

/** The most bytes of one block, and so of one column. */
export const MAX_BLOCK_BYTES: number = 2 ** 32 - 1;

/** After so many changes by listeners in a row no more is tried. */
const MOST_RIVALS = 100;

/** The class of a typed array or DataView, as far as storage has to know it. */
interface Growable<V extends AnyView> {
  readonly BYTES_PER_ELEMENT?: number;
  new (buffer: ArrayBuffer, byteOffset?: number, length?: number): V;
}

/** The bytes of a view; 0 when its memory was taken back, where a DataView would throw. */
export function byteLengthOf(view: AnyView): number {
  return view.buffer.byteLength === 0 ? 0 : view.byteLength;
}

/**
 * The memory of one container: makes its views longer and shorter, and knows whether they still live. A container keeps
 * its views in fields of its own and compares indexes with their lengths: a view whose memory was taken back has length
 * 0, so it fails every such comparison without a check of its own, and the way out leads through
 * {@linkcode Storage.requireOpen}.
 */
export class Storage {
  /** What messages call the container. */
  readonly label: string;
  /** Where the memory comes from. */
  readonly allocator: Allocator;
  /** Whether {@linkcode Storage.dispose} ends the allocator too. */
  owned: boolean;
  #disposed = false;
  /** What the allocator has refused to free when some of it was freed already; the next call tries again. */
  #refused: readonly AnyView[] = [];
  #takenBack = false;
  #watch: Disposable | undefined;
  #heir: Storage | undefined;
  /** The memory that is just becoming shorter. */
  #shrinking: AnyView | undefined;
  /** How often in a row a listener changed what was about to grow. */
  #rivals = 0;

  /** Throws `TypeError` without an allocator and for an option that there is not, `ClosedError` when it is closed. */
  constructor(label: string, options: ContainerOptions) {
    const allocator = options?.allocator;
    if (typeof allocator?.allocate !== "function") {
      throw new TypeError(`Cannot make a ${label}: it needs an allocator, as in { allocator: heap }`);
    }
    checkOptions(label, options);
    if (allocator.closed) throw new ClosedError(`Cannot make a ${label}: its allocator ${allocator.name} is closed`);
    this.label = label;
    this.allocator = allocator;
    this.owned = options.owned ?? false;
  }

  /** Whether the container was disposed. */
  get disposed(): boolean {
    return this.#heir === undefined ? this.#disposed : this.#heir.disposed;
  }

  /** Whether the container was disposed, or its allocator is closed. */
  get closed(): boolean {
    return this.disposed || this.allocator.closed;
  }

  /**
   * Why the container cannot be used: it was disposed, its allocator is closed, or `view`, which has `length` elements
   * (bytes for DataView) as far as the container knows, has lost its memory in another way, as by the reset of a scope.
   * `undefined` when it can.
   */
  stateOf(view: AnyView, length: number): string | undefined {
    if (this.#heir !== undefined) return this.#heir.stateOf(view, length);
    return this.#disposed && !this.#takenBack
      ? "it was disposed"
      : this.allocator.closed
      ? `its allocator ${this.allocator.name} is closed`
      : this.#takenBack || view.buffer.detached || (length > 0 && view.buffer.byteLength === 0)
      ? `its memory was taken back by ${this.allocator.name}`
      : undefined;
  }

  /**
   * Lets `container`, which has several blocks, be disposed of when the allocator takes back one of them in another way:
   * it could go on with the others and say what is wrong.
   */
  watch(container: Disposable, views: () => readonly AnyView[]): void {
    this.#watch = this.allocator.onTakeBack?.(() => {
      if (!views().some((view) => view.buffer.detached)) return;
      this.#takenBack = true;
      container[Symbol.dispose]();
    });
  }

  /**
   * Makes the first room in a container whose constructor calls this, when it has all that `dispose()` needs. Throws what
   * `reserve` throws, and then nothing is left of the container; an allocator that it was to own goes on.
   */
  reserveFirst(container: { reserve(capacity: number): void; dispose(): void }, capacity: number): void {
    try {
      container.reserve(capacity);
    } catch (error) {
      this.owned = false;
      container.dispose();
      throw error;
    }
  }

  /** Leaves what was made with this storage to another one of the same allocator, whose end is then the end of it. */
  leaveTo(heir: Storage): void {
    this.#watch?.[Symbol.dispose]();
    this.#heir = heir;
  }

  /** Throws `TypeError` for a function to visit the container with that is none. */
  requireVisitor(visit: unknown): void {
    requireFunction(`visit a ${this.label} with`, visit);
  }

  /** Throws `TypeError` for a value to search for that has no order. */
  requireOrdered(value: unknown): void {
    if (typeof value !== "symbol") return;
    throw new TypeError(`Cannot search a ${this.label} for ${String(value)}: a symbol has no order`);
  }

  /** Throws `ClosedError` when {@linkcode Storage.stateOf} has a reason. */
  requireOpen(action: string, view: AnyView, length: number): void {
    const state = this.stateOf(view, length);
    if (state !== undefined) throw new ClosedError(`Cannot ${action} a ${this.label}: ${state}`);
  }

  /**
   * A view of the class `type` with `length` elements (bytes for DataView) and the contents of `view`, which must not
   * be used again. A view of length 0 has no memory.
   *
   * Throws `RangeError` for more bytes than a block can have, and `AllocationError`; then `view` is as it was.
   */
  resize<V extends AnyView>(type: Growable<NoInfer<V>>, view: V, length: number): V {
    this.#requireUnshared();
    const elementBytes = type.BYTES_PER_ELEMENT ?? 1;
    if (length * elementBytes > MAX_BLOCK_BYTES) {
      throw new RangeError(
        `Cannot grow a ${this.label} to ${length * elementBytes} bytes: a column has at most ${MAX_BLOCK_BYTES}`,
      );
    }
    const byteLength = byteLengthOf(view);
    if (byteLength === length * elementBytes) return view;
    if (length === 0) {
      this.allocator.free(view, true);
      return new type(new ArrayBuffer(0));
    }
    if (byteLength > 0) return this.allocator.reallocate(view, length);
    return this.allocator.allocate(type as never, length) as AnyView as V;
  }

  /**
   * Like {@linkcode Storage.resize} to at least `length` elements, and to twice of what there is while memory allows:
   * pushing is then constant time on average. Near the limit it takes about half of what is left each time, so that the
   * other columns find some too, and the limit is reached in steps that grow with log n. What there is and `length` are
   * multiples of `unit`, and the result is one.
   */
  grow<V extends AnyView>(type: Growable<NoInfer<V>>, view: V, length: number, unit = 1): V {
    const elementBytes = type.BYTES_PER_ELEMENT ?? 1;
    const most = Math.floor(MAX_BLOCK_BYTES / elementBytes);
    const before = byteLengthOf(view) / elementBytes;
    // A listener may have made that room while another column grew.
    if (before >= length) return view;
    const doubled = Math.max(length, Math.min(2 * before, most));
    try {
      return this.resize(type, view, doubled);
    } catch (error) {
      if (!(error instanceof AllocationError) || doubled === length) throw error;
    }
    const { limit, liveBytes } = this.allocator;
    // What moves does not count twice.
    const room = Math.floor((limit - liveBytes) / elementBytes) + before;
    let spare = Math.min(doubled - length, Math.max(0, room - length)) >>> 1;
    for (; spare >= unit; spare >>>= 2) {
      try {
        return this.resize(type, view, length + spare - spare % unit);
      } catch (error) {
        // Where the limit is not that of the allocator, or mimalloc has no memory.
        if (!(error instanceof AllocationError)) throw error;
      }
    }
    return this.resize(type, view, length);
  }

  #requireUnshared(): void {
    if (this.#shrinking === undefined) return;
    throw new Error(
      `Cannot change the memory of a ${this.label}: it is giving memory back, a listener of which does this`,
    );
  }

  /**
   * The column that `current` reads, once `make` has made it longer or shorter. Asking for memory may run code of the
   * program, a listener for deferred frees: when that has given the column other memory, the other memory stays. So
   * everything is to be looked at again afterwards.
   */
  replace<V extends AnyView>(current: () => V, make: (view: V) => V): V {
    const before = current();
    this.requireOpen("grow", before, 0);
    let made: V;
    try {
      made = make(before);
    } catch (error) {
      // The heap refuses to move a block that its listener has freed or moved.
      if (current() === before) throw error;
      return this.#yield(current());
    }
    if (current() === before && !this.disposed) {
      this.#rivals = 0;
      return made;
    }
    if (byteLengthOf(made) > 0) this.allocator.free(made, true);
    return this.#yield(current());
  }

  /** What a listener has left, unless it goes on and on. */
  #yield<V>(left: V): V {
    if (++this.#rivals < MOST_RIVALS) return left;
    this.#rivals = 0;
    throw new Error(`Cannot grow a ${this.label}: a listener changes its memory whenever it asks for more`);
  }

  /**
   * Makes `view`, which has that many elements or more, `length` elements long; `use` is given what the container has
   * then. Until the memory is given back, which may run a listener, it is given a view that ends there already: what
   * the listener adds would be cut off. Throws what the allocator throws, after `view` was given to `use` again.
   */
  shrink<V extends AnyView>(type: Growable<NoInfer<V>>, view: V, length: number, use: (view: V) => void): void {
    this.#requireUnshared();
    // A listener may have taken it back while another column became shorter.
    this.requireOpen("shrink", view, 0);
    const byteLength = length * (type.BYTES_PER_ELEMENT ?? 1);
    if (byteLength === byteLengthOf(view)) return;
    if (length === 0) {
      use(new type(new ArrayBuffer(0)));
      return this.allocator.free(view, true);
    }
    this.#shrinking = view;
    let left = view;
    try {
      use(new type(view.buffer, view.byteOffset, length));
      left = this.allocator.reallocate(view, length);
    } catch (error) {
      this.requireOpen("shrink", view, 0);
      throw error;
    } finally {
      this.#shrinking = undefined;
      this.#useOrFree(left, use);
    }
  }

  /** What became shorter, for which `dispose()` has not cared where it was called meanwhile. */
  #useOrFree<V extends AnyView>(left: V, use: (view: V) => void): void {
    if (left.buffer.detached) return;
    if (this.#disposed) this.allocator.free(left);
    else use(left);
  }

  /**
   * Gives back `views` and ends the allocator when it is owned; the container then has to forget them. The second call
   * does nothing.
   */
  dispose(...views: AnyView[]): void {
    if (this.#disposed && this.#refused.length === 0) return;
    const own = views.filter((view) => byteLengthOf(view) > 0 && !this.#shrinks(view));
    const left = this.#disposed ? this.#refused : own;
    this.#disposed = true;
    if (this.owned && !this.#takenBack) this.allocator[Symbol.dispose]();
    if (!this.allocator.closed) this.#free(left);
    this.#refused = [];
    this.#watch?.[Symbol.dispose]();
  }

  /** Whether a view is of the memory that becomes shorter; those of a scope share their buffer. */
  #shrinks({ buffer, byteOffset }: AnyView): boolean {
    const shrinking = this.#shrinking;
    return shrinking !== undefined && shrinking.buffer === buffer && shrinking.byteOffset === byteOffset;
  }

  /** Frees views; when the allocator refuses the first one, because it is held, nothing is disposed. */
  #free(views: readonly AnyView[]): void {
    for (const [index, view] of views.entries()) {
      try {
        if (byteLengthOf(view) > 0) this.allocator.free(view);
      } catch (error) {
        if (index === 0 && this.#refused.length === 0) this.#disposed = false;
        else this.#refused = views.slice(index);
        throw error;
      }
    }
  }
}
