// A listener throws at every line; the others go on. "handled" keeps the process alive.
import process from "node:process";
import { flushHooks, onOutput } from "../../../../heaps/hooks/hooks.ts";
import { printStatistics } from "./_provoke.ts";

const reported: string[] = [];
if (process.argv[2] === "handled") {
  globalThis.addEventListener("error", (event) => {
    event.preventDefault();
    reported.push(String(event.error));
  });
  process.on("uncaughtException", (error) => reported.push(String(error)));
}
let before = 0;
let thrown = 0;
let after = 0;
onOutput(() => before++);
onOutput(() => {
  thrown++;
  throw new RangeError(`at line ${thrown}`);
});
onOutput(() => after++);
printStatistics();
flushHooks();
process.stdout.write(`${JSON.stringify({ before, thrown, after, reported })}\n`);
setTimeout(() => process.stdout.write(`${JSON.stringify({ reported })}\n`), 20);
