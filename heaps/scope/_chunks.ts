import type { Block } from "../core/block.ts";
import type { BlockStore } from "../core/block_store.ts";

/** The chunks of a scope pool: where its regions take them from and bring them back to. */
export class Chunks {
  readonly #store: BlockStore;
  readonly #ready: Block[] = [];
  #most: number;
  /** Bytes of a chunk. */
  readonly byteLength: number;
  /** Regions that wait for a scope, each with its first chunk. */
  waiting = 0;

  /** Takes chunks of `byteLength` bytes from `store` and keeps at most `most` of them for scopes to come. */
  constructor(store: BlockStore, byteLength: number, most: number) {
    this.#store = store;
    this.byteLength = byteLength;
    this.#most = most;
  }

  /** Chunks that are kept for scopes to come. */
  get kept(): number {
    return this.#ready.length + this.waiting;
  }

  /** Whether one more may be kept. */
  get hasRoom(): boolean {
    return this.#ready.length + this.waiting < this.#most;
  }

  /** A chunk that nothing reaches. */
  take(): Block {
    return this.#ready.pop() ?? this.#store.allocate(this.byteLength, false);
  }

  /** Takes a chunk back, detaches what it handed out, and keeps it or frees it. */
  give(block: Block): void {
    if (block.extras !== undefined || !this.hasRoom) this.#store.release(block);
    else if (this.#store.renew(block)) this.#ready.push(block);
  }

  /** Frees the chunks that are kept ready, and keeps none from now on; the regions that wait are to be dropped. */
  close(): void {
    this.#most = this.waiting = 0;
    for (let block = this.#ready.at(-1); block !== undefined; block = this.#ready.at(-1)) {
      this.#store.release(block);
      this.#ready.pop();
    }
  }
}
