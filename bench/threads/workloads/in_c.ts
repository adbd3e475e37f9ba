import { fileURLToPath } from "node:url";
import { runLoop } from "../../../scripts/allocators/loops.mjs";
import { compile } from "../../../scripts/allocators/run_measured.mjs";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));

/** What a workload in C gives. */
export interface InC {
  readonly checksum: string;
  /** From the start of the process to its end. */
  readonly seconds: number;
  readonly peakBytes: number;
}

/**
 * Plays a workload in C, on the library file that the arms in Workers load.
 *
 * Throws an `Error` without a compiler, and when another allocator did the work.
 */
export function playInC(library: string, name: string, parameters: readonly string[]): InC {
  const programs = { measure: compile(ROOT, "measure"), file: compile(ROOT, name) };
  return runLoop(programs, parameters, { libraries: [library] }) as unknown as InC;
}
