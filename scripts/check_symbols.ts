/**
 * Checks the symbol table, the options and the layouts of ffi/ against the
 * libraries in `.mimalloc/`, and against the headers of the newest one that has
 * some. Prints what differs and exits 1 when anything does. Runs under Deno and
 * Bun; on other systems than Linux there is nothing to read.
 *
 * @module
 */
import process from "node:process";
import { checkAll } from "./check_symbols/check_all.ts";

const { differences, checked, notes } = checkAll();
const lines = differences.length === 0
  ? [...notes, `The table agrees with mimalloc ${checked.join(", ")}`]
  : [...differences, `${differences.length} ${differences.length === 1 ? "difference" : "differences"}`];
process.stdout.write(`${lines.join("\n")}\n`);
process.exitCode = differences.length === 0 ? 0 : 1;
