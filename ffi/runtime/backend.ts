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
  // Not by the globals: programs for both runtimes bring a `Deno` of their own to Bun, or a `Bun` to Deno.
  if (process.versions["bun"] !== undefined) {
    // Deno refuses a static import of `bun:ffi` already when it checks types, hence the look-up.
    const ffi = process.getBuiltinModule("bun:ffi") as Parameters<
      typeof createBunBackend
    >[0];
    return createBunBackend(ffi, libcPath(currentPlatform()));
  }
  const { Deno: deno } = globalThis as unknown as {
    Deno?: Parameters<typeof createDenoBackend>[0];
  };
  if (typeof deno?.dlopen === "function") return createDenoBackend(deno);
  throw new UnsupportedError({
    feature: "@mimalloc/ffi",
    found: "a runtime without Deno.dlopen and bun:ffi",
    needed: "Deno 2.9 or Bun 1.4",
  });
}
