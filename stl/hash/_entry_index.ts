import type { ByteReader } from "../bytes/byte_reader.ts";
import { sectionsOf } from "../bytes/value_column.ts";
import type { Storage } from "../core/storage.ts";
import type { Kind } from "../elements/variable_element.ts";
import { newSeed } from "../rows/hash.ts";
import type { RowsClass } from "../rows/rows.ts";
import { type Hashing, isVariable, type LaidColumn, laidFixed, LaidVariable, SKIP, skipsOf } from "./_laid_column.ts";

/**
 * The words at the front of the index that bytes of maps and sets end with, by which one that lies over them finds keys.
 * Entries are written in the order of the upper bits of the hashes of their keys: those with the same ones are a bucket.
 * Behind these words comes the first entry of each bucket, and the number of entries once more; then, for keys and
 * for values of any length, where each sixteenth of them begins.
 */
const WORDS = { strong: 0, seed: 1, key: 2, starts: 4 } as const;

/** So many entries of one bucket bring the strong hash: of those that nobody chose a bucket has 4 to 8, and never 100. */
const MOST_IN_BUCKET = 256;

/** The bits of a hash that tell the bucket, for so many entries. */
function bucketBits(count: number): number {
  return Math.max(1, 31 - Math.clz32(count >>> 2));
}

/** The bits that are shifted out of a hash to get its bucket. */
export function bucketShift(count: number): number {
  return 32 - bucketBits(count);
}

function skipWords(kind: Kind<unknown>, count: number): number {
  return isVariable(kind) ? Math.ceil(count / SKIP) : 0;
}

/** Bytes of the index of so many entries. */
export function indexBytes(count: number, kinds: readonly Kind<unknown>[]): number {
  const words = WORDS.starts + 2 ** bucketBits(count) + 1;
  return 4 * kinds.reduce((sum, kind) => sum + skipWords(kind, count), words);
}

/** The order in which entries are written, and where their buckets begin then. */
export interface Arrangement {
  /** The entry that comes at each place. */
  readonly order: Uint32Array<ArrayBuffer>;
  /** The place of the first entry of each bucket. */
  readonly starts: Uint32Array<ArrayBuffer>;
  /** What decided it. */
  readonly hashing: Hashing;
}

/** Where the keys or values of one kind lie. */
export interface ColumnSections {
  readonly sections: readonly Uint8Array<ArrayBuffer>[];
  /** Where each sixteenth begins, where lengths differ. */
  readonly skips: Uint32Array<ArrayBuffer>;
  /** Throws for one that ends behind the bytes. */
  readonly refuse: (index: number) => never;
}

/** The keys or values of one kind. */
export function columnOver<T>(
  kind: Kind<T>,
  Rows: RowsClass<T>,
  storage: Storage,
  hashing: Hashing,
  { sections: [first, bytes], skips, refuse }: ColumnSections,
): LaidColumn<T> {
  if (!isVariable(kind)) return laidFixed(Rows, storage, hashing, first!);
  const lengths = new Uint32Array(first!.buffer, first!.byteOffset, first!.length / 4);
  return new LaidVariable(kind, Rows, storage, hashing, { lengths, bytes: bytes!, skips, refuse });
}

/** For what was just written. */
function refuseOwn(): never {
  throw new Error("Cannot write a container: its values changed meanwhile");
}

/** Puts entries into buckets by the keys in `sections`. */
export function arrange(
  kind: Kind<unknown>,
  Rows: RowsClass<unknown>,
  storage: Storage,
  sections: readonly Uint8Array<ArrayBuffer>[],
  count: number,
): Arrangement {
  const skips = isVariable(kind) ? skipsOf(new Uint32Array(sections[0]!.buffer)) : new Uint32Array(0);
  const place = { sections, skips, refuse: refuseOwn };
  const hashing = { strong: false, seed: newSeed(), key: newSeed() };
  const fast = intoBuckets(columnOver(kind, Rows, storage, hashing, place), count);
  if (fast.fullest <= MOST_IN_BUCKET) return { ...fast, hashing };
  const strong = { ...hashing, strong: true };
  return { ...intoBuckets(columnOver(kind, Rows, storage, strong, place), count), hashing: strong };
}

function intoBuckets(keys: LaidColumn<unknown>, count: number): Omit<Arrangement, "hashing"> & { fullest: number } {
  const shift = bucketShift(count);
  const starts = new Uint32Array(2 ** (32 - shift) + 1);
  const buckets = new Uint32Array(count);
  for (let entry = 0; entry < count; entry++) {
    const bucket = keys.hashOf(entry) >>> shift;
    buckets[entry] = bucket;
    starts[bucket]!++;
  }
  let fullest = 0;
  let sum = 0;
  // Each becomes the end of its bucket, which moves down to its start while entries are put in from the last one on.
  for (let bucket = 0; bucket < starts.length; bucket++) {
    fullest = Math.max(fullest, starts[bucket]!);
    starts[bucket] = sum += starts[bucket]!;
  }
  const order = new Uint32Array(count);
  for (let entry = count - 1; entry >= 0; entry--) order[--starts[buckets[entry]!]!] = entry;
  return { order, starts, fullest };
}

/** Copies rows of `rowBytes` bytes in an order. */
export function gatherRows(
  from: Uint8Array<ArrayBuffer>,
  into: Uint8Array<ArrayBuffer>,
  rowBytes: number,
  order: Uint32Array,
): void {
  if (rowBytes % 4 > 0) return gatherUnits(from, into, rowBytes, order);
  const words = new Int32Array(from.buffer, from.byteOffset, from.length / 4);
  gatherUnits(words, new Int32Array(into.buffer, into.byteOffset, into.length / 4), rowBytes / 4, order);
}

function gatherUnits(
  from: Int32Array | Uint8Array,
  into: Int32Array | Uint8Array,
  units: number,
  order: Uint32Array,
): void {
  for (let place = 0, to = 0; place < order.length; place++) {
    for (let unit = 0, at = order[place]! * units; unit < units; unit++, at++, to++) into[to] = from[at]!;
  }
}

/** Copies values of any length in an order: their lengths and their bytes. */
export function gatherVariable(
  [fromLengths, from]: readonly Uint8Array<ArrayBuffer>[],
  [intoLengths, into]: readonly Uint8Array<ArrayBuffer>[],
  order: Uint32Array,
): void {
  const lengths = new Uint32Array(fromLengths!.buffer, fromLengths!.byteOffset, order.length);
  const ordered = new Uint32Array(intoLengths!.buffer, intoLengths!.byteOffset, order.length);
  const starts = new Uint32Array(order.length);
  for (let entry = 1; entry < starts.length; entry++) starts[entry] = starts[entry - 1]! + lengths[entry - 1]!;
  let top = 0;
  for (let place = 0; place < order.length; place++) {
    const entry = order[place]!;
    const start = starts[entry]!;
    const length = ordered[place] = lengths[entry]!;
    if (length < 64) {
      for (let at = 0; at < length; at++) into![top + at] = from![start + at]!;
    } else into!.set(from!.subarray(start, start + length), top);
    top += length;
  }
}

/** Writes the index behind what was written in its order. */
export function writeIndex(
  sections: readonly Uint8Array<ArrayBuffer>[],
  { starts, hashing }: Arrangement,
  kinds: readonly Kind<unknown>[],
  count: number,
): void {
  const { buffer, byteOffset, length } = sections.at(-1)!;
  const words = new Uint32Array(buffer, byteOffset, length / 4);
  words[WORDS.strong] = Number(hashing.strong);
  words[WORDS.seed] = hashing.seed;
  words[WORDS.key] = hashing.key;
  words.set(starts, WORDS.starts);
  let top = WORDS.starts + starts.length;
  let section = 0;
  for (const kind of kinds) {
    if (isVariable(kind)) {
      const lengths = sections[section]!;
      words.set(skipsOf(new Uint32Array(lengths.buffer, lengths.byteOffset, count)), top);
      top += skipWords(kind, count);
    }
    section += sectionsOf(kind);
  }
}

/** What the index of bytes that were looked through says. */
export interface EntryIndex {
  readonly hashing: Hashing;
  readonly starts: Uint32Array<ArrayBuffer>;
  /** For each of the kinds where each sixteenth of its values begins, where their lengths differ. */
  readonly skips: readonly Uint32Array<ArrayBuffer>[];
}

/** Reads the index in a section; throws `FormatError` for what is none. */
export function readIndex(reader: ByteReader, section: number, kinds: readonly Kind<unknown>[]): EntryIndex {
  const { count } = reader;
  const words = reader.column(section, indexBytes(count, kinds) / 4, Uint32Array);
  const strong = words[WORDS.strong]!;
  if (strong > 1) reader.refuse(section, 0, `there is ${strong}, and its entries have the hash 0 or 1`);
  let top = WORDS.starts + 2 ** bucketBits(count) + 1;
  const starts = words.subarray(WORDS.starts, top);
  if (starts[0] !== 0 || starts.at(-1) !== count) {
    reader.refuse(section, WORDS.starts * 4, `the buckets do not have all of the ${count} entries`);
  }
  const skips = kinds.map((kind) => words.subarray(top, top += skipWords(kind, count)));
  return { hashing: { strong: strong === 1, seed: words[WORDS.seed]!, key: words[WORDS.key]! }, starts, skips };
}
