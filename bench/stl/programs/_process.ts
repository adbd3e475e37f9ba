import { readFileSync } from "node:fs";
import process from "node:process";

const { gc } = globalThis as { gc?: () => void };

/** Collects the garbage of this process, twice: what the first time finalises goes the second time. */
export function collectGarbage(): void {
  gc?.();
  gc?.();
}

/** Bytes of memory that this process holds once its garbage is collected. */
export function residentBytes(): number {
  collectGarbage();
  return process.memoryUsage().rss;
}

/**
 * The most bytes of RAM that this process ever held; `null` where the system does not tell. Not what `resourceUsage()`
 * says: on Linux that starts with what the process that started this one holds.
 */
export function mostResidentBytes(): number | null {
  try {
    return Number(/VmHWM:\s+(\d+)/.exec(readFileSync("/proc/self/status", "utf8"))![1]) * 1024;
  } catch {
    return null;
  }
}

/** Milliseconds that `work` takes. */
export function timeOf(work: () => void): number {
  const begin = performance.now();
  work();
  return performance.now() - begin;
}

/** The value in the middle. */
export function medianOf(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1]!;
}

/** Throws when a checksum is not what the whole work gives. */
export function requireSum(what: string, actual: number, expected: number): void {
  // Sums of many fractions differ in the last digits with the order.
  if (Math.abs(actual - expected) <= Math.abs(expected) * 1e-9) return;
  throw new Error(`Cannot trust ${what}: its checksum is ${actual} where ${expected} proves the work`);
}

/** Prints what the gauge reads. */
export function print(figures: Readonly<Record<string, number | string | null>>): void {
  process.stdout.write(`${JSON.stringify(figures)}\n`);
}

/** The entry of `arms` that the first argument names. */
export function chosen<T>(arms: Readonly<Record<string, T>>): T {
  const name = process.argv[2] ?? "";
  const found = arms[name];
  if (found === undefined) throw new Error(`Cannot measure "${name}": the arms are ${Object.keys(arms).join(", ")}`);
  return found;
}
