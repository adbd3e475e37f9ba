import { realpathSync } from "node:fs";
import { basename } from "node:path";
import { LibraryLoadError } from "../errors.ts";
import { fileOfGlobal, isOneLoadedFile } from "../libc/loaded_files.ts";
import { currentPlatform, type Platform, readEnvironment } from "../platform.ts";
import { backend } from "../runtime/backend.ts";

/** The environment variable that names libraries to be loaded before all others; `undefined` where there is none. */
export function preloadVariable(platform: Platform): string | undefined {
  switch (platform.os) {
    case "darwin":
      return "DYLD_INSERT_LIBRARIES";
    case "win32":
      return undefined;
    default:
      return "LD_PRELOAD";
  }
}

/**
 * The copy of mimalloc that every library of this process uses, or `undefined`. On Linux the loader tells, because the
 * variable may be gone, name a file that is missing, or may not be read, and `/etc/ld.so.preload` needs none.
 */
export function preloadedMimalloc(): string | undefined {
  const platform = currentPlatform();
  if (platform.os === "linux") return globalMimalloc();
  const variable = preloadVariable(platform);
  if (variable === undefined) return undefined;
  return (readEnvironment(variable) ?? "").split(/[: ]/).find((path) => basename(path).includes("mimalloc"));
}

function globalMimalloc(): string | undefined {
  try {
    return fileOfGlobal("mi_version");
  } catch (error) {
    // Without the permission for native calls nothing is opened either.
    if (backend().isPermissionError(error)) return undefined;
    throw error;
  }
}

/**
 * Throws {@linkcode LibraryLoadError} when a file other than `file` is preloaded as mimalloc. Calls inside the second copy
 * would end up in the first one, whose memory they do not know: the process would crash, even when both are of the same
 * version.
 */
export function refuseSecondCopy(file: string): void {
  const preloaded = preloadedMimalloc();
  if (preloaded === undefined || isSameFile(file, preloaded)) return;
  const reason = `${preloaded} is preloaded already, and two copies of mimalloc crash each other`;
  throw new LibraryLoadError(`Cannot open ${file}: ${reason}; set MIMALLOC_PATH=${preloaded}`, {
    searched: [{ place: file, reason }],
  });
}

/** Whether two paths lead to one file, of which the second is loaded. */
export function isSameFile(one: string, loaded: string): boolean {
  if (realPath(one) === realPath(loaded)) return true;
  // A hard link, or a path that must not be read.
  return currentPlatform().os === "linux" && isOneLoadedFile(one, loaded);
}

function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    // What does not exist, or must not be read, is compared by its name.
    return path;
  }
}
