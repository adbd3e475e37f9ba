import { hasSharedHeaps } from "../shared_heaps.ts";
import { subprocessSupport } from "../subprocess_support.ts";
import type { Bindings, SymbolName } from "../symbols.ts";
import type { Version } from "../version.ts";

/** The name of an ability that not every version has. */
export type FeatureName =
  | "sharedHeaps"
  | "threadHeaps"
  | "subprocesses"
  | "subprocessDestruction"
  | "arenaUnloading"
  | "commitCallbacks"
  | "structuredStatistics"
  | "profiler";

/** For each ability a function that only versions with it export. */
const PROOFS: Readonly<
  Record<Exclude<FeatureName, "sharedHeaps" | "subprocesses" | "subprocessDestruction">, SymbolName>
> = {
  threadHeaps: "mi_theap_get_default",
  arenaUnloading: "mi_arena_unload",
  commitCallbacks: "mi_manage_memory",
  structuredStatistics: "mi_stats_get",
  profiler: "mi_profiler_start",
};

/** Which of the abilities that differ between versions the library has, by the functions that it exports and by what works of them. */
export function readFeatures(loaded: Bindings & { readonly version: Version }): Readonly<Record<FeatureName, boolean>> {
  const entries = Object.entries(PROOFS).map(([name, symbol]) => [name, loaded.has(symbol)]);
  const features = Object.fromEntries(entries) as Record<FeatureName, boolean>;
  // Some versions export the functions, and crash.
  const subprocesses = subprocessSupport(loaded.version);
  const sharedHeaps = hasSharedHeaps(loaded.version);
  return {
    ...features,
    sharedHeaps,
    subprocesses: subprocesses !== "none",
    subprocessDestruction: subprocesses === "leave",
  };
}
