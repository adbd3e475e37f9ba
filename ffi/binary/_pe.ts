import { type FileReader, truncated } from "./file_reader.ts";

const MAGIC_DOS = 0x4d5a;
const MAGIC_PE = 0x50450000;
const CHARACTERISTIC_DLL = 0x2000;
const SECTION_BYTE_LENGTH = 40;
const MACHINES: Readonly<Record<string, number>> = {
  x64: 0x8664,
  arm64: 0xaa64,
};

/** Says what is wrong with a PE file as a dynamic library for `arch`, or `undefined`. */
export function checkPe(file: FileReader, arch: string): string | undefined {
  const dos = file.read(0, 64);
  if (dos.getUint16(0) !== MAGIC_DOS) return "it is not a PE file";
  const start = dos.getUint32(60, true);
  const header = file.read(start, 24);
  if (header.byteLength < 24) return truncated(start + 24, file.byteLength);
  if (header.getUint32(0) !== MAGIC_PE) return "it is not a PE file";
  const machine = header.getUint16(4, true);
  if (machine !== MACHINES[arch]) {
    return `it is for another machine (PE machine ${machine}, this is ${arch})`;
  }
  if ((header.getUint16(22, true) & CHARACTERISTIC_DLL) === 0) {
    return "it is a PE file, but not a library";
  }
  const needed = endOfSections(file, start, header);
  return needed > file.byteLength ? truncated(needed, file.byteLength) : undefined;
}

function endOfSections(
  file: FileReader,
  start: number,
  header: DataView,
): number {
  const count = header.getUint16(6, true);
  const offset = start + 24 + header.getUint16(20, true);
  let end = offset + count * SECTION_BYTE_LENGTH;
  if (end > file.byteLength) return end;
  for (let index = 0; index < count; index++) {
    const section = file.read(
      offset + index * SECTION_BYTE_LENGTH,
      SECTION_BYTE_LENGTH,
    );
    end = Math.max(
      end,
      section.getUint32(16, true) + section.getUint32(20, true),
    );
  }
  return end;
}
