const PROFILE = "upstream's mimalloc-profile.h, which the package leaves out, and calls that confirm the parameters";

/** Functions that 3.6 exports and its headers do not declare, with the source of their declarations. */
export const UNDECLARED: ReadonlyMap<string, string> = new Map([
  ["mi_profile", PROFILE],
  ["mi_subproc_profile", PROFILE],
  ["mi_heap_profile", PROFILE],
  ["mi_heap_profile_disable", PROFILE],
  ["mi_profiler_start", PROFILE],
  ["mi_profiler_stop", PROFILE],
  ["mi_profiler_snapshot", PROFILE],
  ["mi_pprof_profiler_new", PROFILE],
  ["mi_pprof_profiler_delete", PROFILE],
  ["mi_heap_new_qsbr", "calls alone: it takes nothing, and gives NULL and error 38 (ENOSYS) in a build without QSBR"],
]);

/** Functions that the headers of 3.6 declare and the library does not export, with the reason. */
export const NOT_EXPORTED: ReadonlyMap<string, string> = new Map([
  ["mi_stats_merge", "replaced by mi_heap_stats_merge_to_subproc"],
  ["mi_collect_reduce", "exported by 2.1.8 to 2.4.1 alone"],
]);
