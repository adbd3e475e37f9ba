import { extent, programHeaders } from "./elf.ts";
import type { FileReader } from "./file_reader.ts";

const MAGIC = 0x7f454c46;
const PROGRAM_HEADER_LOAD = 1;
const PROGRAM_HEADER_DYNAMIC = 2;
const DYNAMIC_RELOCATIONS = 7;
const DYNAMIC_RELOCATIONS_SIZE = 8;
const RELOCATION_BYTE_LENGTH = 24;
/** R_X86_64_RELATIVE and R_AARCH64_RELATIVE. */
const RELATIVE: readonly number[] = [8, 1027];

// mi_option_desc_t is the same in all versions: long value; int init; int option; char* name; char* legacy_name;
const ENTRY_BYTE_LENGTH = 32;
const OPTION_OFFSET = 12;
const NAME_OFFSET = 16;
const FIRST_OPTION = "show_errors";

/** A part of the file that is mapped at an address of its own. */
interface Segment {
  readonly address: number;
  readonly bytes: DataView;
}

/** The words that the loader writes, by their addresses: where each one points to. */
type Pointers = ReadonlyMap<number, number>;

/**
 * The names of the options as they stand in the data of a mimalloc that is a 64-bit ELF file, in the order of their
 * numbers; `undefined` where no such list is found. Nothing of the file is run.
 */
export function readElfOptions(file: FileReader): readonly string[] | undefined {
  const header = file.read(0, 64);
  if (header.byteLength < 64 || header.getUint32(0) !== MAGIC) return undefined;
  const segments = [...programHeaders(file, header)]
    .filter((entry) => entry.getUint32(0, true) === PROGRAM_HEADER_LOAD)
    .map((entry) => ({ address: addressOf(entry), bytes: file.read(...extent(entry)) }));
  const dynamic = [...programHeaders(file, header)].find((entry) =>
    entry.getUint32(0, true) === PROGRAM_HEADER_DYNAMIC
  );
  if (dynamic === undefined) return undefined;
  const pointers = readPointers(segments, file.read(...extent(dynamic)));
  for (const text of placesOf(segments, FIRST_OPTION)) {
    for (const place of pointersTo(segments, pointers, text)) {
      const names = readList(segments, pointers, place - NAME_OFFSET);
      if (names.length > 1) return names;
    }
  }
  return undefined;
}

function addressOf(programHeader: DataView): number {
  return Number(programHeader.getBigUint64(16, true));
}

/** The relative relocations. Where they are packed instead, the words themselves hold the addresses. */
function readPointers(segments: readonly Segment[], dynamic: DataView): Pointers {
  const entries = new Map<number, number>();
  for (let offset = 0; offset + 16 <= dynamic.byteLength; offset += 16) {
    entries.set(Number(dynamic.getBigUint64(offset, true)), Number(dynamic.getBigUint64(offset + 8, true)));
  }
  const pointers = new Map<number, number>();
  const start = entries.get(DYNAMIC_RELOCATIONS);
  const end = start === undefined ? 0 : start + (entries.get(DYNAMIC_RELOCATIONS_SIZE) ?? 0);
  for (let place = start ?? 0; place + RELOCATION_BYTE_LENGTH <= end; place += RELOCATION_BYTE_LENGTH) {
    const info = wordAt(segments, place + 8);
    if (info === undefined || !RELATIVE.includes(info)) continue;
    pointers.set(wordAt(segments, place) ?? 0, wordAt(segments, place + 16) ?? 0);
  }
  return pointers;
}

/** The addresses at which `text` stands as a string of C. */
function* placesOf(segments: readonly Segment[], text: string): Generator<number> {
  for (const { address, bytes } of segments) {
    const content = new TextDecoder("latin1").decode(bytes);
    const wanted = `\0${text}\0`;
    for (let at = content.indexOf(wanted); at >= 0; at = content.indexOf(wanted, at + 1)) yield address + at + 1;
  }
}

function* pointersTo(segments: readonly Segment[], pointers: Pointers, target: number): Generator<number> {
  for (const [place, pointed] of pointers) if (pointed === target) yield place;
  if (pointers.size > 0) return;
  for (const { address, bytes } of segments) {
    for (let offset = 0; offset + 8 <= bytes.byteLength; offset += 8) {
      if (bytes.getUint32(offset, true) === target && bytes.getUint32(offset + 4, true) === 0) yield address + offset;
    }
  }
}

function readList(segments: readonly Segment[], pointers: Pointers, start: number): string[] {
  const names: string[] = [];
  for (let entry = start;; entry += ENTRY_BYTE_LENGTH) {
    const place = pointers.get(entry + NAME_OFFSET) ?? wordAt(segments, entry + NAME_OFFSET);
    const name = place === undefined ? undefined : textAt(segments, place);
    if (name === undefined || intAt(segments, entry + OPTION_OFFSET) !== names.length) return names;
    names.push(name);
  }
}

function find(segments: readonly Segment[], address: number, byteLength: number): [DataView, number] | undefined {
  const segment = segments.find(({ address: start, bytes }) =>
    address >= start && address + byteLength <= start + bytes.byteLength
  );
  return segment && [segment.bytes, address - segment.address];
}

function wordAt(segments: readonly Segment[], address: number): number | undefined {
  const found = find(segments, address, 8);
  return found && Number(found[0].getBigUint64(found[1], true));
}

function intAt(segments: readonly Segment[], address: number): number | undefined {
  const found = find(segments, address, 4);
  return found && found[0].getInt32(found[1], true);
}

/** The name of an option at `address`: letters, digits and underscores up to the end of the string. */
function textAt(segments: readonly Segment[], address: number): string | undefined {
  const found = find(segments, address, 1);
  if (found === undefined) return undefined;
  const [bytes, offset] = found;
  const rest = new Uint8Array(bytes.buffer, bytes.byteOffset + offset, Math.min(64, bytes.byteLength - offset));
  return /^(\w+)\0/.exec(new TextDecoder("latin1").decode(rest))?.[1];
}
