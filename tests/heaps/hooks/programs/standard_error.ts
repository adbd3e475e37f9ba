// Prints statistics before, while and after there are listeners; marks the
// sections in the standard error stream, to which both write at once.
import { writeSync } from "node:fs";
import { onError, onOutput } from "../../../../heaps/hooks/hooks.ts";
import { printStatistics } from "./_provoke.ts";

function section(name: string): void {
  writeSync(2, `\n[${name}]\n`);
}

section("before");
printStatistics();
section("listening");
const output = onOutput(() => {});
const error = onError(() => {});
printStatistics();
section("one left");
output[Symbol.dispose]();
printStatistics();
section("after");
error[Symbol.dispose]();
printStatistics();
section("end");
