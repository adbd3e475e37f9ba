/** A file that speedscope reads: https://www.speedscope.app/file-format-schema.json */
export interface SpeedscopeFile {
  /** The address of the schema, by which speedscope knows the file. */
  readonly $schema: string;
  /** What the page is called. */
  readonly name: string;
  /** Who wrote the file. */
  readonly exporter: string;
  /** The profile that is shown first. */
  readonly activeProfileIndex: number;
  /** What the profiles share. */
  readonly shared: {
    /** The functions. */
    readonly frames: readonly SpeedscopeFrame[];
  };
  /** A profile for each value. */
  readonly profiles: readonly SpeedscopeProfile[];
}

/** A function as speedscope knows it. */
export interface SpeedscopeFrame {
  /** Its name. */
  readonly name: string;
  /** Its file. */
  readonly file?: string;
  /** The line of the call, from 1 on. */
  readonly line?: number;
  /** The column of the call, from 1 on. */
  readonly col?: number;
}

/** Stacks with what each weighs. */
export interface SpeedscopeProfile {
  /** Stacks with weights, not calls in time. */
  readonly type: "sampled";
  /** The name of the value, as pprof has it. */
  readonly name: string;
  /** What the value counts. */
  readonly unit: "bytes" | "none";
  /** The begin of the picture: 0. */
  readonly startValue: number;
  /** The end of the picture: the sum of the weights. */
  readonly endValue: number;
  /** Stacks, each the indexes of its frames with the outermost first. */
  readonly samples: readonly (readonly number[])[];
  /** What each stack weighs. */
  readonly weights: readonly number[];
}
