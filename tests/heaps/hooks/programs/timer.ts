// Listens without ever flushing. "stay" lives until a line arrives, "leave" ends at once.
import process from "node:process";
import { onOutput } from "../../../../heaps/hooks/hooks.ts";
import { printStatistics } from "./_provoke.ts";

if (process.argv[2] === "leave") {
  onOutput(() => {});
} else {
  const deadline = setTimeout(() => process.exit(1), 120_000);
  const subscription = onOutput(() => {
    subscription[Symbol.dispose]();
    clearTimeout(deadline);
    process.stdout.write("delivered");
  });
  printStatistics();
}
