import type { Platform } from "../platform.ts";
import { checkMachO } from "./_mach_o.ts";
import { checkPe } from "./_pe.ts";
import { checkElf } from "./elf.ts";
import { type FileReader, readWith } from "./file_reader.ts";

/**
 * Says what is wrong with the file at `path` as a shared library for `platform`, or `undefined` when its headers are
 * sound. The file is refused before the dynamic loader sees it because loading a truncated one kills the process with
 * SIGBUS.
 *
 * Throws what the file system throws when the file cannot be read.
 */
export function checkLibraryFile(
  path: string,
  platform: Platform,
): string | undefined {
  const answer = readWith(path, (file) => ({ reason: checkHeaders(file, platform) }));
  return answer === undefined ? "it is not a file" : answer.reason;
}

function checkHeaders(
  file: FileReader,
  platform: Platform,
): string | undefined {
  if (file.byteLength < 64) {
    return `it is too small to be a library (${file.byteLength} bytes)`;
  }
  switch (platform.os) {
    case "darwin":
      return checkMachO(file, platform.arch);
    case "win32":
      return checkPe(file, platform.arch);
    default:
      return checkElf(file, platform.arch);
  }
}
