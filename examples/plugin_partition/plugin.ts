import { Heap, Subprocess } from "../../mod.ts";

/** A plug-in: code of somebody else, with a partition of the memory for itself. */
export class Plugin implements Disposable {
  readonly #partition: Subprocess;
  readonly #heap: Heap;

  /**
   * Makes a plug-in that may use `limit` bytes at most.
   *
   * Throws `UnsupportedError` before mimalloc 3.6.
   */
  constructor(name: string, limit: number) {
    this.#partition = Subprocess.create({ name, limit });
    this.#heap = this.#partition.run(() => new Heap({ name }));
  }

  /** Bytes that it uses. */
  get usedBytes(): number {
    return this.#partition.usedBytes;
  }

  /** Calls one of its functions inside its partition, with its heap; throws what that throws. */
  call<R>(task: (heap: Heap) => R extends PromiseLike<unknown> ? never : R): R {
    return this.#partition.run<R>(() => task(this.#heap));
  }

  /** Takes all of its memory away; views that the host still has of it have length 0 from then on. */
  destroy(): void {
    this.#partition.destroy();
  }

  /** The same as {@linkcode Plugin.destroy}. */
  [Symbol.dispose](): void {
    this.destroy();
  }
}
