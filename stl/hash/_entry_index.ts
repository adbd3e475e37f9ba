import { HEADER } from "../bytes/byte_format.ts";
import type { ByteReader } from "../bytes/byte_reader.ts";
import { sectionsOf } from "../bytes/value_column.ts";
import { countBits } from "../core/count_bits.ts";
import type { Storage } from "../core/storage.ts";
import type { Kind } from "../elements/variable_element.ts";
import { newSeed } from "../rows/hash.ts";
import type { RowsClass } from "../rows/rows.ts";
import { type Hashing, isVariable, type LaidColumn, laidFixed, LaidVariable, SKIP, skipsOf } from "./_laid_column.ts";
import {
  isSlotCount,
  MOST_STRAIN,
  type SlotCount,
  slotCount,
  slotsFor,
  slotWords,
  type TakenSlots,
  takenSlots,
  USUAL_PROBES,
} from "./_slots.ts";
import type { Table } from "./table.ts";

/**
 * The words at the front of the index that bytes of maps and sets end with, by which one that lies over them finds keys.
 * Entries are written in the order of the slots that they have in a table, which says how many there are in its
 * header; behind these words comes which slots are taken. Then, for keys and for values of any length, where
 * each sixteenth of them begins.
 *
 * The slots are mostly those of the table that was written, so that nothing is hashed or sorted, and the seed is that
 * of its fast hash. Who reads it can foretell where that table puts keys, as who sees the order of its entries
 * can by trying seeds; keys chosen by it make the table go over to the strong hash, with a new key. That
 * key is never written: entries of a table with the strong hash get slots of their own.
 */
const WORDS = { strong: 0, seed: 1, key: 2, taken: 4 } as const;

/** Of a table with more slots for each entry the slots are not written: twice as many as there are after it has grown. */
const MOST_SLOTS_OF_ENTRY = 5;

function skipWords(kind: Kind<unknown>, count: number): number {
  return isVariable(kind) ? Math.ceil(count / SKIP) : 0;
}

/** Bytes of the index of so many entries in so many slots. */
export function indexBytes(slots: number, count: number, kinds: readonly Kind<unknown>[]): number {
  const words = WORDS.taken + slotWords(slots);
  return 4 * kinds.reduce((sum, kind) => sum + skipWords(kind, count), words);
}

/** Where in the index the word of a slot is. */
export function wordByte(slot: number): number {
  return 4 * (WORDS.taken + (slot >>> 4 & ~1));
}

/** In which order entries are written, and what leads to them then. */
export interface Arrangement extends TakenSlots {
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

/** What the slots of entries are made of. */
export interface Arranged {
  readonly kind: Kind<unknown>;
  /** The rows of keys, which tell their hashes. */
  readonly Rows: RowsClass<unknown>;
  readonly storage: Storage;
  /** Makes room for the keys. */
  readonly makeBytes: (byteLength: number) => Uint8Array<ArrayBuffer>;
}

/** The order in which the entries of a table are written, after `start`. */
export function arrange(table: Pick<Table<never, unknown>, SavedMethods>, arranged: Arranged): Arrangement {
  const taken = table.taken();
  const { slots, seed, order } = taken;
  const fits = slots > 0 && slots <= Math.max(MOST_SLOTS_OF_ENTRY * order.length, MOST_SLOTS_OF_ENTRY * 8);
  if (fits && !table.strong) return { ...taken, hashing: { strong: false, seed, key: 0 } };
  const keys = table.keySizes().map(arranged.makeBytes);
  table.saveKeys(keys, order);
  return arrangeAnew(keys, order, table.strong, arranged);
}

/** The methods of a table that are used here. */
export type SavedMethods = "strong" | "taken" | "keySizes" | "saveKeys";

/** Gives slots to entries by the keys in `sections`, which are in an order. */
function arrangeAnew(
  sections: readonly Uint8Array<ArrayBuffer>[],
  order: Uint32Array<ArrayBuffer>,
  strong: boolean,
  { kind, Rows, storage }: Arranged,
): Arrangement {
  const count = order.length;
  const skips = isVariable(kind) ? skipsOf(new Uint32Array(sections[0]!.buffer)) : new Uint32Array(0);
  const place = { sections, skips, refuse: refuseOwn };
  const size = slotsFor(count, Infinity, storage.label);
  const own = { seed: newSeed(), key: newSeed() };
  const placesBy = (hashing: Hashing): Int32Array<ArrayBuffer> | undefined =>
    intoSlots(columnOver(kind, Rows, storage, hashing, place), count, size, hashing.strong);
  const fast = strong ? undefined : placesBy({ ...own, strong: false });
  const hashing = { ...own, strong: fast === undefined };
  const places = fast ?? placesBy(hashing)!;
  const { slots } = size;
  const taken = takenSlots({ slots, size: count, step: 1, first: 0, second: 0 }, places);
  const ordered = taken.order.subarray(0, count);
  for (let at = 0; at < count; at++) ordered[at] = order[places[ordered[at]!]! - 1]!;
  return { slots, words: taken.words, order: ordered, seed: hashing.seed, hashing };
}

/** The entry + 1 in each slot, 0 in free ones; `undefined` when keys collide by the fast hash as only chosen ones do. */
function intoSlots(
  keys: LaidColumn<unknown>,
  count: number,
  { slots, multiplier, shift }: SlotCount,
  strong: boolean,
): Int32Array<ArrayBuffer> | undefined {
  const places = new Int32Array(slots);
  let probes = strong ? Infinity : count * USUAL_PROBES + MOST_STRAIN;
  for (let entry = 0; entry < count; entry++) {
    let slot = Math.imul(keys.hashOf(entry) >>> 2, multiplier) >>> shift;
    for (; places[slot] !== 0; slot = slot + 1 === slots ? 0 : slot + 1) probes--;
    places[slot] = entry + 1;
    if (probes < 0) return undefined;
  }
  return places;
}

/** Writes the index behind what was written in its order. */
export function writeIndex(
  sections: readonly Uint8Array<ArrayBuffer>[],
  { words: taken, order, hashing }: Arrangement,
  kinds: readonly Kind<unknown>[],
): void {
  const { length: count } = order;
  const { buffer, byteOffset, length } = sections.at(-1)!;
  const words = new Uint32Array(buffer, byteOffset, length / 4);
  words[WORDS.strong] = Number(hashing.strong);
  words[WORDS.seed] = hashing.seed;
  words[WORDS.key] = hashing.key;
  words.set(taken, WORDS.taken);
  let top = WORDS.taken + taken.length;
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
  readonly slots: SlotCount;
  /** Which slots are taken, as in {@linkcode TakenSlots}. */
  readonly words: Uint32Array<ArrayBuffer>;
  /** Entries that have slots. */
  readonly taken: number;
  /** For each of the kinds where each sixteenth of its values begins, where their lengths differ. */
  readonly skips: readonly Uint32Array<ArrayBuffer>[];
}

/** Reads the index in a section; throws `FormatError` for what is none. */
export function readIndex(reader: ByteReader, section: number, kinds: readonly Kind<unknown>[]): EntryIndex {
  const { count, extra: slots } = reader;
  if (!isSlotCount(slots) || slots <= count) {
    reader.refuseAt(HEADER.extra, `there are ${slots} slots, which no table of ${count} entries has`);
  }
  const words = reader.column(section, indexBytes(slots, count, kinds) / 4, Uint32Array);
  const strong = words[WORDS.strong]!;
  if (strong > 1) reader.refuse(section, 0, `there is ${strong}, and its entries have the hash 0 or 1`);
  let top = WORDS.taken + slotWords(slots);
  const pairs = words.subarray(WORDS.taken, top);
  const taken = pairs.at(-1)! + countBits(pairs.at(-2)!);
  // A number whose bits are all zero has none.
  if (pairs[1] !== 0 || (taken !== count && taken !== count - 1)) {
    reader.refuse(section, WORDS.taken * 4, `the slots do not have all of the ${count} entries`);
  }
  const skips = kinds.map((kind) => words.subarray(top, top += skipWords(kind, count)));
  const hashing = { strong: strong === 1, seed: words[WORDS.seed]!, key: words[WORDS.key]! };
  return { hashing, slots: slotCount(slots), words: pairs, taken, skips };
}
