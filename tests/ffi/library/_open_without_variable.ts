/** Opens the library of the process after the variable that preloads is gone; prints its path, or the error. */
import process from "node:process";
import { Heap, library } from "../../../mod.ts";

try {
  delete process.env["LD_PRELOAD"];
} catch {
  // Deno without --allow-env.
}
try {
  using heap = new Heap();
  heap.allocate(Uint8Array, 100);
  process.stdout.write(`${library().path}\n`);
} catch (error) {
  process.stdout.write(`${String(error)}\n`);
}
