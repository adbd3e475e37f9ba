import { isWithin } from "./releases.ts";
import type { Version } from "./version.ts";

/**
 * Whether any thread may use any heap of `version`. Up to 3.1 a heap belongs to the thread that made it. From 3.2.6 to
 * 3.2.8 other threads are let use it, and crash: a thread goes on remembering a destroyed heap by a number that the next
 * one gets, from the 17th heap on it finds numbers in memory that was never written, and two threads that use a new heap
 * at once may both number it. 3.3.0 mends all three.
 */
export function hasSharedHeaps(version: Version): boolean {
  return isWithin(version, { since: "3.3.0" });
}

/**
 * Whether a thread may free a block of a heap that another thread has made. From 3.2.6 to 3.2.8 it looks for its own part
 * of that heap then, in the way that crashes; blocks of the main heap it may free.
 */
export function freesAcrossHeaps(version: Version): boolean {
  return !isWithin(version, { since: "3.2.6", until: "3.2.8" });
}
