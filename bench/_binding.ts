import process from "node:process";

/**
 * What a user would write without this library: the runtime's own binding of
 * the two functions, and its own way to see the memory.
 */
export interface Bare {
  /** `mi_malloc` itself, with the parameter types that are fastest on this runtime. */
  readonly malloc: (size: number) => unknown;
  /** `mi_free` itself. */
  readonly free: (block: unknown) => void;
  /** An ArrayBuffer over `byteLength` bytes at `block`. */
  readonly wrap: (block: unknown, byteLength: number) => ArrayBuffer;
  /** `mi_version()` of the loaded library. */
  readonly version: number;
  /** `c_pairs` of c_loop.c; null when it was not compiled. */
  readonly cPairs: ((operations: number, size: number) => number) | null;
}

/** The file that all arms load; the bench script has chosen it. */
export function libraryPath(): string {
  const path = process.env["MIMALLOC_PATH"];
  if (!path) {
    throw new Error(
      "Cannot open libmimalloc: MIMALLOC_PATH is not set, run `npm run bench`",
    );
  }
  return path;
}

/** The compiled c_loop.c, when there is a C compiler. */
export function cLoopPath(): string | undefined {
  return process.env["BENCH_C_LOOP"] || undefined;
}
