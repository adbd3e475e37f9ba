import { Buffer } from "node:buffer";
import type { Heap } from "../../mod.ts";
import { anyBytes, HashMap, type NumberVector, u32, u8, Vector } from "../../stl/mod.ts";

type Bytes = NumberVector<typeof u8>;

/** Bytes of a slot: the length and a short name. */
const STRIDE = 24;

/** The id of each slot: in a place of its own when it is short, as nearly all are, else in a map. */
export class SlotNames {
  readonly short: Bytes;
  readonly long: HashMap<number, Uint8Array>;
  #bytes: Uint8Array = new Uint8Array();

  /** Names in these containers. */
  private constructor(short: Bytes, long: HashMap<number, Uint8Array>) {
    this.short = short;
    this.long = long;
    this.#bytes = short.subarray();
  }

  /** No names yet. */
  static create(heap: Heap): SlotNames {
    const options = { allocator: heap };
    return new SlotNames(new Vector(u8, options), new HashMap(u32, anyBytes, options));
  }

  /** Names from bytes of both containers; `next` gives those of the second. */
  static fromBytes(heap: Heap, short: Uint8Array, next: () => Uint8Array): SlotNames {
    const options = { allocator: heap };
    const names = Vector.fromBytes(u8, short, options);
    return new SlotNames(names, HashMap.fromBytes(u32, anyBytes, next(), options));
  }

  /** Makes room for names of so many slots in all. */
  reserve(slots: number): void {
    this.short.reserve(slots * STRIDE);
    this.#bytes = this.short.subarray();
  }

  /** Has places for so many slots. */
  resize(slots: number): void {
    this.short.length = slots * STRIDE;
    this.#bytes = this.short.subarray();
  }

  /** Sets the name of a slot to `name`; when it throws, nothing has changed. */
  set(slot: number, name: Uint8Array): void {
    const { length } = name;
    if (length >= STRIDE) this.long.set(slot, name);
    const bytes = this.#bytes;
    const start = slot * STRIDE;
    bytes[start] = length;
    if (length < STRIDE) { for (let i = 0; i < length; i++) bytes[start + 1 + i] = name[i]!; }
  }

  /** Forgets the name of a slot. */
  delete(slot: number): void {
    if (this.#bytes[slot * STRIDE]! >= STRIDE) this.long.delete(slot);
  }

  /** Copies the name of a slot, and returns the count of its bytes. */
  read(slot: number, into: Uint8Array): number {
    const start = slot * STRIDE;
    const length = this.#bytes[start]!;
    if (length >= STRIDE) into.set(this.long.get(slot)!);
    else for (let i = 0; i < length; i++) into[i] = this.#bytes[start + 1 + i]!;
    return length;
  }

  /** Below 0 when the name of `a` comes before that of `b`: the order of bytes. */
  compare(a: number, b: number): number {
    const bytes = this.#bytes;
    const [lengthA, lengthB] = [bytes[a * STRIDE]!, bytes[b * STRIDE]!];
    if (lengthA >= STRIDE || lengthB >= STRIDE) return this.#compareLong(a, b);
    const length = Math.min(lengthA, lengthB);
    for (let i = 1; i <= length; i++) {
      const difference = bytes[a * STRIDE + i]! - bytes[b * STRIDE + i]!;
      if (difference !== 0) return difference;
    }
    return lengthA - lengthB;
  }

  #compareLong(a: number, b: number): number {
    const [one, other] = [new Uint8Array(64), new Uint8Array(64)];
    return Buffer.compare(one.subarray(0, this.read(a, one)), other.subarray(0, this.read(b, other)));
  }

  /** Bytes that the containers hold. */
  get bytes(): number {
    return this.short.bytes + this.long.bytes;
  }

  /** How many slots there are places for. */
  get slots(): number {
    return this.short.length / STRIDE;
  }

  /** Gives the memory back. */
  dispose(): void {
    this.short.dispose();
    this.long.dispose();
  }

  /** The same, for `using`. */
  [Symbol.dispose](): void {
    this.dispose();
  }
}
