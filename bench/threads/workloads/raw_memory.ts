import { backend, currentPlatform, library } from "../../../ffi/mod.ts";
import { libcPath } from "../../../ffi/runtime/libc_path.ts";
import type { Port } from "../../../threads/handover/message.ts";
import { type Delivery, type Exchange, type Memory, type Note, PLACE_BYTES, refuseOverwritten } from "./memory.ts";

/** An address in the form that the runtime takes fastest: a number in Bun, a bigint in Deno. */
type Address = number | bigint;

type Message = { readonly addresses: ArrayLike<Address>; readonly note: Note };

function fail(): never {
  throw new Error("Cannot work: no memory");
}

/** What is called by addresses. */
interface Calls {
  malloc(bytes: number): Address | null;
  free(block: Address): void;
  memset(block: Address, value: number, bytes: number): void;
  memcpy(to: Address, from: Address, bytes: number): void;
  memcmp(one: Address, other: Address, bytes: number): number;
}

function bindCalls(): Calls {
  const word = backend().takesWideNumbers ? "pointer" : "u64";
  const { mi_malloc: malloc, mi_free: free } = backend().bind(library().path, {
    mi_malloc: { parameters: ["size32"], result: word },
    mi_free: { parameters: [word], result: "void" },
  }, false);
  const bytes = backend().bind(libcPath(currentPlatform()), {
    memset: { parameters: [word, "i32", "size32"], result: "void" },
    memcpy: { parameters: [word, word, "size32"], result: "void" },
    memcmp: { parameters: [word, word, "size32"], result: "i32" },
  }, false);
  return { ...bytes, malloc, free } as unknown as Calls;
}

function wrap(block: Address, byteLength: number): ArrayBuffer {
  return backend().wrap(backend().toHandle(Number(block))!, 0, byteLength);
}

function behind(block: Address, bytes: number): Address {
  return typeof block === "bigint" ? block + BigInt(bytes) : block + bytes;
}

/** Words that count down to 1, for all blocks of a thread: as many as the longest one has. */
class Pattern {
  readonly #calls: Calls;
  readonly #starts = new Map<number, Address>();
  #memory: Address;
  #length = 0;

  constructor(calls: Calls) {
    this.#calls = calls;
    this.#memory = this.#grow(64);
  }

  #grow(length: number): Address {
    const memory = this.#calls.malloc(length * 8) ?? fail();
    const words = new Float64Array(wrap(memory, length * 8));
    for (let index = 0; index < length; index++) words[index] = length - index;
    this.#starts.clear();
    this.#length = length;
    return memory;
  }

  /** Where the last `count` of them begin. */
  of(count: number): Address {
    const known = this.#starts.get(count);
    if (known !== undefined) return known;
    if (count > this.#length) {
      this.end();
      this.#memory = this.#grow(count);
    }
    const start = behind(this.#memory, (this.#length - count) * 8);
    this.#starts.set(count, start);
    return start;
  }

  end(): void {
    this.#calls.free(this.#memory);
  }
}

/**
 * Addresses alone: what the raw layer of this library has, and `memset`, `memcpy` and `memcmp` of the C library to write to
 * memory and read it, because JavaScript has no way to do that by an address. Addresses are plain data for other threads.
 */
export function rawMemory(): Memory<Address> {
  const calls = bindCalls();
  const { malloc, free, memset, memcpy, memcmp } = calls;
  const isNumber = backend().takesWideNumbers;
  const Addresses = isNumber ? Float64Array : BigUint64Array;
  /** A word that a block is read by. */
  const read = malloc(8) ?? fail();
  const readByte = new Uint8Array(wrap(read, 8));
  const readWord = new Float64Array(readByte.buffer);
  let pattern: Pattern | undefined;

  return {
    mostOnTheWay: Infinity,
    ends(byteLength: number): Address {
      const block = malloc(byteLength) ?? fail();
      memset(block, byteLength, 1);
      memset(behind(block, byteLength - 1), byteLength, 1);
      return block;
    },
    filled(byteLength: number, value: number): Address {
      const block = malloc(byteLength) ?? fail();
      memset(block, value, byteLength);
      return block;
    },
    free(block: Address): number {
      memcpy(read, block, 1);
      free(block);
      return readByte[0]!;
    },
    words(count: number): Address {
      const block = malloc(count * 8) ?? fail();
      memcpy(block, (pattern ??= new Pattern(calls)).of(count), count * 8);
      return block;
    },
    freeWords(block: Address): number {
      memcpy(read, block, 8);
      const count = readWord[0]!;
      if (memcmp(block, (pattern ??= new Pattern(calls)).of(count), count * 8) !== 0) refuseOverwritten();
      free(block);
      return count;
    },
    send(port: Port, blocks: readonly Address[], note: Note): void {
      const addresses = new Addresses(blocks.length);
      for (let index = 0; index < blocks.length; index++) addresses[index] = blocks[index]!;
      port.postMessage({ addresses, note } satisfies Message);
    },
    receive(message: unknown): Delivery<Address> {
      const { addresses, note } = message as Message;
      return { blocks: Array.from(addresses), note };
    },
    note: (message: unknown): Note => (message as Message).note,
    at(table: SharedArrayBuffer): Exchange<Address> {
      const places = new BigUint64Array(table);
      return (index, block): Address | undefined => {
        const found = Atomics.exchange(places, index * PLACE_BYTES / 8, BigInt(block ?? 0));
        if (found === 0n) return undefined;
        return isNumber ? Number(found) : found;
      };
    },
    close(): void {
      free(read);
      pattern?.end();
    },
  };
}
