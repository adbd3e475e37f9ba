import type { Bindings, SymbolName } from "../symbols.ts";

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
const PROOFS: Readonly<Record<FeatureName, SymbolName>> = {
  sharedHeaps: "mi_heap_main",
  threadHeaps: "mi_theap_get_default",
  subprocesses: "mi_subproc_new",
  subprocessDestruction: "mi_subproc_destroy",
  arenaUnloading: "mi_arena_unload",
  commitCallbacks: "mi_manage_memory",
  structuredStatistics: "mi_stats_get",
  profiler: "mi_profiler_start",
};

/** Which of the abilities that differ between versions the library has, by the functions that it exports. */
export function readFeatures(loaded: Bindings): Readonly<Record<FeatureName, boolean>> {
  const entries = Object.entries(PROOFS).map(([name, symbol]) => [name, loaded.has(symbol)]);
  return Object.fromEntries(entries) as Record<FeatureName, boolean>;
}
