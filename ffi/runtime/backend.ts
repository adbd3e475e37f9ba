import process from "node:process";
import { UnsupportedError } from "../errors.ts";
import { currentPlatform } from "../platform.ts";
import type { Backend } from "../types.ts";
import { createBunBackend } from "./_bun.ts";
import { createDenoBackend } from "./_deno.ts";
import { libcPath } from "./libc_path.ts";

let current: Backend | undefined;

/**
 * The backend of the runtime that runs this program.
 *
 * Throws {@linkcode UnsupportedError} when it is neither Deno nor Bun.
 */
export function backend(): Backend {
  return current ??= createBackend();
}

function createBackend(): Backend {
  const { Deno: deno } = globalThis as unknown as {
    Deno?: Parameters<typeof createDenoBackend>[0];
  };
  if (deno !== undefined) return createDenoBackend(deno);
  // Deno refuses a static import of `bun:ffi` already when it checks types, hence the look-up.
  if ("Bun" in globalThis) {
    const ffi = process.getBuiltinModule("bun:ffi") as Parameters<
      typeof createBunBackend
    >[0];
    return createBunBackend(ffi, libcPath(currentPlatform()));
  }
  throw new UnsupportedError({
    feature: "@mimalloc/ffi",
    found: "a runtime without Deno.dlopen and bun:ffi",
    needed: "Deno 2.9 or Bun 1.4",
  });
}
