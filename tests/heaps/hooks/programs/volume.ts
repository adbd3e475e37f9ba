// Several Workers print statistics at the same time; tells how often each kind
// of line arrived, and how often it comes when statistics are printed once alone.
import process from "node:process";
import { flushHooks, onOutput } from "../../../../heaps/hooks/hooks.ts";
import { printStatistics } from "./_provoke.ts";
import { startWorker } from "./_start_worker.ts";

const [workers = 0, prints = 0] = process.argv.slice(2).map(Number);

/** What a line starts with up to its first figure or colon. */
function labelOf(line: string): string {
  return /^[\s-]*[a-z][a-z ]*/i.exec(line)?.[0].trim() ?? `strange: ${line}`;
}

let bytes = 0;
let counts: Record<string, number> = {};
onOutput((line) => {
  bytes += line.length + 1;
  counts[labelOf(line)] = (counts[labelOf(line)] ?? 0) + 1;
});
flushHooks();
counts = {};
printStatistics();
flushHooks();
const alone = counts;
counts = {};
bytes = 0;
const pump = setInterval(flushHooks, 1);
const tasks = Array.from({ length: workers }, () => startWorker({ prints }));
for (const worker of await Promise.all(tasks)) await worker.terminate();
clearInterval(pump);
flushHooks();
process.stdout.write(JSON.stringify({ alone, counts, bytes }));
