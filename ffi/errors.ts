/** A place that was looked at for the library, and what was there. */
export interface SearchedPlace {
  /** The file or directory. */
  readonly place: string;
  /** Why it was not used. */
  readonly reason: string;
}

/** Data of a {@linkcode LibraryLoadError}. */
export interface LibraryLoadErrorOptions {
  /** Every place that was looked at, in order. */
  readonly searched?: readonly SearchedPlace[];
  /** The permission that is missing, as the command line flag that grants it. */
  readonly permission?: string;
  /** The runtime's own error. */
  readonly cause?: unknown;
}

/**
 * Thrown when no usable libmimalloc could be opened. The message lists every place that was looked at and says how to
 * mend it.
 */
export class LibraryLoadError extends Error {
  /** The name of the class. */
  override readonly name = "LibraryLoadError";
  /** Every place that was looked at, in order, with the reason against it. */
  readonly searched: readonly SearchedPlace[];
  /** The command line flag that would grant the missing permission, or `undefined`. */
  readonly permission: string | undefined;

  /** Makes an error from a message and its data. */
  constructor(message: string, options: LibraryLoadErrorOptions = {}) {
    super(
      message,
      options.cause === undefined ? undefined : { cause: options.cause },
    );
    this.searched = options.searched ?? [];
    this.permission = options.permission;
  }
}

/** Data of an {@linkcode UnsupportedError}. */
export interface UnsupportedErrorOptions {
  /** The function or ability that is missing. */
  readonly feature: string;
  /** What was found: a mimalloc version or a platform. */
  readonly found: string;
  /** What is needed to have it. */
  readonly needed: string;
}

/** Thrown when the loaded library, the platform or the runtime does not have what was asked for. */
export class UnsupportedError extends Error {
  /** The name of the class. */
  override readonly name = "UnsupportedError";
  /** The function or ability that is missing. */
  readonly feature: string;
  /** What was found: a mimalloc version or a platform. */
  readonly found: string;
  /** What is needed to have it. */
  readonly needed: string;

  /** Makes an error that names the feature, what was found and what is needed. */
  constructor(options: UnsupportedErrorOptions) {
    super(
      `Cannot use ${options.feature}: found ${options.found}, needed ${options.needed}`,
    );
    this.feature = options.feature;
    this.found = options.found;
    this.needed = options.needed;
  }
}
