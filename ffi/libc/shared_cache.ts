import type { Platform } from "../platform.ts";
import { libc } from "./libc.ts";

/**
 * The path by which the loader of macOS knows a library that is in no file since version 11, but in the one cache of all of
 * Apple's own; `undefined` for others, and elsewhere. A bare name means one in `/usr/lib`. `isCached` asks the loader.
 */
export function cachedLibrary(
  name: string,
  { os }: Platform,
  isCached: (path: string) => boolean = askLoader,
): string | undefined {
  if (os !== "darwin") return undefined;
  const path = name.includes("/") ? name : `/usr/lib/${name}`;
  return isCached(path) ? path : undefined;
}

function askLoader(path: string): boolean {
  return libc("sharedCache").DyldSharedCacheContainsPath(new TextEncoder().encode(`${path}\0`));
}
