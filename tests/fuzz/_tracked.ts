import type { AllocateOptions, Allocator, AnyView, ByteSource, View, ViewConstructor } from "../../mod.ts";
import { Fault } from "./_operation.ts";

/**
 * Passes every call on to a heap or scope, and remembers which views one container has; before each a listener may
 * do something, as that of a heap may.
 */
export class Tracked implements Allocator {
  readonly #inner: Allocator;
  readonly #before: () => void;
  readonly #views = new Set<AnyView>();

  /** Calls `before` whenever memory is asked for. */
  constructor(inner: Allocator, before: () => void) {
    this.#inner = inner;
    this.#before = before;
  }

  /** Bytes of all views that the container has. */
  get held(): number {
    let sum = 0;
    for (const view of this.#views) sum += view.buffer.byteLength === 0 ? 0 : view.byteLength;
    return sum;
  }

  /** Whether memory was taken away from below the container. */
  get robbed(): boolean {
    for (const view of this.#views) if (view.buffer.byteLength === 0) return true;
    return false;
  }

  get name(): string {
    return this.#inner.name;
  }

  get limit(): number {
    return this.#inner.limit;
  }

  get liveBytes(): number {
    return this.#inner.liveBytes;
  }

  get liveBlocks(): number {
    return this.#inner.liveBlocks;
  }

  get closed(): boolean {
    return this.#inner.closed;
  }

  #keep<V extends AnyView>(view: V): V {
    this.#views.add(view);
    return view;
  }

  allocate<T extends ViewConstructor>(type: T, length: number, options?: AllocateOptions): View<T> {
    this.#before();
    return this.#keep(this.#inner.allocate(type, length, options));
  }

  allocateZeroed<T extends ViewConstructor>(type: T, length: number, options?: AllocateOptions): View<T> {
    this.#before();
    return this.#keep(this.#inner.allocateZeroed(type, length, options));
  }

  reallocate<V extends AnyView>(view: V, length: number): V {
    this.#require(view);
    this.#before();
    const resized = this.#inner.reallocate(view, length);
    this.#views.delete(view);
    return this.#keep(resized);
  }

  free(view: AnyView, outgrown?: boolean): void {
    this.#require(view);
    this.#views.delete(view);
    // A scope takes nothing back but blocks of their own; to the rest it answers with nothing.
    this.#inner.free(view, outgrown);
  }

  #require(view: AnyView): void {
    if (!this.#views.has(view)) throw new Fault("the container gives back what it does not have");
  }

  bytes(source: ByteSource): Uint8Array<ArrayBuffer> {
    return this.#keep(this.#inner.bytes(source));
  }

  text(source: string): Uint8Array<ArrayBuffer> {
    return this.#keep(this.#inner.text(source));
  }

  onTakeBack(listener: () => void): Disposable {
    return this.#inner.onTakeBack?.(listener) ?? { [Symbol.dispose]: (): void => {} };
  }

  [Symbol.dispose](): void {
    this.#inner[Symbol.dispose]();
  }
}
