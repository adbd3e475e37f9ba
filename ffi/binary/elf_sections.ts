import type { FileReader } from "./file_reader.ts";

const MAGIC = 0x7f454c46;

/** Whether an ELF file has a section with this name. */
export function hasElfSection(file: FileReader, name: string): boolean {
  const header = file.read(0, 64);
  if (header.byteLength < 64 || header.getUint32(0) !== MAGIC) return false;
  const offset = Number(header.getBigUint64(40, true));
  const entryByteLength = header.getUint16(58, true);
  const sections = file.read(offset, entryByteLength * header.getUint16(60, true));
  const namesEntry = header.getUint16(62, true) * entryByteLength;
  if (entryByteLength < 64 || namesEntry + 64 > sections.byteLength) return false;
  const names = readNames(file, sections, namesEntry);
  for (let entry = 0; entry + 64 <= sections.byteLength; entry += entryByteLength) {
    const start = sections.getUint32(entry, true);
    if (names.slice(start, names.indexOf("\0", start)) === name) return true;
  }
  return false;
}

function readNames(file: FileReader, sections: DataView, entry: number): string {
  const offset = Number(sections.getBigUint64(entry + 24, true));
  const byteLength = Number(sections.getBigUint64(entry + 32, true));
  return new TextDecoder("latin1").decode(file.read(offset, byteLength));
}
