import assert from "node:assert/strict";
import type { SearchedPlace } from "../../../ffi/mod.ts";
import { type ProgramOptions, runProgram } from "../../_program.ts";

/** What came of loading the library in a program of its own. */
export interface Loaded {
  readonly version?: string;
  readonly path?: string;
  readonly name?: string;
  readonly message?: string;
  readonly searched?: readonly SearchedPlace[];
  readonly permission?: string;
  readonly cause?: string;
}

/** Loads the library in a child process that has to survive it, once for every path in the arguments. */
export async function loadInChild(options: ProgramOptions): Promise<readonly Loaded[]> {
  const outcome = await runProgram("tests/ffi/library/programs/load.ts", options);
  assert.deepEqual(
    { code: outcome.code, signal: outcome.signal },
    { code: 0, signal: null },
    outcome.stderr,
  );
  return outcome.stdout.trim().split("\n").map((line) => JSON.parse(line));
}

/** As {@linkcode loadInChild} for one path, which has to be refused; returns the error. */
export async function refuseInChild(options: ProgramOptions): Promise<Loaded & { readonly message: string }> {
  const [loaded] = await loadInChild(options);
  assert.equal(loaded?.name, "LibraryLoadError", JSON.stringify(loaded));
  return { ...loaded, message: loaded?.message ?? "" };
}
