import { realpathSync } from "node:fs";
import { basename } from "node:path";
import { LibraryLoadError } from "../errors.ts";
import { currentPlatform, type Platform, readEnvironment } from "../platform.ts";

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

/** The copy of mimalloc that the variable of this process preloads, or `undefined`. */
export function preloadedMimalloc(): string | undefined {
  const variable = preloadVariable(currentPlatform());
  if (variable === undefined) return undefined;
  return (readEnvironment(variable) ?? "").split(/[: ]/).find((path) => basename(path).includes("mimalloc"));
}

/**
 * Throws {@linkcode LibraryLoadError} when a file other than `file` is preloaded as mimalloc. Calls inside the second
 * copy would end up in the first one, whose memory they do not know: the process would crash, even when both are of the
 * same version.
 */
export function refuseSecondCopy(file: string): void {
  const preloaded = preloadedMimalloc();
  if (preloaded === undefined || isSameFile(file, preloaded)) return;
  const reason = `${preloaded} is preloaded already, and two copies of mimalloc crash each other`;
  throw new LibraryLoadError(`Cannot open ${file}: ${reason}; set MIMALLOC_PATH=${preloaded}`, {
    searched: [{ place: file, reason }],
  });
}

/** Whether two paths lead to one file. */
export function isSameFile(one: string, other: string): boolean {
  return realPath(one) === realPath(other);
}

function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    // What does not exist, or must not be read, is compared by its name.
    return path;
  }
}
