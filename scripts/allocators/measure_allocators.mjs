// deno-lint-ignore-file explicit-function-return-type explicit-module-boundary-types -- types are in the JSDoc
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { watchConditions } from "../conditions.mjs";
import { judgeClaims } from "./claims.mjs";
import { denoSections } from "./deno_programs.mjs";
import { loopSections } from "./loops.mjs";
import { provideAllocators } from "./offers.mjs";
import { redisSection } from "./redis.mjs";
import { listUnmeasured, measureRounds } from "./rounds.mjs";
import { formatAllocators } from "./tables.mjs";

/** The fewest runs that give an interval. */
export const USUAL_RUNS = 6;

/**
 * Measures whole programs, loops in C and Redis on every allocator that the machine offers, and writes
 * `bench/results/allocators.json`.
 *
 * @param {string} root The project
 * @param {{ deno: string, bun: string, library: string }} tools
 * @param {{ runs: number, only?: string }} what `only` is a part of the names of what is measured alone; nothing is
 *   written then
 * @param {(line: string) => void} report
 * @returns {Promise<{ tables: string, unmeasured: string[] }>} What was measured, as Markdown, and what should have been
 * @throws {Error} Where nothing can be preloaded, and where nothing has such a name
 */
export async function measureAllocators(root, tools, { runs, only }, report) {
  if (process.platform !== "linux") {
    throw new Error(`Cannot compare allocators on ${process.platform}: they are loaded by LD_PRELOAD, which Linux has`);
  }
  const tellConditions = watchConditions();
  mkdirSync(join(root, ".tmp"), { recursive: true });
  const allocators = await provideAllocators(root, tools.bun, report);
  const all = [...denoSections(root, tools), await redisSection(root, report), ...loopSections(root)];
  const sections = only === undefined ? all : all.filter(({ name }) => name.includes(only));
  if (sections.length === 0) {
    throw new Error(`Cannot measure only ${only}: there are ${all.map(({ name }) => name).join(", ")}`);
  }
  const results = await measureRounds(sections, allocators, runs, report);
  const claims = judgeClaims(results, allocators);
  const conditions = tellConditions();
  const measured = { runs, conditions, allocators: allocators.map(publicOf), claims, results };
  if (only === undefined) {
    writeFileSync(join(root, "bench", "results", "allocators.json"), `${JSON.stringify(measured, null, 2)}\n`);
  }
  const tables = formatAllocators({ results, allocators, claims, conditions, runs });
  return { tables, unmeasured: listUnmeasured(results, allocators) };
}

/** Without the paths of this machine. */
function publicOf({ libraries: _, ...allocator }) {
  return allocator;
}
