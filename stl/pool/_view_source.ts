import type { View, ViewConstructor } from "../../heaps/allocator.ts";
import { byteLengthOf, type Storage } from "../core/storage.ts";
import type { PoolSource } from "./_pool_source.ts";

/** Makes views of one class and length, each with a block of its own. */
export class ViewSource<T extends ViewConstructor> implements PoolSource<View<T>> {
  readonly #storage: Storage;
  readonly #type: T;
  readonly #length: number;
  readonly #all = new Set<View<T>>();
  #bytes = 0;

  /** Makes views of `length` elements. */
  constructor(storage: Storage, type: T, length: number) {
    this.#storage = storage;
    this.#type = type;
    this.#length = length;
  }

  /** Bytes of all views. */
  get bytes(): number {
    return this.#bytes;
  }

  /** One more. */
  make(): View<T> {
    const view = this.#storage.allocator.allocateZeroed(this.#type, this.#length);
    this.#all.add(view);
    this.#bytes += view.byteLength;
    return view;
  }

  /** Whether a view has lost its memory. */
  isDead(view: View<T>): boolean {
    try {
      return view.byteLength === 0;
    } catch {
      // Only a DataView throws, and only when it is detached.
      return true;
    }
  }

  /** Frees views until `keep` are left. */
  trim(idle: readonly View<T>[], keep: number): View<T>[] {
    for (const view of idle.slice(keep)) this.#free(view);
    return idle.slice(0, keep);
  }

  #free(view: View<T>): void {
    this.#all.delete(view);
    this.#bytes -= this.#length * (this.#type === DataView ? 1 : (view as Uint8Array).BYTES_PER_ELEMENT);
    if (byteLengthOf(view) > 0) this.#storage.allocator.free(view);
  }

  /** The same view: nobody can be kept from using it. */
  replace(view: View<T>): View<T> {
    return view;
  }

  /** The bytes of a view. */
  bytesOf(view: View<T>): Uint8Array {
    return new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
  }

  /** Frees every view. */
  dispose(): void {
    for (const view of this.#all) this.#free(view);
  }
}
