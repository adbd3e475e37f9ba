import { byteLengthOf, type Storage } from "../core/storage.ts";
import { MEMORY, Memory, NO_BYTES, OFFSET, PARTS, type Place } from "../struct/memory.ts";
import type { AnyStruct } from "../struct/struct.ts";
import type { PoolSource } from "./_pool_source.ts";

/** Bytes of a block of structs, where one has room for several. */
const BLOCK_BYTES = 16_384;

/** Makes structs, many in a block. */
export class StructSource implements PoolSource<Place> {
  readonly #storage: Storage;
  readonly #struct: AnyStruct;
  readonly #perBlock: number;
  /** The blocks, with the number of structs that were made in each. */
  readonly #blocks = new Map<Memory, number>();
  #newest: Memory | undefined;

  /** Makes structs of one kind. */
  constructor(storage: Storage, struct: AnyStruct) {
    this.#storage = storage;
    this.#struct = struct;
    this.#perBlock = Math.max(1, Math.floor(BLOCK_BYTES / struct.byteLength));
  }

  /** Bytes of all blocks. */
  get bytes(): number {
    return this.#blocks.size * this.#perBlock * this.#struct.byteLength;
  }

  /** One more. */
  make(): Place {
    const memory = this.#roomy();
    const used = this.#blocks.get(memory)!;
    this.#blocks.set(memory, used + 1);
    return this.#struct.open(memory, used * this.#struct.byteLength) as unknown as Place;
  }

  #roomy(): Memory {
    const newest = this.#newest;
    if (newest !== undefined && byteLengthOf(newest.view) > 0 && this.#blocks.get(newest)! < this.#perBlock) {
      return newest;
    }
    const view = this.#storage.allocator.allocateZeroed(DataView, this.#perBlock * this.#struct.byteLength);
    const memory = new Memory(view, this.#storage.label, false, this.#storage);
    this.#blocks.set(memory, 0);
    return this.#newest = memory;
  }

  /** Whether the block of a struct has lost its memory. */
  isDead(place: Place): boolean {
    try {
      return place[MEMORY].view.byteLength === 0;
    } catch {
      // A DataView throws when it is detached.
      return true;
    }
  }

  /** Frees blocks of which all structs are idle, while `keep` are left. */
  trim(idle: readonly Place[], keep: number): Place[] {
    let rest = idle.length;
    const freed = new Set<Memory>();
    for (const [memory, places] of Map.groupBy(idle, (place) => place[MEMORY])) {
      if (places.length < this.#blocks.get(memory)! || rest - places.length < keep) continue;
      rest -= places.length;
      freed.add(memory);
      this.#free(memory);
    }
    return idle.filter((place) => !freed.has(place[MEMORY]));
  }

  #free(memory: Memory): void {
    this.#blocks.delete(memory);
    if (this.#newest === memory) this.#newest = undefined;
    if (byteLengthOf(memory.view) > 0) this.#storage.allocator.free(memory.view);
    memory.view = NO_BYTES;
  }

  /** Another accessor; the old one, and those of its parts, throw from now on. */
  replace(place: Place): Place {
    const fresh = this.#struct.open(place[MEMORY], place[OFFSET]) as unknown as Place;
    strand(place, new Memory(NO_BYTES, `${this.#struct.name} after its release`));
    return fresh;
  }

  /** The bytes of a struct. */
  bytesOf({ [MEMORY]: { view }, [OFFSET]: byteOffset }: Place): Uint8Array {
    return new Uint8Array(view.buffer, view.byteOffset + byteOffset, this.#struct.byteLength);
  }

  /** Frees every block. */
  dispose(): void {
    for (const memory of this.#blocks.keys()) this.#free(memory);
  }
}

function strand(place: Place, nowhere: Memory): void {
  place[MEMORY] = nowhere;
  for (const part of place[PARTS] ?? []) if (part !== undefined) strand(part, nowhere);
}
