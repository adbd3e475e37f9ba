/** What a dashboard asks for a flame graph and profiles to download: a `SiteProfiler`. */
export interface ProfileSource {
  /** What was found so far. */
  profile(): {
    /** A flame graph as SVG. */
    toFlameGraph(): string;
    /** The profile for pprof. */
    toPprof(): Uint8Array;
    /** The profile for speedscope. */
    toSpeedscope(): object;
  };
}

/** What a leak detector says of one place of the program. */
export interface LeakFigures {
  /** Why it counts as a leak. */
  readonly reason: string;
  /** What leaks. */
  readonly kind: string;
  /** Where it was allocated. */
  readonly site: { readonly name: string; readonly stack: string };
  /** The heap that it lies in. */
  readonly heap: string;
  /** How many there are. */
  readonly count: number;
  /** Their bytes. */
  readonly bytes: number;
  /** The age of the oldest, in milliseconds. */
  readonly age: number;
}

/** What a dashboard asks for leaks: a `LeakDetector`. */
export interface LeakSource {
  /** What was found so far. */
  report(): { readonly leaks: readonly LeakFigures[]; readonly suspects: readonly LeakFigures[] };
}

/** What else a dashboard shows. */
export interface DashboardSources {
  /** A leak detector, whose suspects are shown. */
  readonly leaks?: LeakSource;
  /** A profiler, whose flame graph is shown. */
  readonly profiler?: ProfileSource;
}
