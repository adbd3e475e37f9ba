import process from "node:process";
import { readInterpreter } from "../binary/elf.ts";
import { readWith } from "../binary/file_reader.ts";
import type { Platform } from "../platform.ts";

/** The C library that this process has loaded already, by the name that the loader knows. */
export function libcPath(platform: Platform): string {
  switch (platform.os) {
    case "darwin":
      return "/usr/lib/libSystem.B.dylib";
    case "win32":
      return "ucrtbase.dll";
    default:
      return muslPath() ?? "libc.so.6";
  }
}

/**
 * The loader that the runtime's own program asks for when that is musl's, which is the C library too. Whether the file
 * exists tells nothing: musl may be installed beside glibc, and a second C library in a process crashes it.
 */
function muslPath(): string | undefined {
  try {
    const interpreter = readWith(process.execPath, readInterpreter);
    return interpreter?.includes("/ld-musl-") ? interpreter : undefined;
  } catch {
    // Without --allow-read Deno throws NotCapable; its programs are all for glibc (Deno 2.9).
    return undefined;
  }
}
