// deno-lint-ignore-file explicit-function-return-type explicit-module-boundary-types -- types are in the JSDoc
import os from "node:os";

/**
 * Begins to watch the machine that something is measured on.
 *
 * @returns {() => string} Tells the machine, and how busy it was at the start and is now: work of others widens what
 *   is measured
 */
export function watchConditions() {
  const before = os.loadavg()[0].toFixed(2);
  return () =>
    `${os.cpus()[0]?.model ?? "unknown processor"}, ${os.availableParallelism()} cores, ${os.type()} ${os.release()} ` +
    `${os.arch()}, load ${before} at the start, ${os.loadavg()[0].toFixed(2)} at the end`;
}
