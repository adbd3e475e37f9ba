import { type FileReader, truncated } from "./file_reader.ts";

const MAGIC_64 = 0xfeedfacf;
const MAGIC_32 = 0xfeedface;
const MAGIC_UNIVERSAL = 0xcafebabe;
const TYPE_DYNAMIC_LIBRARY = 6;
const TYPE_BUNDLE = 8;
const COMMAND_SEGMENT_64 = 0x19;
const PROCESSORS: Readonly<Record<string, number>> = {
  x64: 0x01000007,
  arm64: 0x0100000c,
};

/** Says what is wrong with a Mach-O file as a dynamic library for `arch`, or `undefined`. */
export function checkMachO(file: FileReader, arch: string): string | undefined {
  if (file.read(0, 4).getUint32(0) !== MAGIC_UNIVERSAL) {
    return checkSlice(file, 0, arch);
  }
  const count = file.read(4, 4).getUint32(0);
  if (count * 20 + 8 > file.byteLength) {
    return truncated(count * 20 + 8, file.byteLength);
  }
  for (let index = 0; index < count; index++) {
    const entry = file.read(8 + index * 20, 20);
    if (entry.getUint32(0) === PROCESSORS[arch]) {
      return checkSlice(file, entry.getUint32(8), arch);
    }
  }
  return `it is a universal library without a part for ${arch}`;
}

function checkSlice(
  file: FileReader,
  start: number,
  arch: string,
): string | undefined {
  const header = file.read(start, 32);
  if (header.byteLength < 32) return truncated(start + 32, file.byteLength);
  const magic = header.getUint32(0, true);
  if (magic === MAGIC_32) {
    return "it is a 32-bit library, the process is 64-bit";
  }
  if (magic !== MAGIC_64) return "it is not a Mach-O file";
  if (header.getUint32(4, true) !== PROCESSORS[arch]) {
    return `it is for another machine (this is ${arch})`;
  }
  const type = header.getUint32(12, true);
  if (type !== TYPE_DYNAMIC_LIBRARY && type !== TYPE_BUNDLE) {
    return "it is a Mach-O file, but not a library";
  }
  const needed = endOfSegments(file, start, header);
  return needed > file.byteLength ? truncated(needed, file.byteLength) : undefined;
}

function endOfSegments(
  file: FileReader,
  start: number,
  header: DataView,
): number {
  const count = header.getUint32(16, true);
  let offset = start + 32;
  let end = offset + header.getUint32(20, true);
  if (end > file.byteLength) return end;
  for (let index = 0; index < count; index++) {
    const command = file.read(offset, 56);
    if (command.byteLength < 8) return offset + 8;
    if (
      command.getUint32(0, true) === COMMAND_SEGMENT_64 &&
      command.byteLength === 56
    ) {
      const segment = Number(command.getBigUint64(40, true)) +
        Number(command.getBigUint64(48, true));
      end = Math.max(end, start + segment);
    }
    offset += Math.max(8, command.getUint32(4, true));
  }
  return end;
}
