import { type Allocator, ClosedError } from "../allocator.ts";

/** The view of a block that takes the bytes of some input, whose length is known only at its end. */
export class InputView {
  readonly #allocator: Allocator;
  readonly #action: string;
  #view: Uint8Array<ArrayBuffer> | undefined;
  /** Bytes that are in it. */
  length = 0;

  /** Takes memory from `allocator` when there are bytes; `action` says in messages what is done. */
  constructor(allocator: Allocator, action: string) {
    this.#allocator = allocator;
    this.#action = action;
  }

  /** A view with room for `capacity` bytes, and what is in it already in front. */
  resize(capacity: number): Uint8Array<ArrayBuffer> {
    this.#requireOpen();
    const view = this.#view;
    if (view === undefined) return this.#view = this.#allocator.allocate(Uint8Array, capacity);
    return view.length === capacity ? view : this.#view = this.#allocator.reallocate(view, capacity);
  }

  /** Takes memory for bytes that may come. */
  expect(byteLength: number): void {
    this.resize(byteLength);
  }

  /** Puts bytes behind those that are in it; the view has room for `most` bytes in all at the most. */
  append(bytes: Uint8Array, most: number): void {
    const needed = this.length + bytes.length;
    const room = this.#view?.length ?? 0;
    const view = this.resize(needed <= room ? room : Math.max(needed, Math.min(2 * room, most)));
    view.set(bytes, this.length);
    this.length = needed;
  }

  /** The view of what is in it, no longer than that. */
  finish(): Uint8Array<ArrayBuffer> {
    if (this.length > 0) return this.resize(this.length);
    this.abandon();
    this.#requireOpen();
    return this.#allocator.bytes([]);
  }

  /** Gives the memory back, as far as the allocator can before its end. */
  abandon(): void {
    const view = this.#view;
    this.#view = undefined;
    if (view !== undefined && view.length > 0 && !this.#allocator.closed) this.#allocator.free(view);
  }

  #requireOpen(): void {
    const { closed, name } = this.#allocator;
    if (closed) throw new ClosedError(`Cannot ${this.#action}: ${name} was closed`);
    if (this.#view === undefined || this.#view.length > 0) return;
    throw new ClosedError(`Cannot ${this.#action}: ${name} took its memory back meanwhile`);
  }
}
