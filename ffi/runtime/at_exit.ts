import process from "node:process";

/**
 * Calls `task` at the end of the process, more than once at some ends: at its natural end and at every call that ends
 * it. A signal or a crash calls nothing, and neither does an uncaught error in Deno.
 */
export function atExit(task: () => void): void {
  process.on("exit", task);
  // Deno.exit() emits no "exit" (Deno 2.9); Bun never emits "unload".
  globalThis.addEventListener("unload", task);
}
