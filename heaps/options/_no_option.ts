// deno-lint-ignore-file camelcase -- the names as guides write them

/**
 * What does what a name promises that was never an option: guides to mimalloc set these as options or variables, and
 * nothing hears of it.
 */
const ANSWERS: Readonly<Record<string, string>> = {
  secure: "it is a build: load a library that was built with MI_SECURE, see docs/builds.md",
  debug: "it is a build: load a library that was built with MI_DEBUG_FULL, see docs/builds.md",
  debug_full: "it is a build: load a library that was built with MI_DEBUG_FULL, see docs/builds.md",
  guarded: "it is a build: load a library that was built with MI_GUARDED, then set guarded_sample_rate",
  padding: "it is a build: load a library that was built with MI_PADDING, see docs/builds.md",
  track_valgrind:
    "it is a build: load a library that was built with MI_TRACK_VALGRIND, and run the program in valgrind",
  track_asan: "it is a build: load a library that was built with MI_TRACK_ASAN, and run the program with ASan",
  stat: "it is a build: load a library that was built with MI_STAT=2; stats() tells what the loaded one counts",
  stats: "it is a call: stats() and statsText() tell the figures, show_stats prints them at exit",
  stats_interval: 'it is a call: report({ every: "10s" }, listener) of @mimalloc/ffi/observe',
};

/** What does what the name of no option promises; `undefined` for all others. */
export function answerFor(name: string): string | undefined {
  const plain = name.toLowerCase().replace(/^(?:mimalloc|mi_option|mi)_/, "");
  return Object.hasOwn(ANSWERS, plain) ? ANSWERS[plain] : undefined;
}
