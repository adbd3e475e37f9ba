import { type FileReader, truncated } from "./file_reader.ts";

const MAGIC = 0x7f454c46;
const CLASS_64 = 2;
const LITTLE_ENDIAN = 1;
const TYPE_SHARED_OBJECT = 3;
const PROGRAM_HEADER_LOAD = 1;
const PROGRAM_HEADER_INTERPRETER = 3;
const PROGRAM_HEADER_BYTE_LENGTH = 56;
const MACHINES: Readonly<Record<string, number>> = { x64: 62, arm64: 183 };

/** Says what is wrong with an ELF file as a shared library for `arch`, or `undefined`. */
export function checkElf(file: FileReader, arch: string): string | undefined {
  const header = file.read(0, 64);
  if (header.getUint32(0) !== MAGIC) return "it is not an ELF file";
  if (header.getUint8(4) !== CLASS_64) {
    return "it is a 32-bit library, the process is 64-bit";
  }
  if (header.getUint8(5) !== LITTLE_ENDIAN) {
    return "it is a big-endian library, the process is little-endian";
  }
  if (header.getUint16(16, true) !== TYPE_SHARED_OBJECT) {
    return "it is an ELF file, but not a shared library";
  }
  const machine = header.getUint16(18, true);
  if (machine !== MACHINES[arch]) {
    return `it is for another machine (ELF machine ${machine}, this is ${arch})`;
  }
  const needed = Math.max(endOfSections(header), endOfSegments(file, header));
  return needed > file.byteLength ? truncated(needed, file.byteLength) : undefined;
}

/** The path of the dynamic loader that an ELF program asks for, or `undefined`. */
export function readInterpreter(file: FileReader): string | undefined {
  const header = file.read(0, 64);
  if (header.byteLength < 64 || header.getUint32(0) !== MAGIC) return undefined;
  for (const entry of programHeaders(file, header)) {
    if (entry.getUint32(0, true) !== PROGRAM_HEADER_INTERPRETER) continue;
    const [offset, byteLength] = extent(entry);
    return new TextDecoder().decode(file.read(offset, byteLength)).replace(/\0.*$/s, "");
  }
  return undefined;
}

function endOfSections(header: DataView): number {
  const offset = Number(header.getBigUint64(40, true));
  return offset + header.getUint16(58, true) * header.getUint16(60, true);
}

function endOfSegments(file: FileReader, header: DataView): number {
  const count = header.getUint16(56, true);
  let end = Number(header.getBigUint64(32, true)) + PROGRAM_HEADER_BYTE_LENGTH * count;
  for (const entry of programHeaders(file, header)) {
    if (entry.getUint32(0, true) !== PROGRAM_HEADER_LOAD) continue;
    const [offset, byteLength] = extent(entry);
    end = Math.max(end, offset + byteLength);
  }
  return end;
}

/** The program headers that are whole in the file; the format has one size for all of them. */
export function* programHeaders(file: FileReader, header: DataView): Generator<DataView> {
  const offset = Number(header.getBigUint64(32, true));
  const count = header.getUint16(56, true);
  for (let index = 0; index < count; index++) {
    const entry = file.read(offset + index * PROGRAM_HEADER_BYTE_LENGTH, PROGRAM_HEADER_BYTE_LENGTH);
    if (entry.byteLength < PROGRAM_HEADER_BYTE_LENGTH) return;
    yield entry;
  }
}

/** Offset and size in the file of what a program header describes. */
export function extent(entry: DataView): readonly [number, number] {
  return [Number(entry.getBigUint64(8, true)), Number(entry.getBigUint64(32, true))];
}
