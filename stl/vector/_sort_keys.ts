import { shown } from "../core/refuse.ts";
import { type AnyNumberElement, NumberElement } from "../elements/number_element.ts";
import { typeStoredAsIs } from "../elements/numbers.ts";
import { halvesAt, HIGH, type KeyWord, LOW, type Order, PLAIN, radixOrder, SINGLE } from "./_radix_sort.ts";
import type { SortKey, SortOptions } from "./sort_key.ts";

const SIGN = 0x80000000 | 0;

/** The keys that sorting is asked for, in one form. */
export function sortKeysOf(
  label: string,
  given: string | SortKey | readonly (string | SortKey)[],
  options: SortOptions | undefined,
): Required<SortKey>[] {
  const keys = Array.isArray(given) ? given as readonly (string | SortKey)[] : [given as string | SortKey];
  if (keys.length === 0) throw new TypeError(`Cannot sort a ${label}: it needs a field to sort by`);
  return keys.map((key) => {
    if (typeof key === "string") return { by: key, descending: options?.descending ?? false };
    if (typeof key?.by !== "string") {
      throw new TypeError(`Cannot sort a ${label} by ${shown(key)}: expected a field, or one as in { by: "time" }`);
    }
    return { by: key.by, descending: key.descending ?? options?.descending ?? false };
  });
}

/** Where the numbers of a field lie. */
export interface KeyColumn {
  readonly bytes: ArrayBufferView<ArrayBuffer>;
  readonly byteOffset: number;
  /** Bytes from one row to the next. */
  readonly rowBytes: number;
}

/** What rows are sorted by: a field whose elements are numbers where they lie, or values of any other. */
export interface KeySource {
  readonly element: unknown;
  readonly descending: boolean;
  readonly read: (index: number) => unknown;
  /** Not called before all values that are no numbers were read, which may run code of the program. */
  readonly column: () => KeyColumn;
}

/** The words of numbers that are stored as they are; `undefined` for any others. */
function wordsOf(element: unknown, descending: boolean, column: () => KeyColumn): KeyWord[] | undefined {
  if (!(element instanceof NumberElement) || typeStoredAsIs(element as AnyNumberElement) === undefined) {
    return undefined;
  }
  const { viewType: type } = element as AnyNumberElement;
  const size = type.BYTES_PER_ELEMENT;
  const { bytes, byteOffset, rowBytes } = column();
  if ((type as unknown) === Float16Array || (bytes.byteOffset + byteOffset) % size > 0 || rowBytes % size > 0) {
    return undefined;
  }
  const wordBytes = Math.min(size, 4);
  const View = wordBytes === 1 ? Uint8Array : wordBytes === 2 ? Uint16Array : Int32Array;
  const words = new View(bytes.buffer, bytes.byteOffset, Math.floor(bytes.byteLength / wordBytes));
  const start = byteOffset / wordBytes;
  const step = rowBytes / wordBytes;
  const all = descending ? -1 >>> 32 - 8 * wordBytes : 0;
  const signed = type === Int8Array || type === Int16Array || type === Int32Array || type === BigInt64Array;
  const sign = signed ? 2 ** (8 * wordBytes - 1) : 0;
  if (type === Float32Array) return [{ kind: SINGLE, words, start, step, mask: all }];
  if (size < 8) return [{ kind: PLAIN, words, start, step, mask: all ^ sign }];
  const { high, low } = halvesAt(start);
  const float = type === Float64Array;
  return [
    { kind: float ? LOW : PLAIN, words, start: low, step, mask: all },
    { kind: float ? HIGH : PLAIN, words, start: high, step, mask: all ^ sign },
  ];
}

/** The words of values that are read one by one: of texts their ranks, of anything else doubles or 64-bit integers. */
function wordsOfValues(length: number, read: (index: number) => unknown, descending: boolean): KeyWord[] {
  const mask = descending ? -1 : 0;
  const kind = typeof read(0);
  if (kind === "string") return [{ kind: PLAIN, words: ranksOf(length, read), start: 0, step: 1, mask }];
  if (kind === "bigint") return wordsOfBigints(length, read, mask);
  if (kind !== "number" && kind !== "boolean") {
    throw new TypeError(`Cannot sort: expected numbers, booleans or texts, got a value of type ${kind}`);
  }
  const values = new Float64Array(length);
  for (let index = 0; index < length; index++) values[index] = read(index) as number;
  const words = new Int32Array(values.buffer);
  const { high, low } = halvesAt(0);
  return [
    { kind: LOW, words, start: low, step: 2, mask },
    { kind: HIGH, words, start: high, step: 2, mask },
  ];
}

function wordsOfBigints(length: number, read: (index: number) => unknown, mask: number): KeyWord[] {
  const values = new BigInt64Array(length);
  let signed = false;
  for (let index = 0; index < length; index++) {
    const value = read(index) as bigint;
    values[index] = value;
    signed ||= value < 0n;
  }
  const words = new Int32Array(values.buffer);
  const { high, low } = halvesAt(0);
  return [
    { kind: PLAIN, words, start: low, step: 2, mask },
    { kind: PLAIN, words, start: high, step: 2, mask: mask ^ (signed ? SIGN : 0) },
  ];
}

/** The rank of each text among all, the same for equal ones. */
function ranksOf(length: number, read: (index: number) => unknown): Int32Array {
  const numbers = new Map<string, number>();
  const ranks = new Int32Array(length);
  for (let index = 0; index < length; index++) {
    const text = read(index) as string;
    let number = numbers.get(text);
    if (number === undefined) numbers.set(text, number = numbers.size);
    ranks[index] = number;
  }
  const rankOf = new Int32Array(numbers.size);
  [...numbers.keys()].sort((a, b) => a < b ? -1 : 1).forEach((text, rank) => {
    rankOf[numbers.get(text)!] = rank;
  });
  for (let index = 0; index < length; index++) ranks[index] = rankOf[ranks[index]!]!;
  return ranks;
}

/** The order of rows by `sources`, the most significant first. Equal rows keep their order; NaN is the largest number. */
export function orderBy(length: number, sources: readonly KeySource[]): Order {
  if (length === 0) return radixOrder(0, []);
  const read = sources.map(({ element, descending, read, column }) =>
    wordsOf(element, descending, column) === undefined ? wordsOfValues(length, read, descending) : undefined
  );
  // Numbers last: memory may have moved while others were read.
  const words = sources.map(({ element, descending, column }, place) =>
    read[place] ?? wordsOf(element, descending, column)!
  );
  return radixOrder(length, words.reverse().flat());
}

/** The order of values that `read` gives for the indexes from 0 on. */
export function orderOf(length: number, read: (index: number) => unknown): Order {
  return radixOrder(length, length === 0 ? [] : wordsOfValues(length, read, false));
}
