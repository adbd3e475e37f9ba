import { statSync } from "node:fs";
import { basename } from "node:path";
import process from "node:process";
import { readInterpreter } from "../binary/elf.ts";
import { hasElfSection } from "../binary/elf_sections.ts";
import { readWith } from "../binary/file_reader.ts";
import type { Platform } from "../platform.ts";

const BUN = "it is Bun, whose allocator is built in and cannot be replaced";
const SET_ID = 0o6000;

/**
 * Why a library cannot be preloaded into the program at `path`, which is not a script, or `undefined` when nothing
 * speaks against it.
 *
 * Throws what the file system throws when the file cannot be read.
 */
export function preloadObstacle(path: string, platform: Platform): string | undefined {
  if (/^(?:bun|bunx)(?:\.exe)?$/.test(basename(path))) return BUN;
  switch (platform.os) {
    case "darwin":
      return /^\/(?:bin|sbin|usr\/(?:bin|sbin|libexec)|System)\//.test(path)
        ? "it belongs to macOS, which lets nothing be preloaded into its own programs"
        : undefined;
    case "win32":
      return "Windows has no way to preload a library";
    default:
      return elfObstacle(path);
  }
}

function elfObstacle(path: string): string | undefined {
  const { mode, uid } = statSync(path);
  if ((mode & SET_ID) !== 0 && uid !== process.getuid?.()) {
    return "it runs as another user or group, and the loader preloads nothing into such programs";
  }
  return readWith(path, (file) => {
    if (file.read(0, 4).byteLength < 4 || file.read(0, 4).getUint32(0) !== 0x7f454c46) {
      return "it is neither an ELF program nor a script";
    }
    // A file that `bun build --compile` made has the section too.
    if (hasElfSection(file, ".bun")) return BUN;
    return readInterpreter(file) === undefined
      ? "it is statically linked, so that nothing can be preloaded into it"
      : undefined;
  });
}
