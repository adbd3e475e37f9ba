import { existsSync } from "node:fs";
import process from "node:process";
import { readInterpreter } from "../binary/elf.ts";
import { readWith } from "../binary/file_reader.ts";
import type { Platform } from "../platform.ts";
import { isFfiPartial } from "./permissions.ts";

/** The C library that this process has loaded already, by the name that the loader knows. */
export function libcPath(platform: Platform): string {
  switch (platform.os) {
    case "darwin":
      return "/usr/lib/libSystem.B.dylib";
    case "win32":
      return "ucrtbase.dll";
    default:
      return muslPath() ?? glibcPath(platform) ?? "libc.so.6";
  }
}

/** The directories in which systems with glibc keep it. */
const MULTIARCH: Readonly<Record<string, string>> = { x64: "x86_64-linux-gnu", arm64: "aarch64-linux-gnu" };

/**
 * The file itself, where Deno was told to deny native calls to other libraries: then it takes the bare name for a file in
 * the working directory (Deno 2.9). The loader knows by the file that this one is loaded.
 */
function glibcPath({ arch }: Platform): string | undefined {
  if (!isFfiPartial()) return undefined;
  const directories = [
    `/lib/${MULTIARCH[arch]}`,
    `/usr/lib/${MULTIARCH[arch]}`,
    "/lib64",
    "/usr/lib64",
    "/lib",
    "/usr/lib",
  ];
  return directories.map((directory) => `${directory}/libc.so.6`).find((file) => existsSync(file));
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
