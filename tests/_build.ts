// Functions, because asking allocates in some versions: importing this must not.
import { library } from "../ffi/library/library.ts";
import { optionsOf } from "../ffi/options_of.ts";
import { isPresent } from "../ffi/releases.ts";

/** Whether blocks of the loaded build get guard pages by themselves: guarded builds alone sample from the beginning. */
export function isSampling(): boolean {
  const rate = optionsOf(library().version)["guarded_sample_rate"];
  return rate !== undefined && library().bind("process").optionGet(rate.index) > 0n;
}

/** Whether it is a guarded build. Before 3.2.6 nothing but what it samples tells. */
export function isGuarded(): boolean {
  const { guarded } = library().build;
  return guarded === "unknown" ? isSampling() : guarded;
}

/** Whether it is a secure build. Before 3.2.6 the lists of free blocks alone tell. */
export function isSecure(): boolean {
  const { secureLevel, encodedFreeLists, type } = library().build;
  return secureLevel === "unknown" ? encodedFreeLists === true && type === "release" : secureLevel > 0;
}

/** Whether the build takes blocks of pinned memory and huge pages, which cannot have the guard pages of secure builds. */
export function takesPinned(): boolean {
  return !isSecure() || isPresent(library().version, { since: "3.3.2" }) && library().build.secureLevel !== 5;
}

/**
 * Whether `mi_heap_destroy` gives the blocks of a heap back. Where heaps have one thread, it does as `mi_heap_delete`
 * when guard pages are compiled in, and debug builds do not tell whether they are.
 */
export function destroysBlocks(): boolean {
  return library().has("mi_heap_main") || !(isGuarded() || library().build.type === "debug");
}

/** The options that the loaded build sets otherwise than a release build does, and to what. */
export function optionsOfBuild(): Readonly<Record<string, number>> {
  const known = optionsOf(library().version);
  const own = {
    ...(isSampling() ? { guarded_sample_rate: 4000, allow_large_os_pages: 0 } : {}),
    ...(library().build.type === "debug" ? { show_errors: 1 } : {}),
  };
  return Object.fromEntries(Object.entries(own).filter(([name, value]) => known[name]!.default !== value));
}
