import type { Allocator } from "../../heaps/allocator.ts";
import type { Storage } from "./storage.ts";

/**
 * What all containers are the same in. What hot paths use stays in the class of each kind; storage too, which is in a
 * private field there once more.
 */
export abstract class ContainerBase implements Disposable {
  readonly #storage: Storage;

  /** A container that takes its memory from `storage`. */
  constructor(storage: Storage) {
    this.#storage = storage;
  }

  /** Where its memory comes from. */
  get allocator(): Allocator {
    return this.#storage.allocator;
  }

  /** Whether it was disposed, or its allocator is closed; every call that needs memory then throws `ClosedError`. */
  get closed(): boolean {
    return this.#storage.closed;
  }

  /** Gives back all memory, and ends an allocator that it owns. The second call does nothing. */
  abstract dispose(): void;

  /** The same as `dispose()`. */
  [Symbol.dispose](): void {
    this.dispose();
  }
}

/** The base of all containers of one name. */
export type BaseClass = abstract new (storage: Storage) => ContainerBase;
