/** Loads the library in a thread that ends before the next one loads it; the main thread never does. */
import process from "node:process";
import { runWorker } from "../_worker.ts";

const versions: string[] = [];
for (let count = 0; count < 3; count++) versions.push(await runWorker<string>("allocate.ts", null));
process.stdout.write(`${new Set(versions).size} of ${versions.length}\n`);
