import { arenaRules } from "../../ffi/arena_rules.ts";
import { UnsupportedError } from "../../ffi/errors.ts";
import { library } from "../../ffi/library/library.ts";

/** The level that CMake's `MI_SECURE=ON` stands for, on every version. */
const USUAL_LEVEL = 4;

/** Throws `UnsupportedError` in secure builds that take no block of pinned memory, where an arena of it is of no use. */
export function requirePinnable(feature: string): void {
  const { version, versionText } = library();
  const level = secureLevel();
  if (level <= arenaRules(version).pinnedUpTo) return;
  throw new UnsupportedError({
    feature,
    found:
      `a secure build of mimalloc ${versionText}, which makes guard pages and takes no block of memory without them`,
    needed: "a release build",
  });
}

/** How much the loaded build does against attacks. Before 3.2.6 the lists of free blocks alone tell. */
function secureLevel(): number {
  const { secureLevel, encodedFreeLists, type } = library().build;
  if (secureLevel !== "unknown") return secureLevel;
  return encodedFreeLists === true && type === "release" ? USUAL_LEVEL : 0;
}
