// Lets mimalloc print, listens, lets it print again and listens again.
import process from "node:process";
import { flushHooks, onOutput } from "../../../../heaps/hooks/hooks.ts";
import { printStatistics } from "./_provoke.ts";

printStatistics();
const first: string[] = [];
const second: string[] = [];
{
  using _subscription = onOutput((line) => first.push(line));
  flushHooks();
}
printStatistics();
{
  using _subscription = onOutput((line) => second.push(line));
  flushHooks();
}
process.stdout.write(JSON.stringify({ first, second }));
