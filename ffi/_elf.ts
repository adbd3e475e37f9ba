import type { FileReader } from "./_file_reader.ts";
import { truncated } from "./_truncated.ts";

const MAGIC = 0x7f454c46;
const CLASS_64 = 2;
const LITTLE_ENDIAN = 1;
const TYPE_SHARED_OBJECT = 3;
const PROGRAM_HEADER_LOAD = 1;
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

function endOfSections(header: DataView): number {
  const offset = Number(header.getBigUint64(40, true));
  return offset + header.getUint16(58, true) * header.getUint16(60, true);
}

function endOfSegments(file: FileReader, header: DataView): number {
  const offset = Number(header.getBigUint64(32, true));
  const entryByteLength = header.getUint16(54, true);
  const count = header.getUint16(56, true);
  let end = offset + entryByteLength * count;
  if (end > file.byteLength) return end;
  for (let index = 0; index < count; index++) {
    const entry = file.read(offset + index * entryByteLength, entryByteLength);
    if (entry.getUint32(0, true) !== PROGRAM_HEADER_LOAD) continue;
    end = Math.max(
      end,
      Number(entry.getBigUint64(8, true)) +
        Number(entry.getBigUint64(32, true)),
    );
  }
  return end;
}
