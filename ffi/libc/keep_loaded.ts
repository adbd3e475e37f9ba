import { currentPlatform } from "../platform.ts";
import { libc } from "./libc.ts";

// The same number on Linux and macOS.
const RTLD_NOW = 2;

/**
 * Takes one more reference to an open library and never gives it back, so that it stays mapped until the process ends.
 * Deno 2.9 closes the libraries of a Worker that ends; the thread then runs the exit handler of mimalloc 2.0 in
 * unmapped code, and the process dies.
 */
export function keepLoaded(path: string): void {
  if (currentPlatform().os === "win32") return;
  const handle = libc("loader").dlopen(new TextEncoder().encode(`${path}\0`), RTLD_NOW);
  if (handle === null) throw new Error(`Cannot keep ${path} open: the dynamic loader refuses a second reference`);
}
