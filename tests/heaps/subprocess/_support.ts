import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { canLeave, hasSubprocesses } from "../../../heaps/core/subprocess_state.ts";

/** 1 MiB. */
export const MIB: number = 2 ** 20;

/** Whether the loaded version gives the memory of sub-processes back (3.6). */
export const HAS_DESTROY: boolean = canLeave();

/** Whether the loaded version has sub-processes at all (3.0, and 3.6 and newer). */
export const HAS_SUBPROCESSES: boolean = hasSubprocesses();

/** The address space and the resident memory of this process in bytes (Linux). */
export function memory(): { readonly virtual: number; readonly resident: number } {
  const [virtual = 0, resident = 0] = readFileSync("/proc/self/statm", "utf8").split(" ").map((pages) =>
    Number(pages) * 4096
  );
  return { virtual, resident };
}

/** Whether the system tells of both. */
export const HAS_STATM: boolean = ((): boolean => {
  try {
    return memory().resident > 0;
  } catch {
    return false;
  }
})();

/** Asserts that `action` throws an `Error` of exactly that class whose message matches. */
export function assertThrows(action: () => unknown, name: string, message: RegExp): void {
  assert.throws(action, (error: Error) => {
    assert.equal(error.name, name, error.message);
    assert.match(error.message, message);
    return true;
  });
}
