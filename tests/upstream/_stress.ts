import assert from "node:assert/strict";
import { library } from "../../ffi/library/library.ts";
import { backend } from "../../ffi/runtime/backend.ts";
import type { Handle } from "../../ffi/types.ts";
import { Random } from "../fuzz/_random.ts";
import { addressOf, handleOf } from "../ffi/symbols/_tools.ts";

/** What a thread of the stress test works on. */
export interface StressInput {
  /** The seed of its random decisions. */
  readonly seed: number;
  /** Blocks that it allocates. */
  readonly count: number;
  /** Where threads swap blocks: one word each, the address and the count of words. */
  readonly transfer: SharedArrayBuffer;
  /** The address of the heap that it allocates in, 0 for the default heap. */
  readonly heap: number;
  /** Whether it leaves every other block that it has verified. */
  readonly leaks?: boolean;
}

const COOKIE = 0xbf58476d1ce4e5b9n;
/** A count of words takes the lowest bits of a transferred word: addresses are below 2^48 and multiples of 8. */
const COUNT_BITS = 16n;

/** A table through which threads exchange blocks, one 64-bit word for each. */
export function makeTransferTable(slots: number): SharedArrayBuffer {
  return new SharedArrayBuffer(8 * slots);
}

/** A thread of test-stress.c. */
export class StressThread {
  readonly #random: Random;
  readonly #count: number;
  readonly #transfer: BigUint64Array<SharedArrayBuffer>;
  readonly #allocate: (words: number) => Handle | null;
  readonly #free = library().bind("blocks").free;
  readonly #leaks: boolean;
  #verified = 0;

  constructor({ seed, count, transfer, heap, leaks = false }: StressInput) {
    this.#leaks = leaks;
    this.#random = new Random(seed);
    this.#count = count;
    this.#transfer = new BigUint64Array(transfer);
    const { calloc } = library().bind("allocation");
    const { heapCalloc } = library().bind("heapAllocation");
    this.#allocate = heap === 0 ? (words) => calloc(words, 8) : (words) => heapCalloc(handleOf(heap), words, 8);
  }

  /** Does all of its work and gives the number of blocks that it verified and freed. */
  run(): number {
    const kept: bigint[] = [];
    for (let index = 0; index < this.#count; index++) {
      kept.push(this.#make());
      if (this.#random.once(3)) this.#verify(this.#take(kept));
      if (this.#random.once(4) && kept.length > 0) this.#swap(kept);
    }
    for (const block of kept) this.#verify(block);
    return this.#verified;
  }

  /** Frees the blocks that are left in the table. */
  drain(): number {
    for (let slot = 0; slot < this.#transfer.length; slot++) this.#verify(Atomics.exchange(this.#transfer, slot, 0n));
    return this.#verified;
  }

  #make(): bigint {
    const words = this.#random.once(500) ? 2 ** 14 : 2 ** this.#random.below(9);
    const handle = this.#allocate(words);
    assert.ok(handle !== null, "NULL");
    const contents = wordsOf(handle, words);
    for (let index = 0; index < words; index++) {
      assert.equal(contents[index], 0n, "not zeroed");
      contents[index] = COOKIE ^ BigInt(index);
    }
    return BigInt(addressOf(handle)) << COUNT_BITS | BigInt(words);
  }

  #take(kept: bigint[]): bigint {
    const index = this.#random.below(kept.length);
    const block = kept[index]!;
    kept[index] = kept.at(-1)!;
    kept.pop();
    return block;
  }

  /** Gives one block to whoever comes by the slot, and takes the block that is there. */
  #swap(kept: bigint[]): void {
    const mine = this.#take(kept);
    const other = Atomics.exchange(this.#transfer, this.#random.below(this.#transfer.length), mine);
    if (other !== 0n) kept.push(other);
  }

  #verify(block: bigint): void {
    if (block === 0n) return;
    const words = Number(BigInt.asUintN(Number(COUNT_BITS), block));
    const handle = handleOf(block >> COUNT_BITS);
    const contents = wordsOf(handle, words);
    for (let index = 0; index < words; index++) {
      if (contents[index] !== (COOKIE ^ BigInt(index))) assert.fail(`word ${index} of ${words} is ${contents[index]}`);
    }
    if (!this.#leaks || this.#verified % 2 === 0) this.#free(handle);
    this.#verified++;
  }
}

function wordsOf(handle: Handle, words: number): BigUint64Array<ArrayBuffer> {
  return new BigUint64Array(backend().wrap(handle, 0, 8 * words));
}
