import { readFileSync } from "node:fs";

/** The text of a file of the system, trimmed; `undefined` where there is none. */
export function readText(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8").trim();
  } catch {
    // Other systems and containers lack these files, and Deno may forbid them.
    return undefined;
  }
}
