import { existsSync } from "node:fs";
import type { Platform } from "./platform.ts";

/** The C library that this process has loaded already, by the name that the loader knows. */
export function libcPath(platform: Platform): string {
  switch (platform.os) {
    case "darwin":
      return "/usr/lib/libSystem.B.dylib";
    case "win32":
      return "ucrtbase.dll";
    default: {
      const musl = `/lib/ld-musl-${platform.arch === "arm64" ? "aarch64" : "x86_64"}.so.1`;
      return isPresent(musl) ? musl : "libc.so.6";
    }
  }
}

function isPresent(path: string): boolean {
  try {
    return existsSync(path);
  } catch {
    // Without --allow-read Deno throws NotCapable; then the more common C library is assumed.
    return false;
  }
}
