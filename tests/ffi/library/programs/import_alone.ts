// Imports everything, and tells whether the library is mapped before and after its first use.
import { readFileSync } from "node:fs";
import process from "node:process";
import { flushHooks, loadLibrary } from "../../../../mod.ts";

function isMapped(): boolean {
  return readFileSync("/proc/self/maps", "utf8").includes("libmimalloc");
}

const imported = isMapped();
flushHooks();
const flushed = isMapped();
const same = loadLibrary() === loadLibrary();
process.stdout.write(JSON.stringify({ imported, flushed, same, loaded: isMapped() }));
