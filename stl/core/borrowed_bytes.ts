import type { AllocateOptions, Allocator, AnyView, ByteSource, View, ViewConstructor } from "../../heaps/allocator.ts";

/** Where a container that lies over bytes takes memory from that they have no room for. */
export interface OverOptions {
  /**
   * The heap, scope or other allocator for what does not fit into the bytes. Without one, growing throws `TypeError`.
   *
   * @default {undefined}
   */
  readonly allocator?: Allocator;
  /**
   * Whether the allocator belongs to the container, and ends with it.
   *
   * @default {false}
   */
  readonly owned?: boolean;
}

/**
 * The allocator of a container that lies over bytes of others: those are never freed, and left for memory of the
 * program's own allocator when they have no more room.
 */
export class BorrowedBytes implements Allocator {
  readonly #buffers: ReadonlySet<ArrayBuffer>;
  readonly #inner: Allocator | undefined;

  /** Lends the bytes of `buffers`, and what `inner` has beside them. */
  constructor(buffers: ReadonlySet<ArrayBuffer>, inner: Allocator | undefined) {
    this.#buffers = buffers;
    this.#inner = inner;
  }

  /** That of the allocator behind it. */
  get name(): string {
    return this.#inner?.name ?? "whoever gave its bytes";
  }

  /** That of the allocator behind it. */
  get limit(): number {
    return this.#inner?.limit ?? Infinity;
  }

  /** Those of the allocator behind it. */
  get liveBytes(): number {
    return this.#inner?.liveBytes ?? 0;
  }

  /** Those of the allocator behind it. */
  get liveBlocks(): number {
    return this.#inner?.liveBlocks ?? 0;
  }

  /** That of the allocator behind it. */
  get closed(): boolean {
    return this.#inner?.closed ?? false;
  }

  #requireInner(): Allocator {
    if (this.#inner !== undefined) return this.#inner;
    throw new TypeError(
      "Cannot grow a container that lies over bytes: they have no more room, and it has no allocator to move to, as in " +
        "over(…, bytes, { allocator: heap })",
    );
  }

  /** One of the allocator behind it. */
  allocate<T extends ViewConstructor>(type: T, length: number, options?: AllocateOptions): View<T> {
    return this.#requireInner().allocate(type, length, options);
  }

  /** One of the allocator behind it. */
  allocateZeroed<T extends ViewConstructor>(type: T, length: number, options?: AllocateOptions): View<T> {
    return this.#requireInner().allocateZeroed(type, length, options);
  }

  /** The same bytes when they become fewer, else a copy in the allocator behind it. */
  reallocate<V extends AnyView>(view: V, length: number): V {
    const { buffer, byteOffset, byteLength, constructor } = view as V & { constructor: ViewConstructor };
    if (!this.#buffers.has(buffer)) return this.#requireInner().reallocate(view, length);
    const elementBytes = "BYTES_PER_ELEMENT" in constructor ? constructor.BYTES_PER_ELEMENT : 1;
    if (length * elementBytes <= byteLength) {
      return new (constructor as unknown as new (...given: unknown[]) => V)(buffer, byteOffset, length);
    }
    const moved = this.#requireInner().allocate(constructor, length);
    new Uint8Array(moved.buffer, moved.byteOffset).set(new Uint8Array(buffer, byteOffset, byteLength));
    return moved as AnyView as V;
  }

  /** Takes back what is of the allocator behind it. */
  free(view: AnyView, outgrown?: boolean): void {
    if (!this.#buffers.has(view.buffer)) this.#inner?.free(view, outgrown);
  }

  /** Those of the allocator behind it. */
  bytes(source: ByteSource): Uint8Array<ArrayBuffer> {
    return this.#requireInner().bytes(source);
  }

  /** That of the allocator behind it. */
  text(source: string): Uint8Array<ArrayBuffer> {
    return this.#requireInner().text(source);
  }

  /** That of the allocator behind it. */
  onTakeBack(listener: () => void): Disposable {
    return this.#inner?.onTakeBack?.(listener) ?? { [Symbol.dispose]: (): void => {} };
  }

  /** Ends the allocator behind it. */
  [Symbol.dispose](): void {
    this.#inner?.[Symbol.dispose]();
  }
}
