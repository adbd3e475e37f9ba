import type { Storage } from "../core/storage.ts";
import { type Kind, VariableElement } from "../elements/variable_element.ts";
import type { Rows, RowsClass } from "../rows/rows.ts";
import type { ByteRows } from "../rows/variable_rows.ts";

/** Values of one kind where `toBytes` wrote them, each under its index. */
export interface LaidColumn<T> {
  /** The hash of the value that is looked for. */
  readonly hash: number;
  /** Takes a value to look for; false when no column can hold it. Throws what code of the program throws. */
  find(value: T): boolean;
  /** Whether the value at an index is the one that is looked for. */
  equals(index: number): boolean;
  /** The hash of the value at an index. */
  hashOf(index: number): number;
  /** The value at an index, as a copy. Throws what the element throws for bytes that are none of its values. */
  read(index: number): T;
  /** Gives back the memory that a long value to look for has taken. */
  unload(): void;
  /** The bytes of all values, where those have a fixed number of bytes. */
  readonly data?: DataView<ArrayBuffer>;
  /** Bytes from one value to the next in them. */
  readonly rowBytes?: number;
}

/** What decides the hash of a value: nobody chose it. */
export interface Hashing {
  /** Whether it is the hash under which nobody can choose values that collide. */
  readonly strong: boolean;
  /** The first half of the key of that, or all that the fast hash has. */
  readonly seed: number;
  /** The other half. */
  readonly key: number;
}

/** Of so many values of any length the place of the first one is noted. */
export const SKIP = 16;

/** A column of values that each have as many bytes. */
export function laidFixed<T>(
  Rows: RowsClass<T>,
  storage: Storage,
  { strong, seed, key }: Hashing,
  { buffer, byteOffset, byteLength }: Uint8Array<ArrayBuffer>,
): LaidColumn<T> {
  const rows: Rows<T> = new Rows(storage, 0);
  rows.takeOver([seed, key, Number(strong)], [new Int32Array(buffer, byteOffset, byteLength / 4)]);
  return rows;
}

/** Where values of any length lie: the length of each, all their bytes, and where each sixteenth of them begins. */
export interface VariableSections {
  readonly lengths: Uint32Array<ArrayBuffer>;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly skips: Uint32Array<ArrayBuffer>;
  /** Throws `FormatError` for a value that ends behind the bytes. */
  readonly refuse: (index: number) => never;
}

/** A column of values of any length. */
export class LaidVariable<T> implements LaidColumn<T> {
  readonly #storage: Storage;
  readonly #rows: ByteRows<T>;
  readonly #decode: (bytes: Uint8Array, start: number, end: number) => T;
  readonly #lengths: Uint32Array<ArrayBuffer>;
  readonly #bytes: Uint8Array<ArrayBuffer>;
  readonly #skips: Uint32Array<ArrayBuffer>;
  readonly #refuse: (index: number) => never;

  constructor(
    kind: VariableElement<T>,
    Rows: RowsClass<T>,
    storage: Storage,
    { strong, seed, key }: Hashing,
    { lengths, bytes, skips, refuse }: VariableSections,
  ) {
    this.#storage = storage;
    this.#rows = new Rows(storage, 0) as ByteRows<T>;
    // Values of any length may be there.
    this.#rows.takeOver([seed, key, Number(strong), Infinity, 0, 0], []);
    this.#decode = kind.coding.decode;
    this.#lengths = lengths;
    this.#bytes = bytes;
    this.#skips = skips;
    this.#refuse = refuse;
  }

  get hash(): number {
    return this.#rows.hash;
  }

  find(value: T): boolean {
    return this.#rows.find(value);
  }

  /** Where the value at an index begins, when all of it lies within the bytes. */
  #startOf(index: number): number {
    const lengths = this.#lengths;
    let start = this.#skips[index >>> 4]!;
    for (let at = index & ~(SKIP - 1); at < index; at++) start += lengths[at]!;
    // Also false for what is gone.
    if (start + lengths[index]! <= this.#bytes.length) return start;
    this.#storage.requireOpen("read", lengths, 1);
    return this.#refuse(index);
  }

  /** Where the last value ends. */
  get end(): number {
    const last = this.#lengths.length - 1;
    return last < 0 ? 0 : this.#startOf(last) + this.#lengths[last]!;
  }

  equals(index: number): boolean {
    const length = this.#lengths[index]!;
    if (length !== this.#rows.byteLength) return false;
    const start = this.#startOf(index);
    return this.#rows.matchesBytes(this.#bytes, start, start + length);
  }

  hashOf(index: number): number {
    const start = this.#startOf(index);
    this.#rows.loadBytes(this.#bytes, start, start + this.#lengths[index]!);
    return this.#rows.hash;
  }

  read(index: number): T {
    const start = this.#startOf(index);
    return this.#decode(this.#bytes, start, start + this.#lengths[index]!);
  }

  unload(): void {
    this.#rows.unload();
  }
}

/** What {@linkcode LaidVariable} looks for the beginning of values in. */
export function skipsOf(lengths: Uint32Array): Uint32Array<ArrayBuffer> {
  const skips = new Uint32Array(Math.ceil(lengths.length / SKIP));
  let start = 0;
  for (let index = 0; index < lengths.length; index++) {
    if (index % SKIP === 0) skips[index / SKIP] = start;
    start += lengths[index]!;
  }
  return skips;
}

/** Whether the values of a kind differ in length. */
export function isVariable<T>(kind: Kind<T>): kind is VariableElement<T> {
  return kind instanceof VariableElement;
}
