// deno-lint-ignore-file no-console -- it is what the test reads
import { report } from "../../../observe/mod.ts";

let calls = 0;
globalThis.reportError = (error: unknown): void => console.log(`reported: ${error}`);
const twice = new Promise<void>((resolve) => {
  report({ every: 20 }, () => {
    if (calls < 2) {
      calls++;
      throw new Error("refused");
    }
    resolve();
  });
});
const alive = setInterval(() => {}, 10);
await twice;
clearInterval(alive);
console.log("end");
