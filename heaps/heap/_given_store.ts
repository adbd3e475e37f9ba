import type { BlockStore } from "../core/block_store.ts";

/** Takes the store out of options; `undefined` for those of a program. */
export let givenStore: (options: object) => BlockStore | undefined;

/** Options of a heap over a store that is there already. No program can make them: their class is not exported. */
export class GivenStore {
  readonly #store: BlockStore;
  /** The name for messages and metrics. */
  readonly name: string;

  static {
    givenStore = (options: object): BlockStore | undefined => #store in options ? options.#store : undefined;
  }

  /** Takes over `store`. */
  constructor(name: string, store: BlockStore) {
    this.name = name;
    this.#store = store;
  }
}
